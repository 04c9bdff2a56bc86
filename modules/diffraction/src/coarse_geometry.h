#pragma once
// The first guess of centre and ellipse, right within a ring's width.
#include "adatom/base/grid.h"
#include "adatom/diffraction/find_geometry.h"

namespace adatom::diffraction {

/// What is given in `options` is kept. @see find_geometry
[[nodiscard]] Geometry coarse_geometry(const Grid<double>& frame, const Mask& mask,
                                       const FindGeometryOptions& options);

}  // namespace adatom::diffraction
