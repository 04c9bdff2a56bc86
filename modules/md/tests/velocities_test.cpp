#include "adatom/md/velocities.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/md/kinetic.h"

namespace adatom::md {
namespace {

using Vectors = std::vector<Eigen::Vector3d>;

struct Cluster {
  Vectors positions;
  std::vector<double> masses;
};

/// Gold and copper at random places.
Cluster make_cluster(std::size_t atoms) {
  RandomStream random(7);
  Cluster cluster;
  for (std::size_t i = 0; i < atoms; ++i) {
    cluster.positions.emplace_back(30.0 * random.uniform(), 20.0 * random.uniform(),
                                   10.0 * random.uniform());
    cluster.masses.push_back(i % 3 == 0 ? 63.546 : 196.96655);
  }
  return cluster;
}

Eigen::Vector3d momentum(const Cluster& cluster, const Vectors& velocities) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < velocities.size(); ++i) sum += cluster.masses[i] * velocities[i];
  return sum;
}

/// The largest distance between the distribution of `values` and the standard normal one
/// (Kolmogorov and Smirnov), times the root of their number.
double normal_distance(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double below = 0.5 * std::erfc(-values[i] / std::numbers::sqrt2);
    const auto rank = static_cast<double>(i);
    largest = std::max({largest, below - rank / n, (rank + 1.0) / n - below});
  }
  return largest * std::sqrt(n);
}

// A velocity of the CODATA constants worked out by hand: the root mean square of one component of
// gold at 300 K is sqrt(1.380649e-23 * 300 / (196.96655 * 1.66053906660e-27)) = 112.53341 m/s.
TEST(Kinetic, TemperatureOfAKnownVelocity) {
  const Vectors velocities = {{1.1253341, 0.0, 0.0}, {0.0, -1.1253341, 0.0}};
  const std::vector<double> masses(2, 196.96655);
  // Two squares of k T / 2 each, and the number above has eight digits.
  EXPECT_NEAR(temperature_k(masses, velocities, 2), 300.0, 1e-4);
  EXPECT_NEAR(ev_per_u_angstrom2_per_ps2, 1.03642697e-4, 1e-12);  // nine digits are given
  EXPECT_EQ(temperature_k(masses, velocities, 0), 0.0);
}

TEST(Kinetic, DegreesOfFreedom) {
  EXPECT_EQ(degrees_of_freedom(10, {}), 27);
  EXPECT_EQ(degrees_of_freedom(1, {}), 0);
  EXPECT_EQ(degrees_of_freedom(0, {}), 0);
  const std::vector<std::uint8_t> held = {0, 1, 0};
  EXPECT_EQ(degrees_of_freedom(3, held), 6);
  const std::vector<std::uint8_t> free = {0, 0, 0};
  EXPECT_EQ(degrees_of_freedom(3, free), 6);
}

TEST(CreateVelocities, FollowMaxwell) {
  const Cluster cluster = make_cluster(20000);
  const double temperature = 673.0;
  const Vectors velocities =
      create_velocities(cluster.positions, cluster.masses, {}, temperature,
                        DriftRemoval::momentum_and_rotation, RandomStream(11));
  std::vector<double> components;
  std::vector<double> of_copper;
  for (std::size_t i = 0; i < velocities.size(); ++i) {
    const double width = std::sqrt(boltzmann_ev_per_k * temperature /
                                   (cluster.masses[i] * ev_per_u_angstrom2_per_ps2));
    for (int k = 0; k < 3; ++k) {
      components.push_back(velocities[i](k) / width);
      if (i % 3 == 0) of_copper.push_back(velocities[i](k) / width);
    }
  }
  // Beyond 1.63 in one of a hundred samples; the seed is fixed.
  EXPECT_LT(normal_distance(components), 1.63);
  EXPECT_LT(normal_distance(of_copper), 1.63);
}

TEST(CreateVelocities, StandStillAsAWhole) {
  const Cluster cluster = make_cluster(500);
  const Vectors still = create_velocities(cluster.positions, cluster.masses, {}, 300.0,
                                          DriftRemoval::momentum_and_rotation, RandomStream(3));
  // Sums of 500 terms of about 200 u angstrom/ps and (with the lever) 3000 u angstrom^2/ps,
  // rounded.
  EXPECT_LT(momentum(cluster, still).norm(), 1e-9);
  EXPECT_LT(angular_momentum(cluster.positions, cluster.masses, still).norm(), 1e-8);
  const Vectors turning = create_velocities(cluster.positions, cluster.masses, {}, 300.0,
                                            DriftRemoval::momentum, RandomStream(3));
  EXPECT_LT(momentum(cluster, turning).norm(), 1e-9);
  EXPECT_GT(angular_momentum(cluster.positions, cluster.masses, turning).norm(), 1.0);
  const Vectors drifting = create_velocities(cluster.positions, cluster.masses, {}, 300.0,
                                             DriftRemoval::nothing, RandomStream(3));
  EXPECT_GT(momentum(cluster, drifting).norm(), 1.0);
}

