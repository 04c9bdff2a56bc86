// `adatom potential` as a user calls it.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::run_program;
using testing::ScratchFolder;

// The numbers published with the set, and those of the reference for its faces.
TEST(CliPotential, PrintsTheCrystalOfGoldAndWarnsOfItsFaces) {
  const ScratchFolder scratch;
  const auto gold = run_program({"potential", "smatb:Au"}, scratch.path());
  EXPECT_EQ(gold.exit_code, 0);
  for (const auto* expected :
       {"4.0642 angstrom", "3.8100 eV", "175.7 GPa", "0.4615 J/m^2", "0.5456 J/m^2"}) {
    EXPECT_NE(gold.output.find(expected), std::string::npos) << expected << '\n' << gold.output;
  }
  EXPECT_NE(gold.messages.find("underestimates the surface energy"), std::string::npos);
  EXPECT_NE(gold.messages.find("melting point"), std::string::npos);
}

TEST(CliPotential, SaysTheSameAsJsonForEachElement) {
  const ScratchFolder scratch;
  const auto alloy = run_program({"potential", "smatb:Ag,Cu", "--json"}, scratch.path());
  ASSERT_EQ(alloy.exit_code, 0) << alloy.messages;
  const auto json = nlohmann::json::parse(alloy.output);
  EXPECT_EQ(json["potential"], "smatb:Ag,Cu");
  ASSERT_EQ(json["metals"].size(), 2U);
  const auto& copper = json["metals"][1];
  EXPECT_EQ(copper["element"], "Cu");
  EXPECT_NEAR(copper["lattice_angstrom"].get<double>(), 3.6204, 5e-5);
  EXPECT_NEAR(copper["surfaces"]["111"]["relaxed_joule_per_m2"].get<double>(), 1.074, 5e-4);
  EXPECT_NEAR(copper["surfaces"]["100"]["relaxed_joule_per_m2"].get<double>(), 1.156, 5e-4);
}

TEST(CliPotential, RefusesWhatItDoesNotKnow) {
  const ScratchFolder scratch;
  EXPECT_EQ(run_program({"potential", "smatb:Xx"}, scratch.path()).exit_code, 2);
  const auto missing = run_program({"potential", "eam:missing.eam"}, scratch.path());
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.messages.find("missing.eam"), std::string::npos);
  EXPECT_EQ(run_program({"potential"}, scratch.path()).exit_code, 2);
}

// Names of sets come on their own lines, none wider than a terminal.
TEST(CliPotential, ItsHelpIsLegible) {
  const ScratchFolder scratch;
  const auto help = run_program({"potential", "--help"}, scratch.path());
  EXPECT_EQ(help.exit_code, 0);
  std::size_t longest = 0;
  std::size_t column = 0;
  for (const char letter : help.output) {
    column = letter == '\n' ? 0 : column + 1;
    longest = std::max(longest, column);
  }
  EXPECT_LE(longest, 100U) << help.output;
  EXPECT_NE(help.output.find("\n                                  eam:FILE, a table in funcfl"),
            std::string::npos)
      << help.output;
}

}  // namespace
}  // namespace adatom::pipeline
