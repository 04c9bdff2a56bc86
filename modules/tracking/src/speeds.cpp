#include "adatom/tracking/speeds.h"

#include <cmath>

#include "adatom/tracking/speed_sums.h"
#include "displacements.h"

namespace adatom::tracking {
namespace {

/// Products of second differences that share one place, sums over both axes halved.
struct TurnSums {
  double product = 0.0;
  double square = 0.0;
  double reported = 0.0;
  double count = 0.0;

  /// @param p five points of frames in a row
  void add(const TrackPoint* p) {
    const auto turn = [](const TrackPoint* q) {
      return std::array{q[2].x_nm - 2.0 * q[1].x_nm + q[0].x_nm,
                        q[2].y_nm - 2.0 * q[1].y_nm + q[0].y_nm};
    };
    const auto first = turn(p);
    const auto second = turn(p + 2);
    product += 0.5 * (first[0] * second[0] + first[1] * second[1]);
    square += 0.5 * (first[0] * first[0] + first[1] * first[1]);
    reported += 0.5 * (p[2].x_stderr_nm * p[2].x_stderr_nm + p[2].y_stderr_nm * p[2].y_stderr_nm);
    count += 1.0;
  }
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
    std::array<TurnSums, 2> halves;
    for (std::size_t i = 0; i + 4 < p.size(); ++i) {
      if (p[i + 4].frame == p[i].frame + 4) halves[2 * i / p.size()].add(&p[i]);
    }
    // What one half weighs is told by the other: their chances have nothing to do with each other.
    for (std::size_t h = 0; h < 2; ++h) {
      const auto& sums = halves[h];
      const auto& other = halves[1 - h];
      if (sums.count < 1.0 || !(other.square > 0.0)) continue;
      const double mean_square = other.square / other.count;
      const double weight = 1.0 / (mean_square * mean_square);
      seen_ += weight * sums.product * sums.reported / sums.count;
      given_ += weight * sums.reported * sums.reported / sums.count;
    }
  }
}

std::optional<double> LocalisationSums::factor() const {
  if (!(given_ > 0.0) || !(seen_ > 0.0)) return std::nullopt;
  return std::sqrt(seen_ / given_);
}

std::optional<double> localisation_factor(std::span<const Track> tracks) {
  LocalisationSums sums;
  sums.add(tracks);
  return sums.factor();
}

}  // namespace adatom::tracking