TEST(CreateVelocities, HaveTheTemperature) {
  const Cluster cluster = make_cluster(64);
  for (const auto removal :
       {DriftRemoval::momentum_and_rotation, DriftRemoval::momentum, DriftRemoval::nothing}) {
    const Vectors velocities =
        create_velocities(cluster.positions, cluster.masses, {}, 300.0, removal, RandomStream(5));
    // Rounding of sums of 64 terms.
    EXPECT_NEAR(temperature_k(cluster.masses, velocities, 189), 300.0, 1e-10);
  }
}

TEST(CreateVelocities, HeldAtomsStandStill) {
  const Cluster cluster = make_cluster(40);
  std::vector<std::uint8_t> held(40, 0);
  for (std::size_t i = 0; i < 10; ++i) held[4 * i] = 1;
  const Vectors velocities = create_velocities(cluster.positions, cluster.masses, held, 300.0,
                                               DriftRemoval::nothing, RandomStream(5));
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(velocities[i].norm() == 0.0, held[i] != 0) << i;
  }
  EXPECT_NEAR(temperature_k(cluster.masses, velocities, 90), 300.0, 1e-10);
}

TEST(CreateVelocities, TwoAtomsOnALineDoNotTurn) {
  const Vectors positions = {{0.0, 0.0, 0.0}, {1.0, 2.0, 2.0}};
  const std::vector<double> masses = {10.0, 30.0};
  const Vectors velocities = create_velocities(
      positions, masses, {}, 300.0, DriftRemoval::momentum_and_rotation, RandomStream(1));
  // What is left is the stretch along the line.
  EXPECT_LT(velocities[0].cross(positions[1]).norm(), 1e-12 * velocities[0].norm() * 3.0);
  EXPECT_GT(velocities[0].norm(), 0.0);
  EXPECT_NEAR((10.0 * velocities[0] + 30.0 * velocities[1]).norm(), 0.0, 1e-10);
}

TEST(CreateVelocities, OneAtomStandsStill) {
  const Vectors positions = {{1.0, 2.0, 3.0}};
  const std::vector<double> masses = {10.0};
  EXPECT_EQ(create_velocities(positions, masses, {}, 300.0, DriftRemoval::momentum_and_rotation,
                              RandomStream(1))[0],
            Eigen::Vector3d::Zero());
}

TEST(CreateVelocities, SeedsDiffer) {
  const Cluster cluster = make_cluster(5);
  const auto create = [&](std::uint64_t seed) {
    return create_velocities(cluster.positions, cluster.masses, {}, 300.0,
                             DriftRemoval::momentum_and_rotation, RandomStream(seed));
  };
  EXPECT_EQ(create(1), create(1));
  EXPECT_NE(create(1), create(2));
}

TEST(CreateVelocities, RefusesNonsense) {
  const Vectors positions(2, Eigen::Vector3d::Zero());
  const auto create = [&](double mass, double temperature) {
    const std::vector<double> masses = {1.0, mass};
    return create_velocities(positions, masses, {}, temperature, DriftRemoval::nothing,
                             RandomStream(1));
  };
  EXPECT_THROW(create(1.0, -1.0), InputError);
  EXPECT_THROW(create(1.0, std::nan("")), InputError);
  EXPECT_THROW(create(0.0, 300.0), InputError);
  EXPECT_THROW(create(std::nan(""), 300.0), InputError);
}

TEST(DriftRemoval, DependsOnWhatMeetsAcrossTheBoundary) {
  crystal::Box box;
  box.cell_angstrom = 20.0 * Eigen::Matrix3d::Identity();
  const Vectors near = {{1.0, 10.0, 10.0}, {3.0, 10.0, 10.0}};
  const Vectors across = {{1.0, 10.0, 10.0}, {18.0, 10.0, 10.0}};
  EXPECT_EQ(choose_drift_removal(across, box, {}), DriftRemoval::momentum_and_rotation);
  box.periodic = {true, true, true};
  EXPECT_EQ(choose_drift_removal(near, box, {}), DriftRemoval::momentum_and_rotation);
  EXPECT_EQ(choose_drift_removal(across, box, {}), DriftRemoval::momentum);
  const std::vector<std::uint8_t> held = {0, 1};
  EXPECT_EQ(choose_drift_removal(near, box, held), DriftRemoval::nothing);
  const std::vector<std::uint8_t> none = {0, 0};
  EXPECT_EQ(choose_drift_removal(near, box, none), DriftRemoval::momentum_and_rotation);
}

}  // namespace
}  // namespace adatom::md
