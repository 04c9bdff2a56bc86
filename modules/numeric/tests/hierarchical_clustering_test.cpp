#include "adatom/numeric/hierarchical_clustering.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

constexpr std::array<Linkage, 3> all_linkages = {Linkage::complete, Linkage::average,
                                                 Linkage::single};

// Five bacteria by their 5S ribosomal RNA, the textbook example of these linkages (distances of
// Erdmann and Wolters, Nucleic Acids Res. 14 (1986) r1): a b 17, a c 21, a d 31, a e 23, b c 30,
// ...
const std::vector<double> bacteria = {17, 21, 31, 23, 30, 34, 21, 28, 39, 43};

TEST(HierarchicalClustering, CompleteLinkageOfTheTextbookExample) {
  const std::vector<Merge> expected = {{0, 1, 17, 2}, {4, 5, 23, 3}, {2, 3, 28, 2}, {6, 7, 43, 5}};
  EXPECT_EQ(cluster_items(bacteria, 5, Linkage::complete).merges, expected);
}

TEST(HierarchicalClustering, AverageLinkageOfTheTextbookExample) {
  const std::vector<Merge> expected = {{0, 1, 17, 2}, {4, 5, 22, 3}, {2, 3, 28, 2}, {6, 7, 33, 5}};
  EXPECT_EQ(cluster_items(bacteria, 5, Linkage::average).merges, expected);
}

TEST(HierarchicalClustering, SingleLinkageOfTheTextbookExample) {
  const ClusterTree tree = cluster_items(bacteria, 5, Linkage::single);
  std::vector<double> heights;
  for (const Merge& merge : tree.merges) heights.push_back(merge.height);
  EXPECT_EQ(heights, (std::vector<double>{17, 21, 21, 28}));
  EXPECT_EQ(tree.merges.back().a, 3U);  // d comes last
}

std::vector<double> random_distances(std::size_t items, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<std::array<double, 3>> points(items);
  for (auto& point : points) {
    for (double& coordinate : point) coordinate = random.normal();
  }
  std::vector<double> out;
  for (std::size_t i = 0; i < items; ++i) {
    for (std::size_t j = i + 1; j < items; ++j) {
      out.push_back(std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1],
                               points[i][2] - points[j][2]));
    }
  }
  return out;
}

/// The definition: of all pairs of clusters the nearest is joined, by the distances of the items.
std::vector<double> heights_by_definition(const std::vector<double>& distances, std::size_t items,
                                          Linkage linkage) {
  std::vector<std::vector<std::size_t>> clusters(items);
  for (std::size_t i = 0; i < items; ++i) clusters[i] = {i};
  const auto apart = [&](const auto& one, const auto& two) {
    double low = std::numeric_limits<double>::max();
    double high = 0.0;
    double sum = 0.0;
    for (const std::size_t i : one) {
      for (const std::size_t j : two) {
        const double d = distances[condensed_index(items, i, j)];
        low = std::min(low, d);
        high = std::max(high, d);
        sum += d;
      }
    }
    if (linkage == Linkage::complete) return high;
    if (linkage == Linkage::single) return low;
    return sum / static_cast<double>(one.size() * two.size());
  };
  std::vector<double> heights;
  while (clusters.size() > 1) {
    std::size_t a = 0;
    std::size_t b = 1;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (std::size_t j = i + 1; j < clusters.size(); ++j) {
        if (apart(clusters[i], clusters[j]) < apart(clusters[a], clusters[b])) a = i, b = j;
      }
    }
    heights.push_back(apart(clusters[a], clusters[b]));
    clusters[a].insert(clusters[a].end(), clusters[b].begin(), clusters[b].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
  }
  return heights;
}

TEST(HierarchicalClustering, JoinsAsTheDefinitionSays) {
  constexpr std::size_t items = 30;
  for (const Linkage linkage : all_linkages) {
    const auto distances = random_distances(items, 5);
    const auto tree = cluster_items(distances, items, linkage);
    const auto expected = heights_by_definition(distances, items, linkage);
    ASSERT_EQ(tree.merges.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      // Means are summed in another order: a few units in the last place of numbers near 3.
      EXPECT_NEAR(tree.merges[k].height, expected[k], 1e-14);
    }
  }
}

