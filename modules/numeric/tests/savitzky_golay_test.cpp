#include "adatom/numeric/savitzky_golay.h"

#include <gtest/gtest.h>

#include <vector>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

std::vector<double> smooth(const std::vector<double>& series, std::size_t window, std::size_t order,
                           std::size_t derivative = 0) {
  std::vector<double> smoothed(series.size());
  SavitzkyGolay(window, order, derivative).apply(series, smoothed);
  return smoothed;
}

// A polynomial of the order itself is the fit. For even windows it is taken half a step later, but
// for the ends, where SciPy takes the value itself.
TEST(SavitzkyGolay, KeepsPolynomials) {
  const auto cubic = [](double t) { return 0.5 - t + 0.03 * t * t - 0.0005 * t * t * t; };
  const auto slope = [](double t) { return -1.0 + 0.06 * t - 0.0015 * t * t; };
  std::vector<double> series;
  for (int t = 0; t < 150; ++t) series.push_back(cubic(t));
  for (const std::size_t window : {5U, 21U, 100U, 101U, 150U}) {
    for (const std::size_t order : {3U, 4U}) {
      const auto smoothed = smooth(series, window, order);
      const auto sloped = smooth(series, window, order, 1);
      for (std::size_t t = 0; t < series.size(); ++t) {
        const bool end = t < window / 2 || t + window / 2 >= series.size();
        const double at = static_cast<double>(t) + (window % 2 == 0 && !end ? 0.5 : 0.0);
        // Values reach 1200; rounding of sums of 150 of them.
        EXPECT_NEAR(smoothed[t], cubic(at), 1e-9) << window << " " << t;
        EXPECT_NEAR(sloped[t], slope(at), 1e-9) << window << " " << t;
      }
    }
  }
}

// The first is the example in SciPy's documentation of savgol_filter; the others are what SciPy
// 1.10 gives (mode "interp"), to its rounding.
TEST(SavitzkyGolay, AgreesWithSciPy) {
  const std::vector<double> series = {2, 2, 5, 2, 1, 0, 1, 4, 9};
  const auto expect = [](const std::vector<double>& got, const std::vector<double>& want) {
    for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-8) << i;
  };
  expect(smooth(series, 5, 2),
         {1.65714286, 3.17142857, 3.54285714, 2.85714286, 0.65714286, 0.17142857, 1.0, 4.0, 9.0});
  expect(smooth(series, 4, 2), {1.55, 3.35, 3.75, 1.375, 0.375, 0.25, 2.25, 4.0, 9.0});
  expect(smooth(series, 6, 3),
         {1.6428571428571406, 3.2857142857142847, 3.4285714285714275, 1.9375, 0.1875, 0.4375,
          1.0634920634920635, 3.825396825396826, 9.063492063492069});
  expect(smooth(series, 6, 3, 1), {2.559523809523811, 0.8095238095238102, -0.44047619047619024,
                                   -2.1898148148148158, -0.5376984126984132, 0.8181216931216937,
                                   1.7089947089947086, 3.90740740740741, 6.661375661375669});
  expect(smooth(series, 9, 2), {3.79393939393939, 2.3151515151515145, 1.373160173160176,
                                0.9679653679653728, 1.099567099567097, 1.7679653679653766,
                                2.9731601731601818, 4.715151515151525, 6.993939393939403});
}

TEST(SavitzkyGolay, OfOrderNoughtIsTheMovingMean) {
  std::vector<double> series(20, 0.0);
  series[10] = 1.0;
  const auto smoothed = smooth(series, 5, 0);
  for (std::size_t i = 0; i < series.size(); ++i) {
    EXPECT_NEAR(smoothed[i], i >= 8 && i <= 12 ? 0.2 : 0.0, 1e-15);
  }
  EXPECT_EQ(smooth(series, 1, 0), series);
}

TEST(SavitzkyGolay, RefusesWhatDoesNotFit) {
  EXPECT_THROW(SavitzkyGolay(0, 0), InputError);
  EXPECT_THROW(SavitzkyGolay(5, 5), InputError);
  EXPECT_THROW(SavitzkyGolay(100, 21), InputError);
  std::vector<double> four(4);
  std::vector<double> out(4);
  EXPECT_THROW(SavitzkyGolay(5, 2).apply(four, out), InputError);
}

}  // namespace
}  // namespace adatom::numeric
