#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/reconstruct/fitness.h"
#include "adatom/reconstruct/misfit.h"
#include "project_columns.h"

namespace adatom::reconstruct {
namespace {

/// A 201-atom particle along [110].
crystal::Structure seen_particle() {
  return crystal::rotated(crystal::build_truncated_octahedron({"Au", 4.0786}, 7, 2),
                          crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110));
}

crystal::Structure mapped(crystal::Structure structure, const PlaneMap& map) {
  for (auto& atom : structure.atoms) {
    atom.position_angstrom.head<2>() = map(atom.position_angstrom.head<2>());
  }
  return structure;
}

/// One atom at each place.
crystal::Structure flat(const std::vector<Eigen::Vector2d>& places) {
  crystal::Structure structure;
  for (const auto& place : places) {
    structure.atoms.push_back({.element = "Au", .position_angstrom = {place.x(), place.y(), 0.0}});
  }
  return structure;
}

/// A square of 4 angstrom, one atom in each column.
std::vector<ObservedColumn> square() {
  std::vector<ObservedColumn> columns;
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {4.0, 0.0}, {0.0, 4.0}, {4.0, 4.0}}) {
    columns.push_back({.column_id = static_cast<std::int64_t>(columns.size()) + 1,
                       .x_angstrom = x,
                       .y_angstrom = y,
                       .position_stderr_angstrom = 0.03,
                       .atom_count = 1,
                       .probability = 0.9});
  }
  return columns;
}

TEST(Misfit, OfTheExactModelIsZeroWhereverItLies) {
  const auto particle = seen_particle();
  const auto columns = testing::project_columns(particle);
  const auto exact = measure_misfit(particle, columns, {});
  EXPECT_LT(exact.chi, 1e-20);
  EXPECT_EQ(exact.stray_atoms, 0);
  EXPECT_EQ(exact.columns_exact, static_cast<std::int64_t>(columns.size()));
  const PlaneMap back{.shift_angstrom = {30.0, -4.0}, .rotation_rad = 0.02, .scale = 1.01};
  const auto moved = measure_misfit(mapped(particle, back), columns, {});
  EXPECT_LT(moved.chi, 1e-20);
  EXPECT_NEAR(moved.map.scale, 1.0 / 1.01, 1e-12);
  EXPECT_NEAR(moved.map.rotation_rad, -0.02, 1e-12);
  // Only shifted, a pixel size of 1 % and a turn of 0.02 rad are seen: |(s R - 1) r| about the
  // middle.
  const auto rigid =
      measure_misfit(mapped(particle, back), columns, {.freedom = ProjectionFreedom::translation});
  double expected = 0.0;
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  const auto count = static_cast<double>(columns.size());
  for (const auto& c : columns) middle += Eigen::Vector2d(c.x_angstrom, c.y_angstrom) / count;
  for (const auto& c : columns) {
    const Eigen::Vector2d r = Eigen::Vector2d(c.x_angstrom, c.y_angstrom) - middle;
    const double factor2 = 1.01 * 1.01 - 2.0 * 1.01 * std::cos(0.02) + 1.0;
    expected += factor2 * r.squaredNorm() / (0.1 * 0.1) / count;
  }
  EXPECT_NEAR(rigid.chi_positions, expected, 1e-9);
}

TEST(Misfit, IdsLayATurnedModelOnItsColumns) {
  auto particle = seen_particle();
  const auto columns = testing::project_columns(particle);
  std::vector<std::int64_t> ids;
  for (const auto c : testing::columns_of_atoms(particle)) ids.push_back(columns[c].column_id);
  particle = mapped(particle, {.shift_angstrom = {3.0, 80.0}, .rotation_rad = 2.5, .scale = 1.05});
  particle.columns.push_back({.name = "column_id", .width = 1, .values = ids});
  // An atom whose id is wrong goes to where it is seen.
  std::get<std::vector<std::int64_t>>(particle.columns[0].values)[5] = columns.back().column_id;
  EXPECT_LT(measure_misfit(particle, columns, {}).chi, 1e-20);
}

