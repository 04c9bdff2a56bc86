// Structure files other people's programs wrote.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/nanoparticle.h"
#include "external_data.h"

namespace adatom::crystal {
namespace {

TEST(RealStructures, ReconstructedGoldParticles) {
  const auto folder = adatom::testing::external_data() / "structures" / "au_np_frames";
  ADATOM_REQUIRE_EXTERNAL(folder);
  for (int frame = 1; frame <= 10; ++frame) {
    const std::string name =
        std::string("frame_") + (frame < 10 ? "0" : "") + std::to_string(frame) + ".data";
    // Frame 3 has no masses: its one type needs a name.
    const auto structure = read_structure(folder / name, {{1, "Au"}});
    EXPECT_GE(structure.atoms.size(), 1030U) << name;
    EXPECT_LE(structure.atoms.size(), 1047U) << name;
    EXPECT_EQ(structure.atoms.front().element, "Au");
    EXPECT_DOUBLE_EQ(structure.cell_angstrom(0, 0), 180.0);
  }
}

TEST(RealStructures, ReferenceParticles) {
  const auto folder = adatom::testing::external_data() / "structures" / "reference_nps";
  ADATOM_REQUIRE_EXTERNAL(folder);
  EXPECT_EQ(read_structure(folder / "ico309.data").atoms.size(), 309U);
  EXPECT_EQ(read_structure(folder / "ico309.minimization.data").atoms.size(), 309U);
  EXPECT_EQ(read_structure(folder / "to807_11_3_minimized.data").atoms.size(), 807U);
  EXPECT_EQ(read_structure(folder / "dh1734_5_4_4_minimized.data").atoms.size(), 1734U);
}

// Every file through every format and back: the digits it has are kept.
TEST(RealStructures, KeepTheirDigitsInEveryFormat) {
  const auto root = adatom::testing::external_data() / "structures";
  ADATOM_REQUIRE_EXTERNAL(root);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".data") continue;
    ++files;
    const auto from_file = read_structure(entry.path(), {{1, "Au"}});
    const auto by_xyz = parse_extended_xyz(format_extended_xyz({&from_file, 1}), "xyz").front();
    const auto by_dump = parse_lammps_dump(format_dump_snapshot(by_xyz), "dump");
    const auto back = parse_lammps_data(format_lammps_data(by_dump), "data");
    ASSERT_EQ(back.atoms.size(), from_file.atoms.size()) << entry.path();
    for (std::size_t i = 0; i < back.atoms.size(); ++i) {
      EXPECT_EQ(back.atoms[i].element, from_file.atoms[i].element);
      EXPECT_EQ(back.atoms[i].position_angstrom, from_file.atoms[i].position_angstrom);
    }
    EXPECT_EQ(back.velocities_angstrom_per_ps, from_file.velocities_angstrom_per_ps);
    EXPECT_EQ(back.ids, from_file.ids) << entry.path();
    EXPECT_EQ(back.images, from_file.images) << entry.path();
    EXPECT_EQ(back.cell_angstrom, from_file.cell_angstrom) << entry.path();
    EXPECT_EQ(back.origin_angstrom, from_file.origin_angstrom) << entry.path();
  }
  EXPECT_GE(files, 18);
}

TEST(RealStructures, OurTruncatedOctahedronIsTheOneOthersBuilt) {
  const auto path =
      adatom::testing::external_data() / "structures" / "reference_nps" / "to309_9_4.data";
  ADATOM_REQUIRE_EXTERNAL(path);
  const auto theirs = read_structure(path);
  double smallest = 1e9;
  for (const auto& atom : theirs.atoms) {
    const double distance = (atom.position_angstrom - theirs.atoms[0].position_angstrom).norm();
    if (distance > 0.0) smallest = std::min(smallest, distance);
  }
  const auto ours = build_truncated_octahedron({"Au", smallest * std::sqrt(2.0)}, 9, 4);
  ASSERT_EQ(ours.atoms.size(), theirs.atoms.size());
  // Same shape: the sorted distances from the centre of mass agree (their file has 8-9 digits).
  const auto radii = [](const Structure& s) {
    Eigen::Vector3d centre = Eigen::Vector3d::Zero();
    for (const auto& atom : s.atoms) centre += atom.position_angstrom;
    centre /= static_cast<double>(s.atoms.size());
    std::vector<double> list;
    for (const auto& atom : s.atoms) list.push_back((atom.position_angstrom - centre).norm());
    std::sort(list.begin(), list.end());
    return list;
  };
  const auto a = radii(ours);
  const auto b = radii(theirs);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6);
}

}  // namespace
}  // namespace adatom::crystal
