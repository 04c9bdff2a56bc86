// How close the fit comes to the Cramer-Rao bound, over thousands of columns.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <iostream>
#include <vector>

#include "adatom/columns/bound.h"
#include "adatom/columns/fit.h"
#include "support/fit_frames.h"

namespace adatom::columns {
namespace {

using testing::FrameSpec;
using testing::Zone;

struct Setting {
  FrameSpec spec;
  double dose;
};

struct Figures {
  double position_over_bound = 0.0;  ///< root mean square error over the bound
  double scs_over_bound = 0.0;
  double scs_bias = 0.0;  ///< sum of errors over sum of cross-sections
  double position_coverage = 0.0;
  double scs_coverage = 0.0;
  std::size_t columns = 0;
};

// Frames of gold in both zones, 0.10 to 0.16 A per pixel, 2e4 to 4e5 electrons per A^2.
std::vector<Setting> make_settings(double background) {
  std::vector<Setting> settings;
  const double pixels[] = {0.10, 0.12, 0.14, 0.16};
  const double doses[] = {2e4, 6e4, 1.5e5, 4e5};
  const double widths[] = {0.5, 0.6, 0.7};
  for (std::size_t k = 0; k < 60; ++k) {
    Setting setting{{.zone = k % 2 == 0 ? Zone::axis_110 : Zone::axis_100,
                     .size = 192,
                     .pixel_size_angstrom = pixels[k % 4],
                     .width_angstrom = widths[k % 3],
                     .background = background},
                    doses[(k / 4) % 4]};
    settings.push_back(setting);
  }
  return settings;
}

Figures measure(NoiseModel noise, double background) {
  Figures figures;
  double positions = 0.0;
  double cross_sections = 0.0;
  double error_sum = 0.0;
  double scs_sum = 0.0;
  double positions_covered = 0.0;
  double scs_covered = 0.0;
  NoProgress progress;
  RandomStream random(2024);
  std::uint64_t index = 0;
  for (const Setting& setting : make_settings(background)) {
    const RandomStream own = random.substream(index++);
    const auto frame = testing::make_frame(setting.spec, own.substream(0));
    const Grid<double> noisy = testing::add_poisson_noise(frame, setting.dose, own.substream(1));
    FitOptions options{
        .background = background > 0.0 ? BackgroundModel::constant : BackgroundModel::none,
        .noise = noise};
    options.dose_per_angstrom2 = setting.dose;
    const FitResult result =
        fit_columns(noisy, frame.pixel_size_angstrom,
                    testing::start_positions(frame, 0.3, own.substream(2)), options, progress);
    EXPECT_EQ(result.termination, Termination::converged);
    const auto bound = cramer_rao_bound(setting.spec.size, setting.spec.size,
                                        frame.pixel_size_angstrom, frame.columns, frame.background,
                                        setting.dose, options.width, options.background);
    for (std::size_t i = 0; i < frame.columns.size(); ++i) {
      const Column& found = result.columns[i];
      const Column& truth = frame.columns[i];
      const double x = found.x_angstrom - truth.x_angstrom;
      const double y = found.y_angstrom - truth.y_angstrom;
      const double scs = found.scs_angstrom2 - truth.scs_angstrom2;
      positions +=
          0.5 * (std::pow(x / bound[i].x_angstrom, 2) + std::pow(y / bound[i].y_angstrom, 2));
      cross_sections += std::pow(scs / bound[i].scs_angstrom2, 2);
      error_sum += scs;
      scs_sum += truth.scs_angstrom2;
      positions_covered += 0.5 * ((std::abs(x) <= 1.96 * found.x_stderr_angstrom ? 1.0 : 0.0) +
                                  (std::abs(y) <= 1.96 * found.y_stderr_angstrom ? 1.0 : 0.0));
      scs_covered += std::abs(scs) <= 1.96 * found.scs_stderr_angstrom2 ? 1.0 : 0.0;
    }
    figures.columns += frame.columns.size();
  }
  const double count = static_cast<double>(figures.columns);
  figures.position_over_bound = std::sqrt(positions / count);
  figures.scs_over_bound = std::sqrt(cross_sections / count);
  figures.scs_bias = error_sum / scs_sum;
  figures.position_coverage = positions_covered / count;
  figures.scs_coverage = scs_covered / count;
  std::cout << figures.columns << " columns: error over bound " << figures.position_over_bound
            << " (x, y), " << figures.scs_over_bound << " (scs); scs bias "
            << 100.0 * figures.scs_bias << " %; 95 % intervals hold "
            << 100.0 * figures.position_coverage << " % (x, y), " << 100.0 * figures.scs_coverage
            << " % (scs)\n";
  return figures;
}

// Over 5500 columns the ratio to the bound scatters by 1/sqrt(2 * 5500) = 1 % (less for x and y
// together), the coverage by 0.3 %.
void expect_efficient(const Figures& figures) {
  EXPECT_GE(figures.columns, 3000U);
  EXPECT_LE(figures.position_over_bound, 1.05);
  EXPECT_LE(figures.scs_over_bound, 1.05);
  // An unbiased estimate may not lie far below the bound either.
  EXPECT_GE(figures.position_over_bound, 0.95);
  EXPECT_GE(figures.scs_over_bound, 0.95);
  EXPECT_LE(std::abs(figures.scs_bias), 1e-3);
}

void expect_honest(const Figures& figures) {
  EXPECT_NEAR(figures.position_coverage, 0.95, 0.02);
  EXPECT_NEAR(figures.scs_coverage, 0.95, 0.02);
}

TEST(Precision, PoissonFitReachesTheBound) {
  const Figures figures = measure(NoiseModel::poisson, 0.0);
  expect_efficient(figures);
  expect_honest(figures);
}

TEST(Precision, PoissonFitReachesTheBoundOverABackground) {
  const Figures figures = measure(NoiseModel::poisson, 0.02);
  expect_efficient(figures);
  expect_honest(figures);
}

// Least squares cannot reach the bound of counting noise (1.07 to 1.20 above it), but its own
// standard errors must say how good it is.
TEST(Precision, LeastSquaresErrorsAreHonestForCountingNoise) {
  for (const double background : {0.0, 0.02}) {
    const Figures figures = measure(NoiseModel::gaussian, background);
    EXPECT_LE(figures.position_over_bound, 1.25);
    EXPECT_LE(figures.scs_over_bound, 1.25);
    EXPECT_LE(std::abs(figures.scs_bias), 1e-3);
    expect_honest(figures);
  }
}

}  // namespace
}  // namespace adatom::columns
