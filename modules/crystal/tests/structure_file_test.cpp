#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/prismatic_xyz.h"
#include "adatom/crystal/io/structure_file.h"

namespace adatom::crystal {
namespace {

/// The message of the InputError that `action` throws.
template <class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string xyz_complaint(const std::string& text) {
  return complaint([&] { (void)parse_extended_xyz(text, "a.xyz"); });
}

std::string data_complaint(const std::string& text) {
  return complaint([&] { (void)parse_lammps_data(text, "a.data"); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// As ASE 3.22 writes two structures (extxyz), the first with forces and momenta.
const std::string ase_text =
    "2\n"
    "Lattice=\"4.0 0.0 0.0 0.5 5.0 0.0 0.0 0.0 6.0\" "
    "Properties=species:S:1:pos:R:3:tags:I:1:forces:R:3 energy=-1.5 pbc=\"T T T\"\n"
    "Au       0.00000000       0.25000000      -0.50000000        1   0.1 0.2 0.3\n"
    "Pt       1.00000000       2.00000000       3.00000000        0   0.1 0.2 0.3\n"
    "1\n"
    "Properties=pos:R:3:species:S:1 comment=\"the second\"\n"
    "1 2 3 O\n";

TEST(ExtendedXyz, ReadsWhatAseWrites) {
  const auto structures = parse_extended_xyz(ase_text, "a.xyz");
  ASSERT_EQ(structures.size(), 2U);
  ASSERT_EQ(structures[0].atoms.size(), 2U);
  EXPECT_EQ(structures[0].atoms[1].element, "Pt");
  EXPECT_EQ(structures[0].atoms[0].position_angstrom, Eigen::Vector3d(0.0, 0.25, -0.5));
  EXPECT_EQ(structures[0].cell_angstrom.row(1), Eigen::RowVector3d(0.5, 5.0, 0.0));
  EXPECT_EQ(structures[1].atoms[0].element, "O");
  EXPECT_EQ(structures[1].atoms[0].position_angstrom, Eigen::Vector3d(1.0, 2.0, 3.0));
  EXPECT_EQ(structures[1].comment, "the second");
  EXPECT_TRUE(structures[1].cell_angstrom.isZero(0.0));
}

TEST(ExtendedXyz, ReadsPlainXyzWithSymbolsOrNumbersAndWindowsLineEnds) {
  const auto structures = parse_extended_xyz("2\r\na particle\r\nAu 0 0 1\r\n78 1 1 1 7\r\n", "a");
  ASSERT_EQ(structures.size(), 1U);
  EXPECT_EQ(structures[0].comment, "a particle");
  EXPECT_EQ(structures[0].atoms[1].element, "Pt");
}

TEST(ExtendedXyz, WhatIsWrittenReadsBackExactly) {
  Structure structure;
  structure.comment = "a \"quoted\" name";
  structure.cell_angstrom << 1.0 / 3.0, 0, 0, 0, 2, 0, 0.1, 0, 3;
  structure.periodic = {true, true, true};
  structure.atoms = {{"Au", {1.0 / 3.0, -1e-17, 12345.678901234567}}, {"C", {0, 0, 0}}};
  Structure bare;
  bare.atoms = {{"Cu", {1, 2, 3}}};
  const std::array<Structure, 2> both = {structure, bare};
  const auto text = format_extended_xyz(both);
  const auto back = parse_extended_xyz(text, "a.xyz");
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].cell_angstrom, structure.cell_angstrom);
  EXPECT_EQ(back[0].periodic, structure.periodic);
  EXPECT_EQ(back[1].periodic, bare.periodic);
  EXPECT_EQ(back[0].comment, "a 'quoted' name");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back[0].atoms[i].element, structure.atoms[i].element);
    EXPECT_EQ(back[0].atoms[i].position_angstrom, structure.atoms[i].position_angstrom);
  }
  EXPECT_EQ(format_extended_xyz(back).size(), text.size());
  EXPECT_TRUE(contains(text, "Properties=species:S:1:pos:R:3 pbc=\"T T T\""));
}

TEST(ExtendedXyz, SaysWhereItIsWrong) {
  EXPECT_TRUE(contains(xyz_complaint("2\nx\nAu 0 0 0\n"), "a.xyz:3: the file ends inside"));
  EXPECT_TRUE(contains(xyz_complaint("999999999999\nx\nAu 0 0 0\n"), "a.xyz:3"));
  EXPECT_TRUE(contains(xyz_complaint("1\nx\nAu 0 zero 0\n"), "a.xyz:3: a coordinate"));
  EXPECT_TRUE(contains(xyz_complaint("1\nx\nAu 0 nan 0\n"), "a.xyz:3: a coordinate"));
  EXPECT_TRUE(contains(xyz_complaint("1\nx\nAu 0 0\n"), "a.xyz:3: an atom needs 4"));
  EXPECT_TRUE(contains(xyz_complaint("1\nx\nXx 0 0 0\n"), "no such element: \"Xx\""));
  EXPECT_TRUE(contains(xyz_complaint("1\nLattice=\"1 2 3\"\nAu 0 0 0\n"), "a.xyz:2: Lattice"));
  EXPECT_TRUE(contains(xyz_complaint("1\nProperties=pos:R:3\nAu 0 0 0\n"), "a.xyz:2: Properties"));
  EXPECT_TRUE(contains(xyz_complaint("1\nProperties=species:S:1:pos:R:-3\nAu 0\n"), "a.xyz:2"));
  EXPECT_TRUE(contains(xyz_complaint("-1\n\n"), "the number of atoms"));
  EXPECT_TRUE(contains(xyz_complaint(""), "no structure"));
  EXPECT_TRUE(contains(xyz_complaint("3"), "ends before"));
}

TEST(ExtendedXyz, TruncatedAnywhereIsAnErrorOrFewerStructures) {
  for (std::size_t n = 0; n < ase_text.size(); ++n) {
    try {
      const auto structures = parse_extended_xyz(ase_text.substr(0, n), "a.xyz");
      EXPECT_LE(structures.size(), 2U);
    } catch (const InputError&) {
    }
  }
}

const std::string full_text =
    "made by hand\n\n2 atoms\n3 atom types\n0 10 xlo xhi\n-5 5 ylo yhi\n0 20 zlo zhi\n"
    "1 2 3 xy xz yz\n\nMasses\n\n1 196.96655 # Au\n2 12.011\n3 5.0 # Pt\n\n"
    "Pair Coeffs # lj\n\n1 0.1 2.5\n\nAtoms # full\n\n"
    "7 1 3 -0.5 1.5 2.5 3.5 0 0 1\n4 1 2 0.5 -1 -2 -3 0 0 0\n\nVelocities\n\n4 0 0 0\n7 0 0 0\n";

TEST(LammpsData, ReadsStyleFullInTheOrderOfIds) {
  const auto structure = parse_lammps_data(full_text, "a.data");
  ASSERT_EQ(structure.atoms.size(), 2U);
  EXPECT_EQ(structure.atoms[0].element, "C");
  EXPECT_EQ(structure.atoms[1].element, "Pt");
  EXPECT_EQ(structure.atoms[1].position_angstrom, Eigen::Vector3d(1.5, 2.5, 3.5));
  EXPECT_EQ(structure.cell_angstrom.row(2), Eigen::RowVector3d(2, 3, 20));
  EXPECT_EQ(structure.comment, "made by hand");
  EXPECT_EQ(parse_lammps_data(full_text, "a", {{2, "Cu"}}).atoms[0].element, "Cu");
}

TEST(LammpsData, ReadsStylesAtomicAndCharge) {
  const std::string head = "t\n1 atoms\n\nMasses\n\n1 63.546\n\n";
  for (const char* atoms :
       {"Atoms\n\n1 1 1 2 3\n", "Atoms # atomic\n\n1 1 1 2 3 0 0 0\n", "Atoms\n\n1 1 0.5 1 2 3\n",
        "Atoms # charge\n\n1 1 0 1 2 3 0 0 0\n", "Atoms\n\n1 1 1 0.5 1 2 3\n"}) {
    const auto structure = parse_lammps_data(head + atoms, "a.data");
    EXPECT_EQ(structure.atoms[0].position_angstrom, Eigen::Vector3d(1, 2, 3)) << atoms;
    EXPECT_EQ(structure.atoms[0].element, "Cu");
  }
}

TEST(LammpsData, SaysWhereItIsWrong) {
  const std::string head = "t\n2 atoms\nMasses\n\n1 63.546\n\n";
  EXPECT_TRUE(contains(data_complaint(head + "Atoms\n\n1 1 1 2 3\n"), "2 are declared, 1 are"));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms\n\n1 1 1 2 3\n2 1 1 2\n"), "a.data:10"));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms\n\n1 1 1 2 3\n1 1 1 2 4\n"), "the id 1"));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms\n\n1 1 1 2 x\n"), "a.data:9: a coordinate"));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms # body\n\n1 1 1 2 3\n"), "\"body\""));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms # full\n\n1 1 1 2 3\n"), "a.data:9"));
  EXPECT_TRUE(contains(data_complaint(head + "Atoms\n\n1 1\n"), "a.data:9"));
  EXPECT_TRUE(
      contains(data_complaint(head + "Atoms\n\n1 2 1 2 3\n2 2 1 2 4\n"), "element of atom type 2"));
  EXPECT_TRUE(contains(data_complaint("t\n2 atoms\n"), "no atoms"));
  EXPECT_TRUE(contains(data_complaint(""), "no atoms"));
}

