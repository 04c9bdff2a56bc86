#include "adatom/dynamics/markov.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/statistics.h"
#include "block_bootstrap.h"
#include "labels.h"

namespace adatom::dynamics {
namespace {

constexpr std::size_t longest = 5;
// Differences of fewer transitions are not normal enough to be put in standard errors.
constexpr double least_transitions = 10.0;

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Row-normalised; a class that no window starts in is never left.
Square matrix_of(std::span<const std::uint64_t> counts, std::size_t classes) {
  const auto n = static_cast<Eigen::Index>(classes);
  const std::vector<double> rows = row_normalised(counts, classes);
  Square matrix = Eigen::Map<const Square>(rows.data(), n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (matrix.row(i).sum() == 0.0) matrix(i, i) = 1.0;
  }
  return matrix;
}

/// All that is asked of one set of trajectories: differences T(k dt) - T(dt)^k for k = 2 to 5, and
/// time scales for k = 1 to 5 in windows, slowest first.
struct Propagation {
  std::vector<Square> counted;
  std::vector<Square> predicted;
  std::vector<std::vector<double>> timescales;
};

/// From the moduli of the eigenvalues below 1; what does not decay within numbers has no scale.
std::vector<double> timescales_of(const Square& matrix, std::size_t windows) {
  const Eigen::EigenSolver<Square> solver(matrix, false);
  std::vector<double> scales;
  for (const auto& value : solver.eigenvalues()) {
    const double modulus = std::abs(value);
    if (modulus > 1e-12 && modulus < 1.0 - 1e-12) {
      scales.push_back(-static_cast<double>(windows) / std::log(modulus));
    }
  }
  std::ranges::sort(scales, std::greater());
  return scales;
}

Propagation propagate(std::span<const std::vector<std::uint64_t>> counts, std::size_t classes) {
  Propagation result;
  const Square one = matrix_of(counts[0], classes);
  Square power = one;
  result.timescales.push_back(timescales_of(one, 1));
  for (std::size_t k = 2; k <= longest; ++k) {
    power = power * one;
    result.counted.push_back(matrix_of(counts[k - 1], classes));
    result.predicted.push_back(power);
    result.timescales.push_back(timescales_of(result.counted.back(), k));
  }
  return result;
}

/// Mean square distances from `about`, as standard errors.
class Scatter {
 public:
  explicit Scatter(double about) : about_(about) {}
  void add(double value) {
    sum_ += (value - about_) * (value - about_);
    ++count_;
  }
  [[nodiscard]] double error() const {
    return count_ == 0 ? 0.0 : std::sqrt(sum_ / static_cast<double>(count_));
  }

