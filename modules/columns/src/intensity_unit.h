#pragma once
// The unit a fit works in. Positions, widths and relative errors of a fit cannot depend on the unit
// of intensity, but squares of tiny or huge numbers underflow or overflow; so the image is brought
// to about 1 first. The factor is a power of two: nothing is rounded.
#include "adatom/base/grid.h"
#include "adatom/columns/fit.h"
#include "raster.h"

namespace adatom::columns {

/// A power of two near the largest absolute value of an image.
class IntensityUnit {
 public:
  explicit IntensityUnit(const Grid<double>& image);

  /// The image in this unit: its largest absolute value is between 1/2 and 1.
  [[nodiscard]] Raster to_unit(const Grid<double>& image) const;

  /// The same counts need a dose as many times higher as the intensities are lower.
  [[nodiscard]] FitOptions to_unit(const FitOptions& options) const;

  /// Heights, cross-sections, background, their errors and the model back in the image's unit. The
  /// likelihood of counts stays; that of intensities is a density and goes with the unit.
  void restore(const FitOptions& options, FitResult& result) const;

 private:
  int exponent_ = 0;
};

}  // namespace adatom::columns
