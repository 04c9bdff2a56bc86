#pragma once
// Does the class alone tell where an atom goes next? Longer windows against powers of the short.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/dynamics/transitions.h"

namespace adatom::dynamics {

/// The entry of T(k dt) that is furthest from T(dt)^k, in its standard error.
struct MarkovStep {
  std::size_t windows = 2;  ///< k
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  double counted = 0.0;         ///< T(k dt)
  double predicted = 0.0;       ///< T(dt)^k
  double standard_error = 0.0;  ///< of the difference, by bootstrap
};

/// -k dt / ln |eigenvalue| of T(k dt): the same at all k if the process is Markovian.
struct ImpliedTimescales {
  std::size_t windows = 1;
  std::vector<double> time_ns = {};         ///< the slowest first
  std::vector<double> time_stderr_ns = {};  ///< by bootstrap; 0 with too few blocks
};

enum class MarkovVerdict {
  markovian,  ///< nothing speaks against it
  not_markovian,
  undecided,  ///< too few counts or blocks to say
};

struct MarkovTest {
  MarkovVerdict verdict = MarkovVerdict::undecided;
  double p_value = 1.0;             ///< of the largest deviation in all steps
  double largest_difference = 0.0;  ///< of a tested probability
  std::size_t tested_entries = 0;
  std::vector<MarkovStep> steps = {};              ///< k = 2 to 5
  std::vector<ImpliedTimescales> timescales = {};  ///< k = 1 to 5
};

/// Counts windows of k = 1 to 5 times the length, in one pass.
class MarkovCounter {
 public:
  MarkovCounter(std::size_t classes, const TransitionOptions& options,
                std::span<const std::uint8_t> mask = {});
  void add_frame(std::span<const std::uint8_t> labels);
  /// k = 1 to 5
  [[nodiscard]] std::vector<TransitionCounts> counts() const;

 private:
  std::vector<TransitionCounter> counters_;
};

[[nodiscard]] std::vector<TransitionCounts> count_multiple_windows(
    LabelSource& labels, std::size_t classes, const TransitionOptions& options,
    std::span<const std::uint8_t> mask, std::size_t first_frame, Progress& progress);

/// Chapman-Kolmogorov test (Prinz et al., J. Chem. Phys. 134 (2011) 174105, section IV). All
/// entries that at least ten independent transitions tell of are tested together: the largest of
/// their deviations in standard errors against how large it gets in bootstrapped trajectories.
/// @param windows of k = 1 to 5 of one trajectory (MarkovCounter)
/// @param significance a p-value below it speaks against a Markov chain
/// @throws InputError: other windows
[[nodiscard]] MarkovTest test_markov(std::span<const TransitionCounts> windows,
                                     double frame_interval_ns, const TransitionOptions& options,
                                     double significance, const RandomStream& random);

}  // namespace adatom::dynamics
