#include "adatom/tracking/detect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "adatom/base/error.h"
#include "drawn_discs.h"

namespace adatom::tracking {
namespace {

using testing::DrawnDisc;
using testing::DrawnScene;

const Particle* nearest(const DetectResult& result, const DrawnDisc& disc) {
  const Particle* best = nullptr;
  double least = 3.0;
  for (const Particle& p : result.particles) {
    const double distance = std::hypot(p.x_px - disc.x, p.y_px - disc.y);
    if (distance < least) {
      least = distance;
      best = &p;
    }
  }
  return best;
}

TEST(Detect, ParticlesInHardlyAnyNoise) {
  auto scene = testing::disc_grid(4, 1);
  scene.level = 1e5;
  scene.slope = 0.2;
  const auto result = detect_particles(testing::count_electrons(draw(scene), 1), {});
  ASSERT_EQ(result.particles.size(), scene.discs.size());
  EXPECT_TRUE(result.warnings.empty());
  EXPECT_NEAR(result.edge_blur_px, 1.0, 0.02);
  EXPECT_NEAR(result.background, 1e5, 500.0);
  for (const DrawnDisc& disc : scene.discs) {
    const Particle* p = nearest(result, disc);
    ASSERT_NE(p, nullptr);
    // The errors are a few thousandths of a pixel; the model of a small disc is not exact, but
    // symmetric.
    EXPECT_NEAR(p->x_px, disc.x, 0.02);
    EXPECT_NEAR(p->y_px, disc.y, 0.02);
    EXPECT_NEAR(p->radius_px, disc.radius, 0.05);
    EXPECT_NEAR(p->contrast, disc.contrast, 0.02);
    EXPECT_NEAR(p->axis_ratio, 1.0, 0.02);
    EXPECT_NEAR(p->background,
                1e5 * (1.0 + 0.2 * (disc.x / static_cast<double>(scene.width) - 0.5)), 500.0);
    EXPECT_NEAR(p->mass / (M_PI * disc.radius * disc.radius * -disc.contrast * p->background), 1.0,
                0.03);
    EXPECT_TRUE(p->free_standing);
    EXPECT_FALSE(p->at_edge);
  }
}

TEST(Detect, ErrorsAreThoseItNamesAndCloseToTheBound) {
  double normalised = 0.0;
  double over_bound = 0.0;
  double count = 0.0;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto scene = testing::disc_grid(6, seed);
    const auto result = detect_particles(testing::count_electrons(draw(scene), seed + 10), {});
    ASSERT_EQ(result.particles.size(), scene.discs.size());
    EXPECT_NEAR(result.gain, 1.0, 0.15);
    for (const DrawnDisc& disc : scene.discs) {
      const Particle* p = nearest(result, disc);
      ASSERT_NE(p, nullptr);
      const double dx = p->x_px - disc.x;
      const double dy = p->y_px - disc.y;
      normalised += 0.5 * (std::pow(dx / p->x_stderr_px, 2) + std::pow(dy / p->y_stderr_px, 2));
      const double bound = position_bound_px(disc.radius, 1.0, 60.0 * disc.contrast,
                                             60.0 * (1.0 + 0.5 * disc.contrast));
      EXPECT_NEAR(p->x_bound_px / bound, 1.0, 0.25);  // from the fitted radius, contrast and blur
      // A disc is known alike along x and y, a large one's radius better: all of its edge tells it.
      EXPECT_NEAR(p->x_stderr_px / p->y_stderr_px, 1.0, 0.1);
      if (disc.radius > 6.0) {
        EXPECT_LT(p->radius_stderr_px, 0.95 * p->x_stderr_px);
      }
      over_bound += 0.5 * (dx * dx + dy * dy) / (bound * bound);
      count += 1.0;
    }
  }
  // 216 deviations: 5 % each; three standard errors.
  EXPECT_NEAR(std::sqrt(normalised / count), 1.0, 0.15);
  EXPECT_LT(std::sqrt(over_bound / count), 1.15);
}

TEST(Detect, TouchingParticlesAreToldApart) {
  DrawnScene scene;
  scene.discs = {{.x = 30.0, .y = 40.0, .radius = 8.0},  {.x = 45.0, .y = 40.5, .radius = 7.0},
                 {.x = 90.0, .y = 30.0, .radius = 10.0}, {.x = 99.3, .y = 39.2, .radius = 3.1},
                 {.x = 60.0, .y = 90.0, .radius = 4.0},  {.x = 66.0, .y = 95.3, .radius = 4.0}};
  const auto result = detect_particles(testing::count_electrons(draw(scene), 4), {});
  ASSERT_EQ(result.particles.size(), scene.discs.size());
  for (const DrawnDisc& disc : scene.discs) {
    const Particle* p = nearest(result, disc);
    ASSERT_NE(p, nullptr);
    // Five times the bound of the smallest.
    EXPECT_LT(std::hypot(p->x_px - disc.x, p->y_px - disc.y), 0.6);
    EXPECT_NEAR(p->radius_px, disc.radius, 0.6);
    EXPECT_FALSE(p->free_standing);
  }
}

TEST(Detect, BrightOnesAndTheUnitOfTheFrame) {
  auto scene = testing::disc_grid(4, 8);
  for (DrawnDisc& disc : scene.discs) disc.contrast = 0.6;
  const Grid<double> counted = testing::count_electrons(draw(scene), 3);
  DetectOptions options;
  options.contrast = Contrast::bright;
  const auto result = detect_particles(counted, options);
  ASSERT_EQ(result.particles.size(), scene.discs.size());
  EXPECT_NEAR(result.contrast, 0.6, 0.03);
  // Values in another unit: the same particles.
  Grid<double> scaled = counted;
  for (double& value : scaled.values()) value *= 0.001;
  const auto other = detect_particles(scaled, options);
  ASSERT_EQ(other.particles.size(), result.particles.size());
  EXPECT_NEAR(other.gain / result.gain, 0.001, 1e-6);
  for (std::size_t i = 0; i < other.particles.size(); ++i) {
    // Steps end below a tenth of the error.
    EXPECT_NEAR(other.particles[i].x_px, result.particles[i].x_px, 0.02);
    EXPECT_NEAR(other.particles[i].mass / result.particles[i].mass, 0.001, 1e-5);
  }
}

TEST(Detect, MaskedPixelsDoNotCount) {
  auto scene = testing::disc_grid(4, 2);
  Grid<double> counted = testing::count_electrons(draw(scene), 5);
  Grid<std::uint8_t> mask(counted.width(), counted.height(), 1);
  for (std::size_t y = 0; y < counted.height(); ++y) {
    for (std::size_t x = 0; x < 34; ++x) {
      mask(x, y) = 0;
      counted(x, y) = std::nan("");
    }
  }
  DetectWorkspace workspace;
  const auto result = detect_particles(counted, mask, {}, workspace);
  EXPECT_EQ(result.particles.size(), 12U);
  for (const DrawnDisc& disc : scene.discs) {
    EXPECT_EQ(nearest(result, disc) != nullptr, disc.x > 34.0);
  }
  // The workspace remembers nothing of it.
  const Grid<double> next = testing::count_electrons(draw(scene), 6);
  const auto used = detect_particles(next, {}, {}, workspace);
  const auto fresh = detect_particles(next, {});
  ASSERT_EQ(used.particles.size(), 16U);
  ASSERT_EQ(fresh.particles.size(), 16U);
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(used.particles[i].x_px, fresh.particles[i].x_px);
    EXPECT_EQ(used.particles[i].radius_stderr_px, fresh.particles[i].radius_stderr_px);
  }
}

