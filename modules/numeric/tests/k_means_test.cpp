#include "adatom/numeric/k_means.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/numeric/mixture.h"

namespace adatom::numeric {
namespace {

/// Clouds about the corners of a triangle, far apart.
std::vector<double> clouds(std::size_t each) {
  RandomStream random(3);
  std::vector<double> points;
  for (std::size_t i = 0; i < 3 * each; ++i) {
    const std::size_t cloud = i % 3;
    points.push_back((cloud == 0 ? 0.0 : 10.0) + random.normal());
    points.push_back((cloud == 2 ? 10.0 : 0.0) + random.normal());
  }
  return points;
}

TEST(KMeans, FindsClouds) {
  constexpr std::size_t each = 5000;
  const auto points = clouds(each);
  const auto found = k_means(points, 2, {}, RandomStream(1));
  EXPECT_TRUE(found.converged);
  // Clouds lie 10 widths apart: none is cut (a chance of 1e-6 a point), so that the centres are
  // means of 5000 unit normals, 0.014 each; four of that.
  const std::vector<double> corners = {0, 0, 10, 0, 10, 10};
  std::vector<double> sorted = found.centres;
  if (sorted[3] > sorted[5])
    std::swap_ranges(sorted.begin() + 2, sorted.begin() + 4, sorted.begin() + 4);
  for (std::size_t k = 0; k < 6; ++k) EXPECT_NEAR(sorted[k], corners[k], 0.057) << k;
  for (std::size_t i = 3; i < found.label.size(); ++i) {
    EXPECT_EQ(found.label[i], found.label[i % 3]);
  }
  // Two unit variances a point, to 4 / sqrt(15000).
  EXPECT_NEAR(found.squared_distances / (3.0 * each), 2.0, 0.07);
}

// In one dimension the best of all partitions is known (dynamic programming).
TEST(KMeans, ReachesTheBestPartitionOfALine) {
  RandomStream random(8);
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) {
    const double u = random.uniform();
    values.push_back(u < 0.6 ? 0.1 * random.normal() : 0.5 + 0.3 * random.normal());
  }
  const auto found = k_means(values, 1, {.clusters = 4, .starts = 20}, RandomStream(2));
  std::sort(values.begin(), values.end());
  const auto best = partition_means(values, 4)[3];
  // Moving one value of 3000 to the other side of a boundary moves a mean by 1e-3 of the distance
  // between two; a start that ends in another minimum is off by ten times that.
  for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(found.centres[c], best[c], 1e-3);
}

TEST(KMeans, IsTheSameForAnyNumberOfThreads) {
  const auto points = clouds(4000);
  const ThreadLimit one(1);
  const auto a = k_means(points, 2, {.clusters = 7, .starts = 2}, RandomStream(5));
  const ThreadLimit four(4);
  const auto b = k_means(points, 2, {.clusters = 7, .starts = 2}, RandomStream(5));
  EXPECT_EQ(a.centres, b.centres);
  EXPECT_EQ(a.label, b.label);
}

TEST(KMeans, OfFewDifferentPoints) {
  const std::vector<double> same = {4, 4, 4, 7, 7};
  const auto found = k_means(same, 1, {.clusters = 3}, RandomStream(1));
  EXPECT_EQ(found.centres, (std::vector<double>{4, 7}));
  EXPECT_EQ(found.label, (std::vector<std::uint32_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(found.squared_distances, 0.0);
}

TEST(KMeans, RefusesWhatHasNoMeans) {
  const RandomStream random(1);
  const std::vector<double> broken = {1.0, std::numeric_limits<double>::infinity()};
  EXPECT_THROW((void)k_means({}, 1, {}, random), InputError);
  EXPECT_THROW((void)k_means(broken, 1, {}, random), InputError);
  EXPECT_THROW((void)k_means(std::vector<double>{1, 2, 3}, 2, {}, random), InputError);
  EXPECT_THROW((void)k_means(std::vector<double>{1, 2}, 1, {.clusters = 0}, random), InputError);
}

}  // namespace
}  // namespace adatom::numeric
