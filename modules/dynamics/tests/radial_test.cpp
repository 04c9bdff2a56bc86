#include "adatom/dynamics/radial.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/twinned.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;

std::vector<double> ones(std::size_t count) { return std::vector<double>(count, 1.0); }

TEST(Radial, OfAUniformSphereIsThreeRSquaredByRCubed) {
  // Distances of points that fill a sphere: density 3 r^2 / R^3.
  constexpr double radius = 5.0;
  constexpr std::size_t atoms = 40;
  RandomStream random(21);
  RadialSums sums(atoms);
  for (int f = 0; f < 2000; ++f) {
    std::vector<double> distances;
    for (std::size_t i = 0; i < atoms; ++i) {
      distances.push_back(radius * std::cbrt(random.uniform()));
    }
    sums.add(distances);
  }
  std::vector<std::size_t> all(atoms);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto bins = sums.distribution(all);
  ASSERT_EQ(bins.size(), 50U);
  double integral = 0.0;
  double pull2 = 0.0;
  for (const RadialBin& bin : bins) {
    integral += bin.density_per_angstrom * RadialSums::bin_angstrom;
    const double low = bin.r_angstrom - 0.5 * RadialSums::bin_angstrom;
    const double high = bin.r_angstrom + 0.5 * RadialSums::bin_angstrom;
    const double share = (std::pow(high / radius, 3) - std::pow(low / radius, 3));
    const double exact = share / RadialSums::bin_angstrom;
    // Of 80,000 independent points, by counting.
    const double error = std::sqrt(share / (atoms * 2000.0)) / RadialSums::bin_angstrom;
    EXPECT_NEAR(bin.density_per_angstrom, exact, 4.5 * error) << bin.r_angstrom;
    pull2 += std::pow(bin.standard_error_per_angstrom / error, 2) / 50.0;
  }
  EXPECT_NEAR(integral, 1.0, 1e-12);
  // Squared errors of 50 bins from 15 whole blocks each scatter by sqrt(2 / 14 / 50) = 5 %.
  EXPECT_NEAR(pull2, 1.0, 0.2);
  // <r> = 3 R / 4, variance 3 R^2 / 80; the mean over atoms and frames is known to 0.003 angstrom.
  const auto& means = sums.mean_angstrom();
  EXPECT_NEAR(std::accumulate(means.begin(), means.end(), 0.0) / atoms, 0.75 * radius, 0.015);
  EXPECT_NEAR(sums.spread_angstrom().front(), radius * std::sqrt(3.0 / 80.0), 0.08);
}

TEST(Radial, CentreOfMassCountsMasses) {
  const std::vector<Vector3d> positions = {{1.0, 0.0, 0.0}, {4.0, 0.0, 0.0}};
  const auto distances = distances_from_centre(positions, std::vector<double>{2.0, 1.0}, {});
  EXPECT_NEAR(distances[0], 1.0, 1e-15);
  EXPECT_NEAR(distances[1], 2.0, 1e-15);
  EXPECT_THROW((void)distances_from_centre(positions, std::vector<double>{2.0}, {}), InputError);
  EXPECT_THROW((void)distances_from_centre(positions, std::vector<double>{2.0, 0.0}, {}),
               InputError);
}

TEST(Radial, ParticleAcrossBordersIsWhole) {
  RandomStream random(4);
  std::vector<Vector3d> positions;
  for (int i = 0; i < 30; ++i) {
    const double x = random.normal();
    const double y = random.normal();
    positions.emplace_back(x, y, random.normal());
  }
  const auto open = distances_from_centre(positions, ones(30), {});
  crystal::Box box;
  box.cell_angstrom << 12.0, 0.0, 0.0, 4.0, 11.0, 0.0, -3.0, 2.0, 13.0;
  for (const std::array<bool, 3> periodic :
       {std::array{true, true, true}, std::array{true, true, false},
        std::array{false, true, false}}) {
    box.periodic = periodic;
    auto wrapped = positions;
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
      for (int k = 0; k < 3; ++k) {
        if (!periodic[static_cast<std::size_t>(k)]) continue;
        const auto cells = static_cast<double>(static_cast<int>(i) % 3 - 1);
        wrapped[i] += cells * box.cell_angstrom.row(k).transpose();
      }
      wrapped[i] += Vector3d(5.5, 5.5, 6.0);
    }
    const auto distances = distances_from_centre(wrapped, ones(30), box);
    for (std::size_t i = 0; i < open.size(); ++i) EXPECT_NEAR(distances[i], open[i], 1e-12);
  }
}

