#include "adatom/diffraction/find_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/reflections.h"

namespace adatom::diffraction {
namespace {

constexpr double scale = 0.00123;  // 1/angstrom per pixel
// Copper: a = 3.615 angstrom. Radii by hand from h^2 + k^2 + l^2.
const std::vector<int> fcc = {3, 4, 8, 11, 16, 19};

std::vector<FoundRing> rings_of(const std::vector<int>& squares, double a, double noise,
                                double pincushion = 0.0) {
  RandomStream random(7);
  std::vector<FoundRing> rings;
  for (const int n : squares) {
    FoundRing ring;
    const double radius = std::sqrt(n) / a / scale;
    ring.radius_px =
        radius * (1.0 + pincushion * radius * radius) * (1.0 + noise * random.normal());
    ring.radius_stderr_px = 0.01;
    ring.width_px = 4.0;
    ring.height = 1000.0 / n;
    rings.push_back(ring);
  }
  return rings;
}

std::vector<crystal::Phase> phases(const std::vector<std::string>& names) {
  std::vector<crystal::Phase> list;
  for (const auto& name : names) list.push_back(crystal::find_phase(name).value());
  return list;
}

double copper_edge() { return crystal::find_phase("Cu")->cell.a_angstrom; }

TEST(FindScale, FromRatiosAlone) {
  const auto result = find_scale(rings_of(fcc, copper_edge(), 2e-4), phases({"Cu"}));
  ASSERT_EQ(result.state, ScaleState::found);
  EXPECT_NEAR(result.s_per_px, scale, 4.0 * result.s_per_px_stderr);
  EXPECT_LT(result.s_per_px_stderr / scale, 3e-4);
  EXPECT_EQ(result.matches.size(), fcc.size());
  EXPECT_EQ(result.matches[0].hkl, "111");
  EXPECT_EQ(result.matches[2].hkl, "220");
  EXPECT_EQ(result.pincushion_per_px2, 0.0);
}

TEST(FindScale, ErrorsAreCalibrated) {
  double sum = 0.0;
  constexpr int trials = 60;
  for (int seed = 0; seed < trials; ++seed) {
    auto rings = rings_of(fcc, copper_edge(), 0.0);
    RandomStream random(static_cast<std::uint64_t>(seed));
    for (auto& ring : rings) ring.radius_px *= 1.0 + 3e-4 * random.normal();
    const auto r = find_scale(rings, phases({"Cu"}), {.pincushion = PincushionSearch::none});
    sum += std::pow((r.s_per_px - scale) / r.s_per_px_stderr, 2);
  }
  // From six rings: the square of Student's t with five degrees of freedom, 5/3 in the mean.
  EXPECT_NEAR(sum / trials, 5.0 / 3.0, 1.0);
}

TEST(FindScale, OneStrayRingDoesNotMatter) {
  auto rings = rings_of(fcc, copper_edge(), 1e-4);
  FoundRing stray = rings[0];
  stray.radius_px = 300.0;
  rings.insert(rings.begin() + 2, stray);
  const auto result = find_scale(rings, phases({"Cu"}), {.s_per_px = 1.05 * scale});
  ASSERT_EQ(result.state, ScaleState::found);
  EXPECT_NEAR(result.s_per_px / scale, 1.0, 3e-4);
  ASSERT_EQ(result.unexplained.size(), 1U);
  EXPECT_EQ(result.unexplained[0], 2U);
}

TEST(FindScale, PincushionShowsInTheRatios) {
  const double k = 1.2e-8;  // 1.2 % at the outermost ring, 980 px
  const auto result =
      find_scale(rings_of(fcc, copper_edge(), 1e-4, k), phases({"Cu"}), {.s_per_px = 1.02 * scale});
  ASSERT_EQ(result.state, ScaleState::found);
  // R = r (1 + k r^2) undone by R (1 - k' R^2): k' is smaller by some k^2 r^2.
  EXPECT_NEAR(result.pincushion_per_px2, k, 0.1 * k);
  EXPECT_NEAR(result.s_per_px / scale, 1.0, 2e-3);
  EXPECT_LT(result.residual_rms, 1e-3);
}

TEST(FindScale, AnotherPhaseDoesNotFit) {
  // Of a body-centred crystal: 2, 4, 6, 8, 10, 12.
  const auto rings = rings_of({2, 4, 6, 10, 14, 18, 22}, 2.8665, 1e-4);
  const auto result = find_scale(rings, phases({"Cu"}), {.s_per_px = scale});
  EXPECT_NE(result.state, ScaleState::found);
}

// As many rings of random radii: `chance` is what it says.
TEST(FindScale, RandomRingsDoNotFit) {
  int found = 0;
  int any = 0;
  double chance = 0.0;
  constexpr int trials = 200;
  for (int trial = 0; trial < trials; ++trial) {
    RandomStream random(1000U + static_cast<std::uint64_t>(trial));
    auto rings = rings_of(fcc, copper_edge(), 0.0);
    const double span = std::log(rings.back().radius_px / rings.front().radius_px);
    const double inner = rings.front().radius_px;
    for (auto& ring : rings) ring.radius_px = inner * std::exp(span * random.uniform());
    std::ranges::sort(rings, {}, &FoundRing::radius_px);
    const auto result = find_scale(rings, phases({"Cu"}));
    if (result.state == ScaleState::found) ++found;
    if (result.state != ScaleState::no_match) ++any;
    chance += result.chance / trials;
  }
  // 1 % and 10 % of 200, and three standard deviations more; the mean of what is even in (0, 1).
  EXPECT_LE(found, 6);
  EXPECT_LE(any, 33);
  EXPECT_NEAR(chance, 0.5, 0.08);
}

TEST(FindScale, ABlendedRingIsNotMissed) {
  // 200 is a shoulder of 111: rings as wide as on patterns of fine crystallites.
  auto rings = rings_of({3, 8, 11, 16, 19}, copper_edge(), 1e-4);
  for (auto& ring : rings) ring.width_px = 0.12 * rings[0].radius_px;
  const auto result = find_scale(rings, phases({"Cu"}));
  EXPECT_NEAR(result.s_per_px / scale, 1.0, 1e-3);
  EXPECT_TRUE(result.missing.empty());
  for (auto& ring : rings) ring.width_px = 4.0;
  EXPECT_EQ(find_scale(rings, phases({"Cu"})).missing, (std::vector<std::string>{"Cu 200"}));
}

TEST(FindScale, WrongInputIsRefused) {
  EXPECT_THROW((void)find_scale({}, phases({"Cu"})), InputError);
  EXPECT_THROW((void)find_scale(rings_of(fcc, 3.6, 0.0), {}), InputError);
}

// 200 kV: lambda = 0.0250793 angstrom (Williams and Carter, Transmission Electron Microscopy,
// table 1.2: 0.00251 nm).
TEST(CameraLength, IsPixelOverWavelengthAndScale) {
  EXPECT_NEAR(camera_length_mm(0.001, 14.0, 200.0), 0.014 / (0.0250793 * 0.001), 1e-2);
  EXPECT_NEAR(s_per_px_at(camera_length_mm(0.0012, 14.0, 300.0), 14.0, 300.0), 0.0012, 1e-15);
}

}  // namespace
}  // namespace adatom::diffraction
