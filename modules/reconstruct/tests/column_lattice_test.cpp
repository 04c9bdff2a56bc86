#include "adatom/reconstruct/column_lattice.h"

#include <gtest/gtest.h>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/twinned.h"
#include "adatom/reconstruct/start_model.h"
#include "adatom/reconstruct/support_frame.h"
#include "particle_views.h"
#include "project_columns.h"

namespace adatom::reconstruct {
namespace {

using crystal::Structure;
using crystal::ZoneAxis;
using testing::columns_of_atoms;
using testing::heights_right;
using testing::project_columns;
using testing::spoilt;
using testing::twin_110;
using testing::view;

constexpr std::array all_axes = {ZoneAxis::axis_100, ZoneAxis::axis_110, ZoneAxis::axis_111,
                                 ZoneAxis::axis_112};
const crystal::FccCrystal gold_crystal{"Au", 4.0786};

// Twenty columns lost, six found where none are, a pixel size 2 % wrong with 1.5 % of shear.
const testing::Spoiling spoiling{
    .position_error_angstrom = 0.1, .missing = 20, .outliers = 6, .distortion = {1.03, 0.01, 1.01}};

std::size_t columns_in_lattice(const ColumnLattice& lattice) {
  return lattice.sites.size() - static_cast<std::size_t>(std::ranges::count(
                                    lattice.sites, std::int64_t{-1}, &LatticeSite::grain));
}

// Atoms of the model at atoms of the truth: both are moved to the mean of their columns, and along
// the beam so that most atoms fit.
std::size_t atoms_in_place(const ColumnModel& model, const Structure& truth,
                           double tolerance_angstrom) {
  const auto of_atom = columns_of_atoms(truth);
  const auto columns = project_columns(truth);
  std::vector<std::vector<double>> heights(columns.size());
  for (std::size_t i = 0; i < of_atom.size(); ++i) {
    heights[of_atom[i]].push_back(truth.atoms[i].position_angstrom.z());
  }
  const auto count = static_cast<double>(model.columns.size());
  Eigen::Vector2d shift = Eigen::Vector2d::Zero();
  const auto place = [&](const ModelColumn& column) {
    const auto& seen = columns[static_cast<std::size_t>(column.column_id) - 1];
    return Eigen::Vector2d(seen.x_angstrom, seen.y_angstrom);
  };
  for (const ModelColumn& column : model.columns) {
    shift += (place(column) - Eigen::Vector2d(column.x_angstrom, column.y_angstrom)) / count;
  }
  const auto at_height = [&](const ModelColumn& column, double z) {
    const auto& there = heights[static_cast<std::size_t>(column.column_id) - 1];
    return std::ranges::any_of(there,
                               [&](double at) { return std::abs(at - z) < tolerance_angstrom; });
  };
  const auto& longest = *std::ranges::max_element(model.columns, {}, &ModelColumn::atoms);
  std::size_t best = 0;
  for (const double first : heights[static_cast<std::size_t>(longest.column_id) - 1]) {
    const double up = first - longest.z_angstrom(longest.bottom);
    std::size_t right = 0;
    for (const ModelColumn& column : model.columns) {
      const Eigen::Vector2d at = shift + Eigen::Vector2d(column.x_angstrom, column.y_angstrom);
      if ((at - place(column)).norm() > tolerance_angstrom) continue;
      for (std::int64_t level = 0; level < column.atoms; ++level) {
        if (at_height(column, up + column.z_angstrom(column.bottom + level))) ++right;
      }
    }
    best = std::max(best, right);
  }
  return best;
}

ColumnModel model_of(const std::vector<ObservedColumn>& columns, StartShape shape) {
  std::vector<std::size_t> used;
  return start_model(columns, find_column_lattice(columns, {}), {.shape = shape}, used);
}

// Shares of a normal distribution from its table: within 0.5, and 0.5 to 1.5, of sigma = 1: 0.38292
// and 0.24173; within 2, and 2 to 6, of sigma = 1/4: 0.95450 and 0.02275.
TEST(CountPrice, IsThatOfANormalDistribution) {
  ObservedColumn column{.atom_count = 7, .probability = 0.382925};
  EXPECT_NEAR(count_price(column, 8), std::log(0.382925 / 0.241730), 1e-5);  // six digits
  EXPECT_EQ(count_price(column, 7), 0.0);
  EXPECT_EQ(count_price(column, 5), count_price(column, 9));
  column.probability = 0.954500;
  EXPECT_NEAR(count_price(column, 6), std::log(0.954500 / 0.022750), 1e-4);
}

TEST(CountPrice, RisesWithoutEndForCertainAndUncertainCounts) {
  for (const double probability : {0.05, 0.1, 0.5, 0.9, 0.999, 1.0}) {
    const ObservedColumn column{.atom_count = 3, .probability = probability};
    for (std::int64_t atoms = 3; atoms < 60; ++atoms) {
      EXPECT_GT(count_price(column, atoms + 1), count_price(column, atoms));
      EXPECT_TRUE(std::isfinite(count_price(column, atoms + 1)));
    }
  }
  // What a certain count leaves, 1e-12 (four digits of it in 1 - 1e-12), goes to its two
  // neighbours; an unknown one leaves all free.
  EXPECT_NEAR(count_price({.atom_count = 3, .probability = 1.0}, 4), -std::log(0.5e-12), 1e-3);
  EXPECT_NEAR(count_price({.atom_count = 3, .probability = 0.0}, 9), 0.0, 1e-6);
}

TEST(ColumnLattice, FindsAxisRotationScaleAndHeights) {
  const std::array spacings = {1.0, std::sqrt(0.5), std::sqrt(3.0), std::sqrt(1.5)};
  const std::array symmetries_deg = {90.0, 180.0, 60.0, 180.0};
  const Structure particle = crystal::build_truncated_octahedron(gold_crystal, 9, 2);
  for (std::size_t k = 0; k < all_axes.size(); ++k) {
    for (const double rotation_deg : {0.0, 20.0, 150.0}) {
      const Structure seen = view(particle, all_axes[k], rotation_deg);
      const auto columns = project_columns(seen);
      const auto lattice = find_column_lattice(columns, {.element = "Au"});
      ASSERT_EQ(lattice.zone_axis, all_axes[k]);
      ASSERT_EQ(lattice.grains.size(), 1U);
      EXPECT_EQ(columns_in_lattice(lattice), columns.size());
      const Grain& grain = lattice.grains.front();
      EXPECT_NEAR(lattice.spacing_angstrom, spacings[k] * 4.0786, 1e-12);
      EXPECT_NEAR(grain.scale, 1.0, 1e-12);
      EXPECT_NEAR(grain.rms_residual_angstrom, 0.0, 1e-11);
      const double turns =
          (grain.rotation_rad * 180.0 / std::numbers::pi - rotation_deg) / symmetries_deg[k];
      EXPECT_NEAR(turns, std::round(turns), 1e-9);
      EXPECT_EQ(heights_right(seen, columns, lattice), columns.size());
    }
  }
}

TEST(ColumnLattice, IsRobust) {
  const Structure particle = crystal::build_truncated_octahedron(gold_crystal, 12, 4);
  const double scale = std::sqrt(1.03 * 1.01 - 0.01 * 0.01);
  for (const ZoneAxis axis : all_axes) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Structure seen = view(particle, axis, 37.0);
      const auto columns = spoilt(project_columns(seen), spoiling, RandomStream(seed));
      const auto lattice = find_column_lattice(columns, {});
      ASSERT_EQ(lattice.zone_axis, axis);
      ASSERT_EQ(lattice.grains.size(), 1U);
      // At 0.1 angstrom along each axis, 2 % of columns are farther than 0.3 of the shortest vector
      // in [112], 1.44 angstrom.
      EXPECT_GE(columns_in_lattice(lattice), columns.size() - 6 - columns.size() / 50);
      const Grain& grain = lattice.grains.front();
      // 12 trials: 4 standard errors are passed by chance once in 1300.
      EXPECT_NEAR(grain.scale, scale, 4.0 * grain.scale_stderr);
      EXPECT_LT(grain.scale_stderr, 1.5e-3);
      EXPECT_NEAR(grain.strain[2], 0.01, 0.005);
      EXPECT_EQ(heights_right(seen, columns, lattice), testing::true_columns(columns, lattice));
    }
  }
}

