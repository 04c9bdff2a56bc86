// `adatom dictionary` as a user calls it.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/dynamics/dictionary_file.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

// The centre and a vertex of the icosahedron of thirteen.
constexpr const char* recipe =
    "environment,class,particle,x,y,z\n"
    "middle,inside,icosahedron 1,0,0,0\n"
    "vertex,outside,icosahedron 1,0.8507,0,0.5257\n"
    "other vertex,outside,icosahedron 1,-0.8507,0,0.5257\n";

testing::ProgramResult build(const fs::path& folder, const std::vector<std::string>& more) {
  storage::write_file(folder / "recipe.csv", recipe);
  std::vector<std::string> arguments = {"dictionary", "--recipe", "recipe.csv"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments, folder);
}

TEST(CliDictionary, WritesDictionaryTableAndFigure) {
  const ScratchFolder scratch;
  const auto made = build(scratch.path(), {"--potential", "smatb:Cu", "-o", "copper.h5"});
  ASSERT_EQ(made.exit_code, 0) << made.messages;
  EXPECT_NE(made.output.find("lattice constant 3.6204 angstrom"), std::string::npos) << made.output;
  EXPECT_NE(made.output.find("icosahedron 1: 13 atoms"), std::string::npos) << made.output;
  EXPECT_NE(made.output.find("2 clusters at the cut"), std::string::npos) << made.output;
  const auto dictionary = dynamics::read_dictionary(scratch.path() / "copper.h5");
  EXPECT_EQ(dictionary.element, "Cu");
  EXPECT_EQ(dictionary.environments,
            (std::vector<std::string>{"middle", "vertex", "other vertex"}));
  EXPECT_EQ(dictionary.classes, (std::vector<std::string>{"inside", "outside"}));
  EXPECT_NE(dictionary.source.find("smatb:Cu"), std::string::npos);
  const auto table = storage::read_csv(scratch.path() / "copper.csv");
  EXPECT_EQ(table.texts("environment"), dictionary.environments);
  EXPECT_EQ(table.texts("class"), (std::vector<std::string>{"inside", "outside", "outside"}));
  EXPECT_EQ(table.texts("nearest_environment")[1], "other vertex");
  EXPECT_LT(table.numbers("nearest_distance")[1], 1e-6);  // exchanged by symmetry
  EXPECT_TRUE(storage::read_file(scratch.path() / "copper.svg").starts_with("<"));

  // Once more: the same bytes.
  const auto again = build(scratch.path(), {"--potential", "smatb:Cu", "-o", "again/copper.h5"});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  for (const char* name : {"copper.h5", "copper.csv", "copper.svg"}) {
    EXPECT_EQ(storage::read_file(scratch.path() / name),
              storage::read_file(scratch.path() / "again" / name))
        << name;
  }
}

TEST(CliDictionary, RefusesWhatCannotBeBuilt) {
  const ScratchFolder scratch;
  const std::vector<std::vector<std::string>> wrong = {
      {"-o", "a.h5"},
      {"--potential", "smatb:Xx", "-o", "a.h5"},
      {"--potential", "smatb:Ag,Cu", "-o", "a.h5"},
      {"--potential", "smatb:Au", "--element", "Cu", "-o", "a.h5"},
      {"--potential", "smatb:Au", "--cut", "3", "-o", "a.h5"},
      {"--potential", "smatb:Au", "-o", "a.csv"},
      {"--potential", "smatb:Au"},
  };
  for (const auto& arguments : wrong) {
    const auto refused = build(scratch.path(), arguments);
    EXPECT_EQ(refused.exit_code, 2) << arguments.back() << refused.messages;
  }
  for (const char* name : {"a.h5", "a.csv", "a.svg"}) {
    EXPECT_FALSE(fs::exists(scratch.path() / name)) << name;
  }
}

}  // namespace
}  // namespace adatom::pipeline