TEST(Misfit, HasTheValuesOfItsFormula) {
  const auto columns = square();
  const MisfitOptions shift_only{.freedom = ProjectionFreedom::translation,
                                 .position_floor_angstrom = 0.04};
  // A corner off by d leaves 3/4 d there and d/4 at the others once the mean is taken out: 3/4 d^2.
  const double d = 0.2;
  const auto off =
      measure_misfit(flat({{0, 0}, {4, 0}, {0, 4}, {4.0 + d, 4}}), columns, shift_only);
  EXPECT_NEAR(off.chi, 0.75 * d * d / (0.03 * 0.03 + 0.04 * 0.04) / 4.0, 1e-9);
  EXPECT_NEAR(off.columns[3].dx_angstrom, 0.75 * d, 1e-12);
  EXPECT_NEAR(off.columns[3].chi, 0.5625 * d * d / 0.0025, 1e-9);
  EXPECT_EQ(off.chi_counts, 0.0);

  // Two atoms in a column that has one, p = 0.9.
  const auto more = measure_misfit(flat({{0, 0}, {4, 0}, {0, 4}, {4, 4}, {4, 4}}), columns, {});
  EXPECT_NEAR(more.chi, 2.0 * count_price(columns[3], 2) / 4.0, 1e-12);
  EXPECT_GT(more.chi, 0.0);
  EXPECT_EQ(more.columns_exact, 3);
  EXPECT_EQ(more.columns[3].atoms, 2);
  // An empty column has no position, only its price.
  const auto fewer = measure_misfit(flat({{0, 0}, {4, 0}, {0, 4}}), columns, {});
  EXPECT_NEAR(fewer.chi, 2.0 * count_price(columns[3], 0) / 4.0, 1e-12);

  // An atom between all columns; the middle of all shifts towards it at first, which must not stay.
  const auto stray = measure_misfit(flat({{0, 0}, {4, 0}, {0, 4}, {4, 4}, {2, 2.1}}), columns, {});
  EXPECT_NEAR(stray.chi, 2.0 * std::log(1e6) / 4.0, 1e-12);
  EXPECT_EQ(stray.stray_atoms, 1);
  EXPECT_EQ(stray.atom_columns, (std::vector<std::int64_t>{0, 1, 2, 3, -1}));
  EXPECT_NEAR(stray.chi, stray.chi_counts, 1e-12);
  EXPECT_THROW((void)measure_misfit({}, columns, {}), InputError);
  EXPECT_THROW((void)measure_misfit(seen_particle(), {}, {}), InputError);
}

TEST(Fitness, HasTheValuesOfItsFormula) {
  // k_B 673 K = 0.05799465 eV (CODATA 2018).
  EXPECT_NEAR(default_alpha_ev(100, 1000, 673.0), 0.5 * 0.05799465 * 0.1, 1e-9);
  const std::vector<FitnessInput> candidates = {
      {.energy_ev = -3600.0, .energy_stderr_ev = 0.3, .atoms = 1000, .chi = 2.0},
      {.energy_ev = -3601.0, .energy_stderr_ev = 0.4, .atoms = 1000, .chi = 4.0},
      {.energy_ev = -3590.0, .energy_stderr_ev = 0.0, .atoms = 1000, .chi = 1.0},
  };
  // f = -3.600 + 2 a, -3.601 + 4 a, -3.590 + a: the second up to a = 0.0005, the first up to 0.01.
  const auto result = rank_candidates(candidates, 100, 1000, {});
  ASSERT_EQ(result.ranked.size(), 3U);
  EXPECT_EQ(result.ranked[0].index, 0U);
  EXPECT_EQ(result.ranked[1].index, 1U);
  EXPECT_NEAR(result.ranked[0].fitness_ev, -3.6 + 2.0 * result.alpha_ev, 1e-12);
  EXPECT_NEAR(result.ranked[1].free_energy_ev, -1.0 + 2000.0 * result.alpha_ev, 1e-9);
  EXPECT_DOUBLE_EQ(result.ranked[0].free_energy_stderr_ev, 0.3);
  ASSERT_EQ(result.ranges.size(), 3U);
  EXPECT_EQ(result.ranges[0].index, 1U);
  EXPECT_NEAR(result.ranges[0].to_ev.value(), 0.0005, 1e-12);
  EXPECT_NEAR(result.ranges[1].to_ev.value(), 0.01, 1e-12);
  EXPECT_FALSE(result.ranges[2].to_ev.has_value());
  EXPECT_NEAR(result.best_range.from_ev, 0.0005, 1e-12);
  EXPECT_NEAR(result.best_range.to_ev.value(), 0.01, 1e-12);
  // 4.8 eV above at an error of 0.5 eV, 7 eV at 0.3.
  EXPECT_EQ(result.indistinguishable, 0U);
  EXPECT_EQ(rank_candidates(candidates, 100, 1000, {.alpha_ev = 0.0009}).indistinguishable, 1U);
  EXPECT_NEAR(result.balance.value(), 3.6 / (2.0 * result.alpha_ev), 1e-9);
  EXPECT_THROW((void)rank_candidates({}, 1, 1, {}), InputError);
  EXPECT_THROW((void)rank_candidates(std::vector<FitnessInput>{{.atoms = 0}}, 1, 1, {}),
               InputError);
}

