// What is written here read by ASE and LAMMPS, and what they write read here. Absent programs skip.
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include "adatom/base/physical_constants.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_box.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/pdb.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/trajectory.h"

namespace adatom::crystal {
namespace {

namespace fs = std::filesystem;

class OtherPrograms : public ::testing::Test {
 protected:
  OtherPrograms()
      : folder_(fs::path(::testing::TempDir()) / ("other_programs_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~OtherPrograms() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  }
  [[nodiscard]] bool runs(const std::string& command) const {
    const std::string line =
        "cd '" + folder_.string() + "' && " + command + " > output.txt 2> messages.txt";
    return std::system(line.c_str()) == 0;  // NOLINT(cert-env33-c): fixed commands of a test
  }
  /// Its Python: that of the system, for which distributions package it.
  [[nodiscard]] std::string ase() const {
    for (const std::string python : {"/usr/bin/python3", "python3"}) {
      if (runs(python + " -c 'import ase.io'")) return python;
    }
    return {};
  }
  /// The numbers that a script prints.
  [[nodiscard]] std::vector<double> numbers(const std::string& python,
                                            const std::string& script) const {
    put("script.py",
        "import ase.io, ase.units, numpy as np\n"
        "def show(*values):\n"
        "  for v in values:\n"
        "    for x in np.ravel(v): print('%.17g' % float(x))\n" +
            script);
    EXPECT_TRUE(runs(python + " script.py")) << get("messages.txt");
    std::istringstream text(get("output.txt"));
    std::vector<double> list;
    for (double x = 0.0; text >> x;) list.push_back(x);
    return list;
  }

  fs::path folder_;
};

/// In a tilted box that LAMMPS takes, so that nothing turns.
Structure moving(int step) {
  Structure s;
  s.cell_angstrom << 10, 0, 0, 2, 11, 0, -1, 0.5, 12;
  s.periodic = {true, true, true};
  s.atoms = {{"Pt", {1.0 / 3.0, 2, 3}}, {"Au", {4, 5 + 0.1 * step, 6}}, {"Au", {7, 0.1, 8}}};
  s.velocities_angstrom_per_ps = {{1, 2, 3}, {-0.1, 0, 1e-9}, {7, 8, 9}};
  s.ids = {3, 5, 9};
  s.timestep = 10 * step;
  s.time_ps = 0.5 * step;
  s.comment = "a name = \\ 'quoted'";
  s.columns = {{"energy_ev", 1, std::vector<double>{-3.5, -3.25, 1e-7}},
               {"forces", 3, std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9}},
               {"neighbours", 1, std::vector<std::int64_t>{12, -1, 3}},
               {"environment", 1, std::vector<std::string>{"bulk", "{111}", "edge"}}};
  return s;
}

/// In the order in which numpy prints rows.
void append(std::vector<double>& list, const Structure& s) {
  for (Eigen::Index i = 0; i < 9; ++i) list.push_back(s.cell_angstrom(i / 3, i % 3));
  for (const auto& atom : s.atoms) {
    for (const double x : atom.position_angstrom) list.push_back(x);
  }
}

void append_velocities(std::vector<double>& list, const Structure& s) {
  for (const auto& v : s.velocities_angstrom_per_ps) {
    for (const double x : v) list.push_back(x);
  }
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double relative) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], relative * (1.0 + std::abs(b[i]))) << "value " << i;
  }
}

// What ASE only reads and passes on is exact; a product of two numbers is not.
constexpr double rounding = 1e-14;