// Of any three items the two farthest pairs are equally far: what a dendrogram can show at all.
TEST(HierarchicalClustering, JointHeightsAreAnUltrametric) {
  constexpr std::size_t items = 25;
  for (const Linkage linkage : all_linkages) {
    const auto heights =
        cophenetic_distances(cluster_items(random_distances(items, 8), items, linkage));
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t j = i + 1; j < items; ++j) {
        for (std::size_t k = j + 1; k < items; ++k) {
          std::array<double, 3> three = {heights[condensed_index(items, i, j)],
                                         heights[condensed_index(items, i, k)],
                                         heights[condensed_index(items, j, k)]};
          std::sort(three.begin(), three.end());
          EXPECT_EQ(three[1], three[2]);
          EXPECT_GT(three[0], 0.0);
        }
      }
    }
  }
}

// Complete linkage: within a cluster of a cut nobody is farther apart than the cut.
TEST(HierarchicalClustering, CutKeepsItsPromise) {
  constexpr std::size_t items = 40;
  const auto distances = random_distances(items, 3);
  const auto tree = cluster_items(distances, items, Linkage::complete);
  constexpr double height = 2.0;
  const auto labels = cut_tree(tree, height);
  const auto heights = cophenetic_distances(tree);
  std::size_t joints = 0;
  for (const Merge& merge : tree.merges) joints += merge.height <= height ? 1 : 0;
  EXPECT_EQ(std::set<std::size_t>(labels.begin(), labels.end()).size(), items - joints);
  for (std::size_t i = 0; i < items; ++i) {
    for (std::size_t j = i + 1; j < items; ++j) {
      const std::size_t pair = condensed_index(items, i, j);
      EXPECT_EQ(labels[i] == labels[j], heights[pair] <= height);
      EXPECT_TRUE(labels[i] != labels[j] || distances[pair] <= height);
    }
  }
}

TEST(HierarchicalClustering, CutsAtAndBetweenJoints) {
  const ClusterTree tree = cluster_items(bacteria, 5, Linkage::complete);
  EXPECT_EQ(cut_tree(tree, 16.9), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(cut_tree(tree, 23.0), (std::vector<std::size_t>{0, 0, 1, 2, 0}));
  EXPECT_EQ(cut_tree(tree, 30.0), (std::vector<std::size_t>{0, 0, 1, 1, 0}));
  EXPECT_EQ(cut_tree(tree, std::numeric_limits<double>::infinity()),
            (std::vector<std::size_t>(5, 0)));
}

TEST(HierarchicalClustering, LeavesOfABranchStandTogether) {
  EXPECT_EQ(leaf_order(cluster_items(bacteria, 5, Linkage::complete)),
            (std::vector<std::size_t>{4, 0, 1, 2, 3}));
  constexpr std::size_t items = 33;
  const auto tree = cluster_items(random_distances(items, 2), items, Linkage::average);
  const auto order = leaf_order(tree);
  ASSERT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), items);
  for (const Merge& merge : tree.merges) {
    const auto labels = cut_tree(tree, merge.height);
    std::size_t changes = 0;
    for (std::size_t k = 1; k < items; ++k) {
      changes += labels[order[k]] != labels[order[k - 1]] ? 1 : 0;
    }
    EXPECT_EQ(changes + 1, std::set<std::size_t>(labels.begin(), labels.end()).size());
  }
}

// Equally distant items: every joint has the same height and nothing is lost.
TEST(HierarchicalClustering, TiesAreJoinedOnce) {
  for (const Linkage linkage : all_linkages) {
    const auto tree = cluster_items(std::vector<double>(15, 0.5), 6, linkage);
    ASSERT_EQ(tree.merges.size(), 5U);
    EXPECT_EQ(tree.merges.back().size, 6U);
    for (const Merge& merge : tree.merges) EXPECT_EQ(merge.height, 0.5);
  }
}

TEST(HierarchicalClustering, FewItems) {
  EXPECT_TRUE(cluster_items({}, 0, Linkage::single).merges.empty());
  EXPECT_TRUE(leaf_order({}).empty());
  const ClusterTree one = cluster_items({}, 1, Linkage::single);
  EXPECT_EQ(leaf_order(one), (std::vector<std::size_t>{0}));
  EXPECT_EQ(cut_tree(one, 1.0), (std::vector<std::size_t>{0}));
}

TEST(HierarchicalClustering, RefusesWhatIsNoDistance) {
  EXPECT_THROW((void)cluster_items(bacteria, 6, Linkage::single), InputError);
  std::vector<double> wrong = {1.0, 2.0, -1.0};
  EXPECT_THROW((void)cluster_items(wrong, 3, Linkage::single), InputError);
  wrong[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)cluster_items(wrong, 3, Linkage::single), InputError);
}

}  // namespace
}  // namespace adatom::numeric
