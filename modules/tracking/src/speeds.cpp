#include "adatom/tracking/speeds.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/special_functions.h"
#include "displacements.h"
#include "noise_deconvolution.h"

namespace adatom::tracking {
namespace {

// Rounds of the first solution, and of one that begins at it.
constexpr int most_rounds = 3000;
constexpr int most_replicate_rounds = 150;
// An error of a place that is given as none.
constexpr double least_error_nm = 1e-4;
// More than this of particles at rest beyond the threshold: it means nothing.
constexpr double tolerable_false_share = 0.01;

/// The z below which a standard normal variable lies with (1 + confidence) / 2.
double normal_quantile(double confidence) {
  // The square of a standard normal variable is gamma distributed, shape 1/2, scale 2.
  return std::sqrt(2.0 * numeric::gamma_quantile(0.5, confidence));
}

/// Wilson's interval for a share with this variance; without one, each track counts once.
Share interval(double value, double variance, double tracks, double displacements, double z) {
  double count = tracks;
  if (variance > 0.0 && value > 0.0 && value < 1.0) count = value * (1.0 - value) / variance;
  count = std::clamp(count, 1.0, std::max(1.0, displacements));
  const double z2 = z * z / count;
  const double middle = (value + 0.5 * z2) / (1.0 + z2);
  const double half = z / (1.0 + z2) * std::sqrt(value * (1.0 - value) / count + 0.25 * z2 / count);
  return {value, std::max(0.0, std::min(value, middle - half)),
          std::min(1.0, std::max(value, middle + half))};
}

std::vector<MeasuredDistance> measure(std::span<const Track> tracks, std::int64_t lag,
                                      double factor) {
  std::vector<MeasuredDistance> measured;
  for (std::size_t k = 0; k < tracks.size(); ++k) {
    for_pairs(tracks[k], lag, [&](const TrackPoint& a, const TrackPoint& b) {
      // Mean of both axes: Rice's law knows one error.
      const double variance = 0.5 * (a.x_stderr_nm * a.x_stderr_nm + a.y_stderr_nm * a.y_stderr_nm +
                                     b.x_stderr_nm * b.x_stderr_nm + b.y_stderr_nm * b.y_stderr_nm);
      const double error = std::max(factor * std::sqrt(variance), least_error_nm);
      measured.push_back(
          {std::hypot(b.x_nm - a.x_nm, b.y_nm - a.y_nm), error, static_cast<std::uint32_t>(k)});
    });
  }
  return measured;
}

/// Variance of a share over displacements, from how it differs between tracks.
double variance_between_tracks(std::span<const MeasuredDistance> measured, std::size_t tracks,
                               double share, double threshold) {
  std::vector<double> excess(tracks, 0.0);
  std::vector<char> there(tracks, 0);
  for (const auto& one : measured) {
    excess[one.track] += (one.distance > threshold ? 1.0 : 0.0) - share;
    there[one.track] = 1;
  }
  double sum = 0.0;
  for (const double e : excess) sum += e * e;
  const auto count = static_cast<double>(std::ranges::count(there, 1));
  if (count < 2.0) return 0.0;
  const auto n = static_cast<double>(measured.size());
  return sum * count / ((count - 1.0) * n * n);
}

double replicate_variance(const NoiseDeconvolution& deconvolution, const DistanceCells& cells,
                          const std::vector<double>& solution, std::size_t tracks,
                          std::int64_t replicates, const RandomStream& random) {
  if (replicates < 2) return 0.0;
  std::vector<double> values(static_cast<std::size_t>(replicates));
  // A share of zero never comes back: every point begins with a little.
  auto start = solution;
  for (auto& share : start) share = 0.99 * share + 0.01 / static_cast<double>(start.size());
  parallel_for(values.size(), [&](std::size_t r) {
    auto stream = random.substream(r);
    std::vector<double> weights(tracks, 0.0);
    for (std::size_t i = 0; i < tracks; ++i) weights[stream.below(tracks)] += 1.0;
    std::vector<double> counts(cells.cells.size(), 0.0);
    for (const auto& entry : cells.entries)
      counts[entry.cell] += entry.count * weights[entry.track];
    values[r] = deconvolution.beyond(deconvolution.solve(start, most_replicate_rounds, counts));
  });
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return variance / static_cast<double>(values.size() - 1);
}

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

std::vector<double> edges_of(const SpeedOptions& options) {
  const double bin = options.bin_nm_per_s.value_or(0.2 * options.threshold_nm_per_s);
  const auto bins =
      std::clamp<std::int64_t>(std::llround(options.max_speed_nm_per_s / bin), 1, 100000);
  std::vector<double> edges;
  for (std::int64_t i = 0; i <= bins; ++i) edges.push_back(static_cast<double>(i) * bin);
  return edges;
}

void add_to_bin(std::vector<double>& bins, const std::vector<double>& edges, double speed,
                double share) {
  const double place = std::min(speed / edges[1], static_cast<double>(bins.size()) - 1.0);
  bins[static_cast<std::size_t>(place)] += share;
}

/// What particles at rest would do, and whether the threshold can be told from that.
void judge(SpeedDistribution& result, std::span<const MeasuredDistance> measured,
           double threshold) {
  const auto count = static_cast<double>(measured.size());
  double square = 0.0;
  for (const auto& one : measured) {
    // The error of a displacement is sqrt(2) times that of a place.
    const double sigma = one.error / std::numbers::sqrt2;
    const double z = threshold * result.lag_s / (2.0 * sigma);
    square += sigma * sigma / count;
    result.rest_mean_nm_per_s += sigma * std::sqrt(std::numbers::pi) / (result.lag_s * count);
    result.rest_share_faster += std::exp(-std::min(z * z, 700.0)) / count;
  }
  result.sigma_nm = std::sqrt(square);
  if (result.rest_share_faster <= tolerable_false_share) return;
  result.warning = fmt::format(
      "places are known to {:.2g} nm: at a lag of {:.3g} s particles at rest seem to move at "
      "{:.3g} "
      "nm/s, and {:.2g} % of them faster than {:g} nm/s; see the corrected share, or a longer lag",
      result.sigma_nm, result.lag_s, result.rest_mean_nm_per_s, 100.0 * result.rest_share_faster,
      threshold);
}

SpeedDistribution at_lag(std::span<const Track> tracks, std::int64_t lag, double frame_time_s,
                         double factor, const SpeedOptions& options, const RandomStream& random) {
  SpeedDistribution result;
  result.lag_frames = lag;
  result.lag_s = static_cast<double>(lag) * frame_time_s;
  result.edges_nm_per_s = edges_of(options);
  result.share.assign(result.edges_nm_per_s.size() - 1, 0.0);
  result.corrected_share = result.share;
  const auto measured = measure(tracks, lag, factor);
  if (measured.empty()) {
    result.warning = "no track is as long as this lag";
    return result;
  }
  result.displacements = static_cast<std::int64_t>(measured.size());
  std::vector<char> there(tracks.size(), 0);
  const auto count = static_cast<double>(measured.size());
  const double threshold_nm = options.threshold_nm_per_s * result.lag_s;
  double faster = 0.0;
  for (const auto& one : measured) {
    there[one.track] = 1;
    const double speed = one.distance / result.lag_s;
    result.mean_nm_per_s += speed / count;
    add_to_bin(result.share, result.edges_nm_per_s, speed, 1.0 / count);
    if (one.distance > threshold_nm) faster += 1.0 / count;
  }
  result.tracks = std::ranges::count(there, 1);
  judge(result, measured, options.threshold_nm_per_s);
  const double z = normal_quantile(options.confidence);
  const auto tracks_there = static_cast<double>(result.tracks);
  faster = std::min(faster, 1.0);
  result.faster =
      interval(faster, variance_between_tracks(measured, tracks.size(), faster, threshold_nm),
               tracks_there, count, z);

  const DistanceCells cells = cells_of(measured);
  const NoiseDeconvolution deconvolution(cells.cells, threshold_nm);
  std::vector<double> counts;
  for (const auto& cell : cells.cells) counts.push_back(cell.count);
  const auto shares = deconvolution.solve(deconvolution.uniform(), most_rounds, counts);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double speed = deconvolution.distances()[i] / result.lag_s;
    result.corrected_mean_nm_per_s += shares[i] * speed;
    add_to_bin(result.corrected_share, result.edges_nm_per_s, speed, shares[i]);
  }
  const double corrected = std::clamp(deconvolution.beyond(shares), 0.0, 1.0);
  const double variance =
      replicate_variance(deconvolution, cells, shares, tracks.size(), options.replicates, random);
  result.corrected_faster = interval(corrected, variance, tracks_there, count, z);
  return result;
}

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
  require_valid(options.validate());
  require_tracks(tracks, frame_time_s);
  double factor = 1.0;
  if (options.noise == NoiseSource::measured) factor = localisation_factor(tracks).value_or(1.0);
  std::vector<SpeedDistribution> results;
  for (const double lag : options.lags_frames) {
    results.push_back(at_lag(tracks, std::llround(lag), frame_time_s, factor, options,
                             random.substream(results.size())));
  }
  return results;
}

std::optional<double> localisation_factor(std::span<const Track> tracks) {
  require_tracks(tracks, 1.0);
  double seen = 0.0;
  double given = 0.0;
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
      seen += weight * sums.product * sums.reported / sums.count;
      given += weight * sums.reported * sums.reported / sums.count;
    }
  }
  if (!(given > 0.0) || !(seen > 0.0)) return std::nullopt;
  return std::sqrt(seen / given);
}

}  // namespace adatom::tracking
