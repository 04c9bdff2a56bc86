// Parts of `adatom md`: the file that grows, the forecast, averages, numbers of neighbours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/storage/files.h"
#include "md/atom_picture.h"
#include "md/growing_file.h"
#include "md/md_summary.h"
#include "md/thermalisation_forecast.h"
#include "md/thermo_table.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::ScratchFolder;

TEST(GrowingFile, IsCutBackToWhereTheCheckpointWas) {
  const ScratchFolder scratch;
  const auto path = scratch.path() / "log";
  {
    GrowingFile file(path, 0);
    file.append("first\n");
    EXPECT_EQ(file.bytes(), 6);
    file.append("second\n");
  }
  {
    GrowingFile file(path, 6);
    file.append("other\n");
    file.sync();
  }
  EXPECT_EQ(storage::read_file(path), "first\nother\n");
  EXPECT_THROW(GrowingFile(path, 13), InputError);
  { const GrowingFile file(path, 0); }
  EXPECT_EQ(storage::read_file(path), "");
}

TEST(ThermoTable, ReadsBackWhatWasWritten) {
  const ScratchFolder scratch;
  const auto path = scratch.path() / "thermo.csv";
  const std::vector<md::Thermo> rows = {{.step = 0,
                                         .time_ps = 0.0,
                                         .temperature_k = 1.0 / 3.0,
                                         .kinetic_ev = 1e-300,
                                         .potential_ev = -2080.1,
                                         .conserved_ev = -0.1},
                                        {.step = 400000000,
                                         .time_ps = 2e6,
                                         .temperature_k = 673.0,
                                         .kinetic_ev = 2.0,
                                         .potential_ev = -1.0,
                                         .conserved_ev = 7.0}};
  std::string text = thermo_header();
  for (const auto& row : rows) text += thermo_row(row);
  storage::write_file(path, text);
  const auto read = read_thermo(path);
  ASSERT_EQ(read.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].step, rows[i].step);
    EXPECT_EQ(read[i].time_ps, rows[i].time_ps);
    EXPECT_EQ(read[i].temperature_k, rows[i].temperature_k);
    EXPECT_EQ(read[i].kinetic_ev, rows[i].kinetic_ev);
    EXPECT_EQ(read[i].potential_ev, rows[i].potential_ev);
    EXPECT_EQ(read[i].conserved_ev, rows[i].conserved_ev);
  }
  for (const char* wrong :
       {"1,2,3,4,5,6\n", "1,2,3,4,5,6,nan\n", "1,2,3,4,5,6,7,8\n", "1,2,3", "a,2,3,4,5,6,7\n"}) {
    storage::write_file(path, text + wrong);
    try {
      (void)read_thermo(path);
      ADD_FAILURE() << wrong;
    } catch (const InputError& error) {
      EXPECT_NE(error.complaints().front().where.find("thermo.csv:4"), std::string::npos);
    }
  }
}

// The published protocol: 20 ps with a damping of 100 ps end near 177 K instead of 300 K.
TEST(ThermalisationForecast, KnowsThePublishedProtocol) {
  EXPECT_NEAR(forecast_temperature_k(300.0, 20.0, 100.0), 177.0, 0.5);
  MdOptions options;
  options.minimise = true;
  options.potential = "smatb:Au";
  const auto warning = thermalisation_warning(options, 300.0, {});
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("177 K instead of 300 K"), std::string::npos) << *warning;
  EXPECT_NE(warning->find("--thermalise-damping-ps 6.2 (in a YAML file thermalise.damping_ps: 6.2) "
                          "would do"),
            std::string::npos)
      << *warning;
  const auto in_run = thermalisation_warning(options, 300.0, "md.");
  ASSERT_TRUE(in_run);
  EXPECT_NE(in_run->find("; md.thermalise.damping_ps: 6.2 would do"), std::string::npos) << *in_run;
  EXPECT_EQ(in_run->find("--"), std::string::npos) << *in_run;
  options.thermalise.damping_ps = 6.2;
  EXPECT_FALSE(thermalisation_warning(options, 300.0, {}));
  options.thermalise.steps = 0;
  EXPECT_NE(thermalisation_warning(options, 673.0, {})->find("336 K instead of 673 K"),
            std::string::npos);
  // Of a structure that is not in a minimum nothing is known beforehand.
  options.minimise = false;
  EXPECT_FALSE(thermalisation_warning(options, 300.0, {}));
}

TEST(ThermalisationForecast, BeginsAtHalfAndEndsWithinTwoPercent) {
  EXPECT_DOUBLE_EQ(forecast_temperature_k(100.0, 0.0, 7.0), 50.0);
  EXPECT_NEAR(forecast_temperature_k(100.0, 20.0, sufficient_damping_ps(20.0)), 98.0, 1e-9);
}

