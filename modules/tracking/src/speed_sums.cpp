#include "adatom/tracking/speed_sums.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

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
// Tracks, or groups of them, that the bootstrap draws.
constexpr std::size_t bootstrap_groups = 1000;

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

double replicate_variance(const NoiseDeconvolution& deconvolution, const DistanceCells& cells,
                          const std::vector<double>& solution, std::size_t groups,
                          std::int64_t replicates, const RandomStream& random) {
  if (replicates < 2) return 0.0;
  std::vector<double> values(static_cast<std::size_t>(replicates));
  // A share of zero never comes back: every point begins with a little.
  auto start = solution;
  for (auto& share : start) share = 0.99 * share + 0.01 / static_cast<double>(start.size());
  parallel_for(values.size(), [&](std::size_t r) {
    auto stream = random.substream(r);
    std::vector<double> weights(groups, 0.0);
    for (std::size_t i = 0; i < groups; ++i) weights[stream.below(groups)] += 1.0;
    std::vector<double> counts(cells.cells.size(), 0.0);
    for (const auto& entry : cells.entries)
      counts[entry.cell] += entry.count * weights[entry.group];
    values[r] = deconvolution.beyond(deconvolution.solve(start, most_replicate_rounds, counts));
  });
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return variance / static_cast<double>(values.size() - 1);
}

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

}  // namespace

/// Displacements at one lag.
class SpeedSums::Lag {
 public:
  Lag(std::int64_t lag, double frame_time_s, const SpeedOptions& options, double factor)
      : lag_(lag),
        lag_s_(static_cast<double>(lag) * frame_time_s),
        threshold_nm_(options.threshold_nm_per_s * lag_s_),
        factor_(factor),
        edges_(edges_of(options)),
        bins_(edges_.size() - 1, 0.0) {}
  void add(const Track& track);
  [[nodiscard]] SpeedDistribution distribution(const SpeedOptions& options,
                                               const RandomStream& random) const;

 private:
  void add(double distance, double error, std::uint32_t group);
  [[nodiscard]] double variance_between_tracks() const;
  void correct(SpeedDistribution& result, const SpeedOptions& options,
               const RandomStream& random) const;

  std::int64_t lag_;
  double lag_s_;
  double threshold_nm_;
  double factor_;
  std::vector<double> edges_;
  std::vector<double> bins_;  // displacements in each
  DistanceCellSums cells_;
  std::size_t given_tracks_ = 0;
  double tracks_ = 0.0;  // with any displacement
  double displacements_ = 0.0;
  double faster_ = 0.0;
  double speeds_ = 0.0;
  // Sums over tracks: of faster ones f and all n, f^2, f n and n^2.
  double faster_square_ = 0.0;
  double faster_count_ = 0.0;
  double count_square_ = 0.0;
  // Of particles at rest with these errors.
  double variance_ = 0.0;
  double sigma_ = 0.0;
  double rest_faster_ = 0.0;
};

void SpeedSums::Lag::add(const Track& track) {
  const auto group = static_cast<std::uint32_t>(given_tracks_ % bootstrap_groups);
  ++given_tracks_;
  const double before = displacements_;
  const double faster_before = faster_;
  for_pairs(track, lag_, [&](const TrackPoint& a, const TrackPoint& b) {
    // Mean of both axes: Rice's law knows one error.
    const double variance = 0.5 * (a.x_stderr_nm * a.x_stderr_nm + a.y_stderr_nm * a.y_stderr_nm +
                                   b.x_stderr_nm * b.x_stderr_nm + b.y_stderr_nm * b.y_stderr_nm);
    add(std::hypot(b.x_nm - a.x_nm, b.y_nm - a.y_nm),
        std::max(factor_ * std::sqrt(variance), least_error_nm), group);
  });
  const double count = displacements_ - before;
  const double faster = faster_ - faster_before;
  tracks_ += count > 0.0 ? 1.0 : 0.0;
  faster_square_ += faster * faster;
  faster_count_ += faster * count;
  count_square_ += count * count;
}

void SpeedSums::Lag::add(double distance, double error, std::uint32_t group) {
  const double speed = distance / lag_s_;
  displacements_ += 1.0;
  speeds_ += speed;
  if (distance > threshold_nm_) faster_ += 1.0;
  add_to_bin(bins_, edges_, speed, 1.0);
  cells_.add(distance, error, group);
  // The error of a displacement is sqrt(2) times that of a place.
  const double sigma = error / std::numbers::sqrt2;
  const double z = threshold_nm_ / (2.0 * sigma);
  sigma_ += sigma;
  variance_ += sigma * sigma;
  rest_faster_ += std::exp(-std::min(z * z, 700.0));
}

