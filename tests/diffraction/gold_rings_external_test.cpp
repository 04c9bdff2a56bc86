// Rings of polycrystalline gold on a cross-grating replica, as recorded.
#include <gtest/gtest.h>

#include <cmath>

#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/find_scale.h"
#include "adatom/image/load.h"
#include "external_data.h"

namespace adatom {
namespace {

using namespace diffraction;  // NOLINT(google-build-using-namespace)

// The published correction of this pattern is affine, [[0.97578, 0.01550], [0.01550, 0.99008]]: it
// has the eigenvalues 1.0000 and 0.9659, so it shrinks the long axis by 1.0353 at 147.3 degrees and
// leaves the short one as it is. Its scale of 0.010236557 1/angstrom per pixel is that of the short
// axis, which is the square root of the ratio more than that of the geometric mean.
constexpr double published_ratio = 1.0353;
constexpr double published_angle_deg = 147.3;
constexpr double published_scale = 0.010236557;
constexpr double gold_edge = 4.0786;  // angstrom

class GoldRings : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = testing::external_data() / "diffraction" / "au_xgrating_20cm.tif";
    ADATOM_REQUIRE_EXTERNAL(path);
    const image::FrameSeries frames({path}, {.pixel_size_angstrom = 1.0, .time_step_s = {}});
    const image::Frame frame = frames.read(0);
    found_ = find_pattern(std::span(&frame.image, 1), {});
    ASSERT_EQ(found_.geometry.state, GeometryState::converged);
    ASSERT_GE(found_.geometry.rings.size(), 4U);
  }
  [[nodiscard]] double published_s(std::size_t ring) const {
    return found_.geometry.rings[ring].radius_px * published_scale /
           std::sqrt(found_.geometry.geometry.ellipse_ratio);
  }
  PatternResult found_;
};

TEST_F(GoldRings, EllipseIsThePublishedOne) {
  EXPECT_NEAR(found_.geometry.geometry.ellipse_ratio, published_ratio, 0.003);
  EXPECT_NEAR(found_.geometry.geometry.ellipse_angle_deg, published_angle_deg, 1.0);
}

TEST_F(GoldRings, RingsAreRound) {
  // 111, 220, 311 and 222, 331 and 420.
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(found_.geometry.rings[k].use, RingUse::used);
    EXPECT_LT(found_.geometry.rings[k].azimuthal_spread_raw, 0.002) << k;
  }
}

// The beam, which was not looked at, stands where the rings say: 127.44, 127.56 (its centroid).
TEST_F(GoldRings, CentreIsTheBeam) {
  EXPECT_NEAR(found_.geometry.geometry.centre_x_px, 127.44, 0.15);
  EXPECT_NEAR(found_.geometry.geometry.centre_y_px, 127.56, 0.15);
}

TEST_F(GoldRings, FirstRingWithThePublishedScale) {
  EXPECT_NEAR(published_s(0), std::sqrt(3.0) / gold_edge, 0.003 * 0.4247);
}

TEST_F(GoldRings, RatioOfTheFirstRings) {
  const std::vector<crystal::Phase> gold = {crystal::find_phase("Au").value()};
  const auto scale = find_scale(found_.geometry.rings, gold, {.s_per_px = 0.0100});
  EXPECT_EQ(scale.state, ScaleState::found);
  const auto s = [&](std::size_t k) {
    const double r = found_.geometry.rings[k].radius_px;
    return r * (1.0 - scale.pincushion_per_px2 * r * r);
  };
  const double fcc = std::sqrt(8.0 / 3.0);
  // Without the pincushion, which takes the rings farther out to be seen: 0.24 %.
  EXPECT_NEAR(found_.geometry.rings[1].radius_px / found_.geometry.rings[0].radius_px, fcc,
              0.003 * fcc);
  EXPECT_NEAR(s(1) / s(0), fcc, 0.002 * fcc);
}

}  // namespace
}  // namespace adatom