// As LAMMPS writes it; the box is tilted by xy = 2, xz = -1, yz = 0.5, so its bounds enclose more.
const std::string dump_head =
    "ITEM: TIMESTEP\n500\nITEM: NUMBER OF ATOMS\n2\n"
    "ITEM: BOX BOUNDS xy xz yz pp pp pp\n-1 12 2\n0 10.5 -1\n0 20 0.5\n";

TEST(LammpsDump, FirstSnapshotInTheOrderOfIds) {
  const std::string text = dump_head + "ITEM: ATOMS id type x y z\n9 1 1 2 3\n4 2 4 5 6\n" +
                           "ITEM: TIMESTEP\n600\nITEM: NUMBER OF ATOMS\n0\n";
  const auto structure = parse_lammps_dump(text, "a.dump", {{1, "Pt"}, {2, "Ir"}});
  ASSERT_EQ(structure.atoms.size(), 2U);
  EXPECT_EQ(structure.atoms[0].element, "Ir");
  EXPECT_EQ(structure.atoms[1].position_angstrom, Eigen::Vector3d(1, 2, 3));
  EXPECT_EQ(structure.cell_angstrom.row(0), Eigen::RowVector3d(10, 0, 0));
  EXPECT_EQ(structure.cell_angstrom.row(1), Eigen::RowVector3d(2, 10, 0));
  EXPECT_EQ(structure.cell_angstrom.row(2), Eigen::RowVector3d(-1, 0.5, 20));
  EXPECT_EQ(structure.comment, "timestep 500");
}