/// Variance of the share over displacements, from how it differs between tracks.
double SpeedSums::Lag::variance_between_tracks() const {
  if (tracks_ < 2.0) return 0.0;
  const double share = faster_ / displacements_;
  const double sum = faster_square_ - 2.0 * share * faster_count_ + share * share * count_square_;
  return std::max(0.0, sum) * tracks_ / ((tracks_ - 1.0) * displacements_ * displacements_);
}

SpeedDistribution SpeedSums::Lag::distribution(const SpeedOptions& options,
                                               const RandomStream& random) const {
  SpeedDistribution result;
  result.lag_frames = lag_;
  result.lag_s = lag_s_;
  result.edges_nm_per_s = edges_;
  result.share.assign(bins_.size(), 0.0);
  result.corrected_share = result.share;
  if (displacements_ == 0.0) {
    result.warning = "no track is as long as this lag";
    return result;
  }
  result.displacements = static_cast<std::int64_t>(displacements_);
  result.tracks = static_cast<std::int64_t>(tracks_);
  result.mean_nm_per_s = speeds_ / displacements_;
  for (std::size_t i = 0; i < bins_.size(); ++i) result.share[i] = bins_[i] / displacements_;
  result.sigma_nm = std::sqrt(variance_ / displacements_);
  result.rest_mean_nm_per_s = sigma_ * std::sqrt(std::numbers::pi) / (lag_s_ * displacements_);
  result.rest_share_faster = rest_faster_ / displacements_;
  if (result.rest_share_faster > tolerable_false_share) {
    result.warning = fmt::format(
        "places are known to {:.2g} nm: at a lag of {:.3g} s particles at rest seem to move at "
        "{:.3g} nm/s, and {:.2g} % of them faster than {:g} nm/s; see the corrected share, or a "
        "longer lag",
        result.sigma_nm, result.lag_s, result.rest_mean_nm_per_s, 100.0 * result.rest_share_faster,
        options.threshold_nm_per_s);
  }
  result.faster = interval(faster_ / displacements_, variance_between_tracks(), tracks_,
                           displacements_, normal_quantile(options.confidence));
  correct(result, options, random);
  return result;
}

void SpeedSums::Lag::correct(SpeedDistribution& result, const SpeedOptions& options,
                             const RandomStream& random) const {
  const DistanceCells cells = cells_.cells();
  const NoiseDeconvolution deconvolution(cells.cells, threshold_nm_);
  std::vector<double> counts;
  for (const auto& cell : cells.cells) counts.push_back(cell.count);
  const auto shares = deconvolution.solve(deconvolution.uniform(), most_rounds, counts);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double speed = deconvolution.distances()[i] / lag_s_;
    result.corrected_mean_nm_per_s += shares[i] * speed;
    add_to_bin(result.corrected_share, edges_, speed, shares[i]);
  }
  const double corrected = std::clamp(deconvolution.beyond(shares), 0.0, 1.0);
  const double variance =
      replicate_variance(deconvolution, cells, shares, std::min(given_tracks_, bootstrap_groups),
                         options.replicates, random);
  result.corrected_faster =
      interval(corrected, variance, tracks_, displacements_, normal_quantile(options.confidence));
}

SpeedSums::SpeedSums(double frame_time_s, const SpeedOptions& options, double factor)
    : frame_time_s_(frame_time_s), options_(options) {
  require_valid(options.validate());
  require_tracks({}, frame_time_s);
  for (const double lag : options.lags_frames) {
    lags_.push_back(std::make_unique<Lag>(std::llround(lag), frame_time_s, options, factor));
  }
}

SpeedSums::~SpeedSums() = default;

void SpeedSums::add(std::span<const Track> tracks) {
  require_tracks(tracks, frame_time_s_);
  parallel_for(lags_.size(), [&](std::size_t i) {
    for (const auto& track : tracks) lags_[i]->add(track);
  });
}

std::vector<SpeedDistribution> SpeedSums::distributions(const RandomStream& random) const {
  std::vector<SpeedDistribution> results;
  for (std::size_t i = 0; i < lags_.size(); ++i) {
    results.push_back(lags_[i]->distribution(options_, random.substream(i)));
  }
  return results;
}

}  // namespace adatom::tracking