std::vector<md::Thermo> production(double drift_ev_per_ps) {
  std::vector<md::Thermo> rows;
  for (int i = 0; i <= 1000; ++i) {
    const double t = 0.1 * i;
    // 250 K in the first half, 300 K in the second.
    rows.push_back({.step = std::int64_t{20} * i,
                    .time_ps = t,
                    .temperature_k = i < 500 ? 250.0 : 300.0 + (i % 2 == 0 ? 1.0 : -1.0),
                    .kinetic_ev = 1.0,
                    .potential_ev = -30.0,
                    .conserved_ev = -29.0 + drift_ev_per_ps * t});
  }
  return rows;
}

Replica make_replica() {
  auto input = std::make_shared<MdInput>();
  input->name = "p";
  input->file = "p.xyz";
  input->structure = crystal::build_truncated_octahedron({}, 4, 1);
  Replica replica;
  replica.name = "p_300K_s1";
  replica.input = input;
  return replica;
}

TEST(MdSummary, AveragesTheSecondHalfAndFitsTheDrift) {
  MdOptions options;
  options.steps = 20000;  // of 5 fs: 100 ps
  const auto summary = summarise(make_replica(), options, {}, production(-1e-6), {});
  EXPECT_DOUBLE_EQ(summary.averages_from_ps, 50.0);
  // 501 values that alternate about 300, the first and the last one above.
  EXPECT_NEAR(summary.temperature.mean, 300.0 + 1.0 / 501.0, 1e-12);
  EXPECT_DOUBLE_EQ(summary.potential_ev.mean, -30.0);
  EXPECT_DOUBLE_EQ(summary.total_ev.mean, -29.0);
  // -1e-6 eV/ps on 38 atoms, in meV per atom and ns; 1e-9: rounding of energies of 29 eV.
  EXPECT_NEAR(summary.drift_mev_per_atom_ns, -1.0 / 38.0, 1e-7);
  EXPECT_TRUE(summary.warnings.empty()) << summary.warnings.front();
  options.discard_ps = 0.0;
  EXPECT_NEAR(summarise(make_replica(), options, {}, production(0.0), {}).temperature.mean, 275.0,
              0.1);
}

TEST(MdSummary, WarnsWhenItIsTooColdOrTheMinimumWasNotReached) {
  MdOptions options;
  options.steps = 20000;
  std::vector<md::Thermo> thermalisation(100);
  for (int i = 0; i < 100; ++i) {
    thermalisation[static_cast<std::size_t>(i)].temperature_k = i < 90 ? 300.0 : 100.0;
  }
  const auto summary = summarise(make_replica(), options, thermalisation, production(0.0),
                                 {{"minimisation_end", "max iterations"}});
  ASSERT_TRUE(summary.thermalised_k);
  EXPECT_DOUBLE_EQ(*summary.thermalised_k, 100.0);  // its last tenth
  ASSERT_EQ(summary.warnings.size(), 2U);
  EXPECT_EQ(summary.warnings[0], "p_300K_s1: the minimisation ended by max iterations");
  EXPECT_EQ(summary.warnings[1], "p_300K_s1: the thermalisation ended at 100 K instead of 300 K");
}

// A regular truncated octahedron of 201 atoms (van Hardeveld and Hartog, Surf. Sci. 15 (1969) 189)
// has 24 corners with 6 neighbours, 36 on edges with 7, 6 + 56 on {100} and {111} faces with 8 and
// 9, and 79 inside.
TEST(CoordinationNumbers, OfATruncatedOctahedron) {
  const auto particle = crystal::build_truncated_octahedron({}, 7, 2);
  ASSERT_EQ(particle.atoms.size(), 201U);
  const double reach = neighbour_reach_angstrom(particle);
  EXPECT_NEAR(reach, 0.85 * 4.0786, 1e-3);
  const auto numbers = coordination_numbers(particle, reach);
  const auto count = [&](std::size_t n) { return std::count(numbers.begin(), numbers.end(), n); };
  EXPECT_EQ(count(6), 24);
  EXPECT_EQ(count(7), 36);
  EXPECT_EQ(count(8), 6);
  EXPECT_EQ(count(9), 56);
  EXPECT_EQ(count(12), 79);
}

TEST(CoordinationNumbers, ReachOfElementsWithoutALatticeFollowsTheirDistances) {
  auto particle = crystal::build_truncated_octahedron({}, 7, 2);
  for (auto& atom : particle.atoms) atom.element = "Fe";
  // Nearest neighbours a / sqrt 2 apart: the same reach as of the lattice itself.
  EXPECT_NEAR(neighbour_reach_angstrom(particle), 0.85 * 4.0786, 1e-9);
}

TEST(CoordinationNumbers, OfABulkCrystalAreTwelve) {
  crystal::Structure cell;
  const double a = 4.0;
  for (const auto& site : {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(0, 2, 2),
                           Eigen::Vector3d(2, 0, 2), Eigen::Vector3d(2, 2, 0)}) {
    cell.atoms.push_back({.element = "Au", .position_angstrom = site});
  }
  cell.cell_angstrom = a * Eigen::Matrix3d::Identity();
  cell.periodic = {true, true, true};
  for (const std::size_t n : coordination_numbers(cell, 0.85 * a)) EXPECT_EQ(n, 12U);
}

}  // namespace
}  // namespace adatom::pipeline
