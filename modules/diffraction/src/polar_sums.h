#pragma once
// Sums of a frame over sectors and radii of the round pattern, which hold all that is needed to
// place its rings.
#include <cstddef>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/diffraction/geometry.h"

namespace adatom::diffraction {

struct PolarBin {
  double count = 0.0;
  double sum = 0.0;
  double square = 0.0;
};

/// Bins in radius stand at multiples of `step_px`; a pixel goes to the two next to it, linearly.
struct PolarSums {
  std::size_t sectors = 0;
  std::size_t bins = 0;
  double step_px = 0.5;
  std::vector<PolarBin> values;  ///< bins of the first sector, then of the second, ...

  [[nodiscard]] const PolarBin& at(std::size_t sector, std::size_t bin) const {
    return values[sector * bins + bin];
  }
  [[nodiscard]] double azimuth_rad(std::size_t sector) const;  ///< its middle
};

/// Radii are in pixels whatever the scale of `geometry`. Pixels beyond radius_max_px, masked or no
/// finite number are left out.
[[nodiscard]] PolarSums polar_sums(const Grid<double>& frame, const Mask& mask,
                                   const Geometry& geometry, std::size_t sectors,
                                   double radius_max_px);

/// The radius of the frame's farthest corner.
[[nodiscard]] double farthest_corner_px(const Grid<double>& frame, const Geometry& geometry);

}  // namespace adatom::diffraction