TEST(Radial, ShellsOfTheIcosahedronOf55) {
  const auto particle = crystal::build_icosahedron({}, 2);
  std::vector<Vector3d> positions;
  for (const auto& atom : particle.atoms) positions.push_back(atom.position_angstrom);
  ASSERT_EQ(positions.size(), 55U);
  const auto distances = distances_from_centre(positions, ones(55), {});
  const Shells shells = find_shells(distances, 2.8);
  EXPECT_EQ(shells.rule, ShellRule::gap);
  EXPECT_EQ(shells.names, (std::vector<std::string>{"core", "shell"}));
  EXPECT_EQ(shells.atoms_of(0).size(), 13U);
  EXPECT_EQ(shells.atoms_of(1).size(), 42U);
  const Shells given = find_shells(distances, 2.8, std::vector<double>{1.0, 3.4});
  EXPECT_EQ(given.names, (std::vector<std::string>{"core", "shell 1", "shell 2"}));
  EXPECT_EQ(given.atoms_of(0).size(), 1U);
  EXPECT_EQ(given.atoms_of(1).size(), 12U);
  EXPECT_EQ(given.rule, ShellRule::given);
}

TEST(Radial, WithoutAGapTheOutermostLayerIsTheShell) {
  std::vector<double> distances;
  for (int i = 0; i <= 100; ++i) distances.push_back(0.1 * i);
  const Shells shells = find_shells(distances, 2.5);
  EXPECT_EQ(shells.rule, ShellRule::layer);
  EXPECT_NEAR(shells.borders_angstrom.front(), 7.5, 1e-12);
}

TEST(Radial, StoredSumsGoOn) {
  RandomStream random(9);
  RadialSums whole(3);
  RadialSums first(3);
  for (int f = 0; f < 100; ++f) {
    // Now and then far out: the table widens, up to its last bin.
    const double far = f == 50 ? 200.0 : 1.0;
    const std::vector<double> distances = {random.uniform(), 3.0 * random.uniform(),
                                           far * random.uniform()};
    whole.add(distances);
    if (f == 37) {
      RadialSums again(3);
      again.restore(first.numbers());
      first = again;
    }
    first.add(distances);
  }
  EXPECT_EQ(first.numbers(), whole.numbers());
  RadialSums other(2);
  EXPECT_THROW(other.restore(whole.numbers()), InputError);
}

TEST(FrameHistogram, ErrorOfAlternatingBlocksIsKnown) {
  // 24 frames in 12 blocks of 2; counts 1 in the frames of even blocks, 0 in others.
  FrameHistogram histogram(1, 8);
  for (int f = 0; f < 24; ++f) {
    if (f / 2 % 2 == 0) histogram.count(0, 3);
    histogram.end_frame();
  }
  EXPECT_EQ(histogram.block_frames(), 2U);
  const std::vector<std::size_t> row = {0};
  const auto means = histogram.means(row);
  ASSERT_EQ(means.size(), 4U);
  EXPECT_DOUBLE_EQ(means[3].mean, 0.5);
  // 12 block means of 0 and 1: variance 12 / 11 / 4.
  EXPECT_DOUBLE_EQ(means[3].standard_error, std::sqrt(12.0 / 11.0 / 4.0 / 12.0));
}

}  // namespace
}  // namespace adatom::dynamics