TEST(Detect, ParticlesAtTheBorderAreMarked) {
  DrawnScene scene;
  scene.discs = {{.x = 2.0, .y = 60.0, .radius = 7.0}, {.x = 64.0, .y = 60.0, .radius = 7.0}};
  const auto result = detect_particles(testing::count_electrons(draw(scene), 7), {});
  ASSERT_EQ(result.particles.size(), 2U);
  const Particle* cut = nearest(result, scene.discs[0]);
  ASSERT_NE(cut, nullptr);
  EXPECT_TRUE(cut->at_edge);
  // Less of its edge is seen.
  EXPECT_GT(cut->x_stderr_px, 1.3 * nearest(result, scene.discs[1])->x_stderr_px);
  EXPECT_NEAR(cut->x_px, 2.0, 5.0 * cut->x_stderr_px);
}

TEST(Detect, WhatTheBorderCutsIsPlacedAsWellAsItsErrorsSay) {
  // A grid of discs of which those at the left and at the top lie half outside or more.
  double squares = 0.0;
  double radii = 0.0;
  double count = 0.0;
  double worst = 0.0;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    auto scene = testing::disc_grid(8, seed);
    RandomStream random(seed + 20);
    for (DrawnDisc& disc : scene.discs) {
      const double deep = (0.8 * random.uniform() - 0.6) * disc.radius;  // centre outside: negative
      if (disc.x < 34.0) {
        disc.x = deep;
      } else if (disc.y < 34.0) {
        disc.y = deep;
      }
    }
    const auto result = detect_particles(testing::count_electrons(draw(scene), seed), {});
    for (const DrawnDisc& disc : scene.discs) {
      if (disc.x > 20.0 && disc.y > 20.0) continue;
      const Particle* p = nearest(result, disc);
      if (p == nullptr) continue;
      const double dx = p->x_px - disc.x;
      const double dy = p->y_px - disc.y;
      squares += 0.5 * (std::pow(dx / p->x_stderr_px, 2) + std::pow(dy / p->y_stderr_px, 2));
      radii += std::pow((p->radius_px - disc.radius) / p->radius_stderr_px, 2);
      worst = std::max({worst, p->x_stderr_px, p->y_stderr_px});
      count += 1.0;
    }
  }
  EXPECT_GE(count, 55.0);  // of 60
  // Errors of 110 places and 55 radii: 7 and 10 % each, and the radii are no normal distribution.
  EXPECT_NEAR(std::sqrt(squares / count), 1.0, 0.25);
  EXPECT_NEAR(std::sqrt(radii / count), 1.0, 0.3);
  // No error exceeds what the others' radii allow; without them some are tens of pixels.
  EXPECT_LT(worst, 4.0);
}

