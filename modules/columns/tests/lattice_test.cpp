#include "adatom/columns/lattice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::columns {
namespace {

std::vector<Position> net(const Eigen::Vector2d& a, const Eigen::Vector2d& b, int half,
                          const Eigen::Vector2d& origin = {0.0, 0.0}) {
  std::vector<Position> positions;
  for (int i = -half; i <= half; ++i) {
    for (int j = -half; j <= half; ++j) {
      const Eigen::Vector2d p = origin + i * a + j * b;
      positions.push_back({p.x(), p.y()});
    }
  }
  return positions;
}

// Gold along [110]: half the face diagonal of the a by a / sqrt 2 rectangle, a = 4.0782 A.
const Eigen::Vector2d gold_a{2.0391, 1.4419};
const Eigen::Vector2d gold_b{-2.0391, 1.4419};

TEST(Lattice, ExactNetIsFoundExactly) {
  const Lattice lattice = fit_lattice(net(gold_a, gold_b, 5, {3.0, 7.0}));
  EXPECT_NEAR(lattice.a_length_angstrom, gold_a.norm(), 1e-12);
  EXPECT_NEAR(lattice.b_length_angstrom, gold_b.norm(), 1e-12);
  // Of the two vectors at 109.5 and 70.5 degrees either may be chosen.
  EXPECT_NEAR(std::sin(lattice.angle_rad),
              std::abs(gold_a.x() * gold_b.y() - gold_a.y() * gold_b.x()) / gold_a.squaredNorm(),
              1e-12);
  EXPECT_NEAR(lattice.rms_angstrom, 0.0, 1e-12);
  EXPECT_EQ(lattice.positions_on_lattice, 121U);
  ASSERT_EQ(lattice.origins.size(), 1U);
  for (const auto& site : lattice.sites) EXPECT_TRUE(site.has_value());
}

TEST(Lattice, SitesGiveThePositionsBack) {
  const std::vector<Position> positions = net({2.5, 0.4}, {-0.3, 3.1}, 4, {10.0, -2.0});
  const Lattice lattice = fit_lattice(positions);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    ASSERT_TRUE(lattice.sites[i].has_value());
    const LatticeSite& site = *lattice.sites[i];
    const Position& origin = lattice.origins[site.group];
    const Eigen::Vector2d p = Eigen::Vector2d(origin.x_angstrom, origin.y_angstrom) +
                              static_cast<double>(site.indices[0]) * lattice.a +
                              static_cast<double>(site.indices[1]) * lattice.b;
    EXPECT_NEAR(p.x(), positions[i].x_angstrom, 1e-12);
    EXPECT_NEAR(p.y(), positions[i].y_angstrom, 1e-12);
  }
}

TEST(Lattice, VectorsAreShortestAndOriented) {
  // The same net spanned by long vectors: the shortest ones come back.
  const Eigen::Vector2d a{0.2, -2.4};
  const Eigen::Vector2d b{2.9, 0.3};
  const Lattice lattice = fit_lattice(net(a, b + a, 5));
  EXPECT_NEAR(lattice.a_length_angstrom, a.norm(), 1e-12);
  EXPECT_NEAR(lattice.b_length_angstrom, b.norm(), 1e-12);
  EXPECT_GE(lattice.a.x(), 0.0);
  EXPECT_GT(lattice.a.x() * lattice.b.y() - lattice.a.y() * lattice.b.x(), 0.0);
}

