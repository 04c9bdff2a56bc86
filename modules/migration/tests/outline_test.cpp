#include "adatom/migration/outline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::migration {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double radius = 5.0;
constexpr double thickness = 8.0;

GasState gas_here() {
  GasOptions options;
  options.h2_o2_ratio = 6.0;
  return gas_state(options, 773.15);
}

/// @param copper of x and y from the centre, which is far from the origin
template <class Copper>
std::vector<OutlinePoint> disc(std::size_t vertices, const Copper& copper) {
  std::vector<OutlinePoint> outline;
  for (std::size_t i = 0; i < vertices; ++i) {
    const double angle = 2.0 * pi * (static_cast<double>(i) + 0.25) / static_cast<double>(vertices);
    const double x = radius * std::cos(angle);
    const double y = radius * std::sin(angle);
    outline.push_back({300.0 + x, 200.0 + y, {copper(x, y), 0.0}});
  }
  return outline;
}

OutlineForce force_on(const std::vector<OutlinePoint>& outline) {
  return outline_force(outline, thickness, gas_here(), 20.0, 0.04);
}

// A closed surface under the same pressure all round feels nothing.
TEST(Outline, EvenlyCovered) {
  const OutlineForce force = force_on(disc(90, [](double, double) { return 0.6; }));
  EXPECT_NEAR(force.asymmetry.length(), 0.0, 1e-12);
  EXPECT_NEAR(force.mean_copper, 0.6, 1e-12);
  EXPECT_NEAR(force.area_nm2, pi * radius * radius, 0.1);
  EXPECT_NEAR(force.length_nm, 2.0 * pi * radius, 0.01);
}

// Copper on one half: int n dl of a half circle is its diameter.
TEST(Outline, HalfCoveredDisc) {
  const OutlineForce force =
      force_on(disc(4000, [](double x, double) { return x > 0.0 ? 1.0 : 0.0; }));
  EXPECT_NEAR(force.asymmetry.x, 2.0 * radius, 1e-4);
  EXPECT_NEAR(force.asymmetry.y, 0.0, 0.01);  // half an edge of 0.008 nm at each end
  EXPECT_NEAR(force.mean_copper, 0.5, 1e-3);
  EXPECT_NEAR(force.contrast, 1.0, 1e-4);
  // P_O2 of 20/7 Pa, k1 dt^2 of 0.032 s, 10 nm x 8 nm.
  EXPECT_NEAR(force.impulse.x / (20.0 / 7.0 * 20.0 * 0.04 * 0.04 * 10.0 * thickness * 1e-18), 1.0,
              1e-4);
}

// Copper that rises linearly: int c n dl is its gradient times the area (Gauss), of any polygon.
TEST(Outline, LinearIsGradientTimesArea) {
  const auto share = [](double x, double y) { return 0.5 + 0.06 * x - 0.03 * y; };
  std::vector<OutlinePoint> outline;
  for (const auto& [x, y] :
       {std::pair{-3.0, -2.0}, {4.0, -1.0}, {1.0, 0.5}, {3.0, 5.0}, {-2.0, 3.0}}) {
    outline.push_back({x, y, {share(x, y), 0.0}});
  }
  for (int turn = 0; turn < 2; ++turn) {
    const OutlineForce force = force_on(outline);
    EXPECT_NEAR(force.asymmetry.x, 0.06 * force.area_nm2, 1e-12);
    EXPECT_NEAR(force.asymmetry.y, -0.03 * force.area_nm2, 1e-12);
    EXPECT_NEAR(force.asymmetry.angle_deg(), std::atan2(-1.0, 2.0) * 180.0 / pi, 1e-9);
    std::ranges::reverse(outline);  // the other way round
  }
  // Over a disc from 0 to 1: pi r / 2, of a diameter that there could be.
  const OutlineForce round = force_on(disc(2000, [](double x, double) { return 0.5 + 0.1 * x; }));
  EXPECT_NEAR(round.contrast, pi / 4.0, 1e-4);
}

// Errors against the scatter of drawn shares.
TEST(Outline, Errors) {
  auto outline = disc(24, [](double x, double y) { return 0.5 + 0.05 * x + 0.02 * y; });
  for (std::size_t i = 0; i < outline.size(); ++i) {
    outline[i].copper.standard_error = i < 8 ? 0.04 : 0.01;
  }
  const PlaneVector expected = force_on(outline).asymmetry;
  RandomStream random(1);
  constexpr int draws = 4000;
  double x = 0.0;
  double y = 0.0;
  double xy = 0.0;
  double along = 0.0;
  for (int k = 0; k < draws; ++k) {
    auto drawn = outline;
    for (OutlinePoint& each : drawn)
      each.copper.value += each.copper.standard_error * random.normal();
    const PlaneVector found = force_on(drawn).asymmetry;
    x += (found.x - expected.x) * (found.x - expected.x) / draws;
    y += (found.y - expected.y) * (found.y - expected.y) / draws;
    xy += (found.x - expected.x) * (found.y - expected.y) / draws;
    along += (found.length() - expected.length()) * (found.length() - expected.length()) / draws;
  }
  // 4000 draws know a standard deviation to 1.1 %.
  EXPECT_NEAR(std::sqrt(x) / expected.x_stderr, 1.0, 0.04);
  EXPECT_NEAR(std::sqrt(y) / expected.y_stderr, 1.0, 0.04);
  EXPECT_NEAR(xy, expected.xy_covariance, 0.1 * expected.x_stderr * expected.y_stderr);
  EXPECT_NEAR(std::sqrt(along) / expected.length_stderr(), 1.0, 0.04);
}

