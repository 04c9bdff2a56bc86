#include "adatom/md/lammps_script.h"

#include <fstream>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/lammps_box.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/make_potential.h"
#include "program.h"

namespace adatom::md {
namespace {

LammpsJob published_protocol() {
  LammpsJob job;
  job.structure = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 4, 1);
  job.potential = parse_lammps_potential("pair_style eam; pair_coeff * * Au_u3.eam");
  job.minimisation = energetics::MinimiseOptions{};
  job.thermalisation = LammpsThermalisation{};
  job.steps = 400'000'000;
  job.dump_every = 20000;
  job.thermo_every = 20000;
  return job;
}

bool has(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

// The published protocol for gold, word for word as its authors' LAMMPS takes it.
TEST(LammpsScript, IsThePublishedProtocol) {
  const std::string script = format_lammps_script(published_protocol());
  for (const char* line :
       {"units metal", "boundary s s s", "read_data structure.data", "pair_style eam",
        "pair_coeff * * Au_u3.eam", "min_style cg", "minimize 1e-06 1e-08 1000 10000",
        "timestep 0.001", "run 20000", "timestep 0.005", "run ${steps} upto",
        "variable steps index 400000000", "restart 10000 restart.a restart.b"}) {
    EXPECT_TRUE(has(script, line)) << line;
  }
  const auto at = [&](const char* word) { return script.find(word); };
  EXPECT_LT(at("minimize "), at("velocity mobile create 300 "));
  EXPECT_LT(at("velocity mobile create 300 "), at("run 20000"));
  EXPECT_LT(at("run 20000"), at("dump trajectory all custom 20000"));
  EXPECT_NE(at(" mom yes rot yes dist gaussian"), std::string::npos);
  EXPECT_NE(at("langevin 300 300 100 "), std::string::npos);
  // It runs anywhere: no path of this machine is in it.
  EXPECT_EQ(script.find("/home"), std::string::npos);
  EXPECT_EQ(script.find("log /"), std::string::npos);
}

TEST(LammpsScript, ResumesWithOtherNoise) {
  const std::string script = format_lammps_resume_script(published_protocol());
  EXPECT_TRUE(has(script, "read_restart ${from}"));
  EXPECT_TRUE(has(script, "log run.log append"));
  EXPECT_TRUE(has(script, "fix thermostat mobile langevin 300 300 100 ${seed} tally yes"));
  for (const char* word : {"minimize ", "velocity ", "read_data", "run 20000", "reset_timestep"}) {
    EXPECT_EQ(script.find(word), std::string::npos) << word;
  }
  EXPECT_NE(script.find("append yes"), std::string::npos);
}

TEST(LammpsScript, SeedsAreWhatLammpsTakes) {
  for (std::int64_t seed = 0; seed < 1000; ++seed) {
    EXPECT_GE(lammps_seed(seed, 0), 1);
    EXPECT_LE(lammps_seed(seed, 0), 900'000'000);
  }
  EXPECT_NE(lammps_seed(1, 0), lammps_seed(1, 1));
  EXPECT_NE(lammps_seed(1, 0), lammps_seed(2, 0));
}

TEST(LammpsScript, EnsemblesAndBoxes) {
  LammpsJob job = published_protocol();
  job.dynamics.ensemble = Ensemble::nose_hoover;
  job.dynamics.damping_ps = 0.5;
  EXPECT_TRUE(
      has(format_lammps_script(job), "fix thermostat mobile nvt temp 300 300 0.5 tchain 3"));
  job.dynamics.ensemble = Ensemble::nve;
  job.thermalisation.reset();
  const std::string nve = format_lammps_script(job);
  EXPECT_EQ(nve.find("langevin"), std::string::npos);
  EXPECT_TRUE(has(nve, "fix motion mobile nve"));
  job.structure.cell_angstrom = Eigen::Vector3d(12.0, 60.0, 70.0).asDiagonal();
  job.structure.periodic = {true, true, false};
  const std::string slab = format_lammps_script(job);
  EXPECT_TRUE(has(slab, "boundary p p s"));
  EXPECT_NE(slab.find(" mom yes rot no "), std::string::npos);
  EXPECT_NE(slab.find(" element xu yu zu\n"), std::string::npos);
}

TEST(LammpsScript, HeldAtomsAndSupports) {
  LammpsJob job = published_protocol();
  job.surroundings.held.assign(38, 0);
  for (const std::size_t i : {0U, 1U, 2U, 5U, 36U, 37U}) job.surroundings.held[i] = 1;
  job.surroundings.springs = {{.atoms = {3, 4}, .stiffness_ev_per_angstrom2 = 2.5}};
  job.surroundings.commands = {"fix push mobile addforce 0 0 0.01"};
  const std::string script = format_lammps_script(job);
  EXPECT_TRUE(has(script, "group held id 1:3 6 37:38"));
  EXPECT_TRUE(has(script, "group springs1 id 4:5"));
  EXPECT_TRUE(has(script, "fix springs1 springs1 spring/self 2.5"));
  EXPECT_NE(script.find(" mom no rot no "), std::string::npos);
  // Nothing adds to forces that were set to zero.
  EXPECT_LT(script.find("fix push"), script.find("fix hold held setforce 0 0 0"));
}

TEST(LammpsScript, SupportsAsTheNativeEngineHasThem) {
  auto structure = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 4, 1);
  energetics::SupportOptions options;
  options.wall = energetics::SupportWall::lj93;
  options.wall_sigma_angstrom = 2.6;
  options.spring_layers = 1;
  const auto lower = lammps_surroundings(options, structure);
  ASSERT_EQ(lower.walls.size(), 1U);
  EXPECT_EQ(lower.walls[0].face, "zlo");
  // The octahedron's lowest layer is a lattice constant below its centre; the minimum of the 9-3
  // potential is (2/5)^(1/6) sigma from the wall.
  const double rest = 4.0786 + std::pow(0.4, 1.0 / 6.0) * 2.6;
  EXPECT_NEAR(lower.walls[0].position_angstrom, -rest, 1e-9);
  ASSERT_EQ(lower.springs.size(), 1U);
  EXPECT_EQ(lower.springs[0].atoms.size(), 4U);
  options.normal = {0.0, -1.0, 0.0};
  const auto upper = lammps_surroundings(options, structure);
  EXPECT_EQ(upper.walls[0].face, "yhi");
  EXPECT_NEAR(upper.walls[0].position_angstrom, rest, 1e-9);
  options.normal = {1.0, 0.0, 1.0};
  options.spring_layers = 0;
  EXPECT_THROW(lammps_surroundings(options, structure), InputError);
}

TEST(LammpsScript, RefusesWhatLammpsCannotRun) {
  LammpsJob job = published_protocol();
  job.velocities = LammpsVelocities::given;
  job.thermo_every = 0;
  job.skin_angstrom = 0.0;
  job.surroundings.held = {1, 0};
  job.surroundings.walls = {{.face = "below"}};
  job.surroundings.springs = {{.atoms = {38}, .stiffness_ev_per_angstrom2 = 1.0}};
  job.dynamics.timestep_fs = -1.0;
  EXPECT_EQ(check_job(job).size(), 7U);
  EXPECT_THROW(static_cast<void>(format_lammps_script(job)), InputError);
  EXPECT_TRUE(check_job(published_protocol()).empty());
}

// A cell that LAMMPS turns: what it dumps comes back as it was.
TEST(RestoreSnapshot, TurnsBack) {
  LammpsJob job = published_protocol();
  job.structure.cell_angstrom << 0.0, 30.0, 1.0, 0.0, 2.0, 31.0, 32.0, 0.0, 0.0;
  job.structure.periodic = {true, true, true};
  job.structure.ids.clear();
  for (std::int64_t i = 0; i < 38; ++i) job.structure.ids.push_back(100 - i);
  auto snapshot = job.structure;
  const auto rotation = crystal::lammps_box(job.structure).rotation;
  ASSERT_FALSE(rotation.isIdentity(0.1));
  std::vector<double> forces;
  for (auto& atom : snapshot.atoms) {
    snapshot.velocities_angstrom_per_ps.emplace_back(rotation * Eigen::Vector3d(1.0, 2.0, 3.0));
    const Eigen::Vector3d force = rotation * Eigen::Vector3d(4.0, 5.0, 6.0);
    forces.insert(forces.end(), force.data(), force.data() + 3);
    atom.position_angstrom = rotation * atom.position_angstrom;
    atom.element = "?";
  }
  snapshot.columns = {{.name = "forces", .width = 3, .values = forces}};
  snapshot.timestep = 200;
  const auto restored = restore_snapshot(snapshot, job);
  EXPECT_EQ(restored.ids, job.structure.ids);
  EXPECT_EQ(restored.cell_angstrom, job.structure.cell_angstrom);
  EXPECT_EQ(restored.time_ps, 1.0);
  const auto& values = std::get<std::vector<double>>(restored.columns.at(0).values);
  for (std::size_t i = 0; i < 38; ++i) {
    EXPECT_EQ(restored.atoms[i].element, "Au");
    // Rounding of two rotations.
    EXPECT_LT(
        (restored.atoms[i].position_angstrom - job.structure.atoms[i].position_angstrom).norm(),
        1e-13);
    EXPECT_LT((restored.velocities_angstrom_per_ps[i] - Eigen::Vector3d(1.0, 2.0, 3.0)).norm(),
              1e-13);
    EXPECT_NEAR(values[3 * i + 2], 6.0, 1e-13);
  }
  snapshot.atoms.pop_back();
  EXPECT_THROW(static_cast<void>(restore_snapshot(snapshot, job)), InputError);
}

TEST(LammpsPotentialText, SortsCommandsAndTakesFiles) {
  const testing::ScratchFolder folder;
  const auto table = folder.path() / "table.eam";
  std::ofstream(table) << "a table\n";
  const auto potential = parse_lammps_potential(
      "newton off ;  pair_style  eam/alloy ;pair_coeff * * " + table.string() + " Au {elements};");
  EXPECT_EQ(potential.early, std::vector<std::string>{"newton off"});
  EXPECT_EQ(
      potential.commands,
      (std::vector<std::string>{"pair_style eam/alloy", "pair_coeff * * table.eam Au {elements}"}));
  ASSERT_EQ(potential.files.size(), 1U);
  EXPECT_EQ(potential.files[0].name, "table.eam");
  EXPECT_EQ(potential.files[0].source, table);
  EXPECT_THROW(parse_lammps_potential("pair_coeff * *"), InputError);
  EXPECT_THROW(parse_lammps_potential(""), InputError);
  EXPECT_THROW(parse_lammps_potential("units real; pair_style zero 5"), InputError);
}

TEST(LammpsPotentialTable, NamesItsStyle) {
  const auto gold = energetics::make_potential("smatb:Au");
  LammpsJob job = published_protocol();
  job.potential = tabulate_potential(*gold);
  ASSERT_EQ(job.potential.files.size(), 1U);
  EXPECT_GT(job.potential.files[0].text.size(), 45000U * 10U);  // so many numbers are in it
  const std::string script = format_lammps_script(job);
  EXPECT_TRUE(has(script, "pair_style eam/alloy"));
  EXPECT_TRUE(has(script, "pair_coeff * * potential.eam.alloy Au"));
  job.structure.atoms[0].element = "Ag";
  job.potential = tabulate_potential(*energetics::make_potential("smatb:Au,Ag"));
  const std::string alloy = format_lammps_script(job);
  EXPECT_TRUE(has(alloy, "pair_style eam/fs"));
  EXPECT_TRUE(has(alloy, "pair_coeff * * potential.eam.fs Ag Au"));
}

}  // namespace
}  // namespace adatom::md