TEST(LammpsDump, SharesOfTheBoxAndElements) {
  const std::string text = dump_head + "ITEM: ATOMS element xs ys zs\nAu 0 0 0\nCu 0.5 0.5 0.5\n";
  const auto structure = parse_lammps_dump(text, "a.dump");
  EXPECT_EQ(structure.atoms[0].position_angstrom, Eigen::Vector3d(0, 0, 0));
  EXPECT_EQ(structure.atoms[1].element, "Cu");
  EXPECT_EQ(structure.atoms[1].position_angstrom, Eigen::Vector3d(5.5, 5.25, 10));
}

TEST(LammpsDump, SaysWhereItIsWrong) {
  const auto said = [](const std::string& atoms) {
    return complaint([&] { (void)parse_lammps_dump(dump_head + atoms, "a.dump"); });
  };
  EXPECT_TRUE(
      contains(said("ITEM: ATOMS element x y z\nAu 1 2 3\n"), "2 atoms are declared, 1 are"));
  EXPECT_TRUE(contains(said("ITEM: ATOMS element x y z\nAu 1 2\n"), "a.dump:10"));
  EXPECT_TRUE(contains(said("ITEM: ATOMS element x y z\nAu 1 2 q\n"), "a.dump:10: a coordinate"));
  EXPECT_TRUE(contains(said("ITEM: ATOMS type x y z\n1 1 2 3\n7 1 2 4\n"), "atom type 7"));
  EXPECT_TRUE(contains(said("ITEM: ATOMS id type vx\n1 1 0\n"), "no positions"));
  EXPECT_TRUE(contains(said("ITEM: ATOMS x y z\n1 1 0\n"), "neither types nor elements"));
  EXPECT_TRUE(contains(said(""), "no atoms"));
}

