#include "adatom/diffraction/integrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::diffraction {
namespace {

constexpr std::array all_splittings = {Splitting::none, Splitting::bounding_box, Splitting::full};

Geometry bent() {
  return {.centre_x_px = 70.3,
          .centre_y_px = 58.9,
          .ellipse_ratio = 1.05,
          .ellipse_angle_deg = 35.0,
          .s_per_px = 0.01};
}

TEST(Integrate, UniformFrameGivesItsValueAndEveryPixelOnce) {
  const Grid<double> frame(130, 121, 37.5);
  for (const Splitting splitting : all_splittings) {
    IntegrateOptions options;
    options.splitting = splitting;
    const Integrator integrator(130, 121, bent(), {}, options);
    const Profile profile = integrator.integrate(frame);
    double pixels = 0.0;
    for (std::size_t i = 0; i < profile.size(); ++i) {
      if (profile.weight[i] == 0.0) continue;
      EXPECT_DOUBLE_EQ(profile.intensity[i], 37.5);
      pixels += profile.weight[i];
    }
    // Weights are floats.
    EXPECT_NEAR(pixels, 130.0 * 121.0, 1e-3);
    EXPECT_DOUBLE_EQ(profile.s_step_per_angstrom, 0.01);
    EXPECT_DOUBLE_EQ(profile.s_first_per_angstrom, 0.005);
  }
}

// Inside the frame a bin is a ring of 2 pi r pixels' area, whatever the ellipse. The outline drawn
// straight over radius and azimuth is off by less than 1/(12 r^2) of a pixel.
TEST(Integrate, FullSplittingFillsRings) {
  const Integrator integrator(130, 121, bent(), {}, {});
  const Profile profile = integrator.integrate(Grid<float>(130, 121, 1.0F));
  for (std::size_t i = 0; i < 55; ++i) {
    const double r = static_cast<double>(i) + 0.5;
    EXPECT_NEAR(profile.weight[i] / (2.0 * std::numbers::pi * r), 1.0, i < 3 ? 0.1 : 0.002) << i;
  }
}

}  // namespace
}  // namespace adatom::diffraction
