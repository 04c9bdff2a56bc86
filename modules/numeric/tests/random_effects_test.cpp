#include "adatom/numeric/random_effects.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

// Thirteen trials of the BCG vaccine (Colditz et al., J. Am. Med. Assoc. 271 (1994) 698): log risk
// ratios. As the R package metafor 4 gives them for method "DL": Q = 152.2330, tau^2 = 0.3088,
// -0.7141 with a standard error of 0.1787; here the error is Hartung and Knapp's.
TEST(RandomEffects, TheVaccineTrials) {
  const std::array<std::array<double, 4>, 13> trials = {{{4, 119, 11, 128},
                                                         {6, 300, 29, 274},
                                                         {3, 228, 11, 209},
                                                         {62, 13536, 248, 12619},
                                                         {33, 5036, 47, 5761},
                                                         {180, 1361, 372, 1079},
                                                         {8, 2537, 10, 619},
                                                         {505, 87886, 499, 87892},
                                                         {29, 7470, 45, 7232},
                                                         {17, 1699, 65, 1600},
                                                         {186, 50448, 141, 27197},
                                                         {5, 2493, 3, 2338},
                                                         {27, 16886, 29, 17825}}};
  std::vector<double> values;
  std::vector<double> errors;
  for (const auto& [a, b, c, d] : trials) {
    values.push_back(std::log(a / (a + b)) - std::log(c / (c + d)));
    errors.push_back(std::sqrt(1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d)));
  }
  const Pooled pooled = pool_random_effects(values, errors, 0.95);
  EXPECT_EQ(pooled.measurements, 13);
  EXPECT_NEAR(pooled.heterogeneity, 152.2330, 5e-5);
  EXPECT_NEAR(pooled.between * pooled.between, 0.3088, 5e-5);
  EXPECT_NEAR(pooled.value, -0.7141, 5e-5);
  // The weighted scatter about the mean is 1.022 times what tau^2 explains.
  EXPECT_NEAR(pooled.standard_error, 0.1787 * std::sqrt(1.0220), 1e-4);
  EXPECT_NEAR(pooled.high - pooled.value, 2.179 * pooled.standard_error, 1e-4);
}

// Equal values: the errors explain all, tau is zero and the error that of the weighted mean.
TEST(RandomEffects, NoScatterNoSpread) {
  const Pooled pooled = pool_random_effects(std::vector<double>{2.0, 2.0, 2.0},
                                            std::vector<double>{1.0, 1.0, 0.5}, 0.95);
  EXPECT_DOUBLE_EQ(pooled.value, 2.0);
  EXPECT_EQ(pooled.between, 0.0);
  EXPECT_NEAR(pooled.standard_error, 1.0 / std::sqrt(1.0 + 1.0 + 4.0), 1e-14);
}

TEST(RandomEffects, OneMeasurementAndUnknownErrors) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Pooled one =
      pool_random_effects(std::vector<double>{5.0, 9.0}, std::vector<double>{0.5, nan}, 0.95);
  EXPECT_EQ(one.measurements, 1);
  EXPECT_DOUBLE_EQ(one.value, 5.0);
  EXPECT_NEAR(one.high, 5.0 + 1.959964 * 0.5, 1e-6);
  const Pooled plain = pool_random_effects(std::vector<double>{1.0, 2.0, 3.0},
                                           std::vector<double>{nan, nan, nan}, 0.95);
  EXPECT_DOUBLE_EQ(plain.value, 2.0);
  EXPECT_NEAR(plain.standard_error, 1.0 / std::sqrt(3.0), 1e-14);
  EXPECT_TRUE(std::isnan(pool_random_effects({}, {}, 0.95).value));
  EXPECT_THROW((void)pool_random_effects(std::vector<double>{1.0}, {}, 0.95), InputError);
}

// Tables of Student's distribution: 12.706, 2.776, 2.179, 1.960 at 95 %, 4.604 at 99 %.
TEST(RandomEffects, StudentsTable) {
  EXPECT_NEAR(student_reach(0.95, 1.0), 12.706, 5e-4);
  EXPECT_NEAR(student_reach(0.95, 4.0), 2.776, 5e-4);
  EXPECT_NEAR(student_reach(0.95, 12.0), 2.179, 5e-4);
  EXPECT_NEAR(student_reach(0.99, 4.0), 4.604, 5e-4);
  EXPECT_NEAR(student_reach(0.95, std::numeric_limits<double>::infinity()), 1.959964, 1e-6);
  EXPECT_THROW((void)student_reach(1.0, 3.0), InputError);
  EXPECT_THROW((void)student_reach(0.95, 0.0), InputError);
}

}  // namespace
}  // namespace adatom::numeric
