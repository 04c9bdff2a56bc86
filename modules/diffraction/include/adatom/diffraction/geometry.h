#pragma once
// Where the pattern lies on the detector.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "adatom/base/grid.h"

namespace adatom::diffraction {

/// 0 where a pixel does not count, else 1; of the frame's size.
using Mask = Grid<std::uint8_t>;

/// Centre, ellipse and scale of a pattern; a tilted detector and the lenses' two-fold distortion
/// are one ellipse. What there is beyond the ellipse is small, and mostly of second order.
struct Geometry {
  double centre_x_px = 0.0;
  double centre_y_px = 0.0;
  double ellipse_ratio = 1.0;      ///< long over short axis of the rings, at least 1
  double ellipse_angle_deg = 0.0;  ///< of the long axis, from x towards y, [0, 180)
  double s_per_px = 1.0;           ///< 1/angstrom; with 1, s is in pixels
  /// d, 1/px: a ring of radius R (px, the ellipse taken out) lies, at the azimuth phi, R^2 (d0
  /// cos(phi) + d1 sin(phi) + d2 cos(3 phi) + d3 sin(3 phi)) farther out: all that a shift of
  /// second order in the position can do to radii.
  std::array<double, 4> distortion_per_px{};
  /// k, 1/px^2: all rings lie k R^3 farther out (pincushion; below 0: barrel). It does not show in
  /// a ring's shape, only in the ratios of the radii of a known phase (find_scale.h).
  double pincushion_per_px2 = 0.0;
};

/// ln(ratio)/2 times cosine and sine of twice the angle: small ellipses add like these.
[[nodiscard]] std::array<double, 2> ellipse_vector(const Geometry& geometry);
/// Sets ratio and angle so.
void set_ellipse(Geometry& geometry, const std::array<double, 2>& vector);

/// The map of a geometry between the detector and the round pattern.
class RoundPattern {
 public:
  /// @throws InputError: not finite, ratio below 1, scale not positive, distortion above 0.01
  explicit RoundPattern(const Geometry& geometry);
  /// s A (r - centre), 1/angstrom: s along x and along y of the round pattern. With distortion,
  /// times 1 - R (d0 cos(phi) + ...) - k R^2 with R = |A (r - centre)|, or 2/3 if that is larger:
  /// so s grows with R for any distortion that lenses make.
  [[nodiscard]] std::array<double, 2> s_at(double x_px, double y_px) const {
    const double dx = x_px - centre_x_;
    const double dy = y_px - centre_y_;
    const double sx = forward_[0] * dx + forward_[1] * dy;
    const double sy = forward_[1] * dx + forward_[2] * dy;
    if (!distorted_) return {sx, sy};
    const double part = std::max(1.0 - second_order(sx, sy) - third_order(sx, sy), least_part);
    return {part * sx, part * sy};
  }
  /// The pixel of such an s.
  [[nodiscard]] std::array<double, 2> pixel_at(double sx, double sy) const {
    const double part = distorted_ ? undo(second_order(sx, sy), third_order(sx, sy)) : 1.0;
    return {centre_x_ + part * (backward_[0] * sx + backward_[1] * sy),
            centre_y_ + part * (backward_[1] * sx + backward_[2] * sy)};
  }
  /// xx, xy, yy of s_per_px A.
  [[nodiscard]] const std::array<double, 3>& matrix() const { return forward_; }

 private:
  static constexpr double least_part = 2.0 / 3.0;
  [[nodiscard]] double second_order(double sx, double sy) const {
    const double xx = sx * sx;
    const double yy = sy * sy;
    const double threefold =
        distortion_[2] * sx * (xx - 3.0 * yy) + distortion_[3] * sy * (3.0 * xx - yy);
    return distortion_[0] * sx + distortion_[1] * sy + threefold / std::max(xx + yy, 1e-300);
  }
  [[nodiscard]] double third_order(double sx, double sy) const {
    return pincushion_ * (sx * sx + sy * sy);
  }
  /// t with t max(1 - h t - k t^2, 2/3) = 1.
  [[nodiscard]] static double undo(double h, double k);

  double centre_x_ = 0.0;
  double centre_y_ = 0.0;
  std::array<double, 3> forward_{};
  std::array<double, 3> backward_{};    ///< of its inverse
  std::array<double, 4> distortion_{};  ///< times angstrom
  double pincushion_ = 0.0;             ///< times angstrom^2
  bool distorted_ = false;
};

}  // namespace adatom::diffraction
