// Walls and springs beside the fixes of LAMMPS they are made after.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/energetics/energies.h"
#include "adatom/energetics/support.h"
#include "support/lammps_reference.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

struct Acting {
  double energy_ev = 0.0;
  std::vector<Eigen::Vector3d> forces_ev_per_angstrom;
};

Acting act(const Surroundings& surroundings, const std::vector<Eigen::Vector3d>& positions) {
  Acting acting;
  acting.forces_ev_per_angstrom.assign(positions.size(), Eigen::Vector3d::Zero());
  for (const auto& field : surroundings.fields) {
    acting.energy_ev += field->add(positions, acting.forces_ev_per_angstrom);
  }
  return acting;
}

void expect_same(const Acting& ours, const testing::LammpsAnswer& theirs, const char* what) {
  // The same formulas in double precision.
  EXPECT_NEAR(ours.energy_ev, theirs.energy_ev, 1e-11) << what;
  for (std::size_t i = 0; i < ours.forces_ev_per_angstrom.size(); ++i) {
    EXPECT_LT((ours.forces_ev_per_angstrom[i] - theirs.forces_ev_per_angstrom[i]).norm(), 1e-11)
        << what;
  }
}

TEST(SupportBesideLammps, WallsGiveTheSameEnergyAndForces) {
  ADATOM_REQUIRE_LAMMPS();
  auto cluster = testing::rattled_cluster({"Au"}, 4.08, 0.2, 9);
  for (auto& atom : cluster.atoms) atom.position_angstrom.y() += 7.0;  // above the wall at 0.5
  for (const auto wall : {SupportWall::lj93, SupportWall::lj126, SupportWall::lj1043}) {
    SupportOptions options;
    options.wall = wall;
    options.normal = {0.0, 1.0, 0.0};
    options.wall_epsilon_ev = 0.17;
    options.wall_sigma_angstrom = 2.3;
    options.wall_cutoff_angstrom = 6.5;
    options.wall_position_angstrom = 0.5;
    const std::string name = EnumNames<SupportWall>::names[static_cast<std::size_t>(wall)];
    const auto theirs = testing::run_lammps(
        {.structure = cluster,
         .pair_style = "zero 5.0",
         .pair_coeff = {"* *"},
         .before = "fix 1 all wall/" + name + " ylo 0.5 0.17 2.3 6.5\nfix_modify 1 energy yes"});
    ASSERT_GT(std::abs(theirs.energy_ev), 0.01);
    expect_same(act(make_surroundings(options, cluster), positions_of(cluster)), theirs,
                name.c_str());
  }
}

TEST(SupportBesideLammps, SpringsGiveTheSameEnergyAndForces) {
  ADATOM_REQUIRE_LAMMPS();
  const auto cluster = testing::rattled_cluster({"Au"}, 4.08, 0.2, 10);
  SupportOptions options;
  options.spring_angstrom = 100.0;  // all
  options.spring_ev_per_angstrom2 = 1.3;
  const auto theirs =
      testing::run_lammps({.structure = cluster,
                           .pair_style = "zero 5.0",
                           .pair_coeff = {"* *"},
                           .before = "fix 1 all spring/self 1.3\nfix_modify 1 energy yes\n"
                                     "displace_atoms all random 0.3 0.2 0.1 4711 units box"});
  ASSERT_GT(theirs.energy_ev, 0.1);
  expect_same(act(make_surroundings(options, cluster), theirs.positions_angstrom), theirs,
              "springs");
}

}  // namespace
}  // namespace adatom::energetics