// A map of two halves gives the force of the half-covered disc.
TEST(Outline, FromAMap) {
  constexpr double pixel = 0.1;
  Grid<double> map(160, 160, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t y = 0; y < 160; ++y) {
    for (std::size_t x = 0; x < 160; ++x) {
      const double dx = pixel * static_cast<double>(x) - 8.0;
      const double dy = pixel * static_cast<double>(y) - 8.0;
      if (dx * dx + dy * dy < 5.3 * 5.3) map(x, y) = dy > 0.0 ? 0.9 : 0.1;
    }
  }
  auto outline = disc(180, [](double, double) { return 0.0; });
  for (OutlinePoint& each : outline) {
    each.x_nm -= 292.0;
    each.y_nm -= 192.0;
  }
  const auto found = copper_along_outline(map, pixel, outline, 1.0);
  const OutlineForce force = force_on(found);
  EXPECT_NEAR(force.asymmetry.y, 0.8 * 2.0 * radius, 0.1);
  EXPECT_NEAR(force.asymmetry.x, 0.0, 0.02);
  EXPECT_LT(found[40].copper.standard_error, 1e-12);
  EXPECT_GT(force.asymmetry.y_stderr + force.asymmetry.x_stderr, 0.0);  // where the halves meet
  outline[0].x_nm += 20.0;
  EXPECT_THROW((void)copper_along_outline(map, pixel, outline, 1.0), InputError);
  EXPECT_THROW((void)copper_along_outline(map, pixel, found, 0.0), InputError);
}

// A vertex of which one sample alone lies on the map has the pooled scatter of the others.
TEST(Outline, OneSampleHasTheScatterOfTheOthers) {
  Grid<double> map(7, 7, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t y = 0; y < 7; ++y) {
    for (std::size_t x = 0; x < 7; ++x) {
      if (y != 2) map(x, y) = 0.1 * static_cast<double>(x);
    }
  }
  // A diamond: the normals at its corners lie along the axes, so samples lie on pixels.
  const std::vector<OutlinePoint> diamond = {
      {6.0, 3.0, {}}, {3.0, 6.0, {}}, {0.0, 3.0, {}}, {3.0, 0.0, {}}};
  const auto found = copper_along_outline(map, 1.0, diamond, 2.0);
  // At the top 0.3 of its first pixel, then a row that says nothing.
  EXPECT_NEAR(found[3].copper.value, 0.3, 1e-12);
  // Right 0.6, 0.5, 0.4, left 0, 0.1, 0.2: squares of 0.02 each; below three of 0.3.
  EXPECT_NEAR(found[0].copper.standard_error, 0.1 / std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(found[1].copper.standard_error, 0.0, 1e-12);
  EXPECT_NEAR(found[3].copper.standard_error, std::sqrt(0.04 / 6.0), 1e-12);
  // One value below each vertex says nothing of errors: a rim two pixels wide, in its middle.
  Grid<double> rim(7, 7, 0.5);
  for (std::size_t y = 2; y < 5; ++y) {
    for (std::size_t x = 2; x < 5; ++x) rim(x, y) = std::numeric_limits<double>::quiet_NaN();
  }
  const std::vector<OutlinePoint> smaller = {
      {5.5, 3.0, {}}, {3.0, 5.5, {}}, {0.5, 3.0, {}}, {3.0, 0.5, {}}};
  EXPECT_THROW((void)copper_along_outline(rim, 1.0, smaller, 2.0), InputError);
}

TEST(Outline, Refuses) {
  auto outline = disc(8, [](double, double) { return 0.5; });
  EXPECT_THROW((void)outline_force(outline, 0.0, gas_here(), 1.0, 0.04), InputError);
  outline[3].copper.value = 1.5;
  EXPECT_THROW((void)force_on(outline), InputError);
  outline.resize(2);
  EXPECT_THROW((void)force_on(outline), InputError);
  const std::vector<OutlinePoint> line = {{0.0, 0.0, {}}, {1.0, 1.0, {}}, {2.0, 2.0, {}}};
  EXPECT_THROW((void)force_on(line), InputError);
}

}  // namespace
}  // namespace adatom::migration
