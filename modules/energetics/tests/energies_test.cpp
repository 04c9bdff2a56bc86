#include "adatom/energetics/energies.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/energetics/make_potential.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

using testing::energies_of;

double largest_force(const Energies& energies) {
  double largest = 0.0;
  for (const auto& force : energies.forces_ev_per_angstrom) {
    largest = std::max(largest, force.norm());
  }
  return largest;
}

/// dE/dx by central differences of two steps (Richardson): the error goes with the fourth power.
template <class Energy>
double derivative(const Energy& energy) {
  // Truncation some 1e-12 of the fifth derivative, rounding 1e-16 * 100 eV / 1e-3 angstrom.
  const double h = 1e-3;
  const double coarse = (energy(h) - energy(-h)) / (2.0 * h);
  const double fine = (energy(h / 2) - energy(-h / 2)) / h;
  return (4.0 * fine - coarse) / 3.0;
}

struct Case {
  const char* spec;
  std::vector<std::string> elements;
  double lattice_angstrom;
};

const std::vector<Case> cases = {{"smatb:Au", {"Au"}, 4.06},
                                 {"smatb:Pd", {"Pd"}, 3.89},
                                 {"smatb:Ag,Cu,Pt", {"Ag", "Cu", "Pt"}, 3.9}};

TEST(Energies, ForcesAreMinusTheGradient) {
  for (const auto& c : cases) {
    const auto potential = make_potential(c.spec);
    const auto cluster = testing::rattled_cluster(c.elements, c.lattice_angstrom, 0.3, 1);
    const auto energies = energies_of(*potential, cluster);
    const double largest = largest_force(energies);
    for (std::size_t i = 0; i < cluster.atoms.size(); i += 5) {
      for (int axis = 0; axis < 3; ++axis) {
        auto moved = cluster;
        const double slope = derivative([&](double step) {
          moved.atoms[i].position_angstrom[axis] = cluster.atoms[i].position_angstrom[axis] + step;
          return energies_of(*potential, moved).total_ev;
        });
        EXPECT_NEAR(energies.forces_ev_per_angstrom[i][axis], -slope, 1e-7 * largest)
            << c.spec << " atom " << i;
      }
    }
  }
}

TEST(Energies, TheVirialIsTheDerivativeByStrain) {
  // In a skewed periodic cell, smaller than the cut-off along one vector.
  for (const auto& c : cases) {
    const auto potential = make_potential(c.spec);
    auto block = testing::fcc_block(c.elements[0], c.lattice_angstrom, {1, 2, 2});
    for (std::size_t i = 0; i < block.atoms.size(); ++i) {
      block.atoms[i].element = c.elements[i % c.elements.size()];
    }
    testing::rattle(block, 0.2, 2);
    block.cell_angstrom(1, 0) = 0.7;
    block.cell_angstrom(2, 1) = -0.4;
    const auto energies = energies_of(*potential, block);
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        const double slope = derivative([&](double strain) {
          Eigen::Matrix3d deformation = Eigen::Matrix3d::Identity();
          deformation(a, b) += strain;
          auto strained = block;
          for (auto& atom : strained.atoms) {
            atom.position_angstrom = deformation * atom.position_angstrom;
          }
          strained.cell_angstrom = block.cell_angstrom * deformation.transpose();
          return energies_of(*potential, strained).total_ev;
        });
        // A strain of 1e-3 moves atoms of neighbouring cells by a hundredth of an angstrom.
        EXPECT_NEAR(energies.virial_ev(b, a), -slope, 1e-5) << c.spec << a << b;
      }
    }
    EXPECT_LT((energies.virial_ev - energies.virial_ev.transpose()).norm(), 1e-10);
  }
}

TEST(Energies, DoNotDependOnPlaceDirectionOrOrder) {
  const auto potential = make_potential("smatb:Ag,Cu");
  const auto cluster = testing::rattled_cluster({"Ag", "Cu"}, 3.9, 0.3, 3);
  const auto energies = energies_of(*potential, cluster);
  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(1.1, Eigen::Vector3d(1, 2, -3).normalized()).toRotationMatrix();
  auto other = cluster;
  std::ranges::reverse(other.atoms);
  for (auto& atom : other.atoms) {
    atom.position_angstrom = turn * atom.position_angstrom + Eigen::Vector3d(7, -80, 3.5);
  }
  const auto again = energies_of(*potential, other);
  // Rounding of sums of some hundred terms of a few eV.
  EXPECT_NEAR(energies.total_ev, again.total_ev, 1e-10);
  const std::size_t count = cluster.atoms.size();
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_NEAR(energies.per_atom_ev[i], again.per_atom_ev[count - 1 - i], 1e-11);
    EXPECT_LT(
        (turn * energies.forces_ev_per_angstrom[i] - again.forces_ev_per_angstrom[count - 1 - i])
            .norm(),
        1e-10);
  }
}

