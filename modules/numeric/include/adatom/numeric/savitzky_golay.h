#pragma once
// Smoothing by polynomials that are fitted around each value (Savitzky and Golay, Anal. Chem. 36
// (1964) 1627).
#include <cstddef>
#include <span>
#include <vector>

namespace adatom::numeric {

/// Each value becomes that of the polynomial of least squares over `window` values around it; near
/// the ends that of the polynomial over the first or last `window` values. As SciPy's savgol_filter
/// (mode "interp") for even windows too: these have no middle value, and value i becomes that of
/// the polynomial half a step behind i.
class SavitzkyGolay {
 public:
  /// @param window values, 1 to 100000
  /// @param order of the polynomials, 0 to 20, below `window`
  /// @param derivative 0: the smoothed values; 1, ...: their derivatives, steps being 1
  /// @throws InputError: out of range
  SavitzkyGolay(std::size_t window, std::size_t order, std::size_t derivative = 0);

  [[nodiscard]] std::size_t window() const { return window_; }
  /// @param smoothed as long as `series`, and not the same memory
  /// @throws InputError: a series shorter than the window
  void apply(std::span<const double> series, std::span<double> smoothed) const;

 private:
  std::size_t window_;
  std::vector<double> middle_;  ///< weights of the values around
  std::vector<double> begin_;   ///< of the first `window`, for each of the window / 2 first
  double mirror_ = 1.0;
};

}  // namespace adatom::numeric
