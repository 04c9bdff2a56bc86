#pragma once
// How often atoms change from one class to another within a time window, with honest intervals.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/dynamics/time_blocks.h"

namespace adatom::dynamics {

enum class Prior { jeffreys, uniform };

/// How several trajectories become one matrix.
enum class Average {
  pooled_counts,     ///< counts are added: every atom weighs the same
  mean_of_matrices,  ///< mean of the row-normalised matrices: every trajectory weighs the same
};

}  // namespace adatom::dynamics

namespace adatom {

template <>
struct EnumNames<dynamics::Prior> {
  static constexpr std::array names = {"jeffreys", "uniform"};
};
template <>
struct EnumNames<dynamics::Average> {
  static constexpr std::array names = {"pooled-counts", "mean-of-matrices"};
};

}  // namespace adatom

namespace adatom::dynamics {

struct TransitionOptions {
  std::int64_t window_frames = 1;  ///< `frames_in_window` finds it from ns
  std::int64_t stride_frames = 1;
  Average average = Average::pooled_counts;
  Prior prior = Prior::jeffreys;
  double confidence = 0.95;
  std::int64_t bootstrap_samples = 1000;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const { return check_ranges(*this); }
};

/// @throws InputError: not a whole number of frames (to one in 1e6), or none
[[nodiscard]] std::int64_t frames_in_window(double window_ns, double frame_interval_ns);

/// Counts of one trajectory. count(from, to) of pairs of frames f - window, f; f = window,
/// window + stride, ...
struct TransitionCounts {
  std::size_t classes = 0;
  std::size_t window_frames = 1;
  std::size_t stride_frames = 1;
  std::vector<std::uint64_t> count = {};  ///< rows: from; columns: to
  TimeBlocks blocks;                      ///< the same in consecutive blocks of time
};

/// Counts frames as they come. Holds the labels of one window.
class TransitionCounter {
 public:
  /// @param classes labels are below it, or `no_label`: a pair with such an atom is not counted
  /// @param mask one flag for each atom that says whether it is counted; empty: all are
  /// @param block_frames frames in the shortest blocks; 0: two windows
  /// @throws InputError: options out of range, no class, more than 254
  TransitionCounter(std::size_t classes, const TransitionOptions& options,
                    std::span<const std::uint8_t> mask = {}, std::size_t block_frames = 0);
  /// @throws InputError: a label that is no class, another number of atoms than before
  void add_frame(std::span<const std::uint8_t> labels);
  [[nodiscard]] TransitionCounts counts() const;

 private:
  void count_pairs();
  void flush(TimeBlocks& blocks) const;

  std::size_t classes_;
  std::size_t window_;
  std::size_t stride_;
  std::vector<std::uint8_t> mask_;
  std::size_t frame_ = 0;
  std::vector<std::vector<std::uint8_t>> ring_;  ///< the last `window_` frames, only counted atoms
  std::vector<std::uint8_t> now_ = {};
  /// Pairs not yet in a block: several tables (classes + 1)^2, so that atoms in a row that do the
  /// same need not wait for each other.
  std::vector<std::uint32_t> pairs_;
  std::size_t pending_frame_ = 0;    ///< the last one in `pairs_`
  std::uint64_t pending_atoms_ = 0;  ///< in them
  TimeBlocks blocks_;
};

/// @param first_frame frames before it are left out
[[nodiscard]] TransitionCounts count_transitions(LabelSource& labels, std::size_t classes,
                                                 const TransitionOptions& options,
                                                 std::span<const std::uint8_t> mask,
                                                 std::size_t first_frame, Progress& progress);

struct Interval {
  double low = 0.0;
  double high = 1.0;
};

/// A row of transitions.csv.
struct Transition {
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint64_t count = 0;   ///< of all (overlapping) windows of all trajectories
  double probability = 0.0;  ///< in one window
  /// The interval to show and to trust, in which correlated atoms are allowed for (see
  /// `estimate_transitions`).
  Interval interval = {};
  /// Of the Bayesian posterior that takes atoms and windows that do not overlap as independent.
  Interval bayesian = {};
  /// Of the block bootstrap over time; nothing with too few blocks.
  std::optional<Interval> bootstrap = {};
  /// How many times larger the variance is than of independent atoms and windows, at least 1.
  double excess_variance = 1.0;
  double rate_per_ns = 0.0;            ///< probability / window
  std::optional<double> time_ns = {};  ///< window / probability; nothing where that is zero
};

struct TransitionMatrix {
  std::size_t classes = 0;
  double window_ns = 0.0;
  /// From class to class, row by row; classes that no window starts in have no row.
  std::vector<Transition> entries = {};
  std::size_t bootstrap_blocks = 0;  ///< of all trajectories

  /// nullptr where there is no such row.
  [[nodiscard]] const Transition* find(std::uint8_t from, std::uint8_t to) const;
  /// Row-normalised, classes x classes; rows that are not there are zero.
  [[nodiscard]] std::vector<double> probabilities() const;
};

/// Probabilities, rates, times and their intervals. In the mean of matrices a class that a
/// trajectory never starts a window in takes its row from the others alone.
///
/// Bayesian: entry by entry, the beta distribution Beta(n + a, N - n + a) of a binomial probability
/// with the prior of Jeffreys (a = 1/2; Brown, Cai and DasGupta, Statist. Sci. 16 (2001) 101) or a
/// uniform one (a = 1), the ends at n = 0 and n = N being 0 and 1. n of N are the counts times
/// stride / window where windows overlap; every atom counts as independent. (The margin of a
/// Dirichlet distribution with 1/2 for each class would pull frequent entries of rare classes
/// down: it holds as many invented atoms as there are classes.)
/// Bootstrap: blocks of time, all atoms together, drawn with replacement (Kuensch, Ann. Statist. 17
/// (1989) 1217, blocks that do not overlap), percentiles.
/// `interval`: the Bayesian one with n and N divided by how much the variance between blocks
/// exceeds that of independent atoms (Rao and Scott, Biometrics 48 (1992) 577, never below 1),
/// which in simulated chains covers at its nominal rate also where atoms move together; see the
/// README.
/// @param trajectories of the same classes, window and stride
/// @param random for the bootstrap
/// @throws InputError: none, or that differ; options out of range
[[nodiscard]] TransitionMatrix estimate_transitions(std::span<const TransitionCounts> trajectories,
                                                    double frame_interval_ns,
                                                    const TransitionOptions& options,
                                                    const RandomStream& random);

}  // namespace adatom::dynamics
