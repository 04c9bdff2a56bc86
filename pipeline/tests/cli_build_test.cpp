// `build` through the program.
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

using testing::run_program;
using testing::ScratchFolder;

class Build : public ::testing::Test {
 protected:
  [[nodiscard]] testing::ProgramResult call(const std::string& words) const {
    std::vector<std::string> arguments = {"build"};
    std::istringstream stream(words);
    for (std::string word; stream >> word;) arguments.push_back(word);
    return run_program(arguments, scratch.path());
  }
  [[nodiscard]] crystal::Structure built(const std::string& words, const std::string& file) const {
    const auto result = call(words + " -o " + file);
    EXPECT_EQ(result.exit_code, 0) << words << '\n' << result.messages;
    EXPECT_EQ(result.output, "");
    return crystal::read_structure(scratch.path() / file);
  }
  [[nodiscard]] std::size_t atoms(const std::string& words) const {
    return built(words, "file.xyz").atoms.size();
  }
  const ScratchFolder scratch;
};

TEST_F(Build, EveryKindHasItsNumberOfAtoms) {
  // Sources of the numbers: the tests of module crystal.
  EXPECT_EQ(atoms("truncated-octahedron --length 9 --cutoff 4"), 309U);
  EXPECT_EQ(atoms("cuboctahedron --shells 3"), 147U);
  EXPECT_EQ(atoms("icosahedron --element Pt --shells 5"), 561U);
  EXPECT_EQ(atoms("decahedron --m 2 --n 2 --p 2"), 75U);
  EXPECT_EQ(atoms("wulff --facets 111:1,100:1.15 --atoms 200"), 201U);
  EXPECT_EQ(atoms("wulff --facets 111:1,100:1.15 --diameter-angstrom 18.6"), 201U);
  EXPECT_EQ(atoms("sphere --radius-angstrom 4.1"), 19U);
  EXPECT_EQ(atoms("slab --face 100 --cells-x 2 --cells-y 3 --layers 5"), 60U);
  EXPECT_EQ(atoms("crystal --cells-x 2 --cells-y 1 --cells-z 3"), 24U);
  EXPECT_EQ(atoms("crystal --phase CeO2 --cells-x 1 --cells-y 1 --cells-z 1"), 12U);
  EXPECT_GT(atoms("wedge --thickness-angstrom 10"), 100U);
}

TEST_F(Build, EditsAreCommonToAllKinds) {
  const auto structure = built(
      "icosahedron --shells 4 --vacancies 9 --vacancy-sites surface --alloy Ag:0.5 --adatoms 6 "
      "--adatom-element Pt --adatom-sites 111 --vacuum-angstrom 8",
      "ico.xyz");
  EXPECT_EQ(structure.atoms.size(), 306U);
  std::size_t silver = 0;
  std::size_t platinum = 0;
  for (const auto& atom : structure.atoms) {
    silver += atom.element == "Ag" ? 1U : 0U;
    platinum += atom.element == "Pt" ? 1U : 0U;
  }
  EXPECT_EQ(silver, 150U);
  EXPECT_EQ(platinum, 6U);
  EXPECT_GT(structure.cell_angstrom(0, 0), 16.0 + 20.0);
}

TEST_F(Build, EditsFilesOfOtherFormats) {
  (void)built("truncated-octahedron --length 9 --cutoff 4 --vacuum-angstrom 5", "to.data");
  const auto cut = built("edit to.data --placement centre --cut-normal -1,0,0", "half.xyz");
  // Of the 309 atoms 41 lie in the {100} plane through the centre.
  EXPECT_EQ(cut.atoms.size(), (309U + 41U) / 2U);
  const auto again = call("edit half.xyz --remove 1:3 -o end.pdb");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_NE(storage::read_file(scratch.path() / "end.pdb").find("HETATM"), std::string::npos);
  EXPECT_EQ(built("edit half.xyz --zone-axis 110", "turned.xyz").atoms.size(), cut.atoms.size());
}

TEST_F(Build, TheSameSeedGivesTheSameBytes) {
  const std::string words =
      "sphere --radius-angstrom 12 --rattle-angstrom 0.1 --vacancies 5 --adatoms 3 --alloy Cu:0.1 ";
  const auto first = call(words + "--seed 4");
  EXPECT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_EQ(first.output, call(words + "--seed 4").output);
  EXPECT_NE(first.output, call(words + "--seed 5").output);
  EXPECT_NE(first.messages.find("atoms: Au"), std::string::npos);
}

TEST_F(Build, SaysWhatIsWrong) {
  const auto refused = [&](const std::string& words, const std::string& part) {
    const auto result = call(words);
    EXPECT_EQ(result.exit_code, 2) << words;
    EXPECT_EQ(result.output, "") << words;
    EXPECT_NE(result.messages.find(part), std::string::npos) << result.messages;
  };
  refused("sphere -o a.foo", ".data");
  refused("sphere --element Fe", "lattice parameter");
  refused("sphere --element Xx --lattice-parameter-angstrom 4", "--element");
  refused("sphere --radius-angstrom nan", "--radius-angstrom");
  refused("wulff --atoms 100", "--facets");
  refused("wulff --facets 111 --atoms 100", "no energy");
  refused("wulff --facets 11:1 --atoms 100", "three indices");
  refused("wulff --facets 111:x --atoms 100", "three indices");
  refused("wulff --facets 111:-1 --atoms 100", "positive");
  refused("wulff --facets 111:1", "--atoms");
  refused("wulff --facets 111:1 --atoms 10 --diameter-angstrom 10", "--atoms");
  refused("crystal --phase Unobtainium", "CeO2");
  refused("truncated-octahedron --length 5 --cutoff 4", "cutoff");
  refused("icosahedron --vacancies 400", "400");
  refused("edit nothing.xyz", "nothing.xyz");
  refused("icosahedron --remove 5:3", "remove");
}

}  // namespace
}  // namespace adatom::pipeline
