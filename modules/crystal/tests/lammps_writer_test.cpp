// What is written for LAMMPS: data files and dumps.
#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/crystal/io/lammps_box.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"

namespace adatom::crystal {
namespace {

/// Everything a structure can hold, in a box that LAMMPS takes as it is.
Structure everything() {
  Structure s;
  s.comment = "a test";
  s.cell_angstrom << 10, 0, 0, 2, 11, 0, -1, 0.5, 12;
  s.origin_angstrom << -5, 0.25, 3;
  s.periodic = {true, true, true};
  s.atoms = {{"Pt", {1.0 / 3.0, 2, 3}}, {"Au", {4, 5e-7, -6}}, {"Au", {0, 0.1, 123456.789}}};
  s.velocities_angstrom_per_ps = {{1, 2, 3}, {-0.1, 0, 1e-9}, {7, 8, 9}};
  s.ids = {3, 5, 9};
  s.images = {{0, 0, 0}, {1, -2, 3}, {0, 0, -1}};
  return s;
}

void expect_same_atoms(const Structure& a, const Structure& b) {
  ASSERT_EQ(a.atoms.size(), b.atoms.size());
  for (std::size_t i = 0; i < a.atoms.size(); ++i) {
    EXPECT_EQ(a.atoms[i].element, b.atoms[i].element);
    EXPECT_EQ(a.atoms[i].position_angstrom, b.atoms[i].position_angstrom);
  }
  EXPECT_EQ(a.velocities_angstrom_per_ps, b.velocities_angstrom_per_ps);
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.images, b.images);
  EXPECT_EQ(a.origin_angstrom, b.origin_angstrom);
  EXPECT_EQ(a.cell_angstrom, b.cell_angstrom);
  EXPECT_EQ(a.periodic, b.periodic);
}

TEST(LammpsData, WhatIsWrittenReadsBackExactly) {
  const Structure s = everything();
  const auto text = format_lammps_data(s);
  const auto back = parse_lammps_data(text, "a.data");
  expect_same_atoms(s, back);
  EXPECT_EQ(back.comment, s.comment);
  EXPECT_EQ(format_lammps_data(back), text);
  EXPECT_NE(text.find("1 196.97 # Au\n2 195.08 # Pt\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n3 2 0.3333333333333333 2 3 0 0 0\n"), std::string::npos) << text;
}

TEST(LammpsData, TypesByTheListGiven) {
  Structure s;
  s.atoms = {{"Pt", {0, 0, 0}}, {"Au", {1, 0, 0}}};
  const auto text = format_lammps_data(s, {.elements = {"Pt", "Cu", "Au"}});
  EXPECT_NE(text.find("3 atom types"), std::string::npos);
  EXPECT_NE(text.find("\n1 1 0 0 0\n2 3 1 0 0\n"), std::string::npos) << text;
  EXPECT_THROW((void)format_lammps_data(s, {.elements = {"Pt"}}), InputError);
}

// Lengths, angles and handedness do not change when a cell is turned; atoms keep their shares of
// it.
TEST(LammpsBox, TurnsAnyCell) {
  Structure s = everything();
  s.cell_angstrom << 0, 10, 0, 0, 2, 11, 12, 0, 0.5;
  for (const double side : {1.0, -1.0}) {
    s.cell_angstrom.row(0) *= side;  // the second time left-handed
    const auto box = lammps_box(s);
    const auto turned = in_lammps_box(s, box);
    const Eigen::Matrix3d& cell = box.cell_angstrom;
    EXPECT_EQ(cell(0, 1), 0.0);
    EXPECT_EQ(cell(0, 2), 0.0);
    EXPECT_EQ(cell(1, 2), 0.0);
    EXPECT_GT(cell.diagonal().minCoeff(), 0.0);
    // Rounding of a few operations on lengths of 10.
    constexpr double rounding = 1e-13;
    EXPECT_NEAR(box.rotation.determinant(), 1.0, rounding);
    EXPECT_NEAR(cell.determinant(), std::abs(s.cell_angstrom.determinant()), 1e3 * rounding);
    const Eigen::Matrix3d basis = box.basis.cast<double>();
    EXPECT_LT((basis * s.cell_angstrom * box.rotation.transpose() - cell).norm(), 10 * rounding);
    // The corner is a corner still, and with images unwrapped atoms are where they were.
    const Eigen::Vector3d centre =
        s.origin_angstrom + 0.5 * s.cell_angstrom.colwise().sum().transpose();
    const Eigen::Vector3d new_centre =
        turned.origin_angstrom + 0.5 * cell.colwise().sum().transpose();
    EXPECT_LT((box.rotation * centre - new_centre).norm(), 10 * rounding);
    for (std::size_t i = 0; i < s.atoms.size(); ++i) {
      const auto unwrapped = [i](const Structure& given) -> Eigen::Vector3d {
        return given.atoms[i].position_angstrom +
               given.cell_angstrom.transpose() * given.images[i].cast<double>();
      };
      EXPECT_LT((box.rotation * unwrapped(s) - unwrapped(turned)).norm(), 1e-10);  // of 1e5
      EXPECT_NEAR(turned.velocities_angstrom_per_ps[i].norm(),
                  s.velocities_angstrom_per_ps[i].norm(), 10 * rounding);
    }
  }
}

TEST(LammpsBox, LargeTiltsBecomeOtherVectorsOfTheLattice) {
  Structure s = everything();
  s.cell_angstrom << 10, 0, 0, 17, 11, 0, -24, 30, 12;
  const auto box = lammps_box(s);
  EXPECT_EQ(box.rotation, Eigen::Matrix3d::Identity());
  EXPECT_LE(std::abs(box.cell_angstrom(1, 0)), 5.0);
  EXPECT_LE(std::abs(box.cell_angstrom(2, 0)), 5.0);
  EXPECT_LE(std::abs(box.cell_angstrom(2, 1)), 5.5);
  const auto turned = in_lammps_box(s, box);
  for (std::size_t i = 0; i < s.atoms.size(); ++i) {
    const Eigen::Vector3d before = s.cell_angstrom.transpose() * s.images[i].cast<double>();
    const Eigen::Vector3d after =
        turned.cell_angstrom.transpose() * turned.images[i].cast<double>();
    EXPECT_LT((before - after).norm(), 1e-12);
  }
  s.periodic = {false, false, false};
  EXPECT_EQ(lammps_box(s).cell_angstrom, s.cell_angstrom);
  s.periodic = {true, true, true};
  s.cell_angstrom(1, 0) = 1e46;
  EXPECT_THROW((void)lammps_box(s), InputError);
}

TEST(LammpsBox, MadeRoundAtomsThatHaveNone) {
  Structure s;
  s.atoms = {{"Au", {1, 2, 3}}, {"Au", {-1, 5, 3}}};
  const auto box = lammps_box(s);
  EXPECT_EQ(box.cell_angstrom, Eigen::Matrix3d(Eigen::Vector3d(22, 23, 20).asDiagonal()));
  EXPECT_EQ(box.origin_angstrom, Eigen::Vector3d(-11, -8, -7));
  s.periodic = {true, false, false};
  EXPECT_THROW((void)lammps_box(s), InputError);
  // A slab without a third vector.
  s.cell_angstrom << 4, 0, 0, 1, 5, 0, 0, 0, 0;
  const auto slab = lammps_box(s);
  EXPECT_EQ(slab.cell_angstrom.row(2), Eigen::RowVector3d(0, 0, 20));
  EXPECT_EQ(slab.origin_angstrom, Eigen::Vector3d(0, 0, -7));
}

}  // namespace
}  // namespace adatom::crystal
