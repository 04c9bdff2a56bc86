#pragma once
// What azimuthal integration makes of a frame.
#include <cstddef>
#include <vector>

namespace adatom::diffraction {

/// The mean along the azimuth against s, bin by bin, of equal width. A bin that no pixel reached
/// has weight 0, and NaN as intensity and standard error.
struct Profile {
  double s_first_per_angstrom = 0.0;     ///< middle of the first bin
  double s_step_per_angstrom = 0.0;      ///< width of a bin
  std::vector<double> intensity;         ///< counts per pixel
  std::vector<double> intensity_stderr;  ///< of the mean
  std::vector<double> weight;            ///< pixels' areas that went in, px^2
  /// Correlation of a bin's error with the next bin's, as pixels that lie in both bring it; the
  /// last is 0. Empty: none.
  std::vector<double> neighbour_correlation{};
  /// Sum of a bin's row of the errors' correlation matrix: what fits that take bins as independent
  /// must multiply each variance with. Empty: 1.
  std::vector<double> variance_inflation{};

  [[nodiscard]] std::size_t size() const { return intensity.size(); }
  [[nodiscard]] double s_per_angstrom(std::size_t bin) const {
    return s_first_per_angstrom + s_step_per_angstrom * static_cast<double>(bin);
  }
};

}  // namespace adatom::diffraction
