#include "adatom/dynamics/plateau.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

constexpr std::size_t frames = 2000;
constexpr double sigma = 10.0;

/// Three classes of 1000 atoms. Noise of `sigma` that is forgotten within `memory` frames, about
/// 400 + trend(frame) atoms in the first class.
PopulationSeries simulate(double memory, const std::function<double(double)>& trend,
                          RandomStream random) {
  PopulationSeries series{.classes = 3};
  const double keep = std::exp(-1.0 / memory);
  double x = random.normal();
  double y = random.normal();
  for (std::size_t f = 0; f < frames; ++f) {
    const double first = 400.0 + sigma * x + trend(static_cast<double>(f));
    const auto a = static_cast<std::uint32_t>(std::lround(first));
    const auto b = static_cast<std::uint32_t>(std::lround(200.0 + 8.0 * y));
    series.atoms.insert(series.atoms.end(), {a, b, 1000 - a - b});
    x = keep * x + std::sqrt(1.0 - keep * keep) * random.normal();
    y = 0.5 * y + std::sqrt(0.75) * random.normal();
  }
  return series;
}

struct Found {
  double reached = 0.0;  ///< share of the series
  double within = 0.0;   ///< share that starts within the limits given
  double samples = 0.0;  ///< mean
};

Found search(double memory, const std::function<double(double)>& trend, std::size_t low,
             std::size_t high) {
  constexpr std::uint64_t repeats = 25;
  Found found;
  for (std::uint64_t r = 0; r < repeats; ++r) {
    const auto plateau = find_plateau(simulate(memory, trend, RandomStream(4).substream(r)), {});
    found.reached += plateau.reached() ? 1.0 / repeats : 0.0;
    found.within += plateau.first_frame >= low && plateau.first_frame <= high ? 1.0 / repeats : 0.0;
    found.samples += plateau.effective_samples / repeats;
  }
  return found;
}

TEST(FindPlateau, LeavesOutNothingOfAStationarySeries) {
  const Found found = search(
      5.0, [](double) { return 0.0; }, 0, 400);
  // The test of drift errs in 1 %, and its errors are themselves estimates: at most 2 of 25.
  EXPECT_GE(found.reached, 0.9);
  EXPECT_GE(found.within, 0.9);
  // n / g with g = (1 + k) / (1 - k), k = exp(-1 / 5): 199. Where the search may choose, it chooses
  // what looks like more: measured 10 % more.
  EXPECT_NEAR(found.samples, 199.0, 40.0);
}

// A ramp of twenty standard deviations until frame 600. The last of it, a standard deviation high,
// is 30 frames long and hides in the noise; candidates are 20 frames apart.
TEST(FindPlateau, FindsWhereARampEnds) {
  const Found found = search(
      5.0, [](double f) { return f < 600.0 ? f / 600.0 * 20.0 * sigma : 20.0 * sigma; }, 540, 800);
  EXPECT_GE(found.reached, 0.85);
  EXPECT_GE(found.within, 0.9);
}

// What relaxes by ten standard deviations with a time of 100 frames: after 2 and 4.6 of these it is
// 1.4 and 0.1 standard deviations off.
TEST(FindPlateau, FindsWhereARelaxationIsLostInTheNoise) {
  const Found found = search(
      5.0, [](double f) { return 10.0 * sigma * std::exp(-f / 100.0); }, 180, 460);
  EXPECT_GE(found.reached, 0.9);
  EXPECT_GE(found.within, 0.9);
}

// A straight line of four standard deviations; a relaxation as slow as the series is long; noise
// with a memory of 200 frames, of which 2000 hold five independent samples.
TEST(FindPlateau, SaysWhereNoneIsReached) {
  EXPECT_LE(search(
                5.0, [](double f) { return 4.0 * sigma * f / frames; }, 0, 0)
                .reached,
            0.05);
  EXPECT_LE(search(
                5.0, [](double f) { return 10.0 * sigma * std::exp(-f / frames); }, 0, 0)
                .reached,
            0.05);
  EXPECT_LE(search(
                200.0, [](double) { return 0.0; }, 0, 0)
                .reached,
            0.2);
}

TEST(FindPlateau, ALateAtomHasNoSay) {
  PopulationSeries series = simulate(
      5.0, [](double) { return 0.0; }, RandomStream(11));
  PopulationSeries with{.classes = 4};
  for (std::size_t f = 0; f < frames; ++f) {
    const auto frame = series.frame(f);
    const std::uint32_t late = f < 1900 ? 0 : 1;
    with.atoms.insert(with.atoms.end(), {frame[0], frame[1], frame[2] - late, late});
  }
  const auto plateau = find_plateau(with, {});
  EXPECT_TRUE(plateau.reached());
  EXPECT_LT(plateau.first_frame, 1000U);  // with a say it would start at 1900
  EXPECT_NE(plateau.slowest, 3);
}

TEST(FindPlateau, ConstantPopulationsAreAPlateau) {
  const PopulationSeries series{.classes = 2, .atoms = {5, 7, 5, 7, 5, 7}};
  const auto plateau = find_plateau(series, {});
  EXPECT_TRUE(plateau.reached());
  EXPECT_EQ(plateau.first_frame, 0U);
}

TEST(FindPlateau, SaysThatAFewFramesAreTooFew) {
  const PopulationSeries series{.classes = 2, .atoms = {5, 7, 6, 6, 5, 7}};
  EXPECT_EQ(find_plateau(series, {}).verdict, PlateauVerdict::too_short);
  EXPECT_THROW((void)find_plateau({.classes = 2}, {}), InputError);
  EXPECT_THROW((void)find_plateau(series, {.significance = 2.0}), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