// The boundary's columns are sites of both grains, and nothing else is.
TEST(ColumnLattice, SeparatesTwinsAndRelatesTheirHeights) {
  const Structure twin = twin_110(gold_crystal, 11, 3);
  for (const double rotation_deg : {0.0, 100.0}) {
    const Structure seen = view(twin, ZoneAxis::axis_110, rotation_deg);
    const auto perfect = project_columns(seen);
    const auto lattice = find_column_lattice(perfect, {});
    ASSERT_EQ(lattice.grains.size(), 2U);
    EXPECT_EQ(columns_in_lattice(lattice), perfect.size());
    const double turn = std::abs(lattice.grains[0].rotation_rad - lattice.grains[1].rotation_rad);
    EXPECT_NEAR(std::abs(std::cos(turn)), 1.0 / 3.0, 1e-9);  // 70.53 degrees
    EXPECT_EQ(heights_right(seen, perfect, lattice), perfect.size());
    const Eigen::Vector2d normal =
        (crystal::rotation_about_beam(rotation_deg * std::numbers::pi / 180.0) *
         crystal::zone_axis_rotation(ZoneAxis::axis_110) * Eigen::Vector3d(1, -1, 1).normalized())
            .head<2>();
    for (std::size_t i = 0; i < perfect.size(); ++i) {
      const double off = normal.dot(Eigen::Vector2d(perfect[i].x_angstrom, perfect[i].y_angstrom));
      EXPECT_EQ(lattice.sites[i].other_grains.size(), std::abs(off) < 0.1 ? 1U : 0U);
    }
    const auto columns = spoilt(perfect, spoiling, RandomStream(7));
    const auto noisy = find_column_lattice(columns, {});
    ASSERT_EQ(noisy.grains.size(), 2U);
    EXPECT_EQ(heights_right(seen, columns, noisy), testing::true_columns(columns, noisy));
  }
}