TEST_F(OtherPrograms, AseReadsExtendedXyz) {
  const auto python = ase();
  if (python.empty()) GTEST_SKIP() << "no Python with ASE";
  const std::vector<Structure> frames = {moving(0), moving(1)};
  put("a.xyz", format_extended_xyz(frames));
  const auto values = numbers(
      python,
      "for a in ase.io.read('a.xyz', index=':'):\n"
      "  assert a.get_chemical_symbols() == ['Pt', 'Au', 'Au']\n"
      "  assert a.info['comment'] == \"a name = \\\\ 'quoted'\", a.info\n"
      "  assert list(a.arrays['environment']) == ['bulk', '{111}', 'edge']\n"
      "  assert a.arrays['neighbours'].dtype.kind == 'i' and a.arrays['id'].dtype.kind == 'i'\n"
      "  assert all(a.pbc)\n"
      "  show(a.cell[:], a.positions, a.arrays['velo'], a.arrays['id'], a.arrays['energy_ev'],\n"
      "       a.get_forces(), a.arrays['neighbours'], a.info['Timestep'], a.info['Time'])\n");
  std::vector<double> expected;
  for (const auto& s : frames) {
    append(expected, s);
    append_velocities(expected, s);
    expected.insert(expected.end(), {3,
                                     5,
                                     9,
                                     -3.5,
                                     -3.25,
                                     1e-7,
                                     1,
                                     2,
                                     3,
                                     4,
                                     5,
                                     6,
                                     7,
                                     8,
                                     9,
                                     12,
                                     -1,
                                     3,
                                     static_cast<double>(*s.timestep),
                                     *s.time_ps});
  }
  EXPECT_EQ(values, expected);
}

TEST_F(OtherPrograms, WhatAseWritesOfOursReadsBack) {
  const auto python = ase();
  if (python.empty()) GTEST_SKIP() << "no Python with ASE";
  auto s = moving(3);
  s.periodic = {true, false, true};
  put("a.xyz", format_extended_xyz({&s, 1}));
  // ASE's own velocities go by momenta; flags are logical.
  (void)numbers(python,
                "a = ase.io.read('a.xyz')\n"
                "a.set_velocities(a.arrays.pop('velo') / (1000 * ase.units.fs))\n"
                "a.set_array('inside', np.array([True, False, True]))\n"
                "ase.io.write('b.xyz', a)\n");
  const auto back = read_structure(folder_ / "b.xyz");
  ASSERT_EQ(back.atoms.size(), 3U);
  EXPECT_EQ(back.periodic, s.periodic);
  EXPECT_EQ(back.ids, s.ids);
  EXPECT_EQ(back.timestep, s.timestep);
  EXPECT_EQ(back.time_ps, s.time_ps);
  EXPECT_EQ(back.comment, s.comment);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.atoms[i].element, s.atoms[i].element);
    // ASE prints eight digits behind the point; its masses have three, and its units are CODATA of
    // 2014 (relative 1e-8).
    EXPECT_LT((back.atoms[i].position_angstrom - s.atoms[i].position_angstrom).norm(), 1e-8);
    EXPECT_LT((back.velocities_angstrom_per_ps[i] - s.velocities_angstrom_per_ps[i]).norm(), 3e-4);
  }
  const auto column = [&](const std::string& name) -> const AtomColumn& {
    for (const auto& c : back.columns) {
      if (c.name == name) return c;
    }
    throw std::runtime_error("no column " + name);
  };
  EXPECT_EQ(std::get<1>(column("neighbours").values), (std::vector<std::int64_t>{12, -1, 3}));
  EXPECT_EQ(std::get<1>(column("inside").values), (std::vector<std::int64_t>{1, 0, 1}));
  EXPECT_EQ(std::get<2>(column("environment").values),
            (std::vector<std::string>{"bulk", "{111}", "edge"}));
  EXPECT_EQ(column("forces").width, 3U);
}

TEST_F(OtherPrograms, AseReadsLammpsFiles) {
  const auto python = ase();
  if (python.empty()) GTEST_SKIP() << "no Python with ASE";
  const auto s = moving(2);
  put("a.data", format_lammps_data(s));
  put("a.dump", format_dump_snapshot(moving(1)) + format_dump_snapshot(s));
  const auto values =
      numbers(python,
              "a = ase.io.read('a.data', format='lammps-data', style='atomic', units='metal',\n"
              "                Z_of_type={1: 79, 2: 78})\n"
              "assert a.get_chemical_symbols() == ['Pt', 'Au', 'Au']\n"
              "show(a.cell[:], a.positions, a.get_velocities() * 1000 * ase.units.fs)\n"
              "b = ase.io.read('a.dump', format='lammps-dump-text', index=':')\n"
              "assert len(b) == 2\n"
              "assert b[1].get_chemical_symbols() == ['Pt', 'Au', 'Au']\n"
              "show(b[1].cell[:], b[1].positions, b[1].get_forces())\n");
  std::vector<double> expected;
  append(expected, s);
  append_velocities(expected, s);
  append(expected, s);
  for (int i = 1; i <= 9; ++i) expected.push_back(i);
  // Units and masses go in and out again; of a tilted box lengths are differences.
  expect_near(values, expected, 10 * rounding);
}

