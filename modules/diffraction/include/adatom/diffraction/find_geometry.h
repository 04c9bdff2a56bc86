#pragma once
// Centre and ellipse of a ring pattern, from the pattern itself.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/geometry.h"

namespace adatom::diffraction {

/// none: rings are ellipses. automatic: if it shows clearly in three rings or more.
enum class DistortionSearch { none, automatic };

/// How rings are looked for; validated with the options it is part of.
struct RingSearchOptions {
  std::int64_t sectors = 48;       ///< of the azimuth
  double ring_significance = 8.0;  ///< of a ring's height in the profile, standard errors
  double radius_min_px = 8.0;      ///< rings inside are not looked at
  std::optional<double> radius_max_px = std::nullopt;  ///< nor outside; empty: the frame's edge
  std::int64_t iterations_max = 20;

  void describe(OptionVisitor& v);
};

/// What is given is kept; all else is found.
struct FindGeometryOptions {
  std::optional<double> centre_x_px = std::nullopt;  ///< both or none
  std::optional<double> centre_y_px = std::nullopt;
  std::optional<double> ellipse_ratio = std::nullopt;
  std::optional<double> ellipse_angle_deg = std::nullopt;  ///< only with a ratio
  DistortionSearch distortion = DistortionSearch::automatic;
  RingSearchOptions rings;  ///< its fields are options of these

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// What became of a ring that shows in the profile.
enum class RingUse {
  used,
  contradicts,  ///< its shape is another ellipse than that of the rest: blended or no ring
  incomplete    ///< too few sectors
};

/// A ring of the profile. Radii are geometric means of the semi-axes.
struct FoundRing {
  double radius_px = 0.0;
  double radius_stderr_px = 0.0;
  double width_px = 0.0;      ///< full width at half maximum
  double height = 0.0;        ///< counts above what is around it
  double significance = 0.0;  ///< height over its standard error
  /// Standard deviation of the radius over the sectors with the noise of each taken off, relative.
  double azimuthal_spread = 0.0;
  double azimuthal_spread_raw = 0.0;  ///< the noise left in
  std::int64_t sectors = 0;           ///< in which it was measured
  RingUse use = RingUse::used;
};

enum class GeometryState { converged, not_converged, no_rings };

/// The geometry has s_per_px 1: its unit is the pixel (find_scale.h).
struct GeometryResult {
  Geometry geometry;
  GeometryState state = GeometryState::no_rings;
  /// Standard errors; 0 of what was given. With an ellipse as small as its error, its angle means
  /// nothing and has 52 deg, that of any angle.
  Geometry geometry_stderr{0.0, 0.0, 0.0, 0.0, 0.0, {}, 0.0};
  /// Covariance of centre x, y (px) and of ln(ratio)/2 times cosine and sine of twice the angle.
  std::array<std::array<double, 4>, 4> covariance{};
  double chi2_per_dof = 0.0;  ///< of the rings' radii in the sectors, of those not rejected
  std::int64_t radii = 0;     ///< that went in
  std::int64_t iterations = 0;
  std::vector<FoundRing> rings;  ///< by radius
  std::vector<std::string> warnings;
};

/// Finds rings of any radii about a common centre. First guess: lines along the gradients of the
/// flattened, reduced frame cross at the centre; the centre and ellipse whose radial profile
/// explains most of the frame's variance. Then, about every ring of the profile T(r), the frame in
/// each sector is fitted by least squares with a T(r) + b T'(r) + c + d r, which puts the ring at
/// -b/a from its mean radius; texture is in a. All these shifts, weighted by their errors, give
/// centre and ellipse
///
///   shift = dx cos(phi) + dy sin(phi) + R (e1 cos(2 phi) + e2 sin(2 phi)) + m,
///
/// and the distortion of second order (Geometry), if it is six times its error and centre and
/// ellipse are found; m the ring's own (Huber's weights; rings that contradict the others are left
/// out), and all is done again until nothing moves. Errors are scaled by the scatter of the shifts.
/// @param frame rings brighter than what is around them, in any unit
/// @param mask empty, or of the frame's size; @see find_mask.h. Pixels that are no finite number
/// never count
/// @throws InputError: invalid options, frame smaller than 64 x 64, mask of another size
[[nodiscard]] GeometryResult find_geometry(const Grid<double>& frame, const Mask& mask,
                                           const FindGeometryOptions& options = {});

/// What a frame of a series has of its own.
enum class RefineParts { centre, ellipse, centre_and_ellipse };

struct RefineGeometryOptions {
  RefineParts parts = RefineParts::centre;
  RingSearchOptions rings{.iterations_max = 8};  ///< its fields are options of these

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The second part of find_geometry from a geometry that is right within the width of a ring; keeps
/// its scale and distortion. If rings cannot be found, the geometry is the one given, and `state`
/// says so.
[[nodiscard]] GeometryResult refine_geometry(const Grid<double>& frame, const Mask& mask,
                                             const Geometry& start,
                                             const RefineGeometryOptions& options = {});

struct CommonEllipse {
  Geometry geometry;  ///< centre and scale of the first frame with rings
  double ellipse_ratio_stderr = 0.0;
  double ellipse_angle_stderr_deg = 0.0;
  std::int64_t frames = 0;    ///< with rings
  double chi2_per_dof = 0.0;  ///< of their ellipses about it; 0: of a single one
};

/// The ellipse common to the frames of a series: the mean, weighted by the errors, of
/// ellipse_vector.
/// @throws InputError: no result with rings
[[nodiscard]] CommonEllipse common_ellipse(std::span<const GeometryResult> frames);

}  // namespace adatom::diffraction

namespace adatom {
template <>
struct EnumNames<diffraction::DistortionSearch> {
  static constexpr std::array names = {"none", "automatic"};
};
template <>
struct EnumNames<diffraction::RefineParts> {
  static constexpr std::array names = {"centre", "ellipse", "centre_and_ellipse"};
};
}  // namespace adatom
