#include "adatom/tracking/cell_edge.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::tracking {
namespace {

constexpr std::size_t side = 256;
constexpr double dose = 20.0;

/// Frames with Poisson noise (normal, of the same variance) of what passes at (x, y).
std::vector<Grid<double>> frames_of(const std::function<double(double, double)>& transmission) {
  std::vector<Grid<double>> frames;
  RandomStream random(1);
  for (int k = 0; k < 5; ++k) {
    Grid<double> frame(side, side);
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = 0; x < side; ++x) {
        const double mean = dose * transmission(static_cast<double>(x), static_cast<double>(y));
        frame(x, y) = mean + std::sqrt(mean) * random.normal();
      }
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

/// From 0.05 to 1 over an edge of this blur; d is the distance into the field.
double window(double d, double blur) {
  return 0.525 + 0.475 * std::erf(d / (blur * std::sqrt(2.0)));
}

double disc(double x, double y, double cx, double cy, double radius) {
  return std::hypot(x - cx, y - cy) < radius ? 0.3 : 1.0;
}

TEST(CellEdge, StraightOneIsWhereItIs) {
  constexpr double blur = 3.0;
  // Through (40, 128), turned by 15 degrees.
  const auto into = [](double x, double y) {
    return (x - 40.0) * std::cos(0.26) + (y - 128.0) * std::sin(0.26);
  };
  const auto edge =
      find_cell_edge(frames_of([&](double x, double y) { return window(into(x, y), blur); }));
  ASSERT_TRUE(edge);
  EXPECT_NEAR(edge->field_level, dose, 0.1 * dose);
  EXPECT_NEAR(edge->edge_level, 0.05 * dose, 0.05 * dose);
  // 95 % of the step are there after 1.64 blurs; outlines are known to a block of 4 pixels.
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double d = into(static_cast<double>(x), static_cast<double>(y));
      if (d < 1.64 * blur - 4.0) {
        EXPECT_EQ(edge->mask(x, y), 0) << x << ' ' << y;
      }
      if (d > 1.64 * blur + 8.0) {
        EXPECT_EQ(edge->mask(x, y), 1) << x << ' ' << y;
      }
    }
  }
}

TEST(CellEdge, ApertureIsWhereItIs) {
  constexpr double blur = 2.0;
  const auto into = [](double x, double y) { return 130.0 - std::hypot(x - 120.0, y - 130.0); };
  // Particles beside the edge and at it are not in its way.
  const auto edge = find_cell_edge(frames_of([&](double x, double y) {
    return window(into(x, y), blur) * disc(x, y, 25.0, 130.0, 12.0) * disc(x, y, 60, 60, 20.0);
  }));
  ASSERT_TRUE(edge);
  EXPECT_EQ(edge->mask(60, 60), 1);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double d = into(static_cast<double>(x), static_cast<double>(y));
      const double cx = static_cast<double>(x);
      // The aperture leaves the frame at three sides: there is no corner in what is beyond these.
      const bool corner = std::abs(cx - 128.0) > 90.0 && d < 1.64 * blur - 4.0 &&
                          std::abs(static_cast<double>(y) - 128.0) > 90.0;
      if (corner) {
        EXPECT_EQ(edge->mask(x, y), 0) << x << ' ' << y;
      }
      if (d > 1.64 * blur + 8.0) {
        EXPECT_EQ(edge->mask(x, y), 1) << x << ' ' << y;
      }
    }
  }
}

TEST(CellEdge, NothingElseIsOne) {
  EXPECT_FALSE(find_cell_edge(frames_of([](double, double) { return 1.0; })));
  // The largest particle, over a corner, at its worst place, and another one beside it.
  const double at = 25.0 / std::sqrt(2.0);
  EXPECT_FALSE(find_cell_edge(frames_of([&](double x, double y) {
    return disc(x, y, at, at, 25.0) * disc(x, y, 128.0, 0.0, 25.0);
  })));
  // Light that falls off to half towards the corners: the background does that.
  EXPECT_FALSE(find_cell_edge(frames_of(
      [](double x, double y) { return std::exp(-std::hypot(x - 128.0, y - 128.0) / 300.0); })));
  // Half of the frame and more: rather the specimen than an edge.
  EXPECT_FALSE(find_cell_edge(frames_of([](double x, double) { return window(x - 150.0, 2.0); })));
  // A dark bar within the frame.
  EXPECT_FALSE(find_cell_edge(
      frames_of([](double x, double) { return std::abs(x - 128.0) < 20.0 ? 0.1 : 1.0; })));
}

TEST(CellEdge, BadInputIsRefused) {
  EXPECT_THROW((void)find_cell_edge({}), InputError);
  const std::vector<Grid<double>> sizes = {Grid<double>(8, 8, 1.0), Grid<double>(8, 9, 1.0)};
  EXPECT_THROW((void)find_cell_edge(sizes), InputError);
  std::vector<Grid<double>> broken = {Grid<double>(8, 8, 1.0)};
  broken[0](3, 3) = std::nan("");
  EXPECT_THROW((void)find_cell_edge(broken), InputError);
  EXPECT_THROW((void)find_cell_edge(broken, {.dark_share = 2.0}), InputError);
}

}  // namespace
}  // namespace adatom::tracking