TEST_F(OtherPrograms, AseReadsPdb) {
  const auto python = ase();
  if (python.empty()) GTEST_SKIP() << "no Python with ASE";
  auto s = moving(0);
  s.columns.clear();
  put("a.pdb", format_pdb(s, {.model = 1}) + format_pdb(s, {.model = 2}));
  put("b.pdb", format_pdb(s));
  const auto values = numbers(python,
                              "a = ase.io.read('a.pdb', index=':')\n"
                              "assert len(a) == 2\n"
                              "assert len(ase.io.read('b.pdb', index=':')) == 1\n"
                              "assert a[1].get_chemical_symbols() == ['Pt', 'Au', 'Au']\n"
                              "show(a[1].cell[:], a[1].positions)\n");
  std::vector<double> expected;
  append(expected, s);
  // The format keeps a thousandth of an angstrom and a hundredth of a degree: 0.001 in 12.
  expect_near(values, expected, 1e-3);
}

/// What LAMMPS makes of a structure: reads it as data, and its dump by read_dump, and writes both.
TEST_F(OtherPrograms, LammpsReadsAndWritesTheSame) {
  if (!runs("lmp -h")) GTEST_SKIP() << "no lmp";
  Structure s = moving(4);
  s.columns.clear();
  s.images = {{0, 0, 0}, {1, -2, 3}, {0, 0, -1}};
  // Turned and reversed, so that the writer has to find LAMMPS's form.
  s.cell_angstrom << 0, 10, 0, 0, -2, 11, 12, 0, 0.5;
  s.origin_angstrom << -5, 0.25, 3;
  const auto box = lammps_box(s);
  const auto turned = in_lammps_box(s, box);
  put("a.data", format_lammps_data(s));
  put("a.dump", format_dump_snapshot(s));
  put("in.lmp",
      "units metal\natom_modify map array\nbox tilt large\nread_data a.data\n"
      "pair_style zero 3.0\npair_coeff * *\n"
      "dump d all custom 1 b.dump id type x y z ix iy iz vx vy vz\n"
      "dump_modify d format float %.17g sort id time yes units yes\n"
      "run 0\nundump d\nwrite_data b.data\n"
      "velocity all set 0 0 0\nread_dump a.dump 40 x y z ix iy iz vx vy vz box yes\n"
      "write_data c.data\n");
  ASSERT_TRUE(runs("lmp -in in.lmp -log none")) << get("output.txt") << get("messages.txt");
  const auto unwrapped = [](const Structure& given, std::size_t i) -> Eigen::Vector3d {
    Eigen::Vector3d r = given.atoms[i].position_angstrom;
    if (!given.images.empty()) {
      r += given.cell_angstrom.transpose() * given.images[i].cast<double>();
    }
    return r;
  };
  for (const char* name : {"b.data", "b.dump", "c.data"}) {
    const auto back = read_structure(folder_ / name, {{1, "Au"}, {2, "Pt"}});
    ASSERT_EQ(back.atoms.size(), 3U) << name;
    EXPECT_EQ(back.ids, s.ids) << name;
    EXPECT_EQ(back.periodic, s.periodic) << name;
    EXPECT_LT((back.cell_angstrom - turned.cell_angstrom).norm(), 100 * rounding) << name;
    EXPECT_LT((back.origin_angstrom - turned.origin_angstrom).norm(), 100 * rounding) << name;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(back.atoms[i].element, s.atoms[i].element);
      // LAMMPS wraps atoms into its box: a few sums of numbers up to 40.
      EXPECT_LT((unwrapped(back, i) - unwrapped(turned, i)).norm(), 1e-12) << name;
      EXPECT_EQ(back.velocities_angstrom_per_ps[i], turned.velocities_angstrom_per_ps[i]) << name;
    }
  }
  // Where the atoms are has not changed by turning: their distances.
  EXPECT_NEAR((unwrapped(s, 1) - unwrapped(s, 0)).norm(),
              (unwrapped(turned, 1) - unwrapped(turned, 0)).norm(), 1e-12);
}

}  // namespace
}  // namespace adatom::crystal
