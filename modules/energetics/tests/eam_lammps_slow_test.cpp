// Tables read as LAMMPS reads them: the same atoms given to it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/setfl.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "support/lammps_reference.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

// Where Debian's lammps-data puts the tables that come with LAMMPS.
const std::filesystem::path tables = "/usr/share/lammps/potentials";

struct TableCase {
  std::vector<std::string> files;
  std::vector<std::string> elements;
  double lattice_angstrom;
  const char* pair_style;
};

/// Each type's file (eam), or one file for all.
std::vector<std::string> pair_coeff(const TableCase& c) {
  auto sorted = c.elements;
  std::ranges::sort(sorted);
  std::vector<std::string> lines;
  if (std::string(c.pair_style) == "eam") {
    for (std::size_t type = 0; type < sorted.size(); ++type) {
      const auto at = std::ranges::find(c.elements, sorted[type]) - c.elements.begin();
      const std::string number = std::to_string(type + 1);
      lines.push_back(number + ' ' + number + ' ' +
                      (tables / c.files[static_cast<std::size_t>(at)]).string());
    }
    return lines;
  }
  std::string line = "* * " + (tables / c.files[0]).string();
  for (const auto& element : sorted) line += ' ' + element;
  return {line};
}

void expect_what_lammps_gives(const TableCase& c) {
  std::string spec;
  for (const auto& file : c.files) spec += (spec.empty() ? "eam:" : ",") + (tables / file).string();
  const auto potential = make_potential(spec);
  const auto cluster = testing::rattled_cluster(c.elements, c.lattice_angstrom, 0.2, 5);
  const auto ours = testing::energies_of(*potential, cluster);
  const auto theirs = testing::run_lammps(
      {.structure = cluster, .pair_style = c.pair_style, .pair_coeff = pair_coeff(c)});
  // Both in double precision, by the same formulas; sums in another order.
  EXPECT_NEAR(ours.total_ev, theirs.energy_ev, 1e-11 * std::abs(ours.total_ev)) << spec;
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    EXPECT_NEAR(ours.per_atom_ev[i], theirs.per_atom_ev[i], 1e-10) << spec;
    EXPECT_LT((ours.forces_ev_per_angstrom[i] - theirs.forces_ev_per_angstrom[i]).norm(), 1e-9)
        << spec;
  }
}

TEST(EamTables, GiveWhatLammpsGives) {
  ADATOM_REQUIRE_LAMMPS();
  if (!std::filesystem::exists(tables)) GTEST_SKIP() << "no tables in " << tables;
  expect_what_lammps_gives({{"Au_u3.eam"}, {"Au"}, 4.08, "eam"});
  expect_what_lammps_gives({{"Cu_u3.eam", "Ni_u3.eam"}, {"Cu", "Ni"}, 3.57, "eam"});
  expect_what_lammps_gives({{"Ni_u3.eam", "Au_u3.eam"}, {"Ni", "Au"}, 3.9, "eam"});
  expect_what_lammps_gives({{"Cu_mishin1.eam.alloy"}, {"Cu"}, 3.615, "eam/alloy"});
  expect_what_lammps_gives({{"CuNi.eam.alloy"}, {"Cu", "Ni"}, 3.57, "eam/alloy"});
  expect_what_lammps_gives({{"Al_mm.eam.fs"}, {"Al"}, 4.05, "eam/fs"});
  expect_what_lammps_gives({{"CuZr_mm.eam.fs"}, {"Zr", "Cu"}, 4.2, "eam/fs"});
}

void expect_our_table_to_do(const char* spec, const std::vector<std::string>& elements,
                            double lattice_angstrom) {
  const auto potential = make_potential(spec);
  const auto written = format_setfl(*potential);
  const adatom::testing::ScratchFolder folder;
  const auto file = folder.path() / "table";
  storage::write_file(file, written.text);
  std::string coeff = "* * " + file.string();
  for (const auto& element : elements) coeff += ' ' + element;
  const auto cluster = testing::rattled_cluster(elements, lattice_angstrom, 0.2, 8);
  const auto ours = testing::energies_of(*potential, cluster);
  const auto theirs = testing::run_lammps(
      {.structure = cluster, .pair_style = written.pair_style, .pair_coeff = {coeff}});
  const auto count = static_cast<double>(cluster.atoms.size());
  // What is asked for when the native engine stands beside LAMMPS with this table.
  EXPECT_NEAR(ours.total_ev, theirs.energy_ev, 1e-7 * count) << spec;
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    EXPECT_LT((ours.forces_ev_per_angstrom[i] - theirs.forces_ev_per_angstrom[i]).norm(), 1e-5)
        << spec;
  }
}

TEST(EamTables, OfOursRunInLammps) {
  ADATOM_REQUIRE_LAMMPS();
  expect_our_table_to_do("smatb:Au", {"Au"}, 4.06);
  expect_our_table_to_do("smatb:Ag,Cu", {"Ag", "Cu"}, 3.9);
}

TEST(EamTables, EveryFileThatComesWithLammpsIsRead) {
  if (!std::filesystem::exists(tables)) GTEST_SKIP() << "no tables in " << tables;
  for (const auto& entry : std::filesystem::directory_iterator(tables)) {
    const auto file = entry.path().filename().string();
    if (!file.ends_with(".eam") && !file.ends_with(".eam.alloy") && !file.ends_with(".eam.fs")) {
      continue;
    }
    const auto potential = make_potential("eam:" + entry.path().string());
    EXPECT_GT(potential->cutoff_angstrom(), 3.0) << file;
    EXPECT_FALSE(potential->elements().empty()) << file;
  }
}

}  // namespace
}  // namespace adatom::energetics
