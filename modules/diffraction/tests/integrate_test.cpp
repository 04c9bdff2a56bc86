#include "adatom/diffraction/integrate.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::diffraction {
namespace {

constexpr std::array all_splittings = {Splitting::none, Splitting::bounding_box, Splitting::full};

Geometry bent() {
  return {.centre_x_px = 70.3,
          .centre_y_px = 58.9,
          .ellipse_ratio = 1.05,
          .ellipse_angle_deg = 35.0,
          .s_per_px = 0.01};
}

/// Expected counts of a few rings on a background.
Grid<double> rings(std::size_t width, std::size_t height, const Geometry& geometry, double scale) {
  const RoundPattern map(geometry);
  Grid<double> frame(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto [sx, sy] = map.s_at(static_cast<double>(x), static_cast<double>(y));
      const double r = std::hypot(sx, sy) / geometry.s_per_px;
      const double near = (r - 30.0) / 3.0;
      const double far = (r - 52.5) / 2.5;
      frame(x, y) = scale * (20.0 + 200.0 * std::exp(-r / 25.0) + 150.0 * std::exp(-near * near) +
                             60.0 * std::exp(-far * far));
    }
  }
  return frame;
}

Grid<double> counted(const Grid<double>& expected, double gain, std::uint64_t seed) {
  RandomStream random(seed);
  Grid<double> frame(expected.width(), expected.height());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame.values()[i] = gain * static_cast<double>(random.poisson(expected.values()[i] / gain));
  }
  return frame;
}

TEST(Integrate, UniformFrameGivesItsValueAndEveryPixelOnce) {
  const Grid<double> frame(130, 121, 37.5);
  for (const Splitting splitting : all_splittings) {
    IntegrateOptions options;
    options.splitting = splitting;
    const Integrator integrator(130, 121, bent(), {}, options);
    const Profile profile = integrator.integrate(frame);
    double pixels = 0.0;
    for (std::size_t i = 0; i < profile.size(); ++i) {
      if (profile.weight[i] == 0.0) continue;
      EXPECT_DOUBLE_EQ(profile.intensity[i], 37.5);
      pixels += profile.weight[i];
    }
    EXPECT_NEAR(pixels, 130.0 * 121.0, 1e-3);  // weights are floats
    EXPECT_DOUBLE_EQ(profile.s_step_per_angstrom, 0.01);
    EXPECT_DOUBLE_EQ(profile.s_first_per_angstrom, 0.005);
  }
}

// Inside the frame a bin is a ring of 2 pi r pixels' area, whatever the ellipse: outlines drawn
// straight over radius and azimuth miss the curvature of rings, which at this radius moves less
// than 1e-3 of a bin's area.
TEST(Integrate, FullSplittingFillsRings) {
  const Integrator integrator(130, 121, bent(), {}, {});
  const Profile profile = integrator.integrate(Grid<float>(130, 121, 1.0F));
  for (std::size_t i = 10; i < 55; ++i) {
    const double area = 2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5);
    EXPECT_NEAR(profile.weight[i] / area, 1.0, 1e-3) << i;
  }
}

// The mean of s over a ring from s1 to s2 is 2/3 (s2^3 - s1^3)/(s2^2 - s1^2). Without splitting it
// is that of the pixels' places in the bin, known to 0.29 of a bin over the root of their number.
TEST(Integrate, ConeGivesTheRadius) {
  const RoundPattern map(bent());
  Grid<double> frame(130, 121);
  for (std::size_t y = 0; y < frame.height(); ++y) {
    for (std::size_t x = 0; x < frame.width(); ++x) {
      const auto [sx, sy] = map.s_at(static_cast<double>(x), static_cast<double>(y));
      frame(x, y) = std::hypot(sx, sy);
    }
  }
  for (const Splitting splitting : all_splittings) {
    IntegrateOptions options;
    options.splitting = splitting;
    const Profile profile = Integrator(130, 121, bent(), {}, options).integrate(frame);
    for (std::size_t i = 10; i < 55; ++i) {
      const double s1 = 0.01 * static_cast<double>(i);
      const double s2 = s1 + 0.01;
      const double mean = 2.0 / 3.0 * (s2 * s2 * s2 - s1 * s1 * s1) / (s2 * s2 - s1 * s1);
      const double sampling = 0.01 * 0.29 / std::sqrt(profile.weight[i]);
      EXPECT_NEAR(profile.intensity[i], mean, splitting == Splitting::full ? 2e-5 : 4.0 * sampling);
    }
  }
}

