#include "adatom/dynamics/environment_classes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::dynamics {
namespace {

/// Unit vectors in a plane: two that are `angle` apart have the distance 2 sin(angle / 2).
std::vector<double> at_angles(const std::vector<double>& angles) {
  std::vector<double> rows;
  for (const double angle : angles) {
    rows.push_back(std::cos(angle));
    rows.push_back(std::sin(angle));
  }
  return rows;
}

double chord(double angle) { return 2.0 * std::sin(angle / 2.0); }

// Complete linkage: the chain 0, 0.1, 0.25 is one cluster from the distance of its ends on.
TEST(EnvironmentClasses, ClustersAreAsWideAsTheirFarthestTwo) {
  const auto rows = at_angles({0.0, 1.0, 0.1, 0.25});
  const auto fine = cluster_environments(rows, 4, chord(0.2));
  EXPECT_EQ(fine.cluster_of, (std::vector<std::size_t>{0, 1, 0, 2}));
  EXPECT_EQ(fine.clusters, 3U);
  EXPECT_NEAR(fine.lowest_cut, chord(0.1), 1e-15);  // rounding
  EXPECT_NEAR(fine.highest_cut, chord(0.25), 1e-15);
  const auto coarse = cluster_environments(rows, 4, chord(0.26));
  EXPECT_EQ(coarse.cluster_of, (std::vector<std::size_t>{0, 1, 0, 0}));
  EXPECT_NEAR(coarse.lowest_cut, chord(0.25), 1e-15);
  EXPECT_NEAR(coarse.highest_cut, chord(1.0), 1e-15);
  const auto all = cluster_environments(rows, 4, 2.0);
  EXPECT_EQ(all.clusters, 1U);
  EXPECT_EQ(all.highest_cut, std::numeric_limits<double>::infinity());
  const auto none = cluster_environments(rows, 4, 0.0);
  EXPECT_EQ(none.clusters, 4U);
  EXPECT_EQ(none.lowest_cut, 0.0);
}

TEST(EnvironmentClasses, OneEnvironmentIsOneClass) {
  const auto clusters = cluster_environments(at_angles({0.3}), 1, 0.08);
  EXPECT_EQ(clusters.clusters, 1U);
  EXPECT_TRUE(clusters.distances.empty());
}

TEST(EnvironmentClasses, RefusesSizesAndCutsThatAreNone) {
  const auto rows = at_angles({0.0, 1.0});
  EXPECT_THROW((void)cluster_environments(rows, 3, 0.1), InputError);
  EXPECT_THROW((void)cluster_environments({}, 0, 0.1), InputError);
  EXPECT_THROW((void)cluster_environments(rows, 2, -0.1), InputError);
  EXPECT_THROW((void)cluster_environments(rows, 2, std::nan("")), InputError);
}

TEST(EnvironmentClasses, NamesTellWhatWasJoinedAndWhatWasSplit) {
  using Names = std::vector<std::string>;
  const std::vector<std::size_t> cluster_of = {0, 1, 1, 2, 3, 1, 3};
  EXPECT_EQ(name_clusters(cluster_of, Names{"b", "s", "s", "v", "e", "s", "e"}),
            (Names{"b", "s", "v", "e"}));
  EXPECT_EQ(name_clusters(cluster_of, Names{"b", "s", "c", "v", "e", "s", "e"}),
            (Names{"b", "s+c", "v", "e"}));
  EXPECT_EQ(name_clusters(cluster_of, Names{"b", "s", "s", "b", "e", "s", "e"}),
            (Names{"b 1", "s", "b 2", "e"}));
}

}  // namespace
}  // namespace adatom::dynamics
