#pragma once
// The picture of one particle: its outline or thickness, blurred and integrated over pixels.
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/simulate/video_options.h"
#include "video_outline.h"

namespace adatom::simulate {

/// Something to draw, in pixels of the image.
struct Body {
  std::vector<OutlinePoint> places;  ///< centres over the exposure, one or more, equally long
  double radius_px = 0.0;            ///< spot: its standard deviation
  double contrast = 0.0;
  OutlinePtr outline;
  ParticleProfile profile = ParticleProfile::disc;
};

/// Values from pixel (x0, y0) of the image on: the share of the level that the particle takes
/// away or adds. The sum over all pixels is the integral of the profile; the Gaussian is followed
/// to 5 standard deviations.
struct Patch {
  std::int64_t x0 = 0;
  std::int64_t y0 = 0;
  Grid<double> values;
};

/// Draws bodies of one blur.
class PatchPainter {
 public:
  /// @param blur_px standard deviation of the Gaussian, at least 0.3
  explicit PatchPainter(double blur_px);
  [[nodiscard]] Patch paint(const Body& body) const;

 private:
  [[nodiscard]] Patch paint_spot(const Body& body) const;
  [[nodiscard]] Grid<double> blurred(const Grid<double>& cells) const;
  std::int64_t halo_;    ///< pixels the blur reaches
  Grid<double> kernel_;  ///< (k, phase): weight of a cell of a pixel for the pixel k - halo further
};

}  // namespace adatom::simulate
