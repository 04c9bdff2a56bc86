#include "components.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace adatom::tracking {
namespace {

Plane drawn(std::size_t width, std::size_t height,
            const std::function<bool(double, double)>& inside) {
  Plane plane;
  plane.resize(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      plane.row(y)[x] = inside(static_cast<double>(x), static_cast<double>(y)) ? 1.0F : 0.0F;
    }
  }
  return plane;
}

bool in_disc(double x, double y, double cx, double cy, double r) {
  return std::hypot(x - cx, y - cy) <= r;
}

TEST(Components, AreFoundInTheOrderOfTheirFirstPixels) {
  // A U, whose two arms are one; a disc at the border; a pixel that is too little.
  const Plane plane = drawn(70, 40, [](double x, double y) {
    const bool u =
        y >= 5.0 && y <= 20.0 && x >= 10.0 && x <= 30.0 && (x < 14.0 || x > 26.0 || y > 16.0);
    return u || in_disc(x, y, 69.0, 30.0, 6.0) || (x == 40.0 && y == 2.0);
  });
  const auto found = find_components(plane, 0.5, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].area, 4.0 * 12.0 * 2.0 + 21.0 * 4.0);
  EXPECT_EQ(found[0].x0, 10U);
  EXPECT_EQ(found[0].x1, 31U);
  EXPECT_EQ(found[0].y0, 5U);
  EXPECT_EQ(found[0].y1, 21U);
  EXPECT_EQ(found[1].x1, 70U);
}

TEST(Components, AnEllipseIsDescribedAndStaysWhole) {
  const double angle = 0.6;
  const Plane plane = drawn(64, 64, [&](double x, double y) {
    const double u = std::cos(angle) * (x - 31.0) + std::sin(angle) * (y - 30.0);
    const double v = -std::sin(angle) * (x - 31.0) + std::cos(angle) * (y - 30.0);
    return u * u / 225.0 + v * v / 100.0 <= 1.0;
  });
  const auto found = find_components(plane, 0.5, 2);
  ASSERT_EQ(found.size(), 1U);
  const Blob blob = describe_component(found[0]);
  EXPECT_NEAR(blob.x, 31.0, 0.05);
  EXPECT_NEAR(blob.y, 30.0, 0.05);
  EXPECT_NEAR(std::exp(2.0 * std::hypot(blob.e1, blob.e2)), 1.5, 0.03);  // pixels at its ends
  EXPECT_NEAR(0.5 * std::atan2(blob.e2, blob.e1), angle, 0.03);
  EXPECT_NEAR(blob.fullness, 1.0, 0.01);
  EXPECT_EQ(split_component(found[0], 0.6).size(), 1U);
}

TEST(Components, ThreeTouchingDiscsAreThree) {
  const Plane plane = drawn(80, 50, [](double x, double y) {
    return in_disc(x, y, 20.0, 20.0, 10.0) || in_disc(x, y, 38.0, 22.0, 9.0) ||
           in_disc(x, y, 51.0, 24.0, 5.0);
  });
  const auto found = find_components(plane, 0.5, 2);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_LT(describe_component(found[0]).fullness, 0.96);
  auto parts = split_component(found[0], 0.6);
  ASSERT_EQ(parts.size(), 3U);
  std::ranges::sort(parts, {}, &Blob::x);
  // What lies between two is shared out along the way to the middle: within a pixel or so.
  EXPECT_NEAR(parts[0].x, 20.0, 1.0);
  EXPECT_NEAR(parts[1].x, 38.0, 1.0);
  EXPECT_NEAR(parts[2].x, 51.0, 1.0);
  EXPECT_NEAR(parts[2].y, 24.0, 1.0);
}

}  // namespace
}  // namespace adatom::tracking
