#include "adatom/dynamics/domains.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/mixture.h"
#include "adatom/numeric/savitzky_golay.h"

namespace adatom::dynamics {
namespace {

/// More values than these say no more about three means.
constexpr std::size_t most_sampled = 1'000'000;
constexpr std::size_t histogram_bins = 100;
constexpr std::size_t density_places = 400;

/// Smooths atom after atom, some at once on several threads, and hands them on in order.
class SmoothedSeries {
 public:
  SmoothedSeries(const SeriesSource& source, const DomainOptions& options, Progress& progress)
      : source_(source),
        progress_(progress),
        filter_(static_cast<std::size_t>(options.smooth_window),
                options.smooth_window == 1 ? 0 : static_cast<std::size_t>(options.smooth_order)),
        first_(options.dropped()) {
    const std::size_t length = source.length();
    if (source.atoms() == 0 || length < filter_.window() || length < 2 * first_ + 2) {
      throw InputError(
          {.what = "the signals are too short for domains",
           .where = "domains",
           .why = std::to_string(source.atoms()) + " atoms have " + std::to_string(length) +
                  " values each; the window has " + std::to_string(filter_.window()) + ", and " +
                  std::to_string(first_) + " are left out at both ends",
           .remedy = "give a longer trajectory, or choose a smaller smooth_window and drop"});
    }
  }

  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] std::size_t length() const { return source_.length() - 2 * first_; }

  using Visit = std::function<void(std::size_t atom, std::span<const double> kept)>;
  void each(const Visit& visit) {
    const std::size_t length = source_.length();
    const std::size_t at_once =
        std::clamp<std::size_t>((std::size_t{1} << 22) / length, 1, 4 * thread_count());
    std::vector<double> smoothed(at_once * length);
    for (std::size_t begin = 0; begin < source_.atoms(); begin += at_once) {
      stop_if_cancelled(progress_);
      const std::size_t count = std::min(at_once, source_.atoms() - begin);
      parallel_for(count, [&](std::size_t k) {
        std::vector<double> series(length);
        source_.read(begin + k, series);
        filter_.apply(series, std::span(smoothed).subspan(k * length, length));
      });
      for (std::size_t k = 0; k < count; ++k) {
        visit(begin + k, std::span(smoothed).subspan(k * length + first_, length - 2 * first_));
      }
      progress_.advance(count);
    }
  }

 private:
  const SeriesSource& source_;
  Progress& progress_;
  numeric::SavitzkyGolay filter_;
  std::size_t first_;
};

/// What the first pass over the values finds.
struct Overview {
  double low = 0.0;
  double high = 0.0;
  double sum = 0.0;
  double square = 0.0;  ///< about the first value
  double origin = 0.0;
  std::size_t count = 0;
  std::vector<double> sample = {};

  void add(std::span<const double> values, std::size_t stride) {
    if (count == 0) origin = low = high = values[0];
    for (const double value : values) {
      if (!std::isfinite(value)) {
        throw InputError({.what = "a signal is not finite",
                          .where = "domains",
                          .why = {},
                          .remedy = "look for damaged frames"});
      }
      low = std::min(low, value);
      high = std::max(high, value);
      sum += value - origin;
      square += (value - origin) * (value - origin);
      if (count % stride == 0) sample.push_back(value);
      ++count;
    }
  }
};

void find_centres(const Overview& overview, std::size_t domains, Domains& result) {
  std::vector<double> sorted = overview.sample;
  std::ranges::sort(sorted);
  result.centres = numeric::partition_means(sorted, domains).back();
  // Of fewer different values some means are the same.
  result.centres.erase(std::unique(result.centres.begin(), result.centres.end()),
                       result.centres.end());
  for (std::size_t d = 0; d + 1 < result.centres.size(); ++d) {
    result.thresholds.push_back(0.5 * (result.centres[d] + result.centres[d + 1]));
  }
}

/// What the second pass counts.
class DomainCount {
 public:
  DomainCount(Domains& result, const Overview& overview, double bandwidth_factor)
      : result_(result), low_(overview.low), domain_(result.length) {
    const std::size_t domains = result.size();
    result.populations.classes = domains;
    result.populations.atoms.assign(result.length * domains, 0);
    result.exchange.assign(domains * domains, 0);
    const double range = overview.high - overview.low;
    const double bandwidth =
        numeric::scott_bandwidth(result.deviation, overview.count, bandwidth_factor);
    // Values that differ by rounding only have no density.
    if (!(range > 1e-12)) return;
    per_bin_ = static_cast<double>(histogram_bins) / range;
    result.histogram.assign(histogram_bins, 0.0);
    for (std::size_t b = 0; b <= histogram_bins; ++b) {
      result.histogram_edges.push_back(low_ + static_cast<double>(b) / per_bin_);
    }
    if (bandwidth > 1e-6 * range) density_.emplace(overview.low, overview.high, bandwidth);
  }

