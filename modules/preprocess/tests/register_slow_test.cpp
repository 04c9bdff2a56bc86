// How good the shifts and their standard errors are, over enough series to tell.
#include <cmath>

#include <gtest/gtest.h>

#include "adatom/preprocess/register.h"
#include "support/registration_errors.h"

namespace adatom::preprocess {
namespace {

TEST(RegisterStatistics, ShiftsAreUnbiasedAndTheirErrorsHonest) {
  for (const auto weight : {CorrelationWeight::amplitude, CorrelationWeight::phase}) {
    for (const double electrons : {30.0, 1000.0}) {
      constexpr int series = 30;
      const RegisterOptions options{.method = RegisterMethod::correlation, .weight = weight};
      const auto errors = registration_errors(options, electrons, series);
      std::printf("%s %g electrons: mean %.5f px, rms %.5f px, rms/stderr %.3f, slips %.4f\n",
                  EnumNames<CorrelationWeight>::names[static_cast<std::size_t>(weight)], electrons,
                  0.5 * (errors.mean_x_px + errors.mean_y_px), errors.rms_px, errors.rms_in_stderr,
                  errors.slips);
      // Frame 0's share, half the variance, is common to the seven shifts of a series: the mean of
      // the series is known to rms / sqrt(2 * series), within 4 of these.
      EXPECT_NEAR(0.5 * (errors.mean_x_px + errors.mean_y_px), 0.0,
                  4.0 * errors.rms_px / std::sqrt(2.0 * series));
      EXPECT_EQ(errors.slips, 0.0);
      if (weight == CorrelationWeight::amplitude) {
        // 420 deviations, some 110 independent: 0.07; the noise in the gradient costs as much.
        EXPECT_NEAR(errors.rms_in_stderr, 1.0, 0.25);
        EXPECT_LT(errors.rms_px, electrons > 500.0 ? 0.015 : 0.1);
      }
    }
  }
}

}  // namespace
}  // namespace adatom::preprocess
