// Rings of polycrystalline gold on a cross-grating replica, as recorded.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

#include <Eigen/Dense>

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

/// s / R = a - a k R^2 by least squares: the pincushion k that some rings alone show.
struct Pincushion {
  double value = 0.0;
  double standard_error = 0.0;
};

Pincushion pincushion_of(std::span<const FoundRing> rings, std::span<const ScaleMatch> matches) {
  Eigen::MatrixX2d powers(static_cast<Eigen::Index>(matches.size()), 2);
  Eigen::VectorXd scales(powers.rows());
  for (Eigen::Index i = 0; i < powers.rows(); ++i) {
    const ScaleMatch& match = matches[static_cast<std::size_t>(i)];
    const double r = rings[match.ring].radius_px;
    powers.row(i) << 1.0, r * r;
    scales[i] = match.s_per_angstrom / r;
  }
  const Eigen::Matrix2d inverse = (powers.transpose() * powers).inverse();
  const Eigen::Vector2d fit = inverse * (powers.transpose() * scales);
  const double variance =
      (scales - powers * fit).squaredNorm() / static_cast<double>(powers.rows() - 2);
  const Eigen::Vector2d slope(fit[1] / (fit[0] * fit[0]), -1.0 / fit[0]);
  return {-fit[1] / fit[0], std::sqrt(variance * slope.dot(inverse * slope))};
}

// Asked for: within 0.2 % of fcc. The radii as they are give 0.23 % more, the pincushion of all
// six rings, which the first two are part of, 0.19 % less, and that of the other four alone 0.26 %
// less. The radius of 111, on the flank of 200, is itself known to 0.10 %.
TEST_F(GoldRings, RatioOfTheFirstRings) {
  const std::vector<crystal::Phase> gold = {crystal::find_phase("Au").value()};
  const auto scale = find_scale(found_.geometry.rings, gold, {.s_per_px = 0.0100});
  EXPECT_EQ(scale.state, ScaleState::found);
  const auto& rings = found_.geometry.rings;
  ASSERT_EQ(scale.matches.size(), 6U);
  ASSERT_EQ(scale.matches[2].ring, 2U);
  const double fcc = std::sqrt(8.0 / 3.0);
  const double raw = rings[1].radius_px / rings[0].radius_px / fcc - 1.0;
  const double spread =
      rings[1].radius_px * rings[1].radius_px - rings[0].radius_px * rings[0].radius_px;
  // To first order a pincushion k takes k (R1^2 - R0^2) off the ratio.
  const double within = raw - scale.pincushion_per_px2 * spread;
  const auto others = pincushion_of(rings, std::span(scale.matches).subspan(2));
  const double predicted = raw - others.value * spread;
  const double error =
      std::hypot(rings[0].radius_stderr_px / rings[0].radius_px,
                 rings[1].radius_stderr_px / rings[1].radius_px, others.standard_error * spread);
  std::printf(
      "220 to 111 over fcc: %+.2f %%, %+.2f %% with the pincushion of all rings, %+.2f +- "
      "%.2f %% with that of the others, (%.2f +- %.2f)e-6\n",
      100.0 * raw, 100.0 * within, 100.0 * predicted, 100.0 * error, 1e6 * others.value,
      1e6 * others.standard_error);
  EXPECT_NEAR(raw, 0.0, 0.003);
  EXPECT_NEAR(within, 0.0, 0.002);
  EXPECT_NEAR(predicted, 0.0, 3.0 * error);
  EXPECT_LT(error, 0.0015);
  // What the others show is what all of them do.
  EXPECT_NEAR(others.value, scale.pincushion_per_px2,
              3.0 * std::hypot(others.standard_error, scale.pincushion_stderr_per_px2));
}

// Six rings, 200 hidden by 111, radii distorted: not beyond doubt, but the best scale is right.
TEST_F(GoldRings, ScaleWithoutAStart) {
  const std::vector<crystal::Phase> gold = {crystal::find_phase("Au").value()};
  const double right = published_scale / std::sqrt(found_.geometry.geometry.ellipse_ratio);
  const auto scale = find_scale(found_.geometry.rings, gold);
  EXPECT_NE(scale.state, ScaleState::no_match);
  EXPECT_NEAR(scale.s_per_px / right, 1.0, 0.003);
  EXPECT_LT(scale.chance, 0.02);
  EXPECT_EQ(scale.matches.size(), 6U);
  EXPECT_TRUE(scale.missing.empty());
  // Without the pincushion the rings farther out pull it down.
  const auto plain =
      find_scale(found_.geometry.rings, gold, {.pincushion = PincushionSearch::none});
  EXPECT_NE(plain.state, ScaleState::no_match);
  EXPECT_NEAR(plain.s_per_px / right, 1.0, 0.012);
}

}  // namespace
}  // namespace adatom
