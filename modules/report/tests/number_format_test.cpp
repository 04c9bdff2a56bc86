#include "adatom/report/number_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace adatom::report {
namespace {

// The two examples of the rule's text, and its edges.
TEST(WithError, FollowsTheParticleDataGroup) {
  EXPECT_EQ(with_error(0.827, 0.119), "0.83 ± 0.12");
  EXPECT_EQ(with_error(0.827, 0.367), "0.8 ± 0.4");
  EXPECT_EQ(with_error(1.0, 0.0354), "1.000 ± 0.035");
  EXPECT_EQ(with_error(1.0, 0.0355), "1.00 ± 0.04");
  EXPECT_EQ(with_error(1.0, 0.0949), "1.00 ± 0.09");
  EXPECT_EQ(with_error(1.0, 0.0950), "1.00 ± 0.10");
}

TEST(WithError, KeepsThePlaces) {
  EXPECT_EQ(with_error(0.65746, 0.004), "0.657 ± 0.004");
  EXPECT_EQ(with_error(786.2, 3.7), "786 ± 4");
  EXPECT_EQ(with_error(-12345.0, 420.0), "−12300 ± 400");
  EXPECT_EQ(with_error(0.0, 0.02), "0.000 ± 0.020");
  EXPECT_EQ(with_error(3.2e-6, 1e-7), "(3.20 ± 0.10)×10⁻⁶");
  EXPECT_EQ(with_error(5.0e-9, 2.0), "0.0 ± 2.0");
}

TEST(WithError, LeavesOutUselessErrors) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(with_error(1.23456, 0.0), "1.235");
  EXPECT_EQ(with_error(1.23456, nan), "1.235");
  EXPECT_EQ(with_error(1.23456, infinity), "1.235");
  EXPECT_EQ(with_error(nan, 0.1), "n/a");
  EXPECT_EQ(concise(-infinity, 0.1), "−∞");
}

// CODATA 2018 as printed there: G, the electron mass, the inverse fine-structure constant.
TEST(Concise, PrintsConstantsAsPublished) {
  EXPECT_EQ(concise(6.67430e-11, 0.00015e-11), "6.67430(15)×10⁻¹¹");
  EXPECT_EQ(concise(9.1093837015e-31, 0.0000000028e-31), "9.1093837015(28)×10⁻³¹");
  EXPECT_EQ(concise(137.035999084, 0.000000021), "137.035999084(21)");
  EXPECT_EQ(concise(0.65746, 0.0042), "0.657(4)");
  EXPECT_EQ(concise(12.3, 1.2), "12.3(1.2)");
  EXPECT_EQ(concise(786.2, 3.7), "786(4)");
  EXPECT_EQ(concise(12345.0, 420.0), "12300(400)");
}

TEST(Significant, KeepsTrailingZeros) {
  EXPECT_EQ(significant(0.0657, 4), "0.06570");
  EXPECT_EQ(significant(1.2344e-7, 4), "1.234×10⁻⁷");
  EXPECT_EQ(significant(12344.0, 4), "12340");
  EXPECT_EQ(significant(9.9996, 4), "10.00");
  EXPECT_EQ(significant(0.0, 4), "0");
  EXPECT_EQ(significant(-2.5e8, 2), "−2.5×10⁸");
}

TEST(Fixed, HasATrueMinusAndNoNegativeZero) {
  EXPECT_EQ(fixed(-1.26, 1), "−1.3");
  EXPECT_EQ(fixed(-0.0001, 2), "0.00");
  EXPECT_EQ(fixed(2.0, 0), "2");
}

TEST(CountText, SeparatesThousandsFromFiveDigits) {
  EXPECT_EQ(count_text(1234), "1234");
  EXPECT_EQ(count_text(12345), "12,345");
  EXPECT_EQ(count_text(-1234567), "−1,234,567");
  EXPECT_EQ(count_text(123456), "123,456");
  EXPECT_EQ(count_text(std::numeric_limits<long long>::min()), "−9,223,372,036,854,775,808");
}

}  // namespace
}  // namespace adatom::report
