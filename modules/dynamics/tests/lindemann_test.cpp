#include "adatom/dynamics/lindemann.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;
using Positions = std::vector<Vector3d>;

struct Frame {
  Positions positions;
  crystal::Box box;
};

Vector3d normal_vector(RandomStream& random) {
  const double x = random.normal();
  const double y = random.normal();
  return {x, y, random.normal()};
}

Positions random_positions(std::size_t atoms, double size, RandomStream random) {
  Positions positions;
  for (std::size_t i = 0; i < atoms; ++i) {
    const double x = random.uniform();
    const double y = random.uniform();
    positions.emplace_back(size * x, size * y, size * random.uniform());
  }
  return positions;
}

/// Atoms that walk at random.
std::vector<Frame> walk(std::size_t atoms, std::size_t frames, const crystal::Box& box) {
  RandomStream random(7);
  Positions positions = random_positions(atoms, 6.0, random.substream(1));
  std::vector<Frame> all;
  for (std::size_t f = 0; f < frames; ++f) {
    for (Vector3d& p : positions) p += 0.3 * normal_vector(random);
    crystal::Box here = box;
    // Every frame has its own cell.
    here.cell_angstrom *= 1.0 + 0.05 * std::sin(static_cast<double>(f));
    all.push_back({positions, here});
  }
  return all;
}

/// The nearest of all images within three cells: enough for these cells.
double nearest_image(Vector3d d, const crystal::Box& box) {
  const auto reach = [&](int k) { return box.periodic[static_cast<std::size_t>(k)] ? 3 : 0; };
  Eigen::Matrix3d inverse = Eigen::Matrix3d::Identity();
  if (!box.open()) inverse = box.cell_angstrom.transpose().inverse();
  for (int k = 0; k < 3 && !box.open(); ++k) {
    const double whole = std::round((inverse * d)[k]);
    if (reach(k) > 0) d -= whole * box.cell_angstrom.row(k).transpose();
  }
  double best = std::numeric_limits<double>::infinity();
  for (int i = -reach(0); i <= reach(0); ++i) {
    for (int j = -reach(1); j <= reach(1); ++j) {
      for (int k = -reach(2); k <= reach(2); ++k) {
        const Vector3d shift = box.cell_angstrom.transpose() * Vector3d(i, j, k);
        best = std::min(best, (d + shift).norm());
      }
    }
  }
  return best;
}

/// The definition, all distances kept.
std::vector<double> direct_indices(const std::vector<Frame>& frames) {
  const std::size_t atoms = frames.front().positions.size();
  std::vector<double> q(atoms, 0.0);
  for (std::size_t i = 0; i < atoms; ++i) {
    for (std::size_t j = 0; j < atoms; ++j) {
      if (i == j) continue;
      std::vector<long double> distances;
      long double mean = 0.0L;
      for (const Frame& frame : frames) {
        distances.push_back(nearest_image(frame.positions[j] - frame.positions[i], frame.box));
        mean += distances.back() / static_cast<long double>(frames.size());
      }
      long double variance = 0.0L;
      for (const long double d : distances) {
        variance += (d - mean) * (d - mean) / static_cast<long double>(frames.size());
      }
      q[i] += static_cast<double>(std::sqrt(variance) / mean) / static_cast<double>(atoms - 1);
    }
  }
  return q;
}

LindemannSums sums_of(const std::vector<Frame>& frames) {
  LindemannSums sums(frames.front().positions.size());
  for (const Frame& frame : frames) sums.add(frame.positions, frame.box);
  return sums;
}

void expect_direct(const std::vector<Frame>& frames) {
  const auto result = sums_of(frames).indices();
  const auto direct = direct_indices(frames);
  double mean = 0.0;
  for (std::size_t i = 0; i < direct.size(); ++i) {
    // Both are sums of a few hundred doubles.
    EXPECT_NEAR(result.of_atoms[i], direct[i], 1e-12);
    mean += direct[i] / static_cast<double>(direct.size());
  }
  EXPECT_NEAR(result.global, mean, 1e-12);
}

TEST(Lindemann, EqualsTheDefinitionInTheOpen) { expect_direct(walk(12, 60, {})); }

TEST(Lindemann, EqualsTheDefinitionInAnyPeriodicCell) {
  crystal::Box box;
  box.cell_angstrom << 7.0, 0.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0, 8.0;
  box.periodic = {true, true, true};
  expect_direct(walk(6, 12, box));
  box.periodic = {true, false, true};
  expect_direct(walk(6, 12, box));
  // Strongly tilted: rounding of fractions alone misses the nearest image.
  box.cell_angstrom << 7.0, 0.0, 0.0, 5.5, 4.0, 0.0, -5.0, 3.0, 5.0;
  box.periodic = {true, true, true};
  expect_direct(walk(6, 12, box));
  box.periodic = {true, true, false};
  expect_direct(walk(6, 12, box));
}

TEST(Lindemann, RigidMotionGivesZero) {
  const Positions start = random_positions(10, 8.0, RandomStream(3));
  LindemannSums sums(start.size());
  for (int f = 0; f < 50; ++f) {
    const Eigen::Matrix3d turn =
        Eigen::AngleAxisd(0.3 * f, Vector3d(1.0, 2.0, -0.5).normalized()).toRotationMatrix();
    Positions turned;
    for (const Vector3d& p : start) turned.push_back(turn * p + Vector3d(0.7 * f, 0.0, -f));
    sums.add(turned, {});
  }
  // Distances of some angstrom rounded to 1e-15, at coordinates up to 50.
  EXPECT_LT(sums.indices().global, 1e-14);
}

