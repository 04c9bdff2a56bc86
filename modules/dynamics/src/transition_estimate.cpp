// Probabilities of transitions and their intervals.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/dynamics/transitions.h"
#include "adatom/numeric/special_functions.h"
#include "adatom/numeric/statistics.h"
#include "block_bootstrap.h"

namespace adatom::dynamics {
namespace {

/// One trajectory's matrix. Row i weighs `weight[i]` in the mean.
struct Part {
  std::vector<double> rows;    ///< counts in them
  std::vector<double> matrix;  ///< row-normalised
  std::vector<double> weight;
};

std::vector<Part> parts_of(std::span<const std::vector<std::uint64_t>> counts,
                           std::size_t classes) {
  std::vector<Part> parts;
  std::vector<double> seen(classes, 0.0);
  for (const auto& count : counts) {
    Part& part = parts.emplace_back();
    part.rows = row_sums(count, classes);
    part.matrix = row_normalised(count, classes);
    for (std::size_t i = 0; i < classes; ++i) seen[i] += part.rows[i] > 0.0 ? 1.0 : 0.0;
  }
  for (Part& part : parts) {
    part.weight.resize(classes, 0.0);
    for (std::size_t i = 0; i < classes; ++i) {
      if (part.rows[i] > 0.0) part.weight[i] = 1.0 / seen[i];
    }
  }
  return parts;
}

std::vector<std::uint64_t> added(std::span<const std::vector<std::uint64_t>> counts) {
  std::vector<std::uint64_t> sum(counts.front().size(), 0);
  for (const auto& count : counts) {
    for (std::size_t e = 0; e < sum.size(); ++e) sum[e] += count[e];
  }
  return sum;
}

/// All trajectories' matrix, and whether each row is there.
struct Combined {
  std::vector<double> matrix;
  std::vector<bool> seen;
};

Combined combine(std::span<const std::vector<std::uint64_t>> counts, std::size_t classes,
                 Average average) {
  const auto sum = added(counts);
  Combined result{.matrix = row_normalised(sum, classes), .seen = {}};
  for (const double row : row_sums(sum, classes)) result.seen.push_back(row > 0.0);
  if (average == Average::pooled_counts) return result;
  std::ranges::fill(result.matrix, 0.0);
  for (const Part& part : parts_of(counts, classes)) {
    for (std::size_t e = 0; e < result.matrix.size(); ++e) {
      result.matrix[e] += part.weight[e / classes] * part.matrix[e];
    }
  }
  return result;
}

/// For each entry: how many independent windows know as much of it, and how many times larger its
/// variance is than theirs.
struct Knowledge {
  std::vector<double> windows;
  std::vector<double> excess;
};

/// Independent windows' variance of each entry of the mean; `with_prior` so that it is never zero.
std::vector<double> independent_variances(std::span<const Part> parts, std::size_t classes,
                                          double overlap, double prior) {
  std::vector<double> variances(classes * classes, 0.0);
  for (const Part& part : parts) {
    for (std::size_t e = 0; e < variances.size(); ++e) {
      const double n = part.rows[e / classes] * overlap;
      if (n <= 0.0) continue;
      const double p = (part.matrix[e] * n + prior) / (n + 2.0 * prior);
      const double weight = part.weight[e / classes];
      variances[e] += weight * weight * p * (1.0 - p) / n;
    }
  }
  return variances;
}

Knowledge knowledge_of(std::span<const TransitionCounts> trajectories,
                       std::span<const std::vector<std::uint64_t>> counts, const Combined& combined,
                       Average average, double prior) {
  const std::size_t classes = trajectories.front().classes;
  const double overlap = std::min(1.0, static_cast<double>(trajectories.front().stride_frames) /
                                           static_cast<double>(trajectories.front().window_frames));
  auto parts = parts_of(counts, classes);
  if (average == Average::pooled_counts) {
    const std::vector<std::vector<std::uint64_t>> sum = {added(counts)};
    parts = parts_of(sum, classes);
  }
  std::vector<double> blocked(classes * classes, 0.0);
  for (std::size_t m = 0; m < trajectories.size(); ++m) {
    const bool pooled = average == Average::pooled_counts;
    const Part& part = parts[pooled ? 0 : m];
    const auto variances = block_variances(trajectories[m].blocks, classes,
                                           pooled ? combined.matrix : part.matrix, part.rows);
    for (std::size_t e = 0; e < blocked.size(); ++e) {
      const double weight = part.weight[e / classes];
      blocked[e] += weight * weight * variances[e];
    }
  }
  std::vector<double> rows(classes, 0.0);
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < classes; ++i) rows[i] += part.rows[i];
  }
  std::vector<std::uint32_t> met(classes * classes, 0);
  for (const auto& trajectory : trajectories) {
    const auto own = blocks_with_counts(trajectory.blocks);
    for (std::size_t e = 0; e < met.size(); ++e) met[e] += own[e];
  }
  Knowledge result;
  result.excess = excess_variances(blocked, independent_variances(parts, classes, overlap, 0.0),
                                   rows, met, classes);
  const auto with_prior = independent_variances(parts, classes, overlap, prior);
  for (std::size_t e = 0; e < classes * classes; ++e) {
    double mean = 0.0;  // of the parts' posterior means, as in `with_prior`
    for (const Part& part : parts) {
      const double n = part.rows[e / classes] * overlap;
      mean += part.weight[e / classes] * (part.matrix[e] * n + prior) / (n + 2.0 * prior);
    }
    result.windows.push_back(with_prior[e] > 0.0 ? mean * (1.0 - mean) / with_prior[e] : 0.0);
  }
  return result;
}