TEST(Detect, NoiseDoesNotDivideAFaintLargeOne) {
  // Eight electrons: a pixel's noise is as large as the contrast of the faint ones.
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    auto scene = testing::disc_grid(6, seed);
    scene.level = 8.0;
    for (const std::size_t i : {14U, 21U}) {
      scene.discs[i].radius = 12.0;
      scene.discs[i].contrast = -0.33;
    }
    const auto result = detect_particles(testing::count_electrons(draw(scene), seed), {});
    for (const std::size_t i : {14U, 21U}) {
      const DrawnDisc& disc = scene.discs[i];
      const auto beside = std::ranges::count_if(result.particles, [&](const Particle& p) {
        return std::hypot(p.x_px - disc.x, p.y_px - disc.y) < disc.radius;
      });
      EXPECT_EQ(beside, 1) << seed;
      const Particle* p = nearest(result, disc);
      ASSERT_NE(p, nullptr) << seed;
      EXPECT_NEAR(p->radius_px, disc.radius, 5.0 * p->radius_stderr_px) << seed;
    }
  }
}

/// Compression leaves noise that neighbours share, of which differences of neighbours show little.
void add_coarse_noise(Grid<double>& image, double spread, std::uint64_t seed) {
  constexpr std::size_t reach = 3;
  RandomStream random(seed);
  Grid<double> white(image.width() + 2 * reach, image.height() + 2 * reach);
  for (double& value : white.values()) value = random.normal();
  std::array<double, 2 * reach + 1> weights{};
  double squares = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double at = static_cast<double>(k) - static_cast<double>(reach);
    weights[k] = std::exp(-0.5 * at * at);
    squares += weights[k] * weights[k];
  }
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      double sum = 0.0;
      for (std::size_t j = 0; j < weights.size(); ++j) {
        for (std::size_t i = 0; i < weights.size(); ++i) {
          sum += weights[j] * weights[i] * white(x + i, y + j);
        }
      }
      image(x, y) += spread * sum / squares;
    }
  }
}

