#pragma once
// Where the pattern lies on the detector.
#include <array>
#include <cstdint>

#include "adatom/base/grid.h"

namespace adatom::diffraction {

/// 0 where a pixel does not count, else 1; of the frame's size.
using Mask = Grid<std::uint8_t>;

/// Centre, ellipse and scale of a pattern; a tilted detector and the lenses' two-fold distortion
/// are one ellipse.
struct Geometry {
  double centre_x_px = 0.0;
  double centre_y_px = 0.0;
  double ellipse_ratio = 1.0;      ///< long over short axis of the rings, at least 1
  double ellipse_angle_deg = 0.0;  ///< of the long axis, from x towards y, [0, 180)
  double s_per_px = 1.0;           ///< 1/angstrom; with 1, s is in pixels
};

/// The map of a geometry between the detector and the round pattern.
class RoundPattern {
 public:
  /// @throws InputError: not finite, ratio below 1, scale not positive
  explicit RoundPattern(const Geometry& geometry);
  /// s A (r - centre), 1/angstrom: s along x and along y of the round pattern.
  [[nodiscard]] std::array<double, 2> s_at(double x_px, double y_px) const {
    const double dx = x_px - centre_x_;
    const double dy = y_px - centre_y_;
    return {forward_[0] * dx + forward_[1] * dy, forward_[1] * dx + forward_[2] * dy};
  }
  /// The pixel of such an s.
  [[nodiscard]] std::array<double, 2> pixel_at(double sx, double sy) const {
    return {centre_x_ + backward_[0] * sx + backward_[1] * sy,
            centre_y_ + backward_[1] * sx + backward_[2] * sy};
  }
  /// xx, xy, yy of s_per_px A.
  [[nodiscard]] const std::array<double, 3>& matrix() const { return forward_; }

 private:
  double centre_x_ = 0.0;
  double centre_y_ = 0.0;
  std::array<double, 3> forward_{};
  std::array<double, 3> backward_{};  ///< of its inverse
};

}  // namespace adatom::diffraction
