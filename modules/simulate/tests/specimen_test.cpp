#include "adatom/simulate/specimen.h"

#include <cmath>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/simulate/project.h"

namespace adatom::simulate {
namespace {

const ScsLibrary per_atom = ScsLibrary::proportional(0.0276);
constexpr double gold = 4.0786;

/// The columns of a truncated octahedron by whole numbers alone: a column of zone axis [u v w] is a
/// set of sites that differ by multiples of it.
std::size_t count_columns(int length, int cutoff, std::array<int, 3> axis) {
  std::set<std::tuple<int, int, int>> columns;  // the cross product of site and axis names one
  const int tip = length - 1;
  for (int h = -tip; h <= tip; ++h) {
    for (int k = -tip; k <= tip; ++k) {
      for (int l = -tip; l <= tip; ++l) {
        if (std::abs(h + k + l) % 2 != tip % 2) continue;
        if (std::abs(h) + std::abs(k) + std::abs(l) > tip) continue;
        if (std::max({std::abs(h), std::abs(k), std::abs(l)}) > tip - cutoff) continue;
        columns.insert(
            {k * axis[2] - l * axis[1], l * axis[0] - h * axis[2], h * axis[1] - k * axis[0]});
      }
    }
  }
  return columns.size();
}

TEST(Specimen, ColumnsOfATruncatedOctahedronAlongEachAxis) {
  const std::array<std::array<int, 3>, 4> axes = {{{0, 0, 1}, {1, 1, 0}, {1, 1, 1}, {1, 1, 2}}};
  // Distance of the nearest columns in units of a: 1/2, sqrt 3 / (2 sqrt 2) ... of the plane
  // lattices.
  const std::array<double, 4> spacing = {0.5, std::sqrt(6.0) / 4.0, 1.0 / std::sqrt(6.0),
                                         1.0 / std::sqrt(8.0)};
  for (int i = 0; i < 4; ++i) {
    SpecimenOptions options;  // 976 atoms of gold
    options.zone_axis = static_cast<crystal::ZoneAxis>(i);
    const auto columns = project_columns(build_specimen(options, std::nullopt), 0.3, per_atom);
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(columns.size(), count_columns(12, 4, axes[at]));
    std::int64_t atoms = 0;
    double nearest = 1e9;
    for (const auto& a : columns) {
      atoms += a.atom_count;
      EXPECT_DOUBLE_EQ(a.scs_angstrom2, 0.0276 * static_cast<double>(a.atom_count));
      for (const auto& b : columns) {
        if (a.column_id == b.column_id) continue;
        nearest =
            std::min(nearest, std::hypot(a.x_angstrom - b.x_angstrom, a.y_angstrom - b.y_angstrom));
      }
    }
    EXPECT_EQ(atoms, 976);
    EXPECT_NEAR(nearest, spacing[at] * gold, 1e-9);
  }
}

TEST(Specimen, OrientationAlong110) {
  // x along [1 -1 0], y along [0 0 -1]: rows of columns a / sqrt 2 apart, a / 2 from row to row.
  const auto columns =
      project_columns(build_specimen(SpecimenOptions{}, std::nullopt), 0.3, per_atom);
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const double dy = columns[i].y_angstrom - columns[i - 1].y_angstrom;
    if (std::abs(dy) < 0.1) {
      EXPECT_NEAR(columns[i].x_angstrom - columns[i - 1].x_angstrom, gold / std::sqrt(2.0), 1e-9);
    } else {
      EXPECT_NEAR(dy, gold / 2.0, 1e-9);
    }
    EXPECT_EQ(columns[i].column_id, static_cast<std::int64_t>(i));
  }
}

TEST(Specimen, FileTurnsItsBeamAxisToZ) {
  crystal::Structure structure;
  structure.atoms = {{"Au", {1.0, 2.0, 3.0}}};
  SpecimenOptions options{.kind = SpecimenKind::file, .structure = {"a.xyz"}};
  const auto seen = [&](BeamAxis axis, double turn) {
    options.beam_axis = axis;
    options.rotation_rad = turn;
    return build_specimen(options, structure).atoms[0].position_angstrom;
  };
  EXPECT_EQ(seen(BeamAxis::z, 0.0), Eigen::Vector3d(1, 2, 3));
  EXPECT_EQ(seen(BeamAxis::x, 0.0), Eigen::Vector3d(2, 3, 1));
  EXPECT_EQ(seen(BeamAxis::y, 0.0), Eigen::Vector3d(3, 1, 2));
  const double quarter = std::acos(-1.0) / 2.0;
  EXPECT_LT((seen(BeamAxis::z, quarter) - Eigen::Vector3d(-2, 1, 3)).norm(), 1e-14);
}

TEST(Specimen, AllThatIsWrongIsSaidAtOnce) {
  SpecimenOptions options;
  options.element = "Fe";
  options.cutoff = 9;
  EXPECT_EQ(options.validate().size(), 2U);
  options.lattice_parameter_angstrom = 3.65;
  options.cutoff = 4;
  EXPECT_TRUE(options.validate().empty());
  options.kind = SpecimenKind::file;
  EXPECT_EQ(options.validate().size(), 1U);
  options.structure = {"a.xyz"};
  options.type_elements = "Pt  Xx";
  EXPECT_EQ(options.elements_of_types(), (crystal::TypeElements{{1, "Pt"}, {2, "Xx"}}));
  EXPECT_EQ(options.validate().size(), 1U);
  options.type_elements = "Pt Ir";
  EXPECT_THROW((void)build_specimen(options, std::nullopt), InputError);
}

TEST(Projection, GroupsByDistanceNotByBoxes) {
  crystal::Structure structure;
  for (const double x : {-0.01, 0.01, 0.29, 5.0, 5.31}) {
    structure.atoms.push_back({"Au", {x, 0.0, 10.0 * x}});
  }
  const auto columns = project_columns(structure, 0.3, per_atom);
  ASSERT_EQ(columns.size(), 3U);  // a chain counts as one; 0.31 is too far
  EXPECT_EQ(columns[0].atom_count, 3);
  EXPECT_NEAR(columns[0].x_angstrom, 0.29 / 3.0, 1e-15);
  EXPECT_THROW((void)project_columns({}, 0.3, per_atom), InputError);
  EXPECT_THROW((void)project_columns(structure, 0.0, per_atom), InputError);
  structure.atoms[0].position_angstrom.x() = 1e300;
  EXPECT_THROW((void)project_columns(structure, 0.3, per_atom), InputError);
}

}  // namespace
}  // namespace adatom::simulate
