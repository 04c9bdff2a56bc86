#pragma once
// The first guess of centre and ellipse, right within a ring's width.
#include "adatom/base/grid.h"
#include "adatom/diffraction/find_geometry.h"

namespace adatom::diffraction {

/// What is given in `options` is kept. @see find_geometry
[[nodiscard]] Geometry coarse_geometry(const Grid<double>& frame, const Mask& mask,
                                       const FindGeometryOptions& options);

/// ln(ratio)/2 times cosine and sine of twice the angle.
[[nodiscard]] std::array<double, 2> ellipse_vector(const Geometry& geometry);
/// Sets ratio and angle so.
void set_ellipse(Geometry& geometry, const std::array<double, 2>& vector);

}  // namespace adatom::diffraction
