#include "adatom/crystal/io/cif.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/reflections.h"

namespace adatom::crystal {
namespace {

// The structure of data/phases.csv as its paper gives it: asymmetric unit and International
// Tables A, number 136 (P42/mnm).
const std::string rutile = R"cif(# a comment
data_rutile
_journal_name_full 'J. Chem. Phys.'
_publ_section_title
;
 Rutile: normal probability plot analysis
 loop_ and data_ in a text mean nothing
;
_chemical_formula_sum 'Ti O2'
_cell_length_a 4.593659(18)
_cell_length_b 4.593659(18)
_cell_length_c 2.958682(8)
_cell_angle_alpha 90
_cell_angle_beta 90.
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P 42/m n m'
LOOP_
_space_group_symop_id
_space_group_symop_operation_xyz
1 x,y,z
2 '-x, -y, z'
3 -y+1/2,x+1/2,z+1/2
4 1/2+y,1/2-x,1/2+z
5 -x+1/2,y+1/2,-z+1/2
6 x+.5,-y+.5,-z+.5
7 Y,X,-Z
8 -y,-x,-z
9 -x,-y,-z
10 x,y,-z
11 y+1/2,-x+1/2,-z+1/2
12 -y+1/2,x+1/2,-z+1/2
13 x+1/2,-y+1/2,z+1/2
14 -x+1/2,y+1/2,z+1/2
15 -y,-x,z
16 y,x,z
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
_atom_site_U_iso_or_equiv
Ti1 Ti4+ 0 0 0 1 0.01
O1 O2- 0.30479(10) 0.30479(10) 0.0 . ?
)cif";

const std::string tenorite = R"cif(data_CuO
_cell_length_a 4.6837
_cell_length_b 3.4226
_cell_length_c 5.1288
_cell_angle_beta 99.54
loop_
_symmetry_equiv_pos_as_xyz
x,y,z
-x,y,-z+1/2
-x,-y,-z
x,-y,z+1/2
x+1/2,y+1/2,z
-x+1/2,y+1/2,-z+1/2
-x+1/2,-y+1/2,-z
x+1/2,-y+1/2,z+1/2
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_B_iso_or_equiv
CU1 0.25 0.25 0 0.4
O 0 0.4184(13) 0.25 0.6
)cif";

/// The same atoms, whatever their order?
void expect_same_atoms(const Phase& a, const Phase& b) {
  ASSERT_EQ(a.atoms.size(), b.atoms.size());
  for (const auto& atom : a.atoms) {
    const auto same = std::ranges::count_if(b.atoms, [&](const CellAtom& other) {
      Eigen::Vector3d away = atom.fraction - other.fraction;
      for (double& x : away) x -= std::round(x);
      return atom.element == other.element && away.norm() < 1e-9;
    });
    EXPECT_EQ(same, 1) << atom.element << ' ' << atom.fraction.transpose();
  }
}

/// Replaces what stands once in a text.
std::string with(std::string text, const std::string& old, const std::string& fresh) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), fresh);
}