Interval beta_interval(double probability, double windows, double prior, double confidence) {
  const double tail = 0.5 * (1.0 - confidence);
  const double a = probability * windows + prior;
  const double b = (1.0 - probability) * windows + prior;
  Interval interval;
  if (probability > 0.0) interval.low = numeric::beta_quantile(a, b, tail);
  if (probability < 1.0) interval.high = numeric::beta_quantile(a, b, 1.0 - tail);
  return interval;
}

/// Of each entry the interval of its values in bootstrapped trajectories.
std::vector<std::optional<Interval>> bootstrap(std::span<const TransitionCounts> trajectories,
                                               const TransitionOptions& options,
                                               const RandomStream& random) {
  const std::size_t classes = trajectories.front().classes;
  std::vector<std::optional<Interval>> intervals(classes * classes);
  for (const auto& trajectory : trajectories) {
    if (trajectory.blocks.blocks() < least_blocks) return intervals;
  }
  const auto samples = static_cast<std::size_t>(options.bootstrap_samples);
  std::vector<Combined> drawn(samples);
  parallel_for(samples, [&](std::size_t r) {
    std::vector<std::vector<std::uint64_t>> counts;
    for (std::size_t m = 0; m < trajectories.size(); ++m) {
      const TimeBlocks& blocks = trajectories[m].blocks;
      const RandomStream own = random.substream(r).substream(m);
      counts.push_back(sum_of_blocks(blocks, draw_blocks(blocks.blocks(), own)));
    }
    drawn[r] = combine(counts, classes, options.average);
  });
  const double tail = 0.5 * (1.0 - options.confidence);
  const std::array<double, 2> tails = {tail, 1.0 - tail};
  std::vector<double> values;
  for (std::size_t e = 0; e < intervals.size(); ++e) {
    values.clear();
    for (const Combined& one : drawn) {
      if (one.seen[e / classes]) values.push_back(one.matrix[e]);
    }
    if (values.empty()) continue;
    const auto ends = numeric::quantiles(values, tails);
    intervals[e] = Interval{.low = ends[0], .high = ends[1]};
  }
  return intervals;
}

void require_alike(std::span<const TransitionCounts> trajectories, double frame_interval_ns) {
  if (trajectories.empty()) {
    throw InputError(
        {.what = "transitions of no trajectory", .where = {}, .why = {}, .remedy = {}});
  }
  const TransitionCounts& first = trajectories.front();
  for (const auto& t : trajectories) {
    if (t.classes != first.classes || t.window_frames != first.window_frames ||
        t.stride_frames != first.stride_frames) {
      throw InputError({.what = "transitions that were counted differently",
                        .where = {},
                        .why = "classes, window and stride must be the same in all trajectories",
                        .remedy = {}});
    }
  }
  if (!(frame_interval_ns > 0.0)) {
    throw InputError({.what = "frames with no time between them",
                      .where = {},
                      .why = {},
                      .remedy = "give the time between frames in ns"});
  }
}

}  // namespace

const Transition* TransitionMatrix::find(std::uint8_t from, std::uint8_t to) const {
  for (const Transition& entry : entries) {
    if (entry.from == from && entry.to == to) return &entry;
  }
  return nullptr;
}

std::vector<double> TransitionMatrix::probabilities() const {
  std::vector<double> matrix(classes * classes, 0.0);
  for (const Transition& t : entries) matrix[t.from * classes + t.to] = t.probability;
  return matrix;
}

TransitionMatrix estimate_transitions(std::span<const TransitionCounts> trajectories,
                                      double frame_interval_ns, const TransitionOptions& options,
                                      const RandomStream& random) {
  require_valid(options.validate());
  require_alike(trajectories, frame_interval_ns);
  const std::size_t classes = trajectories.front().classes;
  std::vector<std::vector<std::uint64_t>> counts;
  TransitionMatrix result{
      .classes = classes,
      .window_ns = frame_interval_ns * static_cast<double>(trajectories.front().window_frames)};
  for (const auto& trajectory : trajectories) {
    counts.push_back(trajectory.count);
    result.bootstrap_blocks += trajectory.blocks.blocks();
  }
  const double prior = options.prior == Prior::jeffreys ? 0.5 : 1.0;
  const auto total = added(counts);
  const Combined combined = combine(counts, classes, options.average);
  const Knowledge known = knowledge_of(trajectories, counts, combined, options.average, prior);
  const auto bootstrapped = bootstrap(trajectories, options, random);
  for (std::size_t e = 0; e < total.size(); ++e) {
    if (!combined.seen[e / classes]) continue;
    const double p = combined.matrix[e];
    Transition& entry = result.entries.emplace_back();
    entry.from = static_cast<std::uint8_t>(e / classes);
    entry.to = static_cast<std::uint8_t>(e % classes);
    entry.count = total[e];
    entry.probability = p;
    entry.excess_variance = known.excess[e];
    entry.bayesian = beta_interval(p, known.windows[e], prior, options.confidence);
    entry.interval =
        beta_interval(p, known.windows[e] / known.excess[e], prior, options.confidence);
    entry.bootstrap = bootstrapped[e];
    entry.rate_per_ns = p / result.window_ns;
    if (p > 0.0) entry.time_ns = result.window_ns / p;
  }
  return result;
}

}  // namespace adatom::dynamics
