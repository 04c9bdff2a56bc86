#include "adatom/md/lammps_log.h"

#include <gtest/gtest.h>

namespace adatom::md {
namespace {

// Lines of a log of LAMMPS (29 Sep 2021), shortened.
constexpr const char* log_2021 = R"(LAMMPS (29 Sep 2021 - Update 2)
print "adatom: minimisation"
adatom: minimisation
minimize 1e-6 1e-8 1000 10000
Per MPI rank memory allocation (min/avg/max) = 4.439 | 4.439 | 4.439 Mbytes
Step Temp KinEng PotEng TotEng 
       0            0            0   -3805.948199   -3805.948199 
      35            0            0   -3883.355237   -3883.355237 
Loop time of 0.0412332 on 1 procs for 35 steps with 1038 atoms

Minimization stats:
  Stopping criterion = energy tolerance
  Iterations, force evaluations = 35 59
99.9% CPU use with 1 MPI tasks x 1 OpenMP threads
WARNING: Too many common neighbors in CNA 3 times (../compute_cna_atom.cpp:338)
WARNING: Too many common neighbors in CNA 3 times (../compute_cna_atom.cpp:338)
print "adatom: dynamics"
adatom: dynamics
Step v_time_ps Temp PotEng KinEng TotEng Econserve 
       0            0          300 -3883.355 40.213 -3843.142 -3843.142 
      10         0.05      293.507 -3882.477 39.342 -3843.135 -3843.134 
      20          0.1      274.403 -3879.949 36.782 -3843.167 -3843.133 
)";

TEST(LammpsLog, TellsPartsAndTables) {
  const LammpsLog log = parse_lammps_log(log_2021);
  ASSERT_EQ(log.tables.size(), 2U);
  EXPECT_EQ(log.tables[0].part, "minimisation");
  ASSERT_EQ(log.tables[0].rows.size(), 2U);
  EXPECT_EQ(log.tables[0].rows[1],
            (std::vector<double>{35.0, 0.0, 0.0, -3883.355237, -3883.355237}));
  EXPECT_EQ(log.tables[0].column("PotEng"), 3U);
  EXPECT_EQ(log.tables[0].column("Pressure"), 5U);
  EXPECT_EQ(log.warnings.size(), 1U);
  EXPECT_TRUE(log.errors.empty());
  EXPECT_FALSE(log.end_step);
  const auto thermo = dynamics_thermo(log, 5.0);
  ASSERT_EQ(thermo.size(), 3U);
  EXPECT_EQ(thermo[1].step, 10);
  EXPECT_DOUBLE_EQ(thermo[1].time_ps, 0.05);
  EXPECT_EQ(thermo[1].temperature_k, 293.507);
  EXPECT_EQ(thermo[1].potential_ev, -3882.477);
  EXPECT_EQ(thermo[1].kinetic_ev, 39.342);
  EXPECT_EQ(thermo[2].conserved_ev, -3843.133);
}

TEST(LammpsLog, SameInAnyPieces) {
  const std::string text = std::string(log_2021) + "adatom: end at step 20\n";
  const LammpsLog whole = parse_lammps_log(text);
  for (const std::size_t size : {1U, 7U, 100U}) {
    LammpsLogReader reader;
    for (std::size_t at = 0; at < text.size(); at += size) reader.add(text.substr(at, size));
    ASSERT_EQ(reader.log().tables.size(), whole.tables.size());
    EXPECT_EQ(reader.log().tables[1].rows, whole.tables[1].rows);
    EXPECT_EQ(reader.log().end_step, 20);
  }
}

// A killed run leaves a line unfinished, and what came after the last restart file is done again.
TEST(LammpsLog, LaterRunsReplaceEarlierOnes) {
  const std::string text =
      std::string(log_2021) + R"(      30         0.15      255.0 -3879.9read_restart restart.a
adatom: dynamics
   Step       v_time_ps        Temp          PotEng         KinEng         TotEng       Econserve
        10   0.05           293.5          -3882.5        39.3          -3843.2        -3843.2
        40   0.2            280.5          -3882.1        38.3          -3843.2        -3843.2
Loop time of 0.07 on 1 procs for 30 steps with 1038 atoms
        50   0.2            280.5          -3882.1        38.3          -3843.2        -3843.2
adatom: end at step 40
)";
  const LammpsLog log = parse_lammps_log(text);
  const auto thermo = dynamics_thermo(log, 5.0);
  ASSERT_EQ(thermo.size(), 3U);
  EXPECT_EQ(thermo[0].temperature_k, 300.0);
  EXPECT_EQ(thermo[1].step, 10);
  EXPECT_EQ(thermo[1].temperature_k, 293.5);
  EXPECT_EQ(thermo[2].step, 40);
  EXPECT_EQ(log.end_step, 40);
  // One that goes on has not ended yet.
  EXPECT_FALSE(parse_lammps_log(text + "adatom: dynamics\n").end_step);
}

TEST(LammpsLog, TellsErrors) {
  const LammpsLog log = parse_lammps_log(
      "adatom: dynamics\nERROR: Lost atoms: original 38 current 37 (src/thermo.cpp:441)\n"
      "Last command: run ${steps} upto\nERROR on proc 0: Out of range atoms");
  ASSERT_EQ(log.errors.size(), 2U);
  EXPECT_EQ(log.errors[0], "ERROR: Lost atoms: original 38 current 37 (src/thermo.cpp:441)");
}

}  // namespace
}  // namespace adatom::md
