// What extended XYZ and LAMMPS dumps tell of each atom beyond its element and place.
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"

namespace adatom::crystal {
namespace {

using Reals = std::vector<double>;
using Wholes = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

Structure xyz(const std::string& header, const std::string& atoms) {
  const auto count = std::count(atoms.begin(), atoms.end(), '\n');
  return parse_extended_xyz(std::to_string(count) + '\n' + header + '\n' + atoms, "a.xyz").front();
}

Structure dump(const std::string& columns, const std::string& atoms,
               const std::string& bounds = "pp pp pp", const std::string& before = {}) {
  const auto count = std::count(atoms.begin(), atoms.end(), '\n');
  return parse_lammps_dump(before + "ITEM: TIMESTEP\n7\nITEM: NUMBER OF ATOMS\n" +
                               std::to_string(count) + "\nITEM: BOX BOUNDS " + bounds +
                               "\n-1 9\n0 20\n0 30\nITEM: ATOMS " + columns + '\n' + atoms,
                           "a.dump");
}

const AtomColumn& column(const Structure& s, const std::string& name) {
  for (const auto& c : s.columns) {
    if (c.name == name) return c;
  }
  throw std::runtime_error("no column " + name);
}

std::string complaint(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

void expect_same(const Structure& a, const Structure& b) {
  ASSERT_EQ(a.atoms.size(), b.atoms.size());
  for (std::size_t i = 0; i < a.atoms.size(); ++i) {
    EXPECT_EQ(a.atoms[i].element, b.atoms[i].element);
    EXPECT_EQ(a.atoms[i].position_angstrom, b.atoms[i].position_angstrom);
    EXPECT_EQ(a.atoms[i].rms_displacement_angstrom, b.atoms[i].rms_displacement_angstrom);
    EXPECT_EQ(a.atoms[i].occupancy, b.atoms[i].occupancy);
  }
  EXPECT_EQ(a.cell_angstrom, b.cell_angstrom);
  EXPECT_EQ(a.origin_angstrom, b.origin_angstrom);
  EXPECT_EQ(a.periodic, b.periodic);
  EXPECT_EQ(a.velocities_angstrom_per_ps, b.velocities_angstrom_per_ps);
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.images, b.images);
  EXPECT_EQ(a.timestep, b.timestep);
  EXPECT_EQ(a.time_ps, b.time_ps);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (const auto& c : a.columns) {
    EXPECT_EQ(c.width, column(b, c.name).width) << c.name;
    EXPECT_EQ(c.values, column(b, c.name).values) << c.name;
  }
}

/// All that a structure can hold.
Structure everything() {
  Structure s;
  s.comment = "C:\\all \\\\ of it";
  s.cell_angstrom << 10, 0, 0, 2, 11, 0, -1, 0.5, 12;
  s.origin_angstrom << -5, 0.25, 3;
  s.periodic = {true, false, true};
  s.atoms = {{"Pt", {1.0 / 3.0, 2, 3}, 0.1},
             {"Au", {4, 5e-7, -6}, {}, 0.5},
             {"Au", {0, 0.1, 123456.789}},
             {"Au", {9, 9, 9}}};
  s.velocities_angstrom_per_ps = {{1, 2, 3}, {-0.1, 0, 1e-9}, {7, 8, 9}, {1e-300, 2, -1e300}};
  s.ids = {3, 5, 9, 10'000'000'000};
  s.images = {{0, 0, 0}, {1, -2, 3}, {0, 0, -1}, {0, 0, 0}};
  s.timestep = 400'000'000'000;
  s.time_ps = 2'000'000.5;
  s.columns = {{"energy", 1, Reals{-3.5, 1e-7, 0.5, 1.0 / 3.0}},
               {"stress", 2, Reals{0.5, 1, 2, 3, 4, 5, 6, 7}},
               {"forces", 3, Reals{0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
               {"neighbours", 1, Wholes{12, -1, 3, 9'000'000'000'000'000'000}},
               {"pair", 2, Wholes{1, 2, 3, 4, 5, 6, 7, 8}},
               {"where", 1, Texts{"bulk", "edge", "{111}", "a:b=c"}},
               {"type", 1, Wholes{1, 2, 4, 2}}};
  return s;
}

TEST(AtomColumns, AllOfAStructureReadsBackFromExtendedXyz) {
  const auto s = everything();
  const auto text = format_extended_xyz({&s, 1});
  const auto back = parse_extended_xyz(text, "a.xyz").front();
  expect_same(s, back);
  EXPECT_EQ(back.comment, s.comment);
  EXPECT_EQ(format_extended_xyz({&back, 1}), text);
}

TEST(AtomColumns, AllOfAStructureReadsBackFromADump) {
  const auto s = everything();
  const auto text = format_dump_snapshot(s);
  const auto back = parse_lammps_dump(text, "a.dump");
  expect_same(s, back);
  EXPECT_EQ(format_dump_snapshot(back), text);
}

TEST(AtomColumns, ListsOfTheWrongLengthAreNotWritten) {
  const std::vector<std::function<void(Structure&)>> mistakes = {
      [](Structure& s) { s.ids.pop_back(); }, [](Structure& s) { s.images.pop_back(); },
      [](Structure& s) { s.velocities_angstrom_per_ps.pop_back(); },
      [](Structure& s) { std::get<Reals>(s.columns[1].values).pop_back(); }};
  for (const auto& mistake : mistakes) {
    auto s = everything();
    mistake(s);
    EXPECT_THROW((void)format_extended_xyz({&s, 1}), InputError);
    EXPECT_THROW((void)format_dump_snapshot(s), InputError);
    EXPECT_THROW((void)format_lammps_data(s), InputError);
  }
}

TEST(ExtendedXyz, PropertiesByTheirTypes) {
  const auto s = xyz("Properties=flag:L:1:species:S:1:tag:I:2:pos:R:3:e:R:1:where:S:1",
                     "T Au 1 2 0 0 0 -1.5 top\nF Au 3 -4 0 0 1 nan side\n");
  EXPECT_EQ(std::get<Wholes>(column(s, "flag").values), (Wholes{1, 0}));
  EXPECT_EQ(std::get<Wholes>(column(s, "tag").values), (Wholes{1, 2, 3, -4}));
  EXPECT_EQ(column(s, "tag").width, 2U);
  EXPECT_EQ(std::get<Texts>(column(s, "where").values), (Texts{"top", "side"}));
  EXPECT_EQ(std::get<Reals>(column(s, "e").values)[0], -1.5);
  EXPECT_TRUE(std::isnan(std::get<Reals>(column(s, "e").values)[1]));
  for (const auto* wrong : {"x Au 1 2 0 0 0 1 a\n", "T Au 1 2.5 0 0 0 1 a\n",
                            "T Au 1 2 0 0 0 one a\n", "T Au 1 2 0 0 0 1\n"}) {
    const auto said = complaint([&] {
      (void)xyz("Properties=flag:L:1:species:S:1:tag:I:2:pos:R:3:e:R:1:where:S:1", wrong);
    });
    EXPECT_NE(said.find("a.xyz:3: "), std::string::npos) << said;
  }
  EXPECT_NE(complaint([&] {
              (void)xyz("Properties=species:S:1:pos:R:3:a:X:1", "Au 0 0 0 1\n");
            }).find("a.xyz:2: the type of property a"),
            std::string::npos);
}

TEST(ExtendedXyz, VelocitiesByAnyOfTheirNames) {
  for (const std::string name : {"velo", "vel", "velocity", "velocities"}) {
    const auto s = xyz("Properties=species:S:1:pos:R:3:" + name + ":R:3", "Au 0 0 0 1 -2 0.5\n");
    ASSERT_EQ(s.velocities_angstrom_per_ps.size(), 1U) << name;
    EXPECT_EQ(s.velocities_angstrom_per_ps[0], Eigen::Vector3d(1, -2, 0.5));
    EXPECT_TRUE(s.columns.empty());
  }
  // ASE's momentum: v = p / m in sqrt(eV/u) = 98.22695 angstrom/ps (ase.units.fs = 0.09822695).
  const auto s =
      xyz("Properties=species:S:1:pos:R:3:momenta:R:3:masses:R:1", "Au 0 0 0 1 -2 0.5 4\n");
  EXPECT_NEAR(s.velocities_angstrom_per_ps.at(0).y(), -0.5 * 98.22695, 1e-5);
  const auto own = xyz("Properties=species:S:1:pos:R:3:momenta:R:3", "Au 0 0 0 196.97 0 0\n");
  EXPECT_NEAR(own.velocities_angstrom_per_ps.at(0).x(), 98.22695, 1e-5);
  EXPECT_THROW((void)xyz("Properties=species:S:1:pos:R:3:momenta:R:3", "Po 0 0 0 1 0 0\n"),
               InputError);
}

TEST(ExtendedXyz, WhatIsPeriodic) {
  const std::string cell = "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3";
  using Three = std::array<bool, 3>;
  EXPECT_EQ(xyz(cell, "Au 0 0 0\n").periodic, (Three{true, true, true}));
  EXPECT_EQ(xyz("Properties=species:S:1:pos:R:3", "Au 0 0 0\n").periodic, Three{});
  for (const std::string words :
       {"\"T F T\"", "\"1 0 1\"", "\"true false true\"", "[T,F,T]", "{T F T}", "'t f t'"}) {
    EXPECT_EQ(xyz(cell + " pbc=" + words, "Au 0 0 0\n").periodic, (Three{true, false, true}))
        << words;
  }
  EXPECT_EQ(xyz(cell + " pbc=F", "Au 0 0 0\n").periodic, Three{});
  EXPECT_THROW((void)xyz(cell + " pbc=\"T F\"", "Au 0 0 0\n"), InputError);
  EXPECT_THROW((void)xyz(cell + " pbc=\"T F maybe\"", "Au 0 0 0\n"), InputError);
}

TEST(ExtendedXyz, PlaceInATrajectory) {
  const std::string head = "Properties=species:S:1:pos:R:3 ";
  const auto s =
      xyz(head + "Timestep=-5 time=0.25 Origin=\"1 2 3\" comment=\"say \\\"so\\\"\"", "Au 0 0 0\n");
  EXPECT_EQ(s.timestep, -5);
  EXPECT_EQ(s.time_ps, 0.25);
  EXPECT_EQ(s.origin_angstrom, Eigen::Vector3d(1, 2, 3));
  EXPECT_EQ(s.comment, "say \"so\"");
  // Comments of other programs.
  const auto plain = xyz("time = 3 fs, pbc and origin unknown, Time=noon", "Au 0 0 0\n");
  EXPECT_EQ(plain.time_ps, std::nullopt);
  EXPECT_EQ(plain.comment, "time = 3 fs, pbc and origin unknown, Time=noon");
  EXPECT_THROW((void)xyz(head + "Origin=\"1 2\"", "Au 0 0 0\n"), InputError);
}

TEST(LammpsDump, ColumnsOfAllKinds) {
  const auto s = dump("id element x y z vx vy vz ix iy iz q c_pe mol fx fy fz c_s[1] c_s[2] name",
                      "8 Au 1 2 3 .1 .2 .3 0 0 1 1 -3.5 4 1 2 3 10 11 top\n"
                      "2 Pt 4 5 6 .4 .5 .6 0 -1 0 2.5 -3 5 4 5 6 12 13 7\n");
  EXPECT_EQ(s.ids, (Wholes{2, 8}));
  EXPECT_EQ(s.atoms[0].element, "Pt");
  EXPECT_EQ(s.velocities_angstrom_per_ps[1], Eigen::Vector3d(0.1, 0.2, 0.3));
  EXPECT_EQ(s.images[0], Eigen::Vector3i(0, -1, 0));
  EXPECT_EQ(std::get<Reals>(column(s, "q").values), (Reals{2.5, 1}));
  EXPECT_EQ(std::get<Reals>(column(s, "c_pe").values), (Reals{-3, -3.5}));
  EXPECT_EQ(std::get<Wholes>(column(s, "mol").values), (Wholes{5, 4}));
  EXPECT_EQ(std::get<Reals>(column(s, "forces").values), (Reals{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(column(s, "c_s").width, 2U);
  EXPECT_EQ(std::get<Wholes>(column(s, "c_s").values), (Wholes{12, 13, 10, 11}));
  EXPECT_EQ(std::get<Texts>(column(s, "name").values), (Texts{"7", "top"}));
  EXPECT_EQ(s.timestep, 7);
}

TEST(LammpsDump, SeveralTypesOfOneElementAreKept) {
  const auto s = dump("id type element x y z", "1 1 Au 0 0 0\n2 3 Au 1 0 0\n3 2 Pt 2 0 0\n");
  EXPECT_EQ(std::get<Wholes>(column(s, "type").values), (Wholes{1, 3, 2}));
  EXPECT_NE(format_lammps_data(s).find("3 atom types"), std::string::npos);
  EXPECT_NE(format_lammps_data(s).find("\n2 3 1 0 0\n"), std::string::npos);
  const auto one = dump("id type element x y z", "1 5 Au 0 0 0\n2 5 Au 1 0 0\n");
  EXPECT_TRUE(one.columns.empty());
}

TEST(LammpsDump, UnwrappedPositionsHaveTheirImagesInThem) {
  const auto s = dump("element xu yu zu ix iy iz", "Au 100 2 3 5 0 0\n");
  EXPECT_EQ(s.atoms[0].position_angstrom.x(), 100.0);
  EXPECT_TRUE(s.images.empty());
  EXPECT_TRUE(s.columns.empty());
  // Of both the wrapped ones are taken, and no column is made of the others.
  const auto both = dump("element xu yu zu x y z ix iy iz", "Au 101 2 3 1 2 3 10 0 0\n");
  EXPECT_EQ(both.atoms[0].position_angstrom.x(), 1.0);
  EXPECT_EQ(both.images.at(0).x(), 10);
  EXPECT_TRUE(both.columns.empty());
}

TEST(LammpsDump, BoundariesUnitsAndTime) {
  using Three = std::array<bool, 3>;
  EXPECT_EQ(dump("element x y z", "Au 0 0 0\n", "pp ff sm").periodic, (Three{true, false, false}));
  EXPECT_EQ(dump("element x y z", "Au 0 0 0\n", "").periodic, (Three{true, true, true}));
  EXPECT_EQ(dump("element x y z", "Au 0 0 0\n").origin_angstrom, Eigen::Vector3d(-1, 0, 0));
  const auto s = dump("element x y z vx vy vz", "Au 0 0 0 1 2 3\n", "pp pp pp",
                      "ITEM: UNITS\nreal\nITEM: TIME\n2500\n");
  EXPECT_EQ(s.velocities_angstrom_per_ps[0], Eigen::Vector3d(1000, 2000, 3000));
  EXPECT_EQ(s.time_ps, 2.5);
  EXPECT_EQ(dump("element x y z", "Au 0 0 0\n", "pp pp pp", "ITEM: TIME\n2.5\n").time_ps, 2.5);
  EXPECT_NE(complaint([] {
              (void)dump("element x y z", "Au 0 0 0\n", "pp pp pp", "ITEM: UNITS\nlj\n");
            }).find("a.dump:2: these units are not read"),
            std::string::npos);
}

// As recent versions write a box that is not in the restricted form.
TEST(LammpsDump, GeneralTriclinicBoxes) {
  const auto s = parse_lammps_dump(
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS abc origin pp pp ff\n"
      "0 4 4 -1\n4 0 4 -2\n4 4 0 -3\nITEM: ATOMS element x y z\nAu 1 2 3\n",
      "a.dump");
  EXPECT_EQ(s.cell_angstrom.row(0), Eigen::RowVector3d(0, 4, 4));
  EXPECT_EQ(s.origin_angstrom, Eigen::Vector3d(-1, -2, -3));
  EXPECT_EQ(s.periodic, (std::array{true, true, false}));
}

TEST(LammpsDump, TwoAtomsWithOneId) {
  EXPECT_NE(complaint([] {
              (void)dump("id element x y z", "4 Au 0 0 0\n4 Au 1 0 0\n");
            }).find("two atoms of the snapshot have the id 4"),
            std::string::npos);
}

const std::string data_head =
    "t\n2 atoms\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\nMasses\n\n1 63.546\n\n"
    "Atoms\n\n1 1 1 2 3 0 0 0\n2 1 4 5 6 0 -1 0\n\nVelocities\n\n";

TEST(LammpsData, VelocitiesInAnyOrderAndImages) {
  const auto s = parse_lammps_data(data_head + "2 4 5 6\n1 1 2 3\n", "a.data");
  EXPECT_EQ(s.velocities_angstrom_per_ps[0], Eigen::Vector3d(1, 2, 3));
  EXPECT_EQ(s.velocities_angstrom_per_ps[1], Eigen::Vector3d(4, 5, 6));
  EXPECT_EQ(s.images.at(1), Eigen::Vector3i(0, -1, 0));
  EXPECT_EQ(s.periodic, (std::array{true, true, true}));
  const auto said = [](const std::string& velocities) {
    return complaint([&] { (void)parse_lammps_data(data_head + velocities, "a.data"); });
  };
  EXPECT_NE(said("1 1 2 3\n").find("a.data: atoms without velocity: 1 velocities, 2 atoms"),
            std::string::npos);
  EXPECT_NE(said("1 1 2 3\n7 1 2 3\n").find("a.data:18: a velocity of atom 7"), std::string::npos);
  EXPECT_NE(said("1 1 2 3\n1 1 2 3\n").find("a velocity of atom 1"), std::string::npos);
  EXPECT_NE(said("1 1 2 x\n2 1 2 3\n").find("a.data:17: a velocity must be"), std::string::npos);
  EXPECT_NE(said("1 1 2\n").find("a.data:17: a line of Velocities"), std::string::npos);
}

/// Reads what may be damaged: an error or something, but nothing else.
void read_any(const std::string& text) {
  for (int format = 0; format < 3; ++format) {
    try {
      if (format == 0) (void)parse_extended_xyz(text, "a");
      if (format == 1) (void)parse_lammps_dump(text, "a", {{1, "Au"}, {2, "Pt"}});
      if (format == 2) (void)parse_lammps_data(text, "a");
    } catch (const InputError&) {
    }
  }
}

TEST(DamagedStructures, CutAnywhereOrWithWrongBytes) {
  auto s = everything();
  const std::vector<std::string> texts = {format_extended_xyz({&s, 1}), format_dump_snapshot(s),
                                          format_lammps_data(s)};
  RandomStream random(5);
  const std::string bytes = "\n \t-+.0129eETAu:=\"'{}\\#nI";
  for (const auto& text : texts) {
    for (std::size_t size = 0; size < text.size(); ++size) read_any(text.substr(0, size));
    for (int trial = 0; trial < 1500; ++trial) {
      std::string wrong = text;
      for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
        const std::size_t at = random.below(wrong.size());
        const char byte = bytes[random.below(bytes.size())];
        if (random.below(3) == 0)
          wrong.erase(at, 1 + random.below(20));
        else if (random.below(2) == 0)
          wrong.insert(at, 1, byte);
        else
          wrong[at] = random.below(8) == 0 ? static_cast<char>(random.below(256)) : byte;
      }
      read_any(wrong);
    }
  }
}

}  // namespace
}  // namespace adatom::crystal
