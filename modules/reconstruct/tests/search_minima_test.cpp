#include "adatom/reconstruct/search_minima.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/physical_constants.h"
#include "adatom/energetics/bulk_properties.h"
#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/eam_potential.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/setfl.h"
#include "adatom/energetics/wall.h"
#include "column_graph.h"
#include "column_state.h"
#include "column_truth.h"
#include "convexity.h"
#include "facet_layers.h"
#include "lattice_descent.h"

namespace adatom::reconstruct {
namespace {

using crystal::ZoneAxis;
using testing::CrystalCutter;

/// Differences of equal arrangements are rounding: 1e-10 eV for a thousand atoms.
constexpr double same_ev = 1e-6;

const std::shared_ptr<const energetics::EmbeddedAtomPotential>& gold() {
  static const auto potential = energetics::make_potential("smatb:Au");
  return potential;
}

double energy_ev(const ColumnModel& model) {
  const auto structure = build_structure(model);
  return energetics::calculate_energies(*gold(), energetics::element_numbers(*gold(), structure),
                                        energetics::positions_of(structure), {})
      .total_ev;
}

/// Fewer moves than by default, counts as they are.
SearchOptions quick() {
  SearchOptions options;
  options.count_share = 0.0;
  options.iterations = 300;
  options.restarts = 2;
  return options;
}

SearchResult find(const ColumnModel& start, const std::vector<ObservedColumn>& observed,
                  const SearchOptions& options, std::uint64_t seed = 1,
                  const energetics::ExternalField* support = nullptr) {
  NoProgress progress;
  return search_minima(start, observed, gold(), support, options, RandomStream(seed), progress);
}

/// 309 atoms less a corner.
CrystalCutter small() {
  CrystalCutter cutter(crystal::build_truncated_octahedron({"Au", testing::gold_angstrom}, 9, 4));
  cutter.cut({1.0, 0.9, 0.4}, 9.0);
  return cutter;
}

/// 478 atoms, seen along [110]: facets at distances of their own.
ColumnModel irregular_110() {
  return testing::random_polyhedron(ZoneAxis::axis_110, RandomStream(7).substream(6));
}

/// Two facets cut off centre.
CrystalCutter lopsided(double top_angstrom = 7.0) {
  CrystalCutter cutter(crystal::build_truncated_octahedron({"Au", testing::gold_angstrom}, 9, 2));
  cutter.cut({1, 1, 1}, 5.0);
  cutter.cut({0, 0, 1}, top_angstrom);
  return cutter;
}

ColumnModel seen(const CrystalCutter& particle, ZoneAxis axis) {
  const auto model = testing::column_truth(particle.seen_along(axis), axis);
  if (!model) throw InputError(Complaint{"a column has a gap", "test", "", ""});
  return *model;
}

/// A start that is symmetrical about the plane through the middle of the first column.
ColumnModel start_for(const ColumnModel& truth) { return testing::symmetric_start(truth); }

struct Case {
  const char* name;
  ColumnModel (*truth)();
};

class KnownParticle : public ::testing::TestWithParam<Case> {};

TEST_P(KnownParticle, IsFoundFromASymmetricalStart) {
  const auto truth = GetParam().truth();
  const auto start = start_for(truth);
  auto options = quick();
  options.iterations = 600;
  const auto found = find(start, testing::observations(start), options);
  EXPECT_GT(found.start_energy_ev, energy_ev(truth) + 0.05);
  EXPECT_NEAR(found.start_energy_ev, energy_ev(start), same_ev);
  EXPECT_NEAR(found.candidates.front().energy_ev, energy_ev(truth), same_ev);
  EXPECT_TRUE(testing::same_sites(found.candidates.front().model, truth));
}

INSTANTIATE_TEST_SUITE_P(
    Reconstruct, KnownParticle,
    ::testing::Values(Case{"irregular_110", irregular_110},
                      Case{"irregular_100",
                           [] {
                             return testing::random_polyhedron(ZoneAxis::axis_100,
                                                               RandomStream(7).substream(7));
                           }},
                      Case{"small_111", [] { return seen(small(), ZoneAxis::axis_111); }},
                      Case{"small_112", [] { return seen(small(), ZoneAxis::axis_112); }},
                      Case{"lopsided_110", [] { return seen(lopsided(), ZoneAxis::axis_110); }}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(SearchMinima, PutsBackColumnsThatWereMoved) {
  const auto truth = irregular_110();
  RandomStream random(5);
  auto start = truth;
  int moved = 0;
  for (auto& column : start.columns) {
    if (random.uniform() > 0.05) continue;
    column.bottom += random.below(2) == 0 ? -1 : 1;
    ++moved;
  }
  ASSERT_GE(moved, 3);
  auto options = quick();
  options.restarts = 1;
  options.iterations = 100;
  const auto found = find(start, testing::observations(start), options);
  EXPECT_TRUE(testing::same_sites(found.candidates.front().model, truth));
}

TEST(SearchMinima, EnergiesOfCandidatesAreThoseOfTheDefinition) {
  const auto truth = seen(small(), ZoneAxis::axis_111);
  auto options = quick();
  options.count_share = 0.2;
  options.restarts = 2;
  const auto found = find(start_for(truth), testing::observations(truth), options);
  ASSERT_GE(found.candidates.size(), 3U);
  EXPECT_GE(found.tried, found.accepted);
  std::set<std::vector<std::int64_t>> distinct;
  double former = -1e9;
  for (const auto& candidate : found.candidates) {
    EXPECT_NEAR(candidate.energy_ev, energy_ev(candidate.model), 1e-9);
    const auto more = static_cast<double>(candidate.model.atoms() - truth.atoms());
    EXPECT_NEAR(candidate.ranking_ev,
                candidate.energy_ev + candidate.count_price_ev - found.crystal_atom_ev * more,
                1e-9);
    EXPECT_GE(candidate.ranking_ev, former);
    former = candidate.ranking_ev;
    auto key = testing::levels_of(candidate.model);
    for (const auto& column : candidate.model.columns) key.push_back(column.atoms);
    EXPECT_TRUE(distinct.insert(key).second);
  }
}

TEST(SearchMinima, AnAtomOfTheCrystalHasMinusTheCohesiveEnergy) {
  const auto bulk = energetics::bulk_properties(*gold());
  // The lattice parameter is known to 1e-9 of itself, and the energy is flat there.
  EXPECT_NEAR(crystal_energy_ev(*gold(), 0, bulk.lattice_angstrom), -bulk.cohesive_ev, 1e-9);
}

TEST(SearchMinima, DoesNotDependOnTheNumberOfThreads) {
  const auto truth = seen(small(), ZoneAxis::axis_112);
  auto options = quick();
  options.count_share = 0.1;
  options.iterations = 100;
  options.restarts = 3;
  const auto run = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    return find(start_for(truth), testing::observations(truth), options);
  };
  const auto one = run(1);
  const auto many = run(3);
  ASSERT_EQ(one.candidates.size(), many.candidates.size());
  EXPECT_EQ(one.accepted, many.accepted);
  for (std::size_t i = 0; i < one.candidates.size(); ++i) {
    EXPECT_EQ(one.candidates[i].ranking_ev, many.candidates[i].ranking_ev);
    EXPECT_TRUE(one.candidates[i].model.columns == many.candidates[i].model.columns);
  }
}

/// A facet that has to give up a whole layer is out of reach of single columns: each that goes
/// costs energy until the last.
TEST(SearchMinima, NeedsMovesOfLayers) {
  const auto truth = testing::random_polyhedron(ZoneAxis::axis_110, RandomStream(7).substream(42));
  auto options = quick();
  options.restarts = 1;
  options.iterations = 2000;
  const auto with = find(start_for(truth), testing::observations(truth), options);
  options.layer_share = 0.0;
  const auto without = find(start_for(truth), testing::observations(truth), options);
  EXPECT_NEAR(with.candidates.front().energy_ev, energy_ev(truth), same_ev);
  EXPECT_GT(without.candidates.front().energy_ev, energy_ev(truth) + 0.1);
}

/// A wall below tells a particle from its mirror image, which has the same energy without.
TEST(SearchMinima, StandsOnTheFacetThatTheWallHoldsBest) {
  const auto truth = seen(lopsided(5.0), ZoneAxis::axis_100);
  const auto turned = testing::mirrored(truth);
  ASSERT_TRUE(turned);
  ASSERT_NEAR(energy_ev(truth), energy_ev(*turned), same_ev);
  const energetics::WallShape shape{.epsilon_ev = 0.1};
  const auto lowest = [](const ColumnModel& model) {
    double low = 1e9;
    for (const auto& column : model.columns) low = std::min(low, column.z_angstrom(column.bottom));
    return low;
  };
  const energetics::LennardJonesWall wall(
      shape, {0.0, 0.0, lowest(*turned) - energetics::wall_distance_angstrom(shape)},
      Eigen::Vector3d::UnitZ());
  const auto with_wall = [&](const ColumnModel& model) {
    const auto positions = energetics::positions_of(build_structure(model));
    std::vector<Eigen::Vector3d> forces(positions.size(), Eigen::Vector3d::Zero());
    return energy_ev(model) + wall.add(positions, forces);
  };
  // The large facet is on top in one of them; the search gets that one.
  auto down = truth;
  for (auto& column : down.columns) {
    column.bottom += std::llround((lowest(*turned) - lowest(truth)) / column.spacing_angstrom);
  }
  ASSERT_NEAR(lowest(down), lowest(*turned), 1e-6);
  const bool down_is_better = with_wall(down) < with_wall(*turned);
  const auto& better = down_is_better ? down : *turned;
  const auto& worse = down_is_better ? *turned : down;
  ASSERT_LT(with_wall(better), with_wall(worse) - 0.2);
  auto options = quick();
  options.restarts = 1;
  const auto found = find(worse, testing::observations(worse), options, 1, &wall);
  EXPECT_NEAR(found.start_energy_ev, with_wall(worse), 1e-9);
  EXPECT_NEAR(found.candidates.front().energy_ev, with_wall(better), same_ev);
  EXPECT_TRUE(found.candidates.front().model.columns == better.columns);
}

TEST(SearchMinima, AWallBesideTheParticleDoesNotTellHeightsApart) {
  const auto truth = seen(lopsided(), ZoneAxis::axis_110);
  double left = 0.0;
  for (const auto& column : truth.columns) left = std::min(left, column.x_angstrom);
  const energetics::WallShape shape{.epsilon_ev = 0.3};
  const energetics::LennardJonesWall wall(
      shape, {left - energetics::wall_distance_angstrom(shape), 0.0, 0.0},
      Eigen::Vector3d::UnitX());
  const auto start = start_for(truth);
  const auto found = find(start, testing::observations(start), quick(), 1, &wall);
  EXPECT_LT(found.start_energy_ev, energy_ev(start) - 1.0);
  const double held = found.start_energy_ev - energy_ev(start);
  EXPECT_NEAR(found.candidates.front().energy_ev, energy_ev(truth) + held, same_ev);
}

/// The price of -ln p decides between what the crystal wants and what was seen.
TEST(SearchMinima, PutsAnUncertainCountRightAndLeavesASureOne) {
  const auto truth = seen(small(), ZoneAxis::axis_110);
  // Both ends of this column lie inside {111} facets: an atom less is a hole, 0.45 eV, and an atom
  // more an adatom, 0.60 eV dearer than at a kink. The prices are 0.11 and 0.88 eV.
  std::size_t wrong = 0;
  for (std::size_t c = 0; c < truth.columns.size(); ++c) {
    const ModelColumn& column = truth.columns[c];
    if (std::hypot(column.x_angstrom - 7.21, column.y_angstrom - 2.04) < 0.1) wrong = c;
  }
  for (const std::int64_t error : {-1, 1}) {
    for (const double probability : {0.55, 0.999}) {
      auto start = truth;
      start.columns[wrong].atoms += error;
      auto observed = testing::observations(start);
      observed[wrong].probability = probability;
      auto options = quick();
      options.count_share = 0.05;
      options.restarts = 1;
      const auto found = find(start, observed, options).candidates.front();
      auto expected = start.columns[wrong].atoms;
      if (probability < 0.9) expected = truth.columns[wrong].atoms;
      EXPECT_EQ(found.model.columns[wrong].atoms, expected) << error << " " << probability;
      EXPECT_EQ(found.model.atoms() - start.atoms(), expected - start.columns[wrong].atoms);
      EXPECT_NEAR(found.count_price_ev,
                  2.0 * boltzmann_ev_per_k * 673.0 * count_price(observed[wrong], expected), 1e-12);
    }
  }
}

TEST(SearchMinima, ColumnsMayVanishAndComeBack) {
  auto start = seen(small(), ZoneAxis::axis_110);
  auto more = start.columns.front();  // an adatom far off: nothing holds it
  more.x_angstrom += 60.0;
  more.atoms = 1;
  start.columns.push_back(more);
  auto observed = testing::observations(start);
  observed.back().probability = 0.6;
  auto options = quick();
  options.count_share = 0.05;
  options.restarts = 1;
  const auto gone = find(start, observed, options).candidates.front().model;
  EXPECT_EQ(gone.columns.back().atoms, 0);
  // And the other way: a whole column of the crystal that is said to be empty.
  const auto truth = seen(lopsided(), ZoneAxis::axis_111);
  auto empty = truth;
  std::size_t hole = 0;
  while (truth.columns[hole].atoms != 1 ||
         std::abs(truth.columns[hole].x_angstrom) + std::abs(truth.columns[hole].y_angstrom) >
             9.0) {
    ++hole;
  }
  empty.columns[hole].atoms = 0;
  observed = testing::observations(empty);
  observed[hole].probability = 0.6;
  const auto back = find(empty, observed, options).candidates.front().model;
  EXPECT_EQ(back.columns[hole].atoms, 1);
}

/// As published: rigid columns hardly ever pass the threshold, and what is wrong stays wrong.
TEST(SearchMinima, UniformMovesAreHardlyEverAccepted) {
  const auto truth = irregular_110();
  const auto start = start_for(truth);
  auto options = quick();
  options.moves = SearchMoves::uniform;
  options.restarts = 1;
  options.iterations = 2000;
  const auto found = find(start, testing::observations(start), options);
  EXPECT_EQ(found.tried, 2000);
  EXPECT_LT(found.accepted, 100);  // a particle of 976 atoms is known to accept 12
  EXPECT_GT(found.accepted, 0);
  auto nearest = found.candidates.front().model;
  for (auto& column : nearest.columns) {
    column.bottom += std::llround(column.shift_angstrom / column.spacing_angstrom);
    column.shift_angstrom = 0.0;
  }
  EXPECT_FALSE(testing::same_sites(nearest, truth));
  for (const auto& candidate : found.candidates) {
    EXPECT_NEAR(candidate.energy_ev, energy_ev(candidate.model), 1e-9);
  }
  options.acceptance = Acceptance::metropolis;
  options.temperature_k = 1e5;  // what does not overlap is mostly accepted
  EXPECT_GT(find(start, testing::observations(start), options).accepted, 400);
}

TEST(SearchMinima, TakesAnyEmbeddedAtomPotential) {
  const energetics::EamPotential table(
      "eam", energetics::parse_eam(energetics::format_setfl(*gold(), {}).text, "gold"));
  const auto shared = std::make_shared<const energetics::EamPotential>(table);
  const auto truth = seen(small(), ZoneAxis::axis_112);
  auto options = quick();
  options.restarts = 1;
  NoProgress progress;
  const auto found = search_minima(start_for(truth), testing::observations(truth), shared, nullptr,
                                   options, RandomStream(1), progress);
  EXPECT_TRUE(testing::same_sites(found.candidates.front().model, truth));
  EXPECT_NEAR(found.candidates.front().energy_ev, energy_ev(truth), 1e-4);
}

class StopsAtOnce final : public Progress {
 public:
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { done += steps; }
  [[nodiscard]] bool cancelled() const override { return done > 0; }
  std::atomic<std::size_t> done = 0;
};

TEST(SearchMinima, StopsWhenAskedAndRefusesWhatItCannotDo) {
  const auto start = seen(small(), ZoneAxis::axis_110);
  const auto observed = testing::observations(start);
  StopsAtOnce stop;
  EXPECT_THROW(
      (void)search_minima(start, observed, gold(), nullptr, quick(), RandomStream(1), stop),
      Interrupted);
  EXPECT_LE(stop.done, 8 * 50U);
  auto options = quick();
  options.threshold = 1.5;
  EXPECT_THROW((void)find(start, observed, options), InputError);
  options = quick();
  options.count_share = 0.9;
  EXPECT_THROW((void)find(start, observed, options), InputError);
  EXPECT_THROW((void)find(start, {observed.begin(), observed.end() - 1}, quick()), InputError);
  EXPECT_THROW((void)find({}, {}, quick()), InputError);
  auto overlapping = start;
  overlapping.columns[1].x_angstrom = overlapping.columns[0].x_angstrom;
  overlapping.columns[1].y_angstrom = overlapping.columns[0].y_angstrom;
  overlapping.columns[1].z_origin_angstrom = overlapping.columns[0].z_origin_angstrom + 0.1;
  EXPECT_THROW((void)find(overlapping, observed, quick()), InputError);
  auto copper = start;
  copper.element = "Cu";
  EXPECT_THROW((void)find(copper, observed, quick()), InputError);
}

TEST(ColumnGraph, KnowsNeighboursFacetsAndPits) {
  const auto model =
      seen(CrystalCutter(crystal::build_truncated_octahedron({"Au", testing::gold_angstrom}, 9, 2)),
           ZoneAxis::axis_110);
  const auto graph = make_column_graph(model, 5.0);
  std::size_t centre = 0;
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    if (model.columns[c].atoms > model.columns[centre].atoms) centre = c;
  }
  // Along [110] a column has bonds with four columns of the other parity and two of its own.
  EXPECT_EQ(graph.neighbours[centre].size(), 6U);
  EXPECT_EQ(graph.opposite[centre].size(), 3U);
  // Of 14 facets 4 {111} and 2 {100} hold the beam.
  ASSERT_EQ(graph.normals.size(), 1U);
  EXPECT_EQ(graph.normals[0].size(), 8U);
  EXPECT_EQ(pit_depth_angstrom(model, graph, centre), 0.0);
  const auto to = [&](std::int64_t levels) {
    const ModelColumn& column = model.columns[centre];
    return std::array{Placement{centre, column.bottom + levels, column.atoms, 0.0}};
  };
  EXPECT_TRUE(makes_pits(model, graph, to(3)));
  EXPECT_FALSE(makes_pits(model, graph, to(1)));
  for (const auto& layer : facet_layers(model, graph)) {
    EXPECT_GE(layer.columns.size(), 2U);
    EXPECT_EQ(std::abs(layer.levels), 1);
  }
  // The whole particle upside down is a particle of the same energy.
  auto turned = model;
  for (const auto& place : upside_down(model)) turned.columns[place.column].bottom = place.bottom;
  EXPECT_NEAR(energy_ev(turned), energy_ev(model), same_ev);
  EXPECT_TRUE(upside_down(seen(small(), ZoneAxis::axis_111)).empty());
}

}  // namespace
}  // namespace adatom::reconstruct