// One crystal in two pieces, with a trench between them, is one grain; shifted against each other
// as by a stacking fault they are two, without common columns, whose heights neighbours tell.
TEST(ColumnLattice, KnowsPiecesOfOneCrystalFromAFault) {
  const Eigen::Vector3d normal = Eigen::Vector3d(1, -1, 1).normalized();
  // Shockley's partial across the beam: what was in a hollow goes to the other kind of hollow.
  const Eigen::Vector3d partial = Eigen::Vector3d(1, -1, -2) / 6.0 * 4.0786;
  Structure pieces;
  Structure faulted;
  for (auto atom : crystal::build_truncated_octahedron(gold_crystal, 12, 4).atoms) {
    const double off = atom.position_angstrom.dot(normal);
    if (std::abs(off) > 5.0) pieces.atoms.push_back(atom);
    if (off > 0.0) atom.position_angstrom += partial;
    faulted.atoms.push_back(atom);
  }
  for (const auto& [particle, grains] : {std::pair{pieces, 1U}, std::pair{faulted, 2U}}) {
    const Structure seen = view(particle, ZoneAxis::axis_110, 70.0);
    const auto columns = project_columns(seen);
    const auto lattice = find_column_lattice(columns, {});
    EXPECT_EQ(lattice.grains.size(), grains);
    EXPECT_EQ(columns_in_lattice(lattice), columns.size());
    EXPECT_EQ(heights_right(seen, columns, lattice), columns.size());
    EXPECT_TRUE(lattice.warnings.empty());
    const auto model = model_of(columns, StartShape::symmetric);
    EXPECT_EQ(atoms_in_place(model, seen, 1e-6), seen.atoms.size());
  }
}

