#include "adatom/reconstruct/ensemble.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/physical_constants.h"

namespace adatom::reconstruct {
namespace {

constexpr double kt_ev = boltzmann_ev_per_k * 673.0;

/// Columns of 2 angstrom spacing at x = 0, 2, 4, ...; every other one half a spacing higher.
ColumnModel columns_of(const std::vector<std::pair<std::int64_t, std::int64_t>>& bottom_and_atoms) {
  ColumnModel model;
  for (const auto& [bottom, atoms] : bottom_and_atoms) {
    const auto c = static_cast<std::int64_t>(model.columns.size());
    model.columns.push_back({.column_id = 10 + c,
                             .u = c,
                             .x_angstrom = 2.0 * static_cast<double>(c),
                             .z_origin_angstrom = c % 2 == 0 ? 0.0 : 1.0,
                             .spacing_angstrom = 2.0,
                             .bottom = bottom,
                             .atoms = atoms});
  }
  return model;
}

EnsembleResult measure(const std::vector<EnsembleMember>& members,
                       const EnsembleOptions& options = {}) {
  return measure_confidence(members, 0, options, RandomStream(3));
}

TEST(Ensemble, ProbabilitiesAreThoseCountedByHand) {
  // The third column, one atom on a column of three, is on top in the first member and at the
  // bottom in the second; in the third, which costs kT ln 2 more, the second column lacks its top.
  const std::vector<EnsembleMember> members = {
      {.model = columns_of({{0, 3}, {0, 3}, {2, 1}}), .free_energy_ev = -50.0},
      {.model = columns_of({{0, 3}, {0, 3}, {0, 1}}), .free_energy_ev = -50.0},
      {.model = columns_of({{0, 3}, {0, 2}, {2, 1}}),
       .free_energy_ev = -50.0 + kt_ev * std::log(2.0)},
  };
  const auto result = measure(members, {.symmetry = EnsembleSymmetry::shift});
  EXPECT_NEAR(result.weights[0], 0.4, 1e-12);
  EXPECT_NEAR(result.weights[2], 0.2, 1e-12);
  EXPECT_NEAR(result.effective_members, 1.0 / (0.16 + 0.16 + 0.04), 1e-9);
  const std::vector<double> expected = {1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.6};
  ASSERT_EQ(result.confidence.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(result.confidence[i], expected[i], 1e-12) << i;
  }
  EXPECT_NEAR(result.expected_wrong_atoms, 0.6, 1e-12);
  ASSERT_EQ(result.alternatives.size(), 1U);
  EXPECT_EQ(result.alternatives[0].column_id, 12);
  EXPECT_EQ(result.alternatives[0].level, 0);
  EXPECT_NEAR(result.alternatives[0].probability, 0.4, 1e-12);
  EXPECT_EQ(result.alternatives[0].position_angstrom, Eigen::Vector3d(4.0, 0.0, 0.0));
}

TEST(Ensemble, ShiftsAlongTheBeamAndMirrorImagesAreTheSameParticle) {
  const auto chosen = columns_of({{0, 3}, {-1, 4}, {2, 1}, {0, 2}});
  auto lifted = chosen;
  for (auto& column : lifted.columns) column.bottom += 7;
  // z -> -z takes level n of even columns to -n, of odd ones to -n - 1.
  auto upside_down = chosen;
  for (std::size_t c = 0; c < upside_down.columns.size(); ++c) {
    auto& column = upside_down.columns[c];
    column.bottom = -(column.bottom + column.atoms - 1) - static_cast<std::int64_t>(c % 2) + 5;
  }
  const std::vector<EnsembleMember> members = {
      {.model = chosen}, {.model = lifted}, {.model = upside_down}};
  for (const double confidence : measure(members).confidence) EXPECT_NEAR(confidence, 1.0, 1e-12);
  const auto kept = measure(members, {.symmetry = EnsembleSymmetry::shift});
  EXPECT_GT(kept.expected_wrong_atoms, 0.3);
  // Layers of ABC stacking have no mirror image on their sites.
  auto abc = chosen;
  for (std::size_t c = 0; c < abc.columns.size(); ++c) {
    abc.columns[c].z_origin_angstrom = 2.0 / 3.0 * static_cast<double>(c % 3);
  }
  auto other = abc;
  other.columns[2].bottom = 0;
  const std::vector<EnsembleMember> stacked = {{.model = abc}, {.model = other}};
  EXPECT_NEAR(measure(stacked).expected_wrong_atoms, 0.5, 1e-12);
}

TEST(Ensemble, AColumnOffTheLatticeCountsAtItsNearestLevel) {
  const auto chosen = columns_of({{0, 3}, {0, 3}});
  auto shifted = chosen;
  shifted.columns[1].bottom = -2;
  shifted.columns[1].shift_angstrom = 4.3;
  const std::vector<EnsembleMember> members = {{.model = shifted}, {.model = chosen}};
  const auto result = measure(members);
  EXPECT_NEAR(result.expected_wrong_atoms, 0.0, 1e-12);
}

TEST(Ensemble, UncertainEnergiesMakeUncertainAtoms) {
  std::vector<EnsembleMember> members = {
      {.model = columns_of({{0, 3}, {0, 3}, {2, 1}})},
      {.model = columns_of({{0, 3}, {0, 3}, {0, 1}}), .free_energy_ev = 8.0 * kt_ev},
  };
  const EnsembleOptions options{.symmetry = EnsembleSymmetry::shift, .draws = 20000};
  EXPECT_GT(measure(members, options).confidence.back(), 0.999);
  // A difference d with an error s much above kT: the second is lower with probability Phi(-d / s).
  // kT / s = 0.025 rounds the step off, which cancels to first order; 20000 draws: 0.0026.
  const double error_ev = 8.0 * kt_ev;
  for (auto& member : members) member.free_energy_stderr_ev = error_ev / std::sqrt(2.0) * 5.0;
  const auto result = measure(members, options);
  const double expected = 0.5 * std::erfc(-(1.0 / 5.0) / std::sqrt(2.0));
  EXPECT_NEAR(result.confidence.back(), expected, 0.01);
  EXPECT_EQ(measure(members, options).weights, result.weights);
}

TEST(Ensemble, FarApartOneMemberIsAllAndNothingUnderflows) {
  const std::vector<EnsembleMember> members = {
      {.model = columns_of({{0, 3}}), .free_energy_ev = -3600.0},
      {.model = columns_of({{0, 2}}), .free_energy_ev = 3600.0},
  };
  EXPECT_EQ(measure(members).weights, (std::vector<double>{1.0, 0.0}));
  EXPECT_THROW((void)measure({}), InputError);
  EXPECT_THROW((void)measure({members[0], {.model = columns_of({{0, 1}, {0, 1}})}}), InputError);
}

}  // namespace
}  // namespace adatom::reconstruct
