#pragma once
// Atom counts of the columns of a series, all frames together: a column rarely changes between two
// frames, so every frame helps to count it in the others. De wael et al., Phys. Rev. Lett. 124
// (2020) 106105.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/counting/count.h"
#include "adatom/counting/match_columns.h"

namespace adatom::counting {

/// path: the most probable history of a column as a whole (Viterbi). posterior: the most probable
/// count of every frame by itself.
enum class Decoding { path, posterior };

struct TimeSeriesOptions {
  Decoding decoding = Decoding::path;
  /// Changes of up to so many atoms between frames have a probability each, larger ones share one.
  std::int64_t largest_change = 2;
  /// Share of the columns that change between two frames as known beforehand, with the weight of
  /// `pseudo_transitions` transitions; the series tells the rest.
  double change_probability = 0.03;
  double pseudo_transitions = 20.0;
  /// Probability that a column of one atom is not detected (of n atoms: its nth power, 0.001 at
  /// least), as known beforehand with the weight of 20 such columns.
  double miss_probability = 0.05;
  /// Probability that something is detected where no column is. With CountingOptions::allow_zero,
  /// listed positions may be empty, and this is not used.
  double false_probability = 1e-4;
  std::int64_t max_iterations = 200;
  double tolerance = 1e-7;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// One column of MatchResult::columns through the series; arrays over all frames.
struct ColumnHistory {
  std::vector<std::int64_t> atom_count;    ///< 0: absent
  std::vector<double> probability;         ///< of that count
  std::vector<double> posterior;           ///< of 0, 1, ... atoms: frames x states, row by row
  std::vector<double> change_probability;  ///< of another count in the next frame; one less
  std::vector<std::int64_t> independent;   ///< counted by itself; 0: not seen, -1: out of sight
};

/// A column's count in one frame that is another one in the next.
struct CountChange {
  std::size_t column = 0;
  std::size_t frame = 0;  ///< the former of the two
  std::int64_t from = 0;
  std::int64_t to = 0;
  double probability = 0.0;         ///< of exactly this
  double change_probability = 0.0;  ///< of any change there
  bool independent_too = false;     ///< do independent counts change by as much there?
};

/// Frame-to-frame changes over all pairs of frames that both tell something.
struct ChangeTally {
  std::int64_t pairs = 0;  ///< of observations of one column in successive frames
  std::int64_t independent = 0;
  std::int64_t series = 0;
  double expected = 0.0;  ///< sum of the probabilities
};

struct TimeSeriesResult {
  std::vector<ColumnHistory> columns;
  std::vector<CountChange> changes;  ///< by frame, then by column
  ChangeTally tally;
  std::vector<Total> totals;             ///< of each frame
  std::vector<double> expected_changes;  ///< between each frame and the next: number of columns
  std::vector<double> level_angstrom2;   ///< mean cross-section of 0, 1, ... atoms
  /// Of no change, -1, +1, -2, +2, ... atoms and of all larger ones together.
  std::vector<double> change_probability;
  double library_scale = 1.0;
  double sigma_angstrom2 = 0.0;
  double miss_probability = 0.0;  ///< of one atom, estimated
  double mean_probability = 0.0;  ///< of the counts of columns that are seen: expected share right
  double log_likelihood = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
  std::vector<std::string> warnings;
};

/// Hidden Markov model whose states are 0, 1, ... atoms. A cross-section of g atoms is distributed
/// as N(a M_g, sigma^2 + known variance), M_g the library, or the means of the independent counts
/// where the method has none; known variances are those of `options` (dose, measured). The scale a
/// (hybrid), sigma, transitions, first counts and the probability to miss an atom are estimated
/// together by expectation and maximisation.
/// @param frames as matched; their cross-sections are needed
/// @param scs_stderr_angstrom2 for Scatter::measured, else may be empty: of each frame's columns
/// @param independent count_atoms of all columns, frame by frame in their order, with `options`
/// @param library as for count_atoms
/// @throws InputError: sizes that do not fit, a missing library; Interrupted
[[nodiscard]] TimeSeriesResult count_time_series(
    std::span<const FrameColumns> frames, const MatchResult& matched,
    std::span<const std::vector<double>> scs_stderr_angstrom2, const CountingResult& independent,
    const std::optional<Library>& library, const CountingOptions& options,
    const TimeSeriesOptions& series_options, Progress& progress);

}  // namespace adatom::counting

namespace adatom {
template <>
struct EnumNames<counting::Decoding> {
  static constexpr std::array names = {"path", "posterior"};
};
}  // namespace adatom
