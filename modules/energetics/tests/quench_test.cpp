// Relaxed clusters and defects with published energies.
#include "adatom/energetics/quench.h"

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/twinned.h"
#include "adatom/energetics/bulk_properties.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/reference_energy.h"
#include "adatom/energetics/smatb.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

// Where Debian's lammps-data puts the tables that come with LAMMPS.
const std::filesystem::path tables = "/usr/share/lammps/potentials";

Quenched relax(const crystal::Structure& structure,
               const std::shared_ptr<const EmbeddedAtomPotential>& potential,
               const MinimiseOptions& options = MinimiseOptions::tight(),
               const Surroundings& surroundings = {}) {
  NoProgress progress;
  return quench(structure, potential, surroundings, {}, options, progress);
}

// Thirteen platinum atoms of the test suite of pele, in reduced units (r0 = 1), without cut-off.
TEST(Quench, FindsThePublishedMinimumOfThirteenPlatinumAtoms) {
  const SmatbPair pair{.p = 10.612,
                       .q = 4.004,
                       .a_ev = 0.2975,
                       .xi_ev = 2.695,
                       .r0_angstrom = 1.0,
                       .cutoff_start_angstrom = 50.0,
                       .cutoff_end_angstrom = 51.0};
  const auto platinum = std::make_shared<SmatbPotential>("reduced", std::vector<std::string>{"Pt"},
                                                         std::vector{pair});
  auto cluster = testing::icosahedron_13("Pt", 1.0);
  testing::rattle(cluster, 0.05, 3);
  for (const auto method : {MinimiseMethod::conjugate_gradient, MinimiseMethod::fire}) {
    auto options = MinimiseOptions::tight();
    options.method = method;
    options.max_move_angstrom = 0.03;
    ReferenceEnergy energy(platinum, std::vector<std::size_t>(13, 0), {});
    auto positions = positions_of(cluster);
    NoProgress progress;
    const auto minimum = minimise(energy, positions, {}, options, progress);
    EXPECT_EQ(minimum.reason, StopReason::force_tolerance);
    EXPECT_NEAR(minimum.final_ev, -64.91633912, 1e-7);
  }
}

TEST(Quench, FindsPublishedMinimaOfCopperIcosahedra) {
  if (!std::filesystem::exists(tables)) GTEST_SKIP() << "no tables of LAMMPS in " << tables;
  struct Cluster {
    const char* file;
    double energy_ev;
  };
  for (const auto& [file, energy_ev] :
       {Cluster{"Cu_u3.eam", -164.6112}, Cluster{"Cu_mishin1.eam.alloy", -162.6109}}) {
    auto cluster = crystal::build_icosahedron({"Cu", 3.615}, 2);
    testing::rattle(cluster, 0.1, 7);
    const auto relaxed = relax(cluster, make_potential("eam:" + (tables / file).string()));
    EXPECT_EQ(relaxed.minimum.reason, StopReason::force_tolerance);
    EXPECT_NEAR(relaxed.minimum.final_ev, energy_ev, 5e-5) << file;  // four printed decimals
  }
}

// Mishin et al., Phys. Rev. B 63 (2001) 224106, table III: a vacancy takes 1.272 eV. A vacancy in
// each of 256 sites feels its images by some meV.
TEST(Quench, AVacancyInCopperTakesThePublishedEnergy) {
  if (!std::filesystem::exists(tables)) GTEST_SKIP() << "no tables of LAMMPS in " << tables;
  const auto copper = make_potential("eam:" + (tables / "Cu_mishin1.eam.alloy").string());
  const auto bulk = bulk_properties(*copper);
  auto block = testing::fcc_block("Cu", bulk.lattice_angstrom, {4, 4, 4});
  block.atoms.pop_back();
  const auto relaxed = relax(block, copper);
  const double formation_ev =
      relaxed.minimum.final_ev + static_cast<double>(block.atoms.size()) * bulk.cohesive_ev;
  EXPECT_NEAR(formation_ev, 1.272, 0.01);
  EXPECT_LT(relaxed.minimum.final_ev, relaxed.minimum.initial_ev - 1e-3);
}

TEST(Quench, LeavesHeldAtomsAndAllElseOfTheStructure) {
  auto cluster = testing::rattled_cluster({"Ag", "Cu"}, 3.9, 0.1, 11);
  cluster.comment = "kept";
  cluster.ids = {};
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    cluster.ids.push_back(static_cast<std::int64_t>(100 - i));
  }
  cluster.velocities_angstrom_per_ps.assign(cluster.atoms.size(), {1.0, 0.0, 0.0});
  Surroundings surroundings;
  surroundings.held.assign(cluster.atoms.size(), 0);
  surroundings.held[0] = surroundings.held[20] = 1;
  const auto potential = make_potential("smatb:Ag,Cu");
  const auto relaxed = relax(cluster, potential, MinimiseOptions::tight(), surroundings);
  EXPECT_EQ(relaxed.minimum.reason, StopReason::force_tolerance);
  EXPECT_EQ(relaxed.structure.ids, cluster.ids);
  EXPECT_EQ(relaxed.structure.comment, "kept");
  EXPECT_TRUE(relaxed.structure.velocities_angstrom_per_ps.empty());
  const auto energies = testing::energies_of(*potential, relaxed.structure);
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    EXPECT_EQ(relaxed.structure.atoms[i].element, cluster.atoms[i].element);
    const bool held = surroundings.held[i] != 0;
    EXPECT_EQ(relaxed.structure.atoms[i].position_angstrom == cluster.atoms[i].position_angstrom,
              held);
    const double force = energies.forces_ev_per_angstrom[i].norm();
    if (held) {
      EXPECT_GT(force, 1e-3);
    } else {
      EXPECT_LT(force, 2e-6);  // the fast forces agree with the definition to some 1e-9
    }
  }
}

TEST(Quench, RefusesWhatItCannotMinimise) {
  auto cluster = testing::rattled_cluster({"Au"}, 4.08, 0.1, 1);
  EXPECT_THROW((void)relax(cluster, make_potential("smatb:Cu")), InputError);
  cluster.atoms[1].position_angstrom = cluster.atoms[0].position_angstrom;
  EXPECT_THROW((void)relax(cluster, make_potential("smatb:Au")), InputError);
}

}  // namespace
}  // namespace adatom::energetics