TEST(Lindemann, OfAnEinsteinCrystalIsThatOfItsSprings) {
  // Each coordinate normal with sigma: the distance of two atoms R apart has a standard deviation
  // of sqrt(2) sigma, but for terms of (sigma / R)^2 = 6e-5.
  constexpr double sigma = 0.02;
  constexpr int frames = 4000;
  Positions sites;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      for (int k = 0; k < 2; ++k) sites.emplace_back(2.6 * i, 2.6 * j, 2.6 * k);
    }
  }
  double expected = 0.0;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    for (std::size_t j = 0; j < sites.size(); ++j) {
      if (i != j) expected += std::sqrt(2.0) * sigma / (sites[i] - sites[j]).norm();
    }
  }
  const auto count = static_cast<double>(sites.size());
  expected /= count * (count - 1.0);
  RandomStream random(11);
  LindemannSums sums(sites.size());
  for (int f = 0; f < frames; ++f) {
    Positions positions = sites;
    for (Vector3d& p : positions) p += sigma * normal_vector(random);
    sums.add(positions, {});
  }
  // A standard deviation from 4000 values has an error of 1.1 %; its mean over the 66 pairs, of
  // which 36 coordinates are independent, one of 0.2 %: four of these.
  EXPECT_NEAR(sums.indices().global / expected, 1.0, 0.008);
}

TEST(Lindemann, AtomsThatChangePlacesRaiseIt) {
  // Atoms 0 and 1 change places half of the time; atom 2 is a and b away from them.
  const Vector3d a(0.0, 0.0, 0.0);
  const Vector3d b(3.0, 0.0, 0.0);
  const Vector3d c(4.0, 0.0, 0.0);
  LindemannSums sums(3);
  for (int f = 0; f < 10; ++f) {
    sums.add(f % 2 == 0 ? Positions{a, b, c} : Positions{b, a, c}, {});
  }
  // Distances 4 and 1 in turn: mean 2.5, deviation 1.5. The pair (0, 1) does not change.
  const auto result = sums.indices();
  EXPECT_NEAR(result.of_atoms[0], 0.5 * 1.5 / 2.5, 1e-15);
  EXPECT_NEAR(result.of_atoms[1], 0.5 * 1.5 / 2.5, 1e-15);
  EXPECT_NEAR(result.of_atoms[2], 1.5 / 2.5, 1e-15);
  EXPECT_NEAR(sums.nearest_distance_angstrom(), 2.5, 1e-15);
}

TEST(Lindemann, StaysExactOverManyFrames) {
  // Distances 5 + 1e-3 s_f, s_f = +1 and -1 in turn: deviation 1e-3.
  LindemannSums sums(2);
  for (int f = 0; f < 100000; ++f) {
    const double d = 5.0 + (f % 2 == 0 ? 1e-3 : -1e-3);
    sums.add(Positions{Vector3d::Zero(), Vector3d(d, 0.0, 0.0)}, {});
  }
  EXPECT_NEAR(sums.indices().global * 5.0 / 1e-3, 1.0, 1e-10);
}

TEST(Lindemann, WindowsAddUpToTheWhole) {
  const auto frames = walk(8, 50, {});
  const LindemannSums whole = sums_of(frames);
  LindemannSums joined(8);
  LindemannSums window(8);
  for (std::size_t f = 0; f < frames.size(); ++f) {
    window.add(frames[f].positions, {});
    if (f % 13 != 12) continue;
    joined.add(window);
    window.clear();
  }
  joined.add(window);
  EXPECT_EQ(joined.frames(), whole.frames());
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(joined.indices().of_atoms[i], whole.indices().of_atoms[i], 1e-13);
  }
  LindemannSums again(8);
  again.restore(joined.numbers());
  EXPECT_EQ(again.numbers(), joined.numbers());
  EXPECT_THROW(again.restore(std::vector<double>(3, 0.0)), InputError);
}

TEST(Lindemann, BitsDoNotDependOnThreads) {
  crystal::Box box;
  box.cell_angstrom = 5.0 * Eigen::Matrix3d::Identity();
  box.periodic = {true, true, true};
  for (const crystal::Box& kind : {crystal::Box{}, box}) {
    const auto frames = walk(400, 4, kind);
    const ThreadLimit one(1);
    const auto alone = sums_of(frames).numbers();
    const ThreadLimit four(4);
    EXPECT_EQ(sums_of(frames).numbers(), alone);
  }
}

TEST(Lindemann, RefusesWhatHasNoIndex) {
  EXPECT_THROW(LindemannSums(0), InputError);
  EXPECT_THROW(LindemannSums(most_lindemann_atoms + 1), InputError);
  LindemannSums sums(2);
  EXPECT_THROW(sums.add(Positions(3, Vector3d::Zero()), {}), InputError);
  Positions broken(2, Vector3d::Zero());
  broken[1].y() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(sums.add(broken, {}), InputError);
  EXPECT_EQ(sums.indices().global, 0.0);
}

}  // namespace
}  // namespace adatom::dynamics
