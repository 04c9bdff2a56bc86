// One particle's picture against integrals that are known.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "video_patch.h"

namespace adatom::simulate {
namespace {

constexpr double pi = std::numbers::pi;

struct Moments {
  double sum = 0.0;
  double x = 0.0;
  double y = 0.0;
  double variance_x = 0.0;
  double variance_y = 0.0;
};

Moments moments(const Patch& patch) {
  Moments m;
  const auto each = [&](const auto& visit) {
    for (std::size_t j = 0; j < patch.values.height(); ++j) {
      for (std::size_t i = 0; i < patch.values.width(); ++i) {
        visit(static_cast<double>(patch.x0) + static_cast<double>(i),
              static_cast<double>(patch.y0) + static_cast<double>(j), patch.values(i, j));
      }
    }
  };
  each([&](double x, double y, double value) {
    m.sum += value;
    m.x += value * x;
    m.y += value * y;
  });
  m.x /= m.sum;
  m.y /= m.sum;
  each([&](double x, double y, double value) {
    m.variance_x += value * (x - m.x) * (x - m.x) / m.sum;
    m.variance_y += value * (y - m.y) * (y - m.y) / m.sum;
  });
  return m;
}

Body disc(double x, double y, double radius) {
  return {.places = {{x, y}},
          .radius_px = radius,
          .contrast = 0.4,
          .outline = round_outline(),
          .profile = ParticleProfile::disc};
}

TEST(VideoPatch, AnOutlinesSumIsItsArea) {
  const PatchPainter painter(0.8);
  RandomStream random(3);
  for (const auto& outline :
       {round_outline(), ellipse_outline(1.7, 0.3), faceted_outline(6, 0.2, 0.1),
        faceted_outline(3, 0.05, 1.0), flake_outline(random)}) {
    for (const double radius : {2.0, 7.3, 20.0}) {
      auto body = disc(31.27, 28.81, radius);
      body.outline = outline;
      // Coverage and the kernel's sum are exact: rounding alone.
      EXPECT_NEAR(moments(painter.paint(body)).sum / (0.4 * pi * radius * radius), 1.0, 1e-11);
    }
  }
}

TEST(VideoPatch, ItsCentroidIsThePosition) {
  for (const double blur : {0.5, 1.0, 2.0}) {
    const PatchPainter painter(blur);
    RandomStream random(7);
    for (int i = 0; i < 20; ++i) {
      const double x = 40.0 + random.uniform();
      const double y = 50.0 + random.uniform();
      const double radius = 2.0 + 18.0 * random.uniform();
      for (const auto& outline :
           {round_outline(), ellipse_outline(1.6, 0.7), faceted_outline(6, 0.3, 0.4)}) {
        for (const auto profile : {ParticleProfile::disc, ParticleProfile::sphere}) {
          auto body = disc(x, y, radius);
          body.outline = outline;
          body.profile = profile;
          const auto m = moments(painter.paint(body));
          // What is left is the place of the coverage within cells of half a pixel.
          EXPECT_NEAR(m.x, x, 1e-3);
          EXPECT_NEAR(m.y, y, 1e-3);
        }
      }
    }
  }
}

TEST(VideoPatch, ABlurredDiscHasTheSecondMomentsOfDiscBlurAndPixel) {
  const PatchPainter painter(1.3);
  const auto m = moments(painter.paint(disc(40.2, 39.7, 9.0)));
  // r^2 / 4 + s^2 + 1 / 12; the Gaussian beyond 5 s holds 3e-5 of its variance.
  const double expected = 81.0 / 4.0 + 1.3 * 1.3 + 1.0 / 12.0;
  EXPECT_NEAR(m.variance_x, expected, 1e-3);
  EXPECT_NEAR(m.variance_y, expected, 1e-3);
}

TEST(VideoPatch, ADiscsPixelsAreTheConvolutionIntegral) {
  const double radius = 4.0;
  const double blur = 0.9;
  const double x = 20.3;
  const double y = 19.6;
  const auto patch = PatchPainter(blur).paint(disc(x, y, radius));
  // Sum over points of the disc of the Gaussian integrated over the pixel: chord by chord.
  const auto ramp = [&](double t) {
    return t * 0.5 * std::erfc(-t / (blur * std::numbers::sqrt2)) +
           blur * std::exp(-0.5 * t * t / (blur * blur)) / std::sqrt(2.0 * pi);
  };
  const auto cdf = [&](double t) { return 0.5 * std::erfc(-t / (blur * std::numbers::sqrt2)); };
  for (const int px : {16, 20, 23, 24, 25, 27}) {
    const int py = 21;
    double sum = 0.0;
    constexpr int chords = 4000;
    for (int k = 0; k < chords; ++k) {
      // Equal angles: the chords' ends are no trouble there.
      const double angle = pi * (k + 0.5) / chords;
      const double v = y - radius * std::cos(angle);
      const double half = radius * std::sin(angle);
      const double weight = radius * std::sin(angle) * pi / chords;
      const double rows = cdf(py + 0.5 - v) - cdf(py - 0.5 - v);
      const double a = x - half;
      const double b = x + half;
      const double columns =
          ramp(px + 0.5 - a) - ramp(px - 0.5 - a) - ramp(px + 0.5 - b) + ramp(px - 0.5 - b);
      sum += weight * rows * columns;
    }
    const double value = patch.values(static_cast<std::size_t>(px - patch.x0),
                                      static_cast<std::size_t>(py - patch.y0));
    // Cells of half a pixel, whose own blur is made up for: 1e-4 of the contrast.
    EXPECT_NEAR(value, 0.4 * sum, 1e-4) << px;
  }
}

TEST(VideoPatch, ASpheresSumIsTheIntegralOfItsTransmission) {
  const PatchPainter painter(1.0);
  for (const double radius : {2.5, 6.0, 15.0}) {
    for (const double contrast : {0.1, 0.5, 0.95}) {
      auto body = disc(30.4, 30.9, radius);
      body.profile = ParticleProfile::sphere;
      body.contrast = contrast;
      // 2 pi int_0^r (1 - exp(-2 mu h)) h dh with h^2 = r^2 - rho^2
      const double k = -std::log1p(-contrast) / radius;  // 2 mu
      const double expected =
          2.0 * pi *
          (0.5 * radius * radius - (1.0 - std::exp(-k * radius) * (1.0 + k * radius)) / (k * k));
      // Sampled at quarter pixels; the root at the edge is the worst of it.
      EXPECT_NEAR(moments(painter.paint(body)).sum / expected, 1.0, radius < 3.0 ? 3e-3 : 6e-4);
    }
  }
}

TEST(VideoPatch, ASpheresMiddleHasItsContrast) {
  auto body = disc(30.0, 30.0, 20.0);
  body.profile = ParticleProfile::sphere;
  const auto patch = PatchPainter(0.5).paint(body);
  const double middle = patch.values(static_cast<std::size_t>(30 - patch.x0),
                                     static_cast<std::size_t>(30 - patch.y0));
  // The blur lowers it by about s^2 / r^2 times the slope.
  EXPECT_NEAR(middle, 0.4, 1e-3);
}

TEST(VideoPatch, ASpotIsAGaussianOfItsWidth) {
  auto body = disc(12.3, 14.8, 1.4);
  body.profile = ParticleProfile::spot;
  const auto m = moments(PatchPainter(1.0).paint(body));
  EXPECT_NEAR(m.sum, 0.4 * 2.0 * pi * 1.4 * 1.4, 1e-5);  // cut at 5 s: 1e-6 of it
  EXPECT_NEAR(m.x, 12.3, 1e-5);
  EXPECT_NEAR(m.y, 14.8, 1e-5);
  EXPECT_NEAR(m.variance_x, 1.4 * 1.4 + 1.0 / 12.0, 1e-3);
}

TEST(VideoPatch, AMovingParticleIsSmearedAlongItsPath) {
  auto body = disc(30.0, 30.0, 5.0);
  body.places.clear();
  constexpr int steps = 64;
  for (int i = 0; i < steps; ++i) body.places.push_back({27.0 + 6.0 * (i + 0.5) / steps, 30.0});
  const auto m = moments(PatchPainter(1.0).paint(body));
  EXPECT_NEAR(m.sum, 0.4 * pi * 25.0, 1e-9);
  EXPECT_NEAR(m.x, 30.0, 1e-3);
  // A path of 6 px adds 36 / 12 along it; 64 steps of it miss 2e-4 of that.
  EXPECT_NEAR(m.variance_x - m.variance_y, 3.0, 2e-3);
}

}  // namespace
}  // namespace adatom::simulate