TEST(StructureFile, FormatFollowsFromTheContent) {
  const auto folder = std::filesystem::path(::testing::TempDir());
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  };
  EXPECT_EQ(read_structure(write("crystal_a.txt", ase_text)).atoms.size(), 2U);
  EXPECT_EQ(read_structure(write("crystal_b.txt", full_text)).atoms.size(), 2U);
  EXPECT_EQ(read_structure(write("crystal_d.txt",
                                 dump_head + "ITEM: ATOMS element x y z\nAu 1 2 3\nAu 4 5 6\n"))
                .atoms.size(),
            2U);
  const auto other = write("crystal_c.txt", "hello\n");
  EXPECT_TRUE(contains(complaint([&] { (void)read_structure(other); }), "not a structure file"));
  const auto absent = folder / "crystal_absent.xyz";
  EXPECT_TRUE(contains(complaint([&] { (void)read_structure(absent); }), "no such file"));
  EXPECT_TRUE(contains(complaint([&] { (void)read_structure(folder); }), "no such file"));
}

// SI100.XYZ, which comes with computem and Prismatic.
const std::string silicon_text =
    "one unit cell of 100 silicon\n"
    "      5.43    5.43    5.43\n"
    "  14  0.0000  0.0000  0.0000  1.0  0.076\n"
    "  14  2.7150  2.7150  0.0000  1.0  0.076\n"
    "  14  1.3575  4.0725  1.3575  1.0  0.076\n"
    "  14  4.0725  1.3575  1.3575  1.0  0.076\n"
    "  14  2.7150  0.0000  2.7150  1.0  0.076\n"
    "  14  0.0000  2.7150  2.7150  1.0  0.076\n"
    "  14  1.3575  1.3575  4.0725  1.0  0.076\n"
    "  14  4.0725  4.0725  4.0725  0.5  0.08\n"
    "  -1\n";

std::string prismatic_complaint(const std::string& text) {
  return complaint([&] { (void)parse_prismatic_xyz(text, "a.xyz"); });
}

TEST(PrismaticXyz, ReadsWhatPrismaticReads) {
  const auto silicon = parse_prismatic_xyz(silicon_text, "a.xyz");
  ASSERT_EQ(silicon.atoms.size(), 8U);
  EXPECT_EQ(silicon.comment, "one unit cell of 100 silicon");
  EXPECT_EQ(silicon.cell_angstrom, Eigen::Matrix3d(5.43 * Eigen::Matrix3d::Identity()));
  EXPECT_EQ(silicon.atoms[2].element, "Si");
  EXPECT_EQ(silicon.atoms[2].position_angstrom, Eigen::Vector3d(1.3575, 4.0725, 1.3575));
  EXPECT_EQ(silicon.atoms[2].rms_displacement_angstrom, 0.076);
  EXPECT_EQ(silicon.atoms[2].occupancy, 1.0);
  EXPECT_EQ(silicon.atoms[7].rms_displacement_angstrom, 0.08);
  EXPECT_EQ(silicon.atoms[7].occupancy, 0.5);
}

