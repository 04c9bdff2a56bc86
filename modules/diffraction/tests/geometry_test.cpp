#include "adatom/diffraction/geometry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "adatom/base/error.h"

namespace adatom::diffraction {
namespace {

constexpr double degree = std::numbers::pi / 180;
const Geometry tilted{101.25, 88.5, 1.02, 35.0, 0.0025};

TEST(RoundPattern, PointsOfAnEllipseHaveOneS) {
  const RoundPattern map(tilted);
  // semi-axes a = R sqrt(q), b = R / sqrt(q)
  const double radius = 200.0;
  for (int i = 0; i < 12; ++i) {
    const double t = i * 30 * degree;
    const double along = radius * std::sqrt(1.02) * std::cos(t);
    const double across = radius / std::sqrt(1.02) * std::sin(t);
    const double c = std::cos(35 * degree);
    const double s = std::sin(35 * degree);
    const auto [sx, sy] = map.s_at(101.25 + along * c - across * s, 88.5 + along * s + across * c);
    EXPECT_NEAR(std::hypot(sx, sy), 200 * 0.0025, 1e-14);
  }
}

TEST(RoundPattern, BackAndForth) {
  const RoundPattern map(tilted);
  const auto [sx, sy] = map.s_at(17.0, 140.0);
  const auto [x, y] = map.pixel_at(sx, sy);
  EXPECT_NEAR(x, 17.0, 1e-12);
  EXPECT_NEAR(y, 140.0, 1e-12);
}

TEST(RoundPattern, DistortionMovesARingByRadiusSquared) {
  Geometry geometry{101.25, 88.5, 1.0, 0.0, 0.0025};
  geometry.distortion_per_px = {2e-5, -1e-5, 3e-5, 1e-5};
  const RoundPattern map(geometry);
  const double radius = 100.0;
  for (int i = 0; i < 12; ++i) {
    const double t = (30 * i + 7) * degree;
    const auto [x, y] = map.pixel_at(0.0025 * radius * std::cos(t), 0.0025 * radius * std::sin(t));
    const double h =
        2e-5 * std::cos(t) - 1e-5 * std::sin(t) + 3e-5 * std::cos(3 * t) + 1e-5 * std::sin(3 * t);
    // To first order; the next one is 2 h^2 R^3, 0.007 px at most.
    EXPECT_NEAR(std::hypot(x - 101.25, y - 88.5), radius + h * radius * radius, 0.01);
    EXPECT_NEAR(std::atan2(y - 88.5, x - 101.25), std::remainder(t, 360 * degree), 1e-12);
    const auto [sx, sy] = map.s_at(x, y);
    EXPECT_NEAR(sx, 0.0025 * radius * std::cos(t), 1e-14);
    EXPECT_NEAR(sy, 0.0025 * radius * std::sin(t), 1e-14);
  }
  const auto [sx, sy] = map.s_at(101.25, 88.5);
  EXPECT_EQ(sx, 0.0);
  EXPECT_EQ(sy, 0.0);
}

TEST(RoundPattern, PincushionMovesAllRingsByRadiusCubed) {
  for (const double k : {2e-6, -2e-6, 3e-5}) {
    Geometry geometry{101.25, 88.5, 1.0, 0.0, 0.0025};
    geometry.pincushion_per_px2 = k;
    geometry.distortion_per_px = {1e-5, 0.0, -2e-5, 0.0};
    const RoundPattern map(geometry);
    for (const double radius : {0.0, 10.0, 50.0, 100.0, 200.0}) {
      for (int i = 0; i < 5; ++i) {
        const double t = (70 * i + 7) * degree;
        const auto [sx, sy] = map.s_at(101.25 + radius * std::cos(t), 88.5 + radius * std::sin(t));
        const double h = 1e-5 * std::cos(t) - 2e-5 * std::cos(3 * t);
        const double part = std::max(1 - h * radius - k * radius * radius, 2.0 / 3.0);
        EXPECT_NEAR(std::hypot(sx, sy), 0.0025 * radius * part, 1e-14);
        const auto [x, y] = map.pixel_at(sx, sy);
        EXPECT_NEAR(x, 101.25 + radius * std::cos(t), 1e-9) << k << ' ' << radius;
        EXPECT_NEAR(y, 88.5 + radius * std::sin(t), 1e-9) << k << ' ' << radius;
      }
    }
  }
}

TEST(RoundPattern, WrongGeometryIsRefused) {
  auto wrong = tilted;
  wrong.distortion_per_px[2] = 0.02;
  EXPECT_THROW(RoundPattern{wrong}, InputError);
  wrong = tilted;
  wrong.ellipse_ratio = 0.98;
  EXPECT_THROW(RoundPattern{wrong}, InputError);
  wrong = tilted;
  wrong.s_per_px = 0.0;
  EXPECT_THROW(RoundPattern{wrong}, InputError);
  wrong = tilted;
  wrong.centre_y_px = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(RoundPattern{wrong}, InputError);
}

}  // namespace
}  // namespace adatom::diffraction
