#include "adatom/simulate/saed.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/random.h"
#include "saed_detector.h"
#include "saed_render.h"
#include "saed_rings.h"

namespace adatom::simulate {
namespace {

// Independent streams of one series.
enum Stream : std::uint64_t { walk_stream, detector_stream, spot_stream, frame_stream };

std::vector<SaedCentre> centres(const SaedOptions& options, const RandomStream& random) {
  const auto& pattern = options.pattern;
  RandomStream walk = random.substream(walk_stream);
  SaedCentre now{pattern.centre_x_px.value_or(0.5 * static_cast<double>(pattern.width - 1)),
                 pattern.centre_y_px.value_or(0.5 * static_cast<double>(pattern.height - 1))};
  std::vector<SaedCentre> list = {now};
  for (std::int64_t i = 1; i < options.frames; ++i) {
    now.x_px += pattern.drift_x_px + pattern.drift_walk_px * walk.normal();
    now.y_px += pattern.drift_y_px + pattern.drift_walk_px * walk.normal();
    list.push_back(now);
  }
  return list;
}

/// The largest s of any pixel in any frame. @throws InputError: too large
double largest_s(const SaedPatternOptions& pattern, std::span<const SaedCentre> list) {
  const SaedGeometry geometry(pattern);
  double largest = 0.0;
  for (const auto& centre : list) {
    for (const double x : {-0.5, static_cast<double>(pattern.width) - 0.5}) {
      for (const double y : {-0.5, static_cast<double>(pattern.height) - 0.5}) {
        const auto s = geometry.s_at(x - centre.x_px, y - centre.y_px);
        largest = std::max(largest, std::hypot(s[0], s[1]));
      }
    }
  }
  constexpr double largest_sensible = 10.0;  // 1/angstrom: thermal motion leaves no ring there
  if (largest > largest_sensible) {
    throw InputError({.what = "the frame reaches too far",
                      .where = "pattern.s_per_px",
                      .why = "1/d is " + shortest(largest) + " 1/angstrom in a corner",
                      .remedy = "at most 10 1/angstrom can be simulated"});
  }
  return largest;
}

/// Crystallites lie on the rings as their multiplicities say, at any azimuth.
std::vector<SaedSpot> make_spots(const SaedOptions& options, std::span<const SaedRing> rings,
                                 const RandomStream& random) {
  RandomStream draw = random.substream(spot_stream);
  double all = 0.0;
  for (const auto& ring : rings) all += static_cast<double>(ring.multiplicity);
  std::vector<SaedSpot> spots;
  if (all <= 0.0) return spots;
  for (std::int64_t i = 0; i < options.spots.count; ++i) {
    double left = draw.uniform() * all;
    std::size_t chosen = 0;
    while (chosen + 1 < rings.size() && left >= static_cast<double>(rings[chosen].multiplicity)) {
      left -= static_cast<double>(rings[chosen].multiplicity);
      ++chosen;
    }
    const auto& ring = rings[chosen];
    const double azimuth = 2.0 * std::numbers::pi * draw.uniform();
    const double electrons = -options.spots.counts * std::log(draw.uniform());
    spots.push_back({ring.phase, ring.hkl, ring.s_per_angstrom, azimuth, electrons});
  }
  return spots;
}

}  // namespace

SaedSummary simulate_saed(const SaedOptions& options, std::span<const crystal::Phase> from_cif,
                          const std::function<void(const SaedFrame&)>& sink, Progress& progress) {
  require_valid(options.validate());
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  const auto places = centres(options, random);
  const double s_max = largest_s(options.pattern, places);
  const SaedMixture mixture(options, saed_phases(options, from_cif), s_max);
  const SaedCentre stop{places[0].x_px + options.beam_stop.offset_x_px,
                        places[0].y_px + options.beam_stop.offset_y_px};
  const SaedRenderer renderer(options, s_max, stop);
  const SaedDetector detector(options, random.substream(detector_stream));
  SaedSummary summary{.s_max_per_angstrom = s_max,
                      .beam_stop_x_px = stop.x_px,
                      .beam_stop_y_px = stop.y_px,
                      .spots = make_spots(options, mixture.at(0).rings, random),
                      .hot_pixels = detector.hot(),
                      .dead_pixels = detector.dead()};
  progress.begin("simulate patterns", static_cast<std::size_t>(options.frames));
  for (std::int64_t i = 0; i < options.frames; ++i) {
    stop_if_cancelled(progress);
    const SaedCentre& centre = places[static_cast<std::size_t>(i)];
    auto state = mixture.at(i);
    SaedFrame frame{.index = i,
                    .time_s = static_cast<double>(i) * options.frame_time_s,
                    .centre_x_px = centre.x_px,
                    .centre_y_px = centre.y_px,
                    .image = renderer.electrons(mixture, state, summary.spots, centre),
                    .rings = std::move(state.rings),
                    .shares = std::move(state.shares)};
    detector.record(frame.image,
                    random.substream(frame_stream).substream(static_cast<std::uint64_t>(i)));
    sink(frame);
    progress.advance(1);
  }
  return summary;
}

storage::Table saed_truth_table() {
  return storage::Table({"frame", "time_s", "phase", "hkl", "multiplicity", "d_angstrom",
                         "s_per_angstrom", "intensity", "width_per_angstrom", "lorentz_share",
                         "profile_area"});
}

void add_saed_truth(storage::Table& table, const SaedFrame& frame) {
  using storage::cell;
  for (const auto& ring : frame.rings) {
    table.add_row({cell(static_cast<long long>(frame.index)), cell(frame.time_s), ring.phase,
                   ring.hkl, cell(static_cast<long long>(ring.multiplicity)), cell(ring.d_angstrom),
                   cell(ring.s_per_angstrom), cell(ring.intensity), cell(ring.width_per_angstrom),
                   cell(ring.lorentz_share), cell(ring.profile_area)});
  }
}

storage::Table saed_fraction_table() {
  return storage::Table({"frame", "time_s", "phase", "volume_fraction", "intensity_fraction"});
}

void add_saed_fractions(storage::Table& table, const SaedFrame& frame) {
  using storage::cell;
  for (const auto& share : frame.shares) {
    table.add_row({cell(static_cast<long long>(frame.index)), cell(frame.time_s), share.phase,
                   cell(share.volume_fraction), cell(share.intensity_fraction)});
  }
}

}  // namespace adatom::simulate
