// The PDB format, by the columns of its description (version 3.3).
#include "adatom/crystal/io/pdb.h"

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/phase.h"

namespace adatom::crystal {
namespace {

TEST(Pdb, RecordsStandInTheirColumns) {
  Structure s;
  s.atoms = {{"Au", {1.23456, -999.999, 9999.999}, 0.1, 0.5}, {"O", {0, 0, 0}}};
  s.comment = "two\natoms";
  EXPECT_EQ(format_pdb(s),
            "TITLE     two?atoms\n"
            "HETATM    1 AU    AU A   1       1.235-999.9999999.999  0.50  0.79          AU\n"
            "HETATM    2  O     O A   1       0.000   0.000   0.000  1.00  0.00           O\n"
            "END\n");
  EXPECT_EQ(format_pdb(s, {.model = 12}).substr(0, 15), "MODEL       12\n");
  s.atoms[0].position_angstrom.x() = -1000;
  EXPECT_THROW((void)format_pdb(s), InputError);
}

TEST(Pdb, TheCellOfAPeriodicStructure) {
  auto s = unit_cell_structure(find_phase("Cu").value());
  // A rhombohedral cell of 60 degrees, turned any way: fcc's primitive one.
  s.cell_angstrom << 0, 2, 2, 2, 0, 2, 2, 2, 0;
  s.comment.clear();
  EXPECT_EQ(format_pdb(s).substr(0, 71),
            "CRYST1    2.828    2.828    2.828  60.00  60.00  60.00 P 1           1\n");
  s.periodic = {false, false, false};
  EXPECT_EQ(format_pdb(s).substr(0, 6), "HETATM");
}

// The numbers of the examples in the description of hybrid-36.
TEST(Pdb, ManyAtomsCountInHybrid36) {
  Structure s;
  s.atoms.assign(100'011, {"Cu", {0, 0, 0}});
  const auto text = format_pdb(s);
  constexpr std::size_t line = 79;
  const auto number = [&](std::size_t atom) { return text.substr((atom - 1) * line + 6, 5); };
  EXPECT_EQ(number(99'999), "99999");
  EXPECT_EQ(number(100'000), "A0000");
  EXPECT_EQ(number(100'001), "A0001");
  EXPECT_EQ(number(100'010), "A000A");
}

}  // namespace
}  // namespace adatom::crystal
