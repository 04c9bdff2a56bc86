#include "background.h"

#include <gtest/gtest.h>

#include <cmath>

#include "drawn_discs.h"

namespace adatom::tracking {
namespace {

Plane plane_of(const Grid<double>& image) {
  Plane plane;
  plane.resize(image.width(), image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      plane.row(y)[x] = static_cast<float>(image(x, y));
    }
  }
  return plane;
}

testing::DrawnScene crowded() {
  auto scene = testing::disc_grid(6, 5);
  scene.slope = 0.4;
  return scene;
}

TEST(Background, IsFoundUnderParticles) {
  const auto scene = crowded();
  const Plane data = plane_of(testing::count_electrons(draw(scene), 1));
  Plane found;
  guess_background(data, Contrast::dark, 75, found);
  Plane better = found;
  Taken taken(data.size(), 0);
  for (std::size_t y = 0; y < data.height(); ++y) {
    for (std::size_t x = 0; x < data.width(); ++x) {
      for (const auto& disc : scene.discs) {
        if (std::hypot(static_cast<double>(x) - disc.x, static_cast<double>(y) - disc.y) <
            disc.radius + 4.0) {
          taken[y * data.width() + x] = 1;
        }
      }
    }
  }
  ASSERT_TRUE(measure_background(data, taken, 32, better));
  double worst_guess = 0.0;
  double worst = 0.0;
  for (std::size_t y = 8; y < data.height(); y += 8) {
    for (std::size_t x = 8; x < data.width(); x += 8) {
      const double truth =
          60.0 * (1.0 + 0.4 * (static_cast<double>(x) / static_cast<double>(data.width()) - 0.5));
      worst_guess =
          std::max(worst_guess, std::abs(static_cast<double>(found.row(y)[x]) / truth - 1.0));
      worst = std::max(worst, std::abs(static_cast<double>(better.row(y)[x]) / truth - 1.0));
    }
  }
  // Groups of 16 pixels scatter by 3 %; a block holds hundreds of free pixels of 13 %.
  EXPECT_LT(worst_guess, 0.05);
  EXPECT_LT(worst, 0.03);
}

TEST(Background, NoiseOfACameraWithGainAndOffset) {
  const auto scene = crowded();
  const Plane data = plane_of(testing::count_electrons(draw(scene), 2, 3.0, 40.0));
  Taken taken(data.size(), 0);
  std::vector<tracking::Run> inside;
  for (std::size_t y = 0; y < data.height(); ++y) {
    for (const auto& disc : scene.discs) {
      const double dy = static_cast<double>(y) - disc.y;
      const auto extent = [&](double r) {
        return r > std::abs(dy) ? std::sqrt(r * r - dy * dy) : 0.0;
      };
      const double outer = extent(disc.radius + 4.0);
      for (double x = disc.x - outer; outer > 0.0 && x < disc.x + outer; x += 1.0) {
        taken[y * data.width() + static_cast<std::size_t>(std::max(x, 0.0))] = 1;
      }
      const double inner = extent(disc.radius - 3.0);
      if (inner > 1.0) {
        inside.push_back({y, static_cast<std::size_t>(disc.x - inner),
                          static_cast<std::size_t>(disc.x + inner) + 1});
      }
    }
  }
  const Noise noise = measure_noise(data, taken, inside);
  // Variance 9 N at 40 + 3 N: three standard errors of the 10,000 pixels outside and the 2,000
  // inside that are used, of which four count as one.
  EXPECT_NEAR(noise.variance(40.0 + 3.0 * 60.0) / (9.0 * 60.0), 1.0, 0.08);
  EXPECT_NEAR(noise.variance(40.0 + 3.0 * 30.0) / (9.0 * 30.0), 1.0, 0.2);
  const Noise guess = guess_noise(data);
  EXPECT_NEAR(guess.variance(40.0 + 3.0 * 56.0) / (9.0 * 56.0), 1.0, 0.1);
}

}  // namespace
}  // namespace adatom::tracking