// Most are nearly points, and a few large ones out of focus are the only ones that have an edge.
TEST(Detect, BlurIsThatOfTheManySmallWhereNoiseIsNotWhatTheFitsLeave) {
  for (const double blur : {0.9, 1.3}) {
    auto small = testing::disc_grid(10, 3);
    small.blur = blur;
    DrawnScene large;
    large.width = small.width;
    large.height = small.height;
    large.blur = 2.5;
    for (std::size_t i = 0; i < small.discs.size(); ++i) {
      small.discs[i].radius = 0.5 * small.discs[i].radius + 0.5;  // 2 to 5
      if (i % 12 != 0) continue;
      large.discs.push_back(small.discs[i]);
      large.discs.back().radius = 7.0;
    }
    for (std::size_t i = small.discs.size(); i-- > 0;) {
      if (i % 12 == 0) small.discs.erase(small.discs.begin() + static_cast<std::ptrdiff_t>(i));
    }
    Grid<double> image = draw(small);
    const Grid<double> others = draw(large);
    for (std::size_t y = 0; y < image.height(); ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        image(x, y) *= others(x, y) / large.level;
      }
    }
    add_coarse_noise(image, 0.02 * small.level, 5);
    const auto result = detect_particles(image, {});
    EXPECT_NEAR(result.edge_blur_px / blur, 1.0, 0.1);
    double excess = 0.0;
    for (const DrawnDisc& disc : small.discs) {
      const Particle* p = nearest(result, disc);
      ASSERT_NE(p, nullptr) << disc.radius;
      excess += (p->radius_px - disc.radius) / static_cast<double>(small.discs.size());
    }
    EXPECT_NEAR(excess, 0.0, 0.1);
  }
}

TEST(Detect, NothingIsAResult) {
  for (const double level : {8.0, 60.0}) {
    DrawnScene scene;
    scene.width = scene.height = 256;
    scene.level = level;
    const auto result = detect_particles(testing::count_electrons(draw(scene), 9), {});
    EXPECT_TRUE(result.particles.empty());
    EXPECT_EQ(result.warnings.size(), 1U);
  }
  // No electron at all, and a constant.
  EXPECT_TRUE(detect_particles(Grid<double>(64, 64, 0.0), {}).particles.empty());
  EXPECT_TRUE(detect_particles(Grid<double>(64, 64, 7.0), {}).particles.empty());
}

TEST(Detect, WrongInputIsRefused) {
  EXPECT_THROW((void)detect_particles(Grid<double>(8, 8, 1.0), {}), InputError);
  Grid<double> bad(32, 32, 1.0);
  bad(3, 4) = std::nan("");
  EXPECT_THROW((void)detect_particles(bad, {}), InputError);
  DetectOptions options;
  options.radius_min_px = 10.0;
  options.radius_max_px = 5.0;
  EXPECT_THROW((void)detect_particles(Grid<double>(32, 32, 1.0), options), InputError);
  DetectWorkspace workspace;
  EXPECT_THROW((void)detect_particles(Grid<double>(32, 32, 1.0), Grid<std::uint8_t>(31, 32, 1), {},
                                      workspace),
               InputError);
}

}  // namespace
}  // namespace adatom::tracking
