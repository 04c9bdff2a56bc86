// `energy` through the program.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::run_program;
using testing::ScratchFolder;

class Energy : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    storage::write_file(scratch.path() / name, text);
  }
  testing::ProgramResult call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "energy");
    return run_program(arguments, scratch.path());
  }
  [[nodiscard]] storage::Table table(const std::string& text) const {
    return storage::parse_csv(text, "output");
  }
  const ScratchFolder scratch;
};

const std::string dimer = "2\nProperties=species:S:1:pos:R:3 pbc=\"F F F\"\nAu 0 0 0\nAu 2.6 0 0\n";

/// By hand: E = 2 (A exp(-p x) - xi exp(-q x)), and its slope.
double dimer_ev(double r) {
  const double x = r / 2.88 - 1.0;
  return 2.0 * (0.210 * std::exp(-10.35 * x) - 1.818 * std::exp(-4.178 * x));
}
double dimer_force(double r) {
  const double x = r / 2.88 - 1.0;
  return 2.0 / 2.88 * (10.35 * 0.210 * std::exp(-10.35 * x) - 4.178 * 1.818 * std::exp(-4.178 * x));
}

TEST_F(Energy, PrintsAndWritesWhatTheFormulaGives) {
  write("dimer.xyz", dimer);
  const auto result = call({"dimer.xyz", "--potential", "smatb:Au", "-o", "atoms.csv"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.output.find("atoms            2 Au\n"), std::string::npos) << result.output;
  char line[64];
  std::snprintf(line, sizeof line, "energy           %.8f eV\n", dimer_ev(2.6));
  EXPECT_NE(result.output.find(line), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("pressure"), std::string::npos) << result.output;
  const auto atoms = table(storage::read_file(scratch.path() / "atoms.csv"));
  ASSERT_EQ(atoms.rows(), 2U);
  EXPECT_NEAR(atoms.numbers("energy_ev")[1], 0.5 * dimer_ev(2.6), 1e-12);
  EXPECT_NEAR(atoms.numbers("fx_ev_per_angstrom")[1], dimer_force(2.6), 1e-12);
  EXPECT_NEAR(atoms.numbers("fx_ev_per_angstrom")[0], -dimer_force(2.6), 1e-12);
  EXPECT_EQ(atoms.texts("element")[0], "Au");
  EXPECT_EQ(atoms.numbers("x_angstrom")[1], 2.6);
}

TEST_F(Energy, OfATrajectoryIsATable) {
  auto longer = dimer;
  longer.replace(longer.find("2.6"), 3, "3.0");
  write("path.xyz", dimer + longer + dimer);
  const auto result = call({"path.xyz", "--potential", "smatb:Au"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto frames = table(result.output);
  ASSERT_EQ(frames.rows(), 3U);
  EXPECT_NEAR(frames.numbers("energy_ev")[1], dimer_ev(3.0), 1e-12);
  EXPECT_NEAR(frames.numbers("energy_per_atom_ev")[2], 0.5 * dimer_ev(2.6), 1e-12);
  const auto atoms =
      table(call({"path.xyz", "--potential", "smatb:Au", "--per-atom", "--frames", "1:"}).output);
  ASSERT_EQ(atoms.rows(), 4U);
  EXPECT_EQ(atoms.integers("frame"), (std::vector<long long>{1, 1, 2, 2}));
}

TEST_F(Energy, TellsThePressureOfAPeriodicCell) {
  // A perfect crystal at the published lattice constant, 4.0642, and 1 % smaller. The bulk modulus
  // is 175.7 GPa: dP = -B dV/V, some 20 % more by its rise under pressure.
  const auto pressure = [&](double a) {
    const std::string h = std::to_string(a / 2);
    const std::string cell =
        std::to_string(a) + " 0 0 0 " + std::to_string(a) + " 0 0 0 " + std::to_string(a);
    write("bulk.xyz", "4\nLattice=\"" + cell + "\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n" +
                          "Au 0 0 0\nAu 0 " + h + " " + h + "\nAu " + h + " 0 " + h + "\nAu " + h +
                          " " + h + " 0\n");
    const auto result = call({"bulk.xyz", "--potential", "smatb:Au"});
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    const auto at = result.output.find("pressure");
    return at == std::string::npos ? -1e9 : std::stod(result.output.substr(at + 8));
  };
  EXPECT_NEAR(pressure(4.0642), 0.0, 0.02);
  EXPECT_NEAR(pressure(4.0642 * 0.99), 175.7 * 0.0297 * 1.1, 0.8);
}

TEST_F(Energy, CountsTheSupport) {
  write("dimer.xyz", dimer);
  const auto result =
      call({"dimer.xyz", "--potential", "smatb:Au", "--support-wall", "lj126", "--support-normal",
            "1,0,0", "--support-wall-epsilon-ev", "0.5", "--support-wall-cutoff-angstrom", "4",
            "--support-held-angstrom", "1", "-o", "atoms.csv"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  // The lower atom lies in the minimum, 2^(1/6) sigma from the wall; the other beyond the cut-off.
  const double six = std::pow(2.6 / 4.0, 6);
  char line[64];
  std::snprintf(line, sizeof line, "of the support   %.8f eV\n",
                -0.5 - 4.0 * 0.5 * (six * six - six));
  EXPECT_NE(result.output.find(line), std::string::npos) << result.output << line;
  const auto atoms = table(storage::read_file(scratch.path() / "atoms.csv"));
  EXPECT_EQ(atoms.numbers("fx_ev_per_angstrom")[0], 0.0);  // held
  EXPECT_NEAR(atoms.numbers("fx_ev_per_angstrom")[1], dimer_force(2.6), 1e-12);
}

TEST_F(Energy, WrongInputIsSaidWithItsPlace) {
  write("dimer.xyz", dimer);
  auto close = dimer;
  close.replace(close.find("2.6"), 3, "0.3");
  write("close.xyz", close);
  write("path.xyz", dimer + close);
  auto other = dimer;
  other.replace(other.find("Au 0"), 2, "W ");
  write("other.xyz", other);
  write("broken.eam", "a\nb\n");
  const auto message = [&](const std::vector<std::string>& arguments) {
    const auto result = call(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.output;
    return result.messages;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(message({"dimer.xyz"}), "potential");
  has(message({"dimer.xyz", "--potential", "eam:broken.eam"}), "broken.eam:2");
  has(message({"other.xyz", "--potential", "smatb:Au"}), "W");
  has(message({"close.xyz", "--potential", "smatb:Au"}), "close.xyz, atoms 1 and 2");
  has(message({"path.xyz", "--potential", "smatb:Au"}), "path.xyz, frame 1, atoms 1 and 2");
  has(message({"dimer.xyz", "--potential", "smatb:Au", "--support-held-layers", "-1"}), "support");
  EXPECT_NE(call({"--help"}).output.find("smatb:FILE.csv"), std::string::npos);
}

TEST_F(Energy, TakesParametersOfOnesOwn) {
  write("dimer.xyz", dimer);
  write("mine.csv",
        "element_a,element_b,p,q,a_ev,xi_ev,r0_angstrom,cutoff_start_angstrom,"
        "cutoff_end_angstrom\nAu,Au,10.35,4.178,0.21,1.818,2.88,4.07293506,4.98830632\n"
        "Cu,Cu,10.55,2.43,0.0894,1.28,2.56,3.62,4.43\n");
  const auto mine = call({"dimer.xyz", "--potential", "smatb:mine.csv"});
  EXPECT_EQ(mine.output, call({"dimer.xyz", "--potential", "smatb:Au"}).output);
  EXPECT_NE(mine.messages.find("no row for Au-Cu"), std::string::npos) << mine.messages;
}

}  // namespace
}  // namespace adatom::pipeline