// 400 nets with independent normal errors: the scatter of the fitted lengths and angle must be what
// the standard errors say. The relative error of a standard deviation from 400 values is 3.5 %; 4
// of them.
TEST(Lattice, StandardErrorsAreTheScatter) {
  constexpr int trials = 400;
  constexpr double sigma = 0.05;
  const Eigen::Vector2d a{2.4, 0.0};
  const Eigen::Vector2d b{0.9, 2.9};
  RandomStream random(21);
  double length_a = 0.0;
  double length_b = 0.0;
  double angle = 0.0;
  double said_a = 0.0;
  double said_b = 0.0;
  double said_angle = 0.0;
  const double true_angle = std::acos(a.dot(b) / (a.norm() * b.norm()));
  for (int t = 0; t < trials; ++t) {
    std::vector<Position> positions = net(a, b, 3);
    for (Position& p : positions) {
      p.x_angstrom += sigma * random.normal();
      p.y_angstrom += sigma * random.normal();
    }
    const Lattice lattice = fit_lattice(positions);
    length_a += std::pow(lattice.a_length_angstrom - a.norm(), 2);
    length_b += std::pow(lattice.b_length_angstrom - b.norm(), 2);
    angle += std::pow(lattice.angle_rad - true_angle, 2);
    said_a += std::pow(lattice.a_length_stderr_angstrom, 2);
    said_b += std::pow(lattice.b_length_stderr_angstrom, 2);
    said_angle += std::pow(lattice.angle_stderr_rad, 2);
  }
  EXPECT_NEAR(std::sqrt(said_a / length_a), 1.0, 0.14);
  EXPECT_NEAR(std::sqrt(said_b / length_b), 1.0, 0.14);
  EXPECT_NEAR(std::sqrt(said_angle / angle), 1.0, 0.14);
}

// Silicon along [110]: pairs 1.36 A apart repeat by 3.84 and 5.43 A (centred); the pair's own
// distance is no vector of the lattice.
TEST(Lattice, ABasisOfTwoAtomsMakesTwoGroups) {
  const Eigen::Vector2d a{1.92, 2.715};
  const Eigen::Vector2d b{-1.92, 2.715};
  std::vector<Position> positions = net(a, b, 5);
  const std::vector<Position> second = net(a, b, 5, {0.0, 1.3575});
  positions.insert(positions.end(), second.begin(), second.end());
  const Lattice lattice = fit_lattice(positions);
  EXPECT_EQ(lattice.origins.size(), 2U);
  EXPECT_EQ(lattice.positions_on_lattice, 242U);
  EXPECT_NEAR(lattice.a_length_angstrom, a.norm(), 1e-12);
  EXPECT_NEAR(lattice.b_length_angstrom, b.norm(), 1e-12);
}

// Strays and vacancies do not move the lattice: positions far from every site are left out.
TEST(Lattice, StraysAndVacanciesAreIgnored) {
  RandomStream random(5);
  std::vector<Position> positions;
  for (const Position& p : net(gold_a, gold_b, 6)) {
    if (random.uniform() < 0.15) continue;
    positions.push_back(
        {p.x_angstrom + 0.03 * random.normal(), p.y_angstrom + 0.03 * random.normal()});
  }
  const std::size_t on_lattice = positions.size();
  for (int k = 0; k < 8; ++k) positions.push_back({30.0 * random.uniform(), 40.0 + 9.0 * k});
  const Lattice lattice = fit_lattice(positions);
  EXPECT_GE(lattice.positions_on_lattice, on_lattice - 3);  // 4 sigma cuts 3e-4 of a plane normal
  EXPECT_LE(lattice.positions_on_lattice, on_lattice);
  // Four of its own standard errors.
  EXPECT_NEAR(lattice.a_length_angstrom, gold_a.norm(), 4 * lattice.a_length_stderr_angstrom);
  EXPECT_LT(lattice.a_length_stderr_angstrom, 0.002);
}

TEST(Lattice, BadInputIsRefused) {
  EXPECT_THROW((void)fit_lattice({}), InputError);
  std::vector<Position> line;
  for (int i = 0; i < 10; ++i) line.push_back({2.0 * i, 1.0 * i});
  EXPECT_THROW((void)fit_lattice(line), InputError);
  const std::vector<Position> same(10, Position{1.0, 1.0});
  EXPECT_THROW((void)fit_lattice(same), InputError);
  EXPECT_THROW((void)fit_lattice(net(gold_a, gold_b, 2), 0.7), InputError);
  std::vector<Position> bad = net(gold_a, gold_b, 2);
  bad[3].x_angstrom = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)fit_lattice(bad), InputError);
}

}  // namespace
}  // namespace adatom::columns