// Five crystals around the axis, 1.8 % strained, as the builder makes them.
TEST(ColumnLattice, SeparatesTheGrainsOfADecahedron) {
  const Structure particle =
      view(crystal::build_decahedron(gold_crystal, {5, 4, 4}), std::nullopt, 11.0);
  const auto columns = project_columns(particle);
  const auto lattice = find_column_lattice(columns, {});
  ASSERT_EQ(lattice.grains.size(), 5U);
  EXPECT_EQ(lattice.zone_axis, ZoneAxis::axis_110);
  EXPECT_EQ(columns_in_lattice(lattice), columns.size());
  EXPECT_EQ(heights_right(particle, columns, lattice), columns.size());
  // The axis is in all five, seven columns of each of the five boundaries in two.
  std::array<int, 5> sharing = {};
  for (const auto& site : lattice.sites) ++sharing.at(site.other_grains.size());
  EXPECT_EQ(sharing, (std::array<int, 5>{195, 35, 0, 0, 1}));
  // Wedges of 70.53 degrees do not close, so each keeps its strain; the model's size is that of
  // unstrained crystals, 0.44 % (0.12 angstrom at the rim) less than the particle's.
  const auto model = model_of(columns, StartShape::symmetric);
  EXPECT_EQ(atoms_in_place(model, particle, 0.15), particle.atoms.size());
  const auto noisy = spoilt(columns, spoiling, RandomStream(3));
  const auto found = find_column_lattice(noisy, {});
  EXPECT_EQ(found.grains.size(), 5U);
  EXPECT_EQ(heights_right(particle, noisy, found), testing::true_columns(noisy, found));
}

TEST(ColumnLattice, SaysWhatItCannotDo) {
  std::vector<ObservedColumn> columns(3);
  EXPECT_THROW((void)find_column_lattice(columns, {}), InputError);
  RandomStream random(5);
  columns.resize(80);
  for (auto& column : columns) {
    column.x_angstrom = 30.0 * random.uniform();
    column.y_angstrom = 30.0 * random.uniform();
  }
  EXPECT_THROW((void)find_column_lattice(columns, {}), InputError);
  EXPECT_THROW((void)find_column_lattice(columns, {.element = "Fe"}), InputError);
  EXPECT_THROW((void)find_column_lattice(columns, {.max_grains = 0}), InputError);
  columns[7].x_angstrom = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)find_column_lattice(columns, {}), InputError);
  // Of a crystal along [111] only the sign of the heights is open: told by a warning.
  const auto seen = project_columns(
      view(crystal::build_truncated_octahedron(gold_crystal, 6, 1), ZoneAxis::axis_111, 0.0));
  EXPECT_EQ(find_column_lattice(seen, {}).warnings.size(), 1U);
  EXPECT_THROW((void)find_column_lattice(seen, {.zone_axis = ZoneAxis::axis_100}), InputError);
}