  void add(std::size_t atom, std::span<const double> values, DomainSink& sink) {
    const std::size_t domains = result_.size();
    std::vector<std::uint32_t> time_in(domains, 0);
    for (std::size_t t = 0; t < values.size(); ++t) {
      std::size_t d = 0;
      while (d < result_.thresholds.size() && values[t] > result_.thresholds[d]) ++d;
      domain_[t] = static_cast<std::uint8_t>(d);
      ++time_in[d];
      ++result_.populations.atoms[t * domains + d];
      if (t > 0) ++result_.exchange[domain_[t - 1] * domains + d];
      if (density_) density_->add(values[t]);
      if (per_bin_ > 0.0) {
        const double bin = (values[t] - low_) * per_bin_;
        ++result_.histogram[std::min(static_cast<std::size_t>(bin), histogram_bins - 1)];
      }
    }
    result_.time_in.insert(result_.time_in.end(), time_in.begin(), time_in.end());
    sink.add_atom(atom, values, domain_);
  }

  void finish() {
    if (density_) result_.density = density_->evaluate(density_places);
    result_.average = average_populations(result_.populations);
  }

 private:
  Domains& result_;
  double low_;
  double per_bin_ = 0.0;
  std::vector<std::uint8_t> domain_;
  std::optional<numeric::DensityEstimate> density_;
};

}  // namespace

double Domains::probability(std::size_t from, std::size_t to) const {
  std::uint64_t all = 0;
  for (std::size_t d = 0; d < size(); ++d) all += exchange[from * size() + d];
  if (all == 0) return 0.0;
  return static_cast<double>(exchange[from * size() + to]) / static_cast<double>(all);
}

Domains find_domains(const SeriesSource& source, const DomainOptions& options, DomainSink& sink,
                     Progress& progress) {
  require_valid(options.validate());
  progress.begin("domains", 2 * source.atoms());
  SmoothedSeries series(source, options, progress);
  Domains result;
  result.first = series.first();
  result.length = series.length();
  const std::size_t values = source.atoms() * result.length;
  result.sample_stride = (values + most_sampled - 1) / most_sampled;
  Overview overview;
  series.each(
      [&](std::size_t, std::span<const double> kept) { overview.add(kept, result.sample_stride); });
  const auto count = static_cast<double>(overview.count);
  result.mean = overview.origin + overview.sum / count;
  const double spread = overview.square - overview.sum * overview.sum / count;
  result.deviation = std::sqrt(std::max(0.0, spread) / (count - 1.0));
  find_centres(overview, static_cast<std::size_t>(options.domains), result);
  DomainCount counts(result, overview, options.bandwidth);
  series.each(
      [&](std::size_t atom, std::span<const double> kept) { counts.add(atom, kept, sink); });
  counts.finish();
  return result;
}

numeric::ClusterTree exchange_tree(const Domains& domains) {
  const std::size_t size = domains.size();
  if (size < 2) return {};
  std::vector<double> distances;
  double largest = 0.0;
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = a + 1; b < size; ++b) {
      distances.push_back(domains.probability(a, b) + domains.probability(b, a));
      largest = std::max(largest, distances.back());
    }
  }
  for (double& distance : distances) distance = largest > 0.0 ? 1.0 - distance / largest : 1.0;
  return numeric::cluster_items(distances, size, numeric::Linkage::average);
}

}  // namespace adatom::dynamics