TEST(PrismaticXyz, SaysWhatIsWrong) {
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n14 0 0 0 1 0.1\n"),
                       "a.xyz:3: the file ends before the line -1"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1\n-1\n"), "a.xyz:2: three lengths"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 0\n-1\n"), "a.xyz:2: a length"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n-1\n"), "a.xyz:3: no atom"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n14 0 0 0 1\n-1\n"),
                       "a.xyz:3: an atom needs 6 values: 5 are there"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n140 0 0 0 1 0\n-1\n"), "no such element"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n14 0 0 0 2 0\n-1\n"), "occupancy"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n14 0 0 0 1 5\n-1\n"), "displacement"));
  EXPECT_TRUE(contains(prismatic_complaint("c\n1 1 1\n14 0 0 0 1 -1\n-1\n"), "displacement"));
}

TEST(PrismaticXyz, IsKnownByItsContent) {
  const auto folder = std::filesystem::temp_directory_path();
  const auto path = folder / "adatom-prismatic-test.xyz";
  std::ofstream(path) << silicon_text;
  EXPECT_EQ(read_structure(path).atoms.size(), 8U);
  std::filesystem::remove(path);
}

// B = 8 pi^2 u^2: gold's 0.62 angstrom^2 at room temperature is 0.0886 angstrom.
TEST(ExtendedXyz, DisplacementsAndOccupancies) {
  const auto read = [](const std::string& properties, const std::string& values) {
    return parse_extended_xyz(
               "1\nProperties=species:S:1:pos:R:3:" + properties + "\nAu 0 0 0 " + values + '\n',
               "a.xyz")
        .front()
        .atoms.front();
  };
  EXPECT_EQ(read("rms_displacement:R:1", "0.09").rms_displacement_angstrom, 0.09);
  EXPECT_EQ(read("thermal_sigma:R:1", "0.09").rms_displacement_angstrom, 0.09);
  const auto atom = read("occupancies:R:1:debye_waller_factors:R:1", "0.25 0.62");
  EXPECT_NEAR(atom.rms_displacement_angstrom.value(), 0.08861, 1e-5);
  EXPECT_EQ(atom.occupancy, 0.25);
  EXPECT_EQ(read("rms_displacement:R:1", "nan").rms_displacement_angstrom, std::nullopt);
  // Three columns are another property.
  EXPECT_EQ(read("thermal_sigma:R:3", "1 2 3").rms_displacement_angstrom, std::nullopt);
  for (const char* bad : {"-0.1", "7", "x"}) {
    EXPECT_NE(complaint([&] { (void)read("rms_displacement:R:1", bad); }), "no error") << bad;
  }
  EXPECT_NE(complaint([&] { (void)read("debye_waller_factors:R:1", "-1"); }), "no error");
  EXPECT_NE(complaint([&] { (void)read("occupancy:R:1", "1.5"); }), "no error");
}

TEST(ExtendedXyz, DisplacementsAndOccupanciesReadBack) {
  Structure structure;
  structure.atoms = {{"Au", {0, 0, 0}, 0.0898, 1.0}, {"C", {0, 0, 1}}, {"Cu", {0, 0, 2}, {}, 0.5}};
  const auto text = format_extended_xyz({&structure, 1});
  EXPECT_TRUE(contains(text, "Properties=species:S:1:pos:R:3:rms_displacement:R:1:occupancy:R:1 "));
  const auto back = parse_extended_xyz(text, "a.xyz").front();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.atoms[i].rms_displacement_angstrom,
              structure.atoms[i].rms_displacement_angstrom);
    EXPECT_EQ(back.atoms[i].occupancy, structure.atoms[i].occupancy);
  }
}

}  // namespace
}  // namespace adatom::crystal
