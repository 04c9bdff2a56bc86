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

TEST(RoundPattern, WrongGeometryIsRefused) {
  auto wrong = tilted;
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
