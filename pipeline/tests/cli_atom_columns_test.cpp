// Columns that `convert --with` adds.
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/trajectory.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::run_program;
using testing::ScratchFolder;

const std::string bulk =
    "4\nLattice=\"4.08 0 0 0 4.08 0 0 0 4.08\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n"
    "Au 0 0 0\nAu 0 2.04 2.04\nAu 2.04 0 2.04\nAu 2.04 2.04 0\n";

// Perfect fcc: every atom has 12 neighbours, q4 0.1909 and q6 0.5745 (Steinhardt et al. 1983); with
// a cut-off beyond the second shell 18.
TEST(AtomColumns, OfFccAreKnown) {
  const ScratchFolder scratch;
  storage::write_file(scratch.path() / "bulk.xyz", bulk);
  const auto convert = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"convert", "bulk.xyz", "out.xyz", "--with"});
    const auto result = run_program(more, scratch.path());
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return crystal::read_structure(scratch.path() / "out.xyz");
  };
  const auto made = convert({"coordination, cna,q4,averaged_q6"});
  ASSERT_EQ(made.columns.size(), 4U);
  using Integers = std::vector<std::int64_t>;
  using Texts = std::vector<std::string>;
  EXPECT_EQ(std::get<Integers>(made.columns[0].values), (Integers{12, 12, 12, 12}));
  EXPECT_EQ(std::get<Texts>(made.columns[1].values), (Texts{"fcc", "fcc", "fcc", "fcc"}));
  EXPECT_NEAR(std::get<std::vector<double>>(made.columns[2].values)[0], 0.1909, 5.1e-5);
  EXPECT_NEAR(std::get<std::vector<double>>(made.columns[3].values)[3], 0.5745, 5.1e-5);
  const auto wide = convert({"coordination", "--r-cut", "4.5"});
  EXPECT_EQ(std::get<Integers>(wide.columns[0].values), (Integers{18, 18, 18, 18}));
}

TEST(AtomColumns, WrongNamesAndFilesAreRefused) {
  const ScratchFolder scratch;
  storage::write_file(scratch.path() / "bulk.xyz", bulk);
  const auto unknown =
      run_program({"convert", "bulk.xyz", "out.xyz", "--with", "q13"}, scratch.path());
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.messages.find("q13"), std::string::npos) << unknown.messages;
  const auto data =
      run_program({"convert", "bulk.xyz", "out.data", "--with", "cna"}, scratch.path());
  EXPECT_EQ(data.exit_code, 2);
  EXPECT_NE(data.messages.find("no columns"), std::string::npos) << data.messages;
}

}  // namespace
}  // namespace adatom::pipeline