TEST(Integrate, RangeAndBinsAreThoseAskedFor) {
  IntegrateOptions options;
  options.s_min_per_angstrom = 0.1;
  options.s_max_per_angstrom = 0.5;
  options.bins = 100;
  const Grid<float> frame = Grid<float>(130, 121, 2.0F);
  const Profile profile = Integrator(130, 121, bent(), {}, options).integrate(frame);
  ASSERT_EQ(profile.size(), 100U);
  EXPECT_NEAR(profile.s_per_angstrom(0), 0.102, 1e-12);
  EXPECT_NEAR(profile.s_per_angstrom(99), 0.498, 1e-12);
  // Pixels that reach over the range are in it with their part only.
  const double area = std::numbers::pi * (50.0 * 50.0 - 10.0 * 10.0);
  EXPECT_NEAR(std::accumulate(profile.weight.begin(), profile.weight.end(), 0.0), area, 0.5);
  options.bins = 0;
  EXPECT_EQ(Integrator(130, 121, bent(), {}, options).bins(), 40U);
}

TEST(Integrate, WhatIsNotFiniteIsAsMasked) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  RandomStream random(3);
  Grid<float> frame(64, 60);
  Mask mask(64, 60, 1);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame.values()[i] = static_cast<float>(random.poisson(50.0));
    if (random.uniform() > 0.2) continue;
    mask.values()[i] = 0;
    frame.values()[i] = random.uniform() < 0.5 ? nan : infinity;
  }
  const Geometry geometry{.centre_x_px = 30.2, .centre_y_px = 31.1};
  IntegrateOptions options;
  options.s_max_per_angstrom = 40.0;
  for (const ErrorModel model : {ErrorModel::poisson, ErrorModel::azimuthal}) {
    options.error_model = model;
    const Profile by_value = Integrator(64, 60, geometry, {}, options).integrate(frame);
    const Profile by_mask = Integrator(64, 60, geometry, mask, options).integrate(frame);
    for (std::size_t i = 0; i < by_value.size(); ++i) {
      EXPECT_NEAR(by_value.weight[i], by_mask.weight[i], 1e-4);
      if (by_mask.weight[i] == 0.0) {
        EXPECT_TRUE(std::isnan(by_value.intensity[i]));
        continue;
      }
      EXPECT_NEAR(by_value.intensity[i], by_mask.intensity[i], 1e-4);
      if (std::isfinite(by_mask.intensity_stderr[i])) {
        EXPECT_NEAR(by_value.intensity_stderr[i] / by_mask.intensity_stderr[i], 1.0, 1e-4);
      }
    }
  }
}

TEST(Integrate, AllKindsOfPixelsAndNumbersOfThreadsAgree) {
  const Grid<double> frame = counted(rings(130, 121, bent(), 1.0), 1.0, 4);
  Grid<float> floats(130, 121);
  Grid<std::uint16_t> words(130, 121);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    floats.values()[i] = static_cast<float>(frame.values()[i]);
    words.values()[i] = static_cast<std::uint16_t>(frame.values()[i]);
  }
  IntegrateOptions options;
  options.error_model = ErrorModel::azimuthal;
  const auto all = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    const Integrator integrator(130, 121, bent(), {}, options);
    return std::array{integrator.integrate(frame), integrator.integrate(floats),
                      integrator.integrate(words), integrator.integrate_median(frame),
                      integrator.integrate_clipped(frame).profile};
  };
  const auto one = all(1);
  const auto three = all(3);
  for (std::size_t k = 0; k < one.size(); ++k) {
    const Profile& with_first = k < 3 ? one[0] : three[k];
    for (std::size_t i = 0; i < one[k].size(); ++i) {
      if (one[k].weight[i] == 0.0) continue;
      EXPECT_EQ(one[k].intensity[i], three[k].intensity[i]);
      EXPECT_EQ(one[k].intensity_stderr[i], three[k].intensity_stderr[i]);
      EXPECT_EQ(one[k].weight[i], three[k].weight[i]);
      EXPECT_EQ(one[k].intensity[i], with_first.intensity[i]);
    }
  }
}

/// Chi-square per degree of freedom of profiles of counted frames about that of the expected one.
/// Bins of fewer than 50 pixels are left out, as an error from few pixels is itself uncertain.
double chi_square(const IntegrateOptions& options, const Grid<double>& expected,
                  const std::vector<Grid<double>>& frames) {
  const Integrator integrator(130, 121, bent(), {}, options);
  const Profile truth = integrator.integrate(expected);
  double sum = 0.0;
  double count = 0.0;
  for (const Grid<double>& frame : frames) {
    const Profile profile = integrator.integrate(frame);
    for (std::size_t i = 0; i < profile.size(); ++i) {
      if (profile.weight[i] < 50.0) continue;
      const double off = (profile.intensity[i] - truth.intensity[i]) / profile.intensity_stderr[i];
      sum += off * off;
      count += 1.0;
    }
  }
  return sum / count;
}