std::string complaint(const std::string& text) {
  try {
    (void)parse_cif(text, "a.cif");
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

TEST(Cif, GivesTheStructuresOfTheTable) {
  const auto first = parse_cif(rutile, "rutile.cif");
  EXPECT_EQ(first.name, "TiO2");
  EXPECT_EQ(first.space_group, "P42/mnm");
  EXPECT_EQ(first.source, "rutile.cif");
  EXPECT_EQ(first.cell.a_angstrom, 4.593659);
  EXPECT_EQ(first.cell.c_angstrom, 2.958682);
  expect_same_atoms(first, *find_phase("TiO2"));
  EXPECT_NEAR(first.atoms[0].b_factor_angstrom2.value(), 0.08 * std::pow(std::numbers::pi, 2),
              1e-12);
  EXPECT_FALSE(first.atoms.back().b_factor_angstrom2.has_value());
  EXPECT_EQ(first.atoms.back().occupancy, 1.0);

  const auto second = parse_cif(tenorite, "tenorite.cif");
  EXPECT_EQ(second.name, "CuO");
  EXPECT_EQ(second.cell.alpha_deg, 90.0);
  expect_same_atoms(second, *find_phase("CuO"));
  EXPECT_EQ(second.atoms[0].b_factor_angstrom2, 0.4);
}

TEST(Cif, ThirdsAreExact) {
  const std::string magnesium = R"cif(data_Mg
_cell_length_a 3.2094
_cell_length_b 3.2094
_cell_length_c 5.2105
_cell_angle_gamma 120
loop_
_symmetry_equiv_pos_as_xyz
'x,y,z'
'-y,x-y,z'
'-x+y,-x,z'
'-x,-y,z+1/2'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mg 0.3333 0.6667 0.2500
)cif";
  const auto phase = parse_cif(magnesium, "mg.cif");
  ASSERT_EQ(phase.atoms.size(), 2U);
  EXPECT_EQ(phase.atoms[0].fraction.x(), 1.0 / 3.0);
  // With rounded thirds 001 and 111 would not be extinct, and families would fall apart.
  for (const auto& ring : find_reflections(phase)) {
    EXPECT_NE(ring.label(), "001");
    if (ring.label() == "100") {
      EXPECT_EQ(ring.multiplicity, 6);
    }
  }
}

TEST(Cif, WithoutOperationsOnlyP1IsTaken) {
  const std::string simple =
      "data_x\n_cell_length_a 3\n_cell_length_b 3\n_cell_length_c 3\n"
      "_symmetry_space_group_name_H-M 'P 1'\nloop_\n_atom_site_label _atom_site_fract_x\n"
      "_atom_site_fract_y _atom_site_fract_z\nFe 0 0 0 Fe 0.5 0.5 0.5\n";
  EXPECT_EQ(parse_cif(simple, "a.cif").atoms.size(), 2U);
  EXPECT_NE(complaint(with(simple, "P 1", "I m -3 m")).find("no symmetry operations"),
            std::string::npos);
}

TEST(Cif, DamagedFilesAreNamedByTheirLine) {
  EXPECT_EQ(complaint(rutile), "none");
  const auto expect = [](const std::string& text, const std::string& message) {
    EXPECT_NE(complaint(text).find(message), std::string::npos) << complaint(text);
  };
  expect("", "no structure");
  expect("_cell_length_a 3\n", "a.cif:1: this is no CIF");
  expect(with(rutile, "4.593659(18)", "wide"), "a.cif:10: no number");
  expect(with(rutile, "4.593659(18)", "-4.59"), "a.cif:10: no unit cell");
  expect(with(rutile, "_cell_length_c 2.958682(8)\n", ""), "no unit cell");
  expect(with(rutile, "'-x, -y, z'", "'-x, -y, q'"), "a.cif:21: no symmetry operation");
  expect(with(rutile, "'-x, -y, z'", "'-x, -y'"), "a.cif:21: no symmetry operation");
  expect(with(rutile, "'-x, -y, z'", "'-x, -y, z/0'"), "a.cif:21: no symmetry operation");
  expect(with(rutile, "'-x, -y, z'", "'-x, -y, z"), "a.cif:21: a quoted string has no end");
  expect(with(rutile, "Ti4+", "Qq4+"), "a.cif:44: unknown element");
  expect(with(rutile, "0.30479(10)", "?"), "a.cif:45: an atom without position");
  expect(with(rutile, "0.0 . ?", "0.0 ."), "the last row of a loop is not whole");
  expect(with(rutile, "0.0 . ?", "0.0 7 ?"), "an occupancy outside (0, 1]");
  expect(with(rutile, "\n;\n_chem", "\n_chem"), "a.cif:5: a text field has no end");
  expect(rutile + "\n" + tenorite, "several structures");
  expect(with(rutile, "0.30479(10)", "1e300"), "a.cif:45: an atom far outside the cell");
  expect(with(rutile, "-x, -y, z'", "-x, -y, z+" + std::string(400, '9') + "'"),
         "a.cif:21: no symmetry operation");
  // Any front part of a file and any wrong byte is refused or read; nothing else happens.
  for (std::size_t length = 0; length < rutile.size(); ++length) {
    (void)complaint(rutile.substr(0, length));
  }
  for (const char byte : {'\'', ';', '\n', '9', '/', ',', '#', '\0'}) {
    for (std::size_t at = 0; at < tenorite.size(); ++at) {
      std::string damaged = tenorite;
      damaged[at] = byte;
      (void)complaint(damaged);
    }
  }
}

}  // namespace
}  // namespace adatom::crystal
