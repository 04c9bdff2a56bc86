#include "adatom/tracking/speeds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "adatom/tracking/speed_sums.h"
#include "displacements.h"

namespace adatom::tracking {
namespace {

/// x_n+2 - 2 x_n+1 + x_n along both axes.
struct Turn {
  double x;
  double y;
  double variance;  ///< mean of both axes, by the errors that are given
};

Turn turn_at(const TrackPoint* p) {
  const auto given = [](const TrackPoint& q) {
    return 0.5 * (q.x_stderr_nm * q.x_stderr_nm + q.y_stderr_nm * q.y_stderr_nm);
  };
  return {p[2].x_nm - 2.0 * p[1].x_nm + p[0].x_nm, p[2].y_nm - 2.0 * p[1].y_nm + p[0].y_nm,
          given(p[0]) + 4.0 * given(p[1]) + given(p[2])};
}

/// What the turns of one half of a track have beyond the errors that are given.
struct Excess {
  double sum = 0.0;
  double count = 0.0;
  void add(const Turn& turn) {
    sum += 0.5 * (turn.x * turn.x + turn.y * turn.y) - turn.variance;
    count += 1.0;
  }
  [[nodiscard]] double mean() const { return std::max(0.0, sum / count); }
};

}  // namespace

void SpeedOptions::describe(OptionVisitor& v) {
  v.visit({.name = "lags_frames",
           .unit = "frames",
           .help = "lags that speeds are taken over",
           .min = 1,
           .max = 1e6},
          lags_frames);
  v.visit({.name = "threshold_nm_per_s",
           .unit = "nm/s",
           .help = "the share of displacements faster than this is told",
           .min = 1e-6,
           .max = 1e9},
          threshold_nm_per_s);
  v.visit(
      {.name = "noise",
       .help = "errors of places: reported: by the fit; measured: times a factor that particles "
               "at rest show"},
      noise);
  v.visit({.name = "bin_nm_per_s",
           .unit = "nm/s",
           .help = "of the histograms; empty: a fifth of the threshold",
           .min = 1e-6,
           .max = 1e9},
          bin_nm_per_s);
  v.visit({.name = "max_speed_nm_per_s",
           .unit = "nm/s",
           .help = "end of the histograms; what is faster is in the last bin",
           .min = 1e-6,
           .max = 1e9},
          max_speed_nm_per_s);
  v.visit({.name = "confidence", .help = "of the intervals", .min = 0.5, .max = 0.9999},
          confidence);
  v.visit({.name = "replicates", .help = "of the bootstrap by tracks", .min = 0, .max = 10000},
          replicates);
}

std::vector<OptionIssue> SpeedOptions::validate() const {
  auto issues = check_ranges(*this);
  if (lags_frames.empty()) issues.push_back({"lags_frames", "no lag is given"});
  return issues;
}

std::vector<SpeedDistribution> speed_distributions(std::span<const Track> tracks,
                                                   double frame_time_s, const SpeedOptions& options,
                                                   const RandomStream& random) {
  double factor = 1.0;
  if (options.noise == NoiseSource::measured) factor = localisation_factor(tracks).value_or(1.0);
  SpeedSums sums(frame_time_s, options, factor);
  sums.add(tracks);
  return sums.distributions(random);
}

void LocalisationSums::add(std::span<const Track> tracks) {
  require_tracks(tracks, 1.0);
  for (const auto& track : tracks) {
    const auto& p = track.points;
    const auto for_turns = [&](auto each) {
      for (std::size_t i = 0; i + 4 < p.size(); ++i) {
        if (p[i + 4].frame == p[i].frame + 4) each(i, turn_at(&p[i]), turn_at(&p[i + 2]));
      }
    };
    std::array<Excess, 2> halves;
    for_turns([&](std::size_t i, const Turn& first, const Turn&) {
      halves[2 * i / p.size()].add(first);
    });
    if (halves[0].count < 1.0 || halves[1].count < 1.0) continue;
    // Each product counts as its errors let it, so that few that are hardly known do not decide;
    // what the particle moves besides is told by the other half: their chances have nothing to do
    // with each other.
    double seen = 0.0;
    double given_sum = 0.0;
    for_turns([&](std::size_t i, const Turn& first, const Turn& second) {
      const double moved = halves[1 - 2 * i / p.size()].mean();
      const double variance = (first.variance + moved) * (second.variance + moved);
      if (!(variance > 0.0)) return;
      const TrackPoint& q = p[i + 2];
      const double product = 0.5 * (first.x * second.x + first.y * second.y);
      const double given = 0.5 * (q.x_stderr_nm * q.x_stderr_nm + q.y_stderr_nm * q.y_stderr_nm);
      seen += product * given / variance;
      given_sum += given * given / variance;
    });
    seen_ += seen;
    given_ += given_sum;
    seen_squares_ += seen * seen;
    products_ += seen * given_sum;
    given_squares_ += given_sum * given_sum;
  }
}

std::optional<double> LocalisationSums::factor() const {
  constexpr double least_known = 0.1;
  if (!(given_ > 0.0) || !(seen_ > 0.0)) return std::nullopt;
  const double factor = std::sqrt(seen_ / given_);
  if (!(factor_stderr() <= least_known * factor)) return std::nullopt;
  return factor;
}

double LocalisationSums::factor_stderr() const {
  if (!(given_ > 0.0) || !(seen_ > 0.0)) return std::numeric_limits<double>::infinity();
  // A ratio of sums over tracks, which are independent (Cochran, Sampling Techniques, 6.4).
  const double ratio = seen_ / given_;
  const double squares = seen_squares_ - 2.0 * ratio * products_ + ratio * ratio * given_squares_;
  return std::sqrt(std::max(squares, 0.0)) / given_ / (2.0 * std::sqrt(ratio));
}

std::optional<double> localisation_factor(std::span<const Track> tracks) {
  LocalisationSums sums;
  sums.add(tracks);
  return sums.factor();
}

}  // namespace adatom::tracking
