// `compare` through the program.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::run_program;
using testing::ScratchFolder;

/// The octahedron of 201 atoms, and the same with one vertex less and turned about the beam.
class CompareProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program({"build", "truncated-octahedron", "--length", "7", "--cutoff", "2", "-o",
                           "a.xyz"},
                          scratch.path())
                  .exit_code,
              0);
    ASSERT_EQ(run_program({"build", "edit", "a.xyz", "--remove", "1", "--rotate-deg", "0,0,25",
                           "-o", "b.data"},
                          scratch.path())
                  .exit_code,
              0);
  }
  [[nodiscard]] testing::ProgramResult call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "compare");
    return run_program(arguments, scratch.path());
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  const ScratchFolder scratch;
};

TEST_F(CompareProgram, TellsWhatDiffersAndWritesIt) {
  const auto result = call({"a.xyz", "b.data", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.output.find("200 of 201"), std::string::npos) << result.output;
  const auto json = nlohmann::json::parse(file("out/compare.json"));
  EXPECT_EQ(json["atoms_a"], 201);
  EXPECT_EQ(json["matched"], 200);
  EXPECT_EQ(json["missing"], 1);
  EXPECT_EQ(json["surface_at_site"]["of"], 122);
  EXPECT_EQ(json["surface_at_site"]["right"], 121);
  EXPECT_EQ(json["sum_of_count_errors"], 1);
  // LAMMPS data are written with all digits.
  EXPECT_LT(json["rmsd_angstrom"].get<double>(), 1e-6);
  const auto matched = storage::parse_csv(file("out/matched.csv"), "matched.csv");
  ASSERT_EQ(matched.rows(), 201U);
  EXPECT_EQ(matched.texts("atom_a").back(), "1");
  EXPECT_EQ(matched.texts("atom_b").back(), "");
  EXPECT_EQ(matched.texts("class_a").back(), "vertex");
  const auto columns = storage::parse_csv(file("out/column_counts.csv"), "column_counts.csv");
  EXPECT_EQ(columns.rows(), json["columns"].get<std::size_t>());
  long long difference = 0;
  for (const long long one : columns.integers("difference")) difference += one;
  EXPECT_EQ(difference, -1);
  const auto page = file("out/compare.html");
  EXPECT_NE(page.find("A: a.xyz, B: b.data"), std::string::npos);
  // The same again: the same bytes.
  ASSERT_EQ(call({"a.xyz", "b.data", "-o", "out2", "--threads", "1"}).exit_code, 0);
  for (const char* name : {"compare.json", "matched.csv", "matched.svg", "compare.html"}) {
    EXPECT_EQ(file(std::string("out/") + name), file(std::string("out2/") + name)) << name;
  }
}

TEST_F(CompareProgram, SaysWhatIsWrong) {
  auto far = crystal::read_structure(scratch.path() / "a.xyz");
  for (auto& atom : far.atoms) atom.position_angstrom.x() += 50.0;
  storage::write_file(scratch.path() / "far.xyz", crystal::format_extended_xyz({&far, 1}));
  const auto none = call({"a.xyz", "far.xyz", "--freedom", "none", "-o", "none"});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_NE(none.messages.find("no atom has a partner"), std::string::npos) << none.messages;
  EXPECT_TRUE(nlohmann::json::parse(file("none/compare.json"))["rmsd_angstrom"].is_null());
  EXPECT_EQ(call({"a.xyz"}).exit_code, 2);
  EXPECT_EQ(call({"a.xyz", "absent.xyz"}).exit_code, 2);
  EXPECT_EQ(call({"a.xyz", "b.data", "--tolerance-angstrom", "-1"}).exit_code, 2);
  const auto frame = call({"a.xyz", "b.data", "--frame-b", "3"});
  EXPECT_EQ(frame.exit_code, 2);
  EXPECT_NE(frame.messages.find("there is no frame 3"), std::string::npos) << frame.messages;
  EXPECT_EQ(call({"a.xyz", "b.data", "--frame-b", "-1"}).exit_code, 0);
}

TEST_F(CompareProgram, OtherElementsAreNotTheSameAtoms) {
  auto other = crystal::read_structure(scratch.path() / "a.xyz");
  for (auto& atom : other.atoms) atom.element = "Pt";
  storage::write_file(scratch.path() / "pt.xyz", crystal::format_extended_xyz({&other, 1}));
  const auto none = call({"a.xyz", "pt.xyz", "-o", "none"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.messages.find("A is of Au, B of Pt"), std::string::npos) << none.messages;
  other.atoms[0].element = "Au";
  storage::write_file(scratch.path() / "alloy.xyz", crystal::format_extended_xyz({&other, 1}));
  const auto some = call({"a.xyz", "alloy.xyz"});
  EXPECT_EQ(some.exit_code, 0) << some.messages;
  EXPECT_NE(some.messages.find("200 of the 201 matched atoms are of another element"),
            std::string::npos)
      << some.messages;
}

}  // namespace
}  // namespace adatom::pipeline