 private:
  double about_;
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

/// An entry of a step that is tested.
struct Tested {
  std::size_t step;
  Eigen::Index from;
  Eigen::Index to;
  double difference;
  double standard_error;
};

double difference(const Propagation& p, const Tested& t) {
  return p.counted[t.step](t.from, t.to) - p.predicted[t.step](t.from, t.to);
}

/// Entries with enough independent transitions, in the shortest windows and in the step's, and
/// as many to other classes.
std::vector<Tested> choose_entries(std::span<const TransitionCounts> windows,
                                   const Propagation& measured,
                                   std::span<const Propagation> drawn) {
  const std::size_t classes = windows[0].classes;
  const auto independent = [&](std::size_t k, std::size_t e) {
    const auto stride = static_cast<double>(windows[k].stride_frames);
    const double overlap = std::min(1.0, stride / static_cast<double>(windows[k].window_frames));
    const double row = row_sums(windows[k].count, classes)[e / classes];
    const auto count = static_cast<double>(windows[k].count[e]);
    return overlap * std::min(count, row - count);
  };
  std::vector<Tested> chosen;
  for (std::size_t k = 2; k <= longest; ++k) {
    for (std::size_t e = 0; e < classes * classes; ++e) {
      if (independent(k - 1, e) < least_transitions) continue;
      Tested t{.step = k - 2,
               .from = static_cast<Eigen::Index>(e / classes),
               .to = static_cast<Eigen::Index>(e % classes),
               .difference = 0.0,
               .standard_error = 0.0};
      t.difference = difference(measured, t);
      Scatter scatter(t.difference);
      for (const Propagation& p : drawn) scatter.add(difference(p, t));
      t.standard_error = scatter.error();
      if (t.standard_error > 0.0) chosen.push_back(t);
    }
  }
  return chosen;
}

std::vector<ImpliedTimescales> timescales_with_errors(const Propagation& measured,
                                                      std::span<const Propagation> drawn,
                                                      double window_ns) {
  std::vector<ImpliedTimescales> result;
  for (std::size_t k = 0; k < longest; ++k) {
    ImpliedTimescales& scales = result.emplace_back();
    scales.windows = k + 1;
    for (std::size_t i = 0; i < measured.timescales[k].size(); ++i) {
      std::vector<double> values;
      for (const Propagation& p : drawn) {
        if (i < p.timescales[k].size()) values.push_back(p.timescales[k][i]);
      }
      scales.time_ns.push_back(measured.timescales[k][i] * window_ns);
      scales.time_stderr_ns.push_back(0.0);
      if (values.empty()) continue;
      // Half of where the middle 68.3 % are: a few that hardly decay would decide a mean square.
      const auto ends = numeric::quantiles(values, std::array{0.158655, 0.841345});
      scales.time_stderr_ns.back() = 0.5 * (ends[1] - ends[0]) * window_ns;
    }
  }
  return result;
}

std::vector<Propagation> bootstrap(std::span<const TransitionCounts> windows, std::size_t samples,
                                   const RandomStream& random) {
  // The same blocks of time for all windows, and twice the longest of them at least.
  std::vector<TimeBlocks> all;
  std::size_t blocks = windows[0].blocks.blocks();
  for (const auto& w : windows) {
    TimeBlocks& merged = all.emplace_back(w.blocks);
    while (merged.frames_in_block() < 2 * windows.back().window_frames) merged.merge_pairs();
    blocks = std::min(blocks, merged.blocks());
  }
  if (blocks < least_blocks) return {};
  std::vector<Propagation> drawn(samples);
  parallel_for(samples, [&](std::size_t r) {
    const auto numbers = draw_blocks(blocks, random.substream(r));
    std::vector<std::vector<std::uint64_t>> counts;
    for (const auto& merged : all) counts.push_back(sum_of_blocks(merged, numbers));
    drawn[r] = propagate(counts, windows[0].classes);
  });
  return drawn;
}

void require_multiples(std::span<const TransitionCounts> windows) {
  bool right = windows.size() == longest;
  for (std::size_t k = 0; right && k < longest; ++k) {
    right = windows[k].classes == windows[0].classes &&
            windows[k].stride_frames == windows[0].stride_frames &&
            windows[k].window_frames == (k + 1) * windows[0].window_frames &&
            windows[k].blocks.frames_in_block() == windows[0].blocks.frames_in_block();
  }
  if (right) return;
  throw InputError({.what = "windows that are not 1, 2, 3, 4 and 5 times the shortest",
                    .where = {},
                    .why = {},
                    .remedy = "count them together"});
}

}  // namespace

MarkovCounter::MarkovCounter(std::size_t classes, const TransitionOptions& options,
                             std::span<const std::uint8_t> mask) {
  require_valid(options.validate());
  for (std::size_t k = 1; k <= longest; ++k) {
    TransitionOptions longer = options;
    longer.window_frames *= static_cast<std::int64_t>(k);
    // Blocks of the same frames for all, those that the shortest has by itself.
    const auto block = 2 * std::max(options.window_frames, options.stride_frames);
    counters_.emplace_back(classes, longer, mask, static_cast<std::size_t>(block));
  }
}

void MarkovCounter::add_frame(std::span<const std::uint8_t> labels) {
  for (TransitionCounter& counter : counters_) counter.add_frame(labels);
}

std::vector<TransitionCounts> MarkovCounter::counts() const {
  std::vector<TransitionCounts> result;
  for (const TransitionCounter& counter : counters_) result.push_back(counter.counts());
  return result;
}

std::vector<TransitionCounts> count_multiple_windows(LabelSource& labels, std::size_t classes,
                                                     const TransitionOptions& options,
                                                     std::span<const std::uint8_t> mask,
                                                     std::size_t first_frame, Progress& progress) {
  MarkovCounter counter(classes, options, mask);
  for_each_frame(labels, first_frame, "longer windows", progress,
                 [&](std::span<const std::uint8_t> frame) { counter.add_frame(frame); });
  return counter.counts();
}

MarkovTest test_markov(std::span<const TransitionCounts> windows, double frame_interval_ns,
                       const TransitionOptions& options, double significance,
                       const RandomStream& random) {
  require_valid(options.validate());
  require_multiples(windows);
  std::vector<std::vector<std::uint64_t>> counts;
  for (const auto& w : windows) counts.push_back(w.count);
  const Propagation measured = propagate(counts, windows[0].classes);
  const auto drawn =
      bootstrap(windows, static_cast<std::size_t>(options.bootstrap_samples), random);
  MarkovTest result;
  result.timescales = timescales_with_errors(
      measured, drawn, frame_interval_ns * static_cast<double>(windows[0].window_frames));
  const auto tested = choose_entries(windows, measured, drawn);
  result.tested_entries = tested.size();
  if (tested.empty()) return result;

  double largest = 0.0;
  std::vector<double> worst(longest - 1, 0.0);
  result.steps.resize(longest - 1);
  for (std::size_t s = 0; s < result.steps.size(); ++s) result.steps[s].windows = s + 2;
  for (const Tested& t : tested) {
    const double deviation = std::abs(t.difference) / t.standard_error;
    largest = std::max(largest, deviation);
    result.largest_difference = std::max(result.largest_difference, std::abs(t.difference));
    if (deviation < worst[t.step]) continue;
    worst[t.step] = deviation;
    result.steps[t.step] = {.windows = t.step + 2,
                            .from = static_cast<std::uint8_t>(t.from),
                            .to = static_cast<std::uint8_t>(t.to),
                            .counted = measured.counted[t.step](t.from, t.to),
                            .predicted = measured.predicted[t.step](t.from, t.to),
                            .standard_error = t.standard_error};
  }
  // How large it gets by chance: of the bootstrapped ones about what was measured.
  std::size_t as_large = 0;
  for (const Propagation& p : drawn) {
    double by_chance = 0.0;
    for (const Tested& t : tested) {
      by_chance = std::max(by_chance, std::abs(difference(p, t) - t.difference) / t.standard_error);
    }
    as_large += by_chance >= largest ? 1 : 0;
  }
  result.p_value =
      (1.0 + static_cast<double>(as_large)) / (1.0 + static_cast<double>(drawn.size()));
  result.verdict =
      result.p_value < significance ? MarkovVerdict::not_markovian : MarkovVerdict::markovian;
  return result;
}

}  // namespace adatom::dynamics