// Mirror symmetrical along [100] and [110], so the start is the particle; the image's distortion is
// taken off. Along [111] and [112] the particle has an inversion centre but no mirror plane: a few
// atoms at the rim are a level off.
TEST(StartModel, IsTheTruncatedOctahedron) {
  for (const auto& [length, cutoff] : {std::pair{9, 4}, std::pair{12, 4}}) {
    const Structure particle = crystal::build_truncated_octahedron(gold_crystal, length, cutoff);
    for (const ZoneAxis axis : all_axes) {
      const Structure seen = view(particle, axis, 25.0);
      auto columns =
          spoilt(project_columns(seen), {.distortion = {1.03, -0.02, 0.98}}, RandomStream(1));
      const auto model = model_of(columns, StartShape::symmetric);
      EXPECT_EQ(model.atoms(), static_cast<std::int64_t>(particle.atoms.size()));
      const auto right = atoms_in_place(model, seen, 1e-6);  // rounding of a fit
      const bool mirrored = axis == ZoneAxis::axis_100 || axis == ZoneAxis::axis_110;
      if (mirrored) {
        EXPECT_EQ(right, particle.atoms.size());
      } else {
        Structure reflected = seen;
        for (auto& atom : reflected.atoms) atom.position_angstrom.z() *= -1.0;
        const auto best = std::max(right, atoms_in_place(model, reflected, 1e-6));
        EXPECT_GE(best, particle.atoms.size() * 95 / 100);
      }
    }
  }
  const Structure twin = view(twin_110(gold_crystal, 11, 3), ZoneAxis::axis_110, 60.0);
  EXPECT_EQ(atoms_in_place(model_of(project_columns(twin), StartShape::symmetric), twin, 1e-6),
            twin.atoms.size());
}

TEST(StartModel, TakesTheUpperAndTheLowerPlaceByTurns) {
  // Two atoms more in each of four columns keep the middle, one more leaves two places.
  const Structure particle =
      view(crystal::build_truncated_octahedron(gold_crystal, 9, 4), ZoneAxis::axis_110, 0.0);
  auto columns = project_columns(particle);
  const auto before = model_of(columns, StartShape::symmetric);
  for (std::size_t i = 0; i < 4; ++i) ++columns[i].atom_count;
  const auto after = model_of(columns, StartShape::symmetric);
  int lowered = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int64_t change = after.columns[i].bottom - before.columns[i].bottom;
    EXPECT_TRUE(change == 0 || change == -1);
    if (change == -1) ++lowered;
  }
  EXPECT_EQ(lowered, 2);
}

TEST(StartModel, StandsOnTheSupport) {
  for (const ZoneAxis axis : all_axes) {
    const Structure seen = view(crystal::build_sphere(gold_crystal, 9.0), axis, 10.0);
    const auto columns = project_columns(seen);
    const auto model = model_of(columns, StartShape::standing);
    std::set<std::int64_t> heights_milliangstrom;
    for (const ModelColumn& column : model.columns) {
      heights_milliangstrom.insert(std::lround(1000.0 * column.z_angstrom(column.bottom)));
    }
    EXPECT_EQ(*heights_milliangstrom.begin(), 0);
    EXPECT_LT(static_cast<double>(*heights_milliangstrom.rbegin()),
              1000.0 * model.columns.front().spacing_angstrom);
    // Two layers along [100] and [110], three along [111], six along [112].
    const std::array layers = {2U, 2U, 3U, 6U};
    EXPECT_EQ(heights_milliangstrom.size(), layers.at(static_cast<std::size_t>(axis)));
  }
}

TEST(SupportNormal, IsTheBeamOrADirectionInTheImage) {
  EXPECT_TRUE(parse_support_normal("beam").along_beam());
  const auto down = parse_support_normal("90");
  EXPECT_FALSE(down.along_beam());
  EXPECT_NEAR((down.direction - Eigen::Vector3d(0.0, 1.0, 0.0)).norm(), 0.0, 1e-15);
  EXPECT_NEAR((parse_support_normal("-180.0").direction + Eigen::Vector3d::UnitX()).norm(), 0.0,
              1e-15);
  for (const auto* text : {"", "beams", "12 deg", "nan", "361"}) {
    EXPECT_THROW((void)parse_support_normal(text), InputError);
  }
  const Structure ball = crystal::build_sphere(gold_crystal, 9.0);
  EXPECT_NEAR(lowest_atom_angstrom(ball, down), -2.0 * 4.0786, 1e-12);
  EXPECT_THROW((void)lowest_atom_angstrom({}, down), InputError);
}

}  // namespace
}  // namespace adatom::reconstruct
