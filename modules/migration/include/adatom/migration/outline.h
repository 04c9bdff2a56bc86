#pragma once
// The force on one particle from the copper along its outline.
#include <array>
#include <span>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/migration/force.h"

namespace adatom::migration {

/// A vertex of an outline; x to the right, y down, as in images.
struct OutlinePoint {
  double x_nm = 0.0;
  double y_nm = 0.0;
  Estimate copper = {};  ///< share of copper at the surface there, 0 to 1
};

/// A vector in the plane of the image, its length and direction, with standard errors.
struct PlaneVector {
  double x = 0.0;
  double y = 0.0;
  double x_stderr = 0.0;
  double y_stderr = 0.0;
  double xy_covariance = 0.0;
  [[nodiscard]] double length() const;
  /// Of the length, to first order; where that is within its error of 0 the larger of both axes.
  [[nodiscard]] double length_stderr() const;
  [[nodiscard]] double angle_deg() const;  ///< from x towards y, (-180, 180]; 0 of no length
};

struct OutlineForce {
  /// int c_Cu n dl along the outline, nm, n pointing outwards.
  PlaneVector asymmetry;
  /// F dt of what the reaction takes from the pressure in the interval, N s: along the asymmetry,
  /// towards the copper, where the gas is consumed.
  PlaneVector impulse;
  double mean_copper = 0.0;  ///< along the outline
  double length_nm = 0.0;    ///< of the outline
  double area_nm2 = 0.0;
  /// Length of the asymmetry over that of the same outline with copper where it helps and none
  /// elsewhere: 0 evenly covered, 1 parted in two along the asymmetry.
  double contrast = 0.0;
};

/// F = -int P n dS, n outwards, with a pressure that the reaction lowers by R T dt k1 <c_O2> c_Cu
/// in the time dt: int F dt = R T dt^2 k1 <c_O2> int c_Cu n dS. (Zhao et al., Small 2024, print it
/// with a minus sign, which is that of a normal inwards: gas that is consumed pushes less.) The
/// particle is a prism of the thickness given; its faces above and below push along the beam only.
/// c_Cu goes linearly from vertex to vertex; the errors of vertices are independent.
/// @param outline at least three vertices in order, either way round; the last is joined to the
///        first; no vertex twice in a row
/// @throws InputError: fewer vertices, no area, shares outside 0 to 1, numbers that are not finite
[[nodiscard]] OutlineForce outline_force(std::span<const OutlinePoint> outline, double thickness_nm,
                                         const GasState& gas, double rate_per_s, double interval_s);

/// Shares along an outline from a map of the share of copper: at each vertex the mean of the map,
/// by bilinear interpolation, from the outline down to `depth_nm` inwards. Values that are not
/// finite (no phase there) do not count; the standard error is that of the samples' mean, one
/// sample a pixel. A vertex with a single sample has the scatter of the samples of all others.
/// @param map shares in pixels of pixel_nm; the centre of the first is at (0, 0)
/// @throws InputError: as outline_force; a vertex below which the map says nothing, or no more than
///         one value below each; depth or pixel not positive
[[nodiscard]] std::vector<OutlinePoint> copper_along_outline(const Grid<double>& map,
                                                             double pixel_nm,
                                                             std::span<const OutlinePoint> outline,
                                                             double depth_nm);

}  // namespace adatom::migration