// About 10000 bins of each dose: a standard deviation of chi-square of 0.014 (0.015 with the
// correlation of neighbours). At 0.4 to 8 counts the error is itself estimated from few electrons:
// chi-square is 1.03 there.
TEST(Integrate, ErrorsAreCalibrated) {
  for (const auto& [dose, gain, high] :
       {std::array{0.02, 1.0, 1.08}, {1.0, 1.0, 1.05}, {0.2, 2.5, 1.05}}) {
    const Grid<double> expected = rings(130, 121, bent(), dose * gain);
    std::vector<Grid<double>> frames;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
      frames.push_back(counted(expected, gain, seed));
    }
    IntegrateOptions options;
    options.gain = gain;
    for (const Splitting splitting : all_splittings) {
      for (const ErrorModel model : {ErrorModel::poisson, ErrorModel::azimuthal}) {
        options.splitting = splitting;
        options.error_model = model;
        const double found = chi_square(options, expected, frames);
        EXPECT_GT(found, 0.95) << dose << static_cast<int>(splitting) << static_cast<int>(model);
        EXPECT_LT(found, high) << dose << static_cast<int>(splitting) << static_cast<int>(model);
      }
    }
  }
}

// What splitting shares between bins, measured over many frames of noise.
TEST(Integrate, CorrelationOfNeighboursIsAsStated) {
  const Geometry geometry{.centre_x_px = 30.2, .centre_y_px = 31.1};
  const Integrator integrator(64, 60, geometry, {}, {});
  constexpr std::size_t frames = 3000;
  constexpr std::size_t first = 8;
  constexpr std::size_t last = 28;
  std::vector<double> squares(last + 1, 0.0);
  std::vector<double> products(last + 1, 0.0);
  double of_sum = 0.0;
  double inflated = 0.0;
  RandomStream random(11);
  Grid<float> frame(64, 60);
  for (std::size_t n = 0; n < frames; ++n) {
    for (float& value : frame.values()) value = static_cast<float>(random.normal());
    const Profile profile = integrator.integrate(frame);
    double sum = 0.0;
    for (std::size_t i = first; i <= last; ++i) {
      squares[i] += profile.intensity[i] * profile.intensity[i];
      products[i] += profile.intensity[i] * profile.intensity[i + 1];
      sum += profile.weight[i] * profile.intensity[i];
    }
    of_sum += sum * sum;
  }
  IntegrateOptions options;
  options.gain = 1e-9;
  options.readout_variance = 1.0;
  const Profile stated = Integrator(64, 60, geometry, {}, options).integrate(frame);
  for (std::size_t i = first; i < last; ++i) {
    const double correlation = products[i] / std::sqrt(squares[i] * squares[i + 1]);
    EXPECT_NEAR(correlation, stated.neighbour_correlation[i], 4.0 / std::sqrt(frames)) << i;
    EXPECT_GT(stated.neighbour_correlation[i], 0.1);
    EXPECT_NEAR(std::sqrt(squares[i] / frames) / stated.intensity_stderr[i], 1.0, 0.06) << i;
  }
  // The sum over 21 bins has the variance of independent bins with inflated ones, but for its two
  // ends, whose correlation with what is outside does not count: 0.03 of it.
  for (std::size_t i = first; i <= last; ++i) {
    const double error = stated.weight[i] * stated.intensity_stderr[i];
    inflated += error * error * stated.variance_inflation[i];
  }
  EXPECT_NEAR(of_sum / frames / inflated, 1.0, 0.03 + 4.0 * std::sqrt(2.0 / frames));
}

TEST(Integrate, NoElectronIsNotNoError) {
  const Geometry geometry{.centre_x_px = 30.2, .centre_y_px = 31.1};
  IntegrateOptions options;
  options.splitting = Splitting::none;
  options.gain = 3.0;
  const Profile profile =
      Integrator(64, 60, geometry, {}, options).integrate(Grid<double>(64, 60, 0.0));
  EXPECT_DOUBLE_EQ(profile.intensity_stderr[20], 3.0 / profile.weight[20]);
}

TEST(Integrate, RefusesWhatCannotBe) {
  const Geometry geometry{.centre_x_px = 30.2, .centre_y_px = 31.1};
  EXPECT_THROW(Integrator(64, 60, geometry, Mask(60, 64, 1), {}), InputError);
  EXPECT_THROW(Integrator(64, 60, geometry, Mask(64, 60, 0), {}), InputError);
  EXPECT_THROW(Integrator(64, 0, geometry, {}, {}), InputError);
  EXPECT_THROW(Integrator(64, 60, {.centre_x_px = 1e9}, {}, {}), InputError);
  IntegrateOptions far;
  far.s_min_per_angstrom = 100.0;
  EXPECT_THROW(Integrator(64, 60, geometry, {}, far), InputError);
  IntegrateOptions turned;
  turned.s_min_per_angstrom = 5.0;
  turned.s_max_per_angstrom = 4.0;
  turned.gain = 0.0;
  EXPECT_EQ(turned.validate().size(), 2U);
  const Integrator integrator(64, 60, geometry, {}, {});
  EXPECT_THROW((void)integrator.integrate(Grid<double>(60, 64)), InputError);
  EXPECT_THROW((void)integrator.integrate_median(std::vector<float>(7)), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