TEST(Energies, NoForceAndNoTorqueOnTheWhole) {
  const auto potential = make_potential("smatb:Ag,Cu");
  const auto cluster = testing::rattled_cluster({"Ag", "Cu"}, 3.9, 0.3, 4);
  const auto energies = energies_of(*potential, cluster);
  Eigen::Vector3d force = Eigen::Vector3d::Zero();
  Eigen::Vector3d torque = Eigen::Vector3d::Zero();
  double sum = 0.0;
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    force += energies.forces_ev_per_angstrom[i];
    torque += cluster.atoms[i].position_angstrom.cross(energies.forces_ev_per_angstrom[i]);
    sum += energies.per_atom_ev[i];
  }
  EXPECT_LT(force.norm(), 1e-12 * largest_force(energies) * 38);
  EXPECT_LT(torque.norm(), 1e-11 * largest_force(energies) * 38);
  EXPECT_NEAR(sum, energies.total_ev, 1e-12 * std::abs(sum));
}

TEST(Energies, ASupercellHasTheEnergyOfItsCells) {
  const auto potential = make_potential("smatb:Pt");
  const double one = energies_of(*potential, testing::fcc_block("Pt", 3.95, {1, 1, 1})).total_ev;
  const double many = energies_of(*potential, testing::fcc_block("Pt", 3.95, {3, 2, 4})).total_ev;
  EXPECT_NEAR(many, 24.0 * one, 1e-10);
}

TEST(Energies, TwoAtomsByHand) {
  const auto gold = make_potential("smatb:Au");
  crystal::Structure dimer;
  dimer.atoms = {{.element = "Au"}, {.element = "Au", .position_angstrom = {0.0, 2.6, 0.0}}};
  const auto energies = energies_of(*gold, dimer);
  const double x = 2.6 / 2.88 - 1.0;
  const double half = 0.210 * std::exp(-10.35 * x) - 1.818 * std::exp(-4.178 * x);
  EXPECT_NEAR(energies.per_atom_ev[0], half, 1e-14);
  EXPECT_NEAR(energies.total_ev, 2.0 * half, 1e-14);
  const double slope =
      2.0 * (-10.35 * 0.210 * std::exp(-10.35 * x) + 4.178 * 1.818 * std::exp(-4.178 * x)) / 2.88;
  EXPECT_NEAR(energies.forces_ev_per_angstrom[1].y(), -slope, 1e-13);
  EXPECT_NEAR(energies.virial_ev(1, 1), -slope * 2.6, 1e-13);
}

std::string message_of(const crystal::Structure& structure) {
  try {
    static_cast<void>(energies_of(*make_potential("smatb:Au"), structure));
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(Energies, ComplainOfBadInput) {
  crystal::Structure atoms;
  atoms.atoms = {{.element = "Au"},
                 {.element = "Au", .position_angstrom = {3, 0, 0}},
                 {.element = "Au", .position_angstrom = {3.5, 0, 0}}};
  EXPECT_NE(message_of(atoms).find("atoms 2 and 3"), std::string::npos) << message_of(atoms);
  EXPECT_NE(message_of(atoms).find("0.5 angstrom"), std::string::npos) << message_of(atoms);
  atoms.atoms[2].position_angstrom.x() = 3.0;  // no distance at all
  EXPECT_NE(message_of(atoms).find("overlap"), std::string::npos) << message_of(atoms);
  atoms.atoms[2].position_angstrom.x() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(message_of(atoms), "");
  atoms.atoms.resize(2);
  EXPECT_EQ(message_of(atoms), "");
  atoms.atoms[0].element = "W";
  EXPECT_NE(message_of(atoms).find('W'), std::string::npos);
  atoms.atoms.clear();
  EXPECT_EQ(message_of(atoms), "");
}

}  // namespace
}  // namespace adatom::energetics