TEST(Fitness, NumbersOfAtomsAreComparedAtWhatAnAtomIsWorth) {
  // The second lacks an adatom bound by 2.9 eV, less than the mean of 3.6 eV: E / atoms is lower
  // without it. At 3.9 eV for an atom in the crystal taking it away gains 1 eV, at 2.5 eV it costs.
  const std::vector<FitnessInput> candidates = {
      {.energy_ev = -3600.0, .energy_stderr_ev = 0.5, .atoms = 1000, .chi = 1.0},
      {.energy_ev = -3597.1, .energy_stderr_ev = 0.5, .atoms = 999, .chi = 1.0}};
  EXPECT_EQ(rank_candidates(candidates, 100, 1000, {}).ranked[0].index, 1U);
  const auto bound = rank_candidates(candidates, 100, 1000, {}, -2.5);
  EXPECT_EQ(bound.ranked[0].index, 0U);
  EXPECT_NEAR(bound.ranked[1].free_energy_ev, 2.9 - 2.5, 1e-9);
  EXPECT_DOUBLE_EQ(bound.ranked[1].free_energy_stderr_ev, 0.5);
  const auto reservoir = rank_candidates(candidates, 100, 1000, {}, -3.9);
  EXPECT_EQ(reservoir.ranked[0].index, 1U);
  EXPECT_NEAR(reservoir.ranked[1].free_energy_ev, 1.0, 1e-9);
  EXPECT_NEAR(reservoir.ranked[1].energy_per_atom_ev, -3.6, 1e-12);
}

TEST(Fitness, RangesOfAlphaAreThoseOfTryingThemAll) {
  RandomStream random(5);
  std::vector<FitnessInput> candidates;
  for (int i = 0; i < 40; ++i) {
    // Lower chi costs energy. Numbers from a small set, so that some are equal in one or both.
    const auto chi = random.below(20);
    const auto above = (19 - chi) * (19 - chi) / 4 + random.below(6);
    candidates.push_back({.energy_ev = -3600.0 + static_cast<double>(above),
                          .atoms = 1000,
                          .chi = 0.5 * static_cast<double>(chi)});
  }
  const auto ranges = rank_candidates(candidates, 100, 1000, {}).ranges;
  EXPECT_GT(ranges.size(), 4U);
  for (double alpha = 1.7e-5; alpha < 1.0; alpha *= 1.13) {
    const auto result = rank_candidates(candidates, 100, 1000, {.alpha_ev = alpha});
    EXPECT_LE(result.best_range.from_ev, alpha);
    EXPECT_GE(result.best_range.to_ev.value_or(2.0), alpha);
    for (const auto& range : ranges) {
      if (alpha < range.from_ev || alpha > range.to_ev.value_or(2.0)) continue;
      const auto& a = candidates[range.index];
      const auto& b = candidates[result.ranked[0].index];
      EXPECT_EQ(a.energy_ev, b.energy_ev) << alpha;
      EXPECT_EQ(a.chi, b.chi) << alpha;
      EXPECT_DOUBLE_EQ(range.from_ev, result.best_range.from_ev);
    }
  }
}

}  // namespace
}  // namespace adatom::reconstruct
