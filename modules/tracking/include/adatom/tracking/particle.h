#pragma once
// A particle as it is found in one frame, before frames are linked to tracks.
#include <cstdint>
#include <limits>

namespace adatom::tracking {

enum class Contrast { dark, bright };

/// One detected particle. Lengths in pixels of the frame, the centre of the first pixel is (0, 0),
/// x along a row to the right, y down. The model is an ellipse of one intensity with a blurred
/// edge, on a local background; a disc where both semi-axes are the same.
struct Particle {
  double x_px = 0.0;
  double y_px = 0.0;
  double x_stderr_px = 0.0;
  double y_stderr_px = 0.0;
  double radius_px = 0.0;  ///< of the disc of the same area
  double radius_stderr_px = 0.0;
  double axis_ratio = 1.0;  ///< long over short semi-axis, at least 1
  double angle_rad = 0.0;   ///< of the long axis against x, in [-pi/2, pi/2)
  double area_px2 = 0.0;
  double contrast = 0.0;  ///< (particle - background) / background: negative where it is dark
  double contrast_stderr = 0.0;
  double background = 0.0;    ///< intensity beside the particle, in units of the frame
  double mass = 0.0;          ///< sum of |particle - background| over its area
  double reduced_chi2 = 0.0;  ///< of the fit; 1 where the model and the noise are right
  double x_bound_px = std::numeric_limits<double>::quiet_NaN();  ///< Cramer-Rao, same for y
  bool free_standing = true;  ///< no other particle within its patch of the fit
  bool at_edge = false;       ///< reaches over the edge of the frame or the mask
};

}  // namespace adatom::tracking
