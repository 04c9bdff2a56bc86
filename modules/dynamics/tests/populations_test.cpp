#include "adatom/dynamics/populations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/dynamics/mask.h"
#include "support/simulated_chains.h"

namespace adatom::dynamics {
namespace {

PopulationSeries count(std::size_t atoms, std::vector<std::uint8_t> labels, std::size_t classes,
                       std::span<const std::uint8_t> mask = {}) {
  LabelsInMemory source(atoms, std::move(labels));
  NoProgress quiet;
  return count_populations(source, classes, mask, quiet);
}

TEST(CountPopulations, CountsLabelledAtomsOfTheMask) {
  const std::vector<std::uint8_t> labels = {0, 2, 2, 1, no_label, 2};
  EXPECT_EQ(count(3, labels, 3).atoms, (std::vector<std::uint32_t>{1, 0, 2, 0, 1, 1}));
  const std::vector<std::uint8_t> mask = {1, 1, 0};
  EXPECT_EQ(count(3, labels, 3, mask).atoms, (std::vector<std::uint32_t>{1, 0, 1, 0, 1, 0}));
}

TEST(AveragePopulations, StandBesideTheFirstFrame) {
  const auto series = count(3, {0, 0, 0, 0, 1, 1, 0, 0, no_label}, 2);
  const auto all = average_populations(series);
  EXPECT_DOUBLE_EQ(all[0].atoms, 2.0);
  EXPECT_DOUBLE_EQ(all[0].fraction, (1.0 + 1.0 / 3.0 + 1.0) / 3.0);
  EXPECT_EQ(all[0].start_atoms, 3U);
  EXPECT_EQ(all[0].start_fraction, 1.0);
  const auto late = average_populations(series, 1);
  EXPECT_DOUBLE_EQ(late[1].atoms, 1.0);
  EXPECT_EQ(late[1].start_atoms, 0U);
}

// Chains of two states with a memory of lambda = 0.8 a frame: the mean's error is known.
TEST(AveragePopulations, HaveTheirTrueError) {
  const testing::Matrix chain = {{0.92, 0.08}, {0.12, 0.88}};  // 60 % in the first
  constexpr std::size_t atoms = 20;
  constexpr std::size_t frames = 4096;
  double squares = 0.0;
  constexpr int repeats = 40;
  for (int r = 0; r < repeats; ++r) {
    const auto labels =
        testing::simulate_chains(chain, atoms, frames, RandomStream(6).substream(r));
    const auto average = average_populations(count(atoms, labels, 2));
    const double off = (average[0].atoms - 12.0) / average[0].atoms_stderr;
    squares += off * off / repeats;
    EXPECT_TRUE(average[0].determined);
    // sqrt(20 * 0.6 * 0.4 / 4096 * (1 + 0.8) / (1 - 0.8)) = 0.103; of 50 and more blocks each error
    // is known to a tenth, the worst of 40 to three of these.
    EXPECT_NEAR(average[0].atoms_stderr, 0.1027, 0.032);
    EXPECT_NEAR(average[0].fraction_stderr, average[0].atoms_stderr / atoms, 1e-12);
  }
  // A chi-square of 40 degrees: 1 +- 0.22.
  EXPECT_NEAR(squares, 1.0, 0.6);
}

TEST(AveragePopulations, RefusesWhatIsNotThere) {
  EXPECT_THROW((void)average_populations(count(1, {0, 0}, 1), 2), InputError);
  EXPECT_THROW((void)count(1, {0, 3}, 3), InputError);
  EXPECT_THROW((void)count(1, {0}, 255), InputError);
}

crystal::Structure column(const std::vector<double>& heights) {
  crystal::Structure structure;
  for (const double z : heights) {
    structure.atoms.push_back({.element = "Au", .position_angstrom = {1.0, 2.0, z}});
  }
  return structure;
}

TEST(Masks, ByHeight) {
  const auto structure = column({83.0, 84.0, 84.5, 90.0});
  EXPECT_EQ(mask_by_height(structure, Axis::z, 84.0), (std::vector<std::uint8_t>{0, 0, 1, 1}));
  EXPECT_EQ(mask_by_height(structure, Axis::z, 83.5, 85.0),
            (std::vector<std::uint8_t>{0, 1, 1, 0}));
  EXPECT_EQ(mask_by_height(structure, Axis::y, 1.0, 3.0), (std::vector<std::uint8_t>{1, 1, 1, 1}));
  EXPECT_THROW((void)mask_by_height(structure, Axis::z, 85.0, 84.0), InputError);
}

// (111) layers of gold are 2.35 A apart; atoms vibrate by some 0.1 A.
TEST(Masks, ByLayer) {
  const auto structure = column({4.80, 0.10, 2.31, -0.12, 2.50, 4.65, 0.05});
  EXPECT_EQ(layers_along(structure, Axis::z), (std::vector<std::size_t>{2, 0, 1, 0, 1, 2, 0}));
  EXPECT_EQ(mask_above_layers(structure, Axis::z, 1),
            (std::vector<std::uint8_t>{1, 0, 1, 0, 1, 1, 0}));
  EXPECT_THROW((void)layers_along(structure, Axis::z, 0.0), InputError);
  EXPECT_TRUE(layers_along({}, Axis::z).empty());
}

}  // namespace
}  // namespace adatom::dynamics
