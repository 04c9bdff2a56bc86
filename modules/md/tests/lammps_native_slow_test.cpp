// The same hundred steps in either engine: periodic cells that LAMMPS turns, supports, alloys.
#include <algorithm>
#include <memory>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/support.h"
#include "adatom/md/lammps_engine.h"
#include "adatom/md/velocities.h"
#include "program.h"
#include "support/lammps_runs.h"

namespace adatom::md {
namespace {

using Potential = std::shared_ptr<const energetics::EmbeddedAtomPotential>;

struct Difference {
  double position_angstrom = 0.0;
  double velocity_angstrom_per_ps = 0.0;
  double energy_ev = 0.0;  ///< at the start and at the end
};

/// 100 steps of 5 fs without thermostat, from 300 K.
Difference compare(crystal::Structure structure, const Potential& potential,
                   const energetics::SupportOptions& support) {
  const auto surroundings = energetics::make_surroundings(support, structure);
  const auto elements = energetics::element_numbers(*potential, structure);
  std::vector<double> masses;
  for (const std::size_t element : elements) masses.push_back(potential->mass_u(element));
  State state;
  state.positions_angstrom = energetics::positions_of(structure);
  state.velocities_angstrom_per_ps =
      create_velocities(state.positions_angstrom, masses, surroundings.held, 300.0,
                        DriftRemoval::nothing, RandomStream(1));
  structure.velocities_angstrom_per_ps = state.velocities_angstrom_per_ps;

  LammpsJob job;
  job.structure = structure;
  job.potential = tabulate_potential(*potential);
  job.surroundings = lammps_surroundings(support, structure);
  job.velocities = LammpsVelocities::given;
  job.dynamics.ensemble = Ensemble::nve;
  job.steps = 100;
  const adatom::testing::ScratchFolder folder;
  NoProgress progress;
  const auto reference = run_lammps(job, {}, folder.path(), progress);
  const auto last = restore_snapshot(
      testing::read_snapshots(folder.path() / LammpsFiles::final_state).at(0), job);

  energetics::ForceField field(potential, elements, crystal::box_of(structure), surroundings, {});
  std::vector<Thermo> lines;
  const std::vector<Observer> observers = {
      {.every_steps = 100,
       .see = [&](const State&, const Thermo& line) { lines.push_back(line); }}};
  run_dynamics(field, masses, job.dynamics, 100, observers, state, progress);
  Difference worst;
  for (std::size_t i = 0; i < masses.size(); ++i) {
    worst.position_angstrom =
        std::max(worst.position_angstrom,
                 (state.positions_angstrom[i] - last.atoms[i].position_angstrom).norm());
    worst.velocity_angstrom_per_ps =
        std::max(worst.velocity_angstrom_per_ps,
                 (state.velocities_angstrom_per_ps[i] - last.velocities_angstrom_per_ps[i]).norm());
  }
  for (const std::size_t line : {0U, 1U}) {
    const double apart = lines.at(line).potential_ev - reference.thermo.at(line).potential_ev;
    worst.energy_ev = std::max(worst.energy_ev, std::abs(apart));
  }
  return worst;
}

// LAMMPS's constants differ from CODATA 2018 by 7e-8: what moved by 2 angstrom at 4 angstrom/ps is
// off by some 1e-7 angstrom, and 1e-6 angstrom/ps where it is turned round. The energy, near its
// minimum, is to 1e-7 of what moves between the atoms, 10 eV.
void expect_small(const Difference& difference) {
  EXPECT_LT(difference.position_angstrom, 1e-6);
  EXPECT_LT(difference.velocity_angstrom_per_ps, 1e-5);
  EXPECT_LT(difference.energy_ev, 1e-5);
}

crystal::Structure crystal_block(const Eigen::Matrix3i& basis, const Eigen::Matrix3d& rotation) {
  // The primitive cell of gold, 6 x 6 x 6, in other vectors of the same lattice and turned.
  constexpr double a = 4.0642;
  Eigen::Matrix3d primitive;
  primitive << 0.0, a / 2, a / 2, a / 2, 0.0, a / 2, a / 2, a / 2, 0.0;
  crystal::Structure structure;
  structure.cell_angstrom = basis.cast<double>() * 6.0 * primitive * rotation.transpose();
  structure.periodic = {true, true, true};
  for (int i = 0; i < 216; ++i) {
    const Eigen::RowVector3i cell(i % 6, i / 6 % 6, i / 36);
    const Eigen::RowVector3d place = cell.cast<double>() * primitive;
    structure.atoms.push_back({.element = "Au", .position_angstrom = rotation * place.transpose()});
  }
  return structure;
}

TEST(SameHundredSteps, InACellThatLammpsTurns) {
  ADATOM_REQUIRE_LAMMPS();
  const Eigen::Matrix3d rotation =
      Eigen::AngleAxisd(0.7, Eigen::Vector3d(1.0, 2.0, -0.5).normalized()).toRotationMatrix();
  Eigen::Matrix3i basis = Eigen::Matrix3i::Identity();
  expect_small(compare(crystal_block(basis, rotation), energetics::make_potential("smatb:Au"), {}));
  basis << 1, 2, 0, 0, 1, 0, 0, 0, -1;  // left-handed, and tilted far
  expect_small(compare(crystal_block(basis, rotation), energetics::make_potential("smatb:Au"), {}));
}

TEST(SameHundredSteps, OnASupport) {
  ADATOM_REQUIRE_LAMMPS();
  const auto octahedron = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 7, 2);
  const Potential gold = energetics::make_potential("smatb:Au");
  energetics::SupportOptions support;
  support.wall_epsilon_ev = 0.5;
  support.held_layers = 1;
  support.spring_layers = 2;
  for (const auto wall : {energetics::SupportWall::lj93, energetics::SupportWall::lj126,
                          energetics::SupportWall::lj1043}) {
    support.wall = wall;
    expect_small(compare(octahedron, gold, support));
  }
  support.normal = {0.0, -2.0, 0.0};
  support.held_layers = 0;
  expect_small(compare(octahedron, gold, support));
}

TEST(SameHundredSteps, OfAnAlloy) {
  ADATOM_REQUIRE_LAMMPS();
  auto octahedron = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 7, 2);
  for (std::size_t i = 0; i < octahedron.atoms.size(); i += 3) octahedron.atoms[i].element = "Cu";
  expect_small(compare(octahedron, energetics::make_potential("smatb:Au,Cu"), {}));
}

}  // namespace
}  // namespace adatom::md
