// The minimisers beside those of LAMMPS: the same atoms, the same potential, the same way.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/physical_constants.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/minimise.h"
#include "adatom/energetics/quench.h"
#include "support/lammps_reference.h"
#include "support/lennard_jones_cluster.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

struct Way {
  const char* name;
  const char* commands;
  MinimiseMethod method;
  double energy_tolerance;
  double force_tolerance_ev_per_angstrom;
  ForceNorm norm = ForceNorm::two;

  [[nodiscard]] MinimiseOptions options() const {
    MinimiseOptions o;
    o.method = method;
    o.energy_tolerance = energy_tolerance;
    o.force_tolerance_ev_per_angstrom = force_tolerance_ev_per_angstrom;
    o.force_norm = norm;
    return o;
  }
};

// In units of `min_style` and `minimize etol ftol maxiter maxeval`.
const std::vector<Way> ways = {
    {"CgByEnergy", "minimize 1e-6 1e-8 1000 10000", MinimiseMethod::conjugate_gradient, 1e-6, 1e-8},
    {"CgByForce", "minimize 0 1e-3 1000 10000", MinimiseMethod::conjugate_gradient, 0.0, 1e-3},
    {"CgOverManySteps", "minimize 0 1e-9 1000 10000", MinimiseMethod::conjugate_gradient, 0.0,
     1e-9},
    {"CgByLargestForce", "min_modify norm max\nminimize 0 1e-3 1000 10000",
     MinimiseMethod::conjugate_gradient, 0.0, 1e-3, ForceNorm::max},
    {"CgByLargestComponent", "min_modify norm inf\nminimize 0 1e-3 1000 10000",
     MinimiseMethod::conjugate_gradient, 0.0, 1e-3, ForceNorm::inf},
    {"FireByEnergy", "min_style fire\nminimize 1e-6 1e-3 1000 10000", MinimiseMethod::fire, 1e-6,
     1e-3},
    {"FireByALooseEnergy", "min_style fire\nminimize 1e-2 1e-3 1000 10000", MinimiseMethod::fire,
     1e-2, 1e-3},
    {"FireByForce", "min_style fire\nminimize 0 1e-3 1000 10000", MinimiseMethod::fire, 0.0, 1e-3}};

class BesideLammps : public ::testing::TestWithParam<Way> {};

double farthest(const std::vector<Eigen::Vector3d>& a, const std::vector<Eigen::Vector3d>& b) {
  double distance = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) distance = std::max(distance, (a[i] - b[i]).norm());
  return distance;
}

/// LAMMPS rounds the acceleration that 1 eV/angstrom gives to 1 u to 1 / 1.0364269e-4
/// angstrom/ps^2.
double mass_as_there_u(double mass_u) {
  return mass_u * 1.0364269e-4 * elementary_charge_coulomb / (1e4 * atomic_mass_kg);
}

void expect_the_same_steps(const crystal::Structure& structure, const Way& way) {
  const auto theirs = testing::run_lammps({.structure = structure,
                                           .pair_style = "lj/cut 50.0",
                                           .pair_coeff = {"* * 0.5 2.7"},
                                           .commands = way.commands});
  auto x = positions_of(structure);
  testing::LennardJonesCluster cluster(x.size(), 0.5, 2.7);
  const double mass_u = crystal::find_element("Au").value().mass_u;
  const std::vector<double> masses(x.size(), mass_as_there_u(mass_u));
  NoProgress progress;
  const auto ours = minimise(cluster, x, masses, way.options(), progress);
  EXPECT_EQ(stop_text(ours.reason), theirs.stopping_criterion);
  EXPECT_EQ(ours.iterations, theirs.iterations);
  EXPECT_EQ(ours.evaluations, theirs.evaluations);
  EXPECT_NEAR(ours.final_ev, theirs.energy_ev, 1e-8);
  EXPECT_LT(farthest(x, theirs.positions_angstrom), 1e-5);
}

// Both sum pairs in double precision, in another order.
TEST_P(BesideLammps, LennardJonesTakesTheSameSteps) {
  ADATOM_REQUIRE_LAMMPS();
  auto structure = crystal::build_truncated_octahedron({"Au", 4.3}, 4, 1);
  testing::rattle(structure, 0.2, 5);
  expect_the_same_steps(structure, GetParam());
}

crystal::Structure four_atoms(const Eigen::Vector3d& last) {
  crystal::Structure structure;
  for (const Eigen::Vector3d& x : {Eigen::Vector3d(0.0, 0.0, 0.0), Eigen::Vector3d(2.68, 0.0, 0.1),
                                   Eigen::Vector3d(1.3, 2.3, -0.2), last}) {
    structure.atoms.push_back({.element = "Au", .position_angstrom = x});
  }
  return structure;
}

// So few atoms that conjugate gradients begin again every 12 steps.
TEST_P(BesideLammps, FourAtomsTakeTheSameSteps) {
  ADATOM_REQUIRE_LAMMPS();
  expect_the_same_steps(four_atoms({1.2, 3.9, 2.6}), GetParam());
}

// Pressed together, so that the energy comes down through zero: lines are then not nearly parabolas
// by the measure of LAMMPS, which is relative to the energy.
TEST(BesideLammpsWithEnergiesNearZero, FourAtomsTakeTheSameSteps) {
  ADATOM_REQUIRE_LAMMPS();
  expect_the_same_steps(four_atoms({1.2, 1.0, 2.1}), ways.front());
}

// The fast kernels have tables of their own for a potential; forces differ by 1e-9 eV/angstrom.
TEST_P(BesideLammps, EamTakesTheSameSteps) {
  ADATOM_REQUIRE_LAMMPS();
  const std::string table = "/usr/share/lammps/potentials/Cu_mishin1.eam.alloy";
  if (!std::filesystem::exists(table)) GTEST_SKIP() << "no " << table;
  auto structure = crystal::build_truncated_octahedron({"Cu", 3.65}, 7, 2);
  testing::rattle(structure, 0.15, 9);
  const auto theirs = testing::run_lammps({.structure = structure,
                                           .pair_style = "eam/alloy",
                                           .pair_coeff = {"* * " + table + " Cu"},
                                           .commands = GetParam().commands});
  NoProgress progress;
  const auto ours =
      quench(structure, make_potential("eam:" + table), {}, {}, GetParam().options(), progress);
  EXPECT_EQ(stop_text(ours.minimum.reason), theirs.stopping_criterion);
  EXPECT_EQ(ours.minimum.iterations, theirs.iterations);
  EXPECT_EQ(ours.minimum.evaluations, theirs.evaluations);
  EXPECT_NEAR(ours.minimum.final_ev, theirs.energy_ev, 1e-6);
  EXPECT_LT(farthest(positions_of(ours.structure), theirs.positions_angstrom), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Each, BesideLammps, ::testing::ValuesIn(ways),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace adatom::energetics
