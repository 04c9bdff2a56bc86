// How good the shifts and their standard errors are, over enough series to tell.
#include <cmath>

#include <gtest/gtest.h>

#include "adatom/preprocess/register.h"
#include "support/lattice_image.h"

namespace adatom::preprocess {
namespace {

struct Errors {
  double mean = 0.0;
  double rms = 0.0;
  double rms_in_stderr = 0.0;
  double slips = 0.0;  ///< share of shifts more than 3 px off
};

Errors measure(CorrelationWeight weight, double electrons, int series) {
  const LatticeImage particle;
  const RegisterOptions options{.method = RegisterMethod::correlation, .weight = weight};
  constexpr int frames = 8;
  Errors errors;
  double square = 0.0;
  double square_in_stderr = 0.0;
  const double count = 2.0 * series * (frames - 1);
  for (int s = 0; s < series; ++s) {
    RegistrationState state;
    RandomStream random(static_cast<std::uint64_t>(s) + 77);
    double x = 0.0;
    double y = 0.0;
    for (int i = 0; i < frames; ++i) {
      const auto frame = with_shot_noise(particle.render(x, y), electrons,
                                         random.substream(static_cast<std::uint64_t>(i)));
      const auto shift = register_frame(state, frame, options);
      if (i > 0) {
        const double ex = shift.x_px - x;
        const double ey = shift.y_px - y;
        errors.mean += (ex + ey) / count;
        square += (ex * ex + ey * ey) / count;
        square_in_stderr +=
            (std::pow(ex / shift.x_stderr_px, 2) + std::pow(ey / shift.y_stderr_px, 2)) / count;
        if (std::hypot(ex, ey) > 3.0) errors.slips += 2.0 / count;
      }
      x += 0.6 + 0.3 * random.normal();
      y -= 0.4 + 0.3 * random.normal();
    }
  }
  errors.rms = std::sqrt(square);
  errors.rms_in_stderr = std::sqrt(square_in_stderr);
  return errors;
}

TEST(RegisterStatistics, ShiftsAreUnbiasedAndTheirErrorsHonest) {
  for (const auto weight : {CorrelationWeight::amplitude, CorrelationWeight::phase}) {
    for (const double electrons : {30.0, 1000.0}) {
      constexpr int series = 30;
      const auto errors = measure(weight, electrons, series);
      std::printf("%s %g electrons: mean %.5f px, rms %.5f px, rms/stderr %.3f, slips %.4f\n",
                  EnumNames<CorrelationWeight>::names[static_cast<std::size_t>(weight)], electrons,
                  errors.mean, errors.rms, errors.rms_in_stderr, errors.slips);
      // Frame 0's share, half the variance, is common to the seven shifts of a series: the mean of
      // 40 series is known to rms / sqrt(2 * 40), within 4 of these.
      EXPECT_NEAR(errors.mean, 0.0, 4.0 * errors.rms / std::sqrt(2.0 * series));
      EXPECT_EQ(errors.slips, 0.0);
      if (weight == CorrelationWeight::amplitude) {
        // 420 deviations, some 110 independent: 0.07; the noise in the gradient costs as much.
        EXPECT_NEAR(errors.rms_in_stderr, 1.0, 0.25);
        EXPECT_LT(errors.rms, electrons > 500.0 ? 0.015 : 0.1);
      }
    }
  }
}

}  // namespace
}  // namespace adatom::preprocess
