// Small windows and low angles: a probe takes some ten microseconds.
#include "adatom/simulate/stem.h"
#include "adatom/simulate/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "adatom/base/parallel.h"
#include "adatom/simulate/record.h"
#include "stem_fixture.h"

namespace adatom::simulate {
namespace {

using std::numbers::pi;
using testing::atoms_at;
using testing::image;
using testing::Memory;
using testing::still;
using testing::sum;

const std::vector<Detector> low_angles = {annulus(25.0, 60.0)};

StemOptions small(std::int64_t width, std::int64_t height, double step_angstrom) {
  StemOptions options = still(width, height, step_angstrom);
  options.accuracy.window_angstrom = 5.0;
  return options;
}

/// A row of atoms at one height.
crystal::Structure atom(double x, double y, const std::string& element = "Au") {
  return atoms_at({{x, y, 0.0}}, element);
}

std::string complaint(const crystal::Structure& structure, const std::vector<Detector>& detectors,
                      const StemOptions& options, SidewaysCell cell = SidewaysCell::single) {
  try {
    (void)image(structure, detectors, options, cell);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

void expect_same(const StemResult& a, const StemResult& b) {
  ASSERT_EQ(a.images.size(), b.images.size());
  for (std::size_t d = 0; d < a.images.size(); ++d) {
    EXPECT_TRUE(std::ranges::equal(a.images[d].values(), b.images[d].values()));
  }
  ASSERT_EQ(a.stderr_images.size(), b.stderr_images.size());
  for (std::size_t d = 0; d < a.stderr_images.size(); ++d) {
    EXPECT_TRUE(std::ranges::equal(a.stderr_images[d].values(), b.stderr_images[d].values()));
  }
  EXPECT_EQ(a.lost_fraction, b.lost_fraction);
}

TEST(Stem, VacuumScattersNothing) {
  const auto result =
      image(atom(60.0, 0.0), {annulus(40.0, 160.0), annulus(0.0, 30.0)}, small(3, 2, 1.0));
  for (const double value : result.images[0].values()) EXPECT_EQ(value, 0.0);
  for (const double value : result.images[1].values()) EXPECT_NEAR(value, 1.0, 1e-6);
  EXPECT_NEAR(result.lost_fraction, 0.0, 1e-6);
  EXPECT_TRUE(result.stderr_images.empty());
}

// Every electron is on a detector of everything, or lost beyond the band.
TEST(Stem, KeepsTheNorm) {
  const Detector everything{
      .name = "all", .largest_mrad = 60.0, .sensitivity = [](double, double) { return 1.0; }};
  const std::vector<Detector> detectors = {everything, annulus(0.0, 30.0), annulus(30.0, 60.0)};
  const auto result = image(atoms_at({{0.4, 0.3, 0.0}, {1.0, 1.0, 5.0}, {0.2, 1.4, 9.0}}),
                            detectors, small(6, 6, 0.25));
  EXPECT_NEAR(sum(result.images[0]) / 36.0 + result.lost_fraction, 1.0, 1e-9);
  EXPECT_GT(result.lost_fraction, 0.001);
  EXPECT_LT(result.lost_fraction, 0.1);
  for (std::size_t i = 0; i < 36; ++i) {
    const double inside = result.images[1].values()[i] + result.images[2].values()[i];
    EXPECT_LT(inside, result.images[0].values()[i]);
    EXPECT_GT(inside, 0.9 * result.images[0].values()[i]);
  }
}

TEST(Stem, SaysHowItWasCalculated) {
  StemOptions options = small(1, 1, 1.0);
  auto result = image(atoms_at({{0.0, 0.0, 0.0}, {0.0, 0.0, 7.0}}), low_angles, options);
  EXPECT_EQ(result.slices, 4);
  EXPECT_NEAR(result.slice_thickness_angstrom, 7.0 / 4.0, 0.01);
  // Three times the largest angle at least: wave, transmission function, and their product.
  EXPECT_GT(static_cast<double>(result.grid) / 5.0, 3.0 * 60e-3 / 0.0196875);
  options.accuracy.grid = 80;
  EXPECT_EQ(image(atom(0.0, 0.0), low_angles, options).grid, 80);
}

// Positions of atoms and probes are exact between the points of the grid: moving both changes
// nothing, but how the window is cut out around the probe.
TEST(Stem, PositionsAreExactBetweenGridPoints) {
  const StemOptions options = small(1, 1, 1.0);
  const double here = image(atom(0.3, -0.2), low_angles, options).images[0](0, 0);
  StemOptions moved = small(2, 1, 0.7713);
  const double there = image(atom(0.3 + 0.7713, -0.2), low_angles, moved).images[0](1, 0);
  EXPECT_NEAR(there / here, 1.0, 0.005);
  EXPECT_GT(here, 1e-3);
}

// The beam is bent towards the atom beside it: on a map, x is to the right and y down as in the
// image.
TEST(Stem, BeamsAreBentTowardsAtoms) {
  const auto half = [](bool right, bool down) {
    Grid<double> map(21, 21);
    for (std::size_t y = 0; y < 21; ++y) {
      for (std::size_t x = 0; x < 21; ++x) {
        map(x, y) = (right && x > 10) || (down && y > 10) ? 1.0 : 0.0;
      }
    }
    return detector_map(map, 6.0, 10.0, 10.0);
  };
  const std::vector<Detector> detectors = {half(true, false), half(false, true)};
  const StemOptions options = small(3, 3, 0.5);
  const auto result = image(atom(0.5, 0.5), detectors, options);
  const auto& right = result.images[0];
  EXPECT_GT(right(0, 1), 1.05 * right(1, 1));
  EXPECT_LT(right(2, 1), 0.95 * right(1, 1));
  EXPECT_NEAR(right(1, 0) / right(1, 2), 1.0, 0.01);
  const auto& down = result.images[1];
  EXPECT_GT(down(1, 0), 1.05 * down(1, 1));
  EXPECT_LT(down(1, 2), 0.95 * down(1, 1));
}

// Underfocus is further down: an atom 80 angstrom below the upper end is brightest with as much.
// Depth of focus is lambda / alpha^2 = 49 angstrom.
TEST(Stem, PositiveDefocusIsBelowTheUpperEnd) {
  StemOptions options = small(1, 1, 1.0);
  const auto structure = atoms_at({{60.0, 0.0, -20.0}, {0.0, 0.0, 60.0}});
  std::vector<double> bright;
  for (const double defocus : {-80.0, 0.0, 40.0, 80.0, 120.0}) {
    options.probe.defocus_angstrom = defocus;
    bright.push_back(image(structure, low_angles, options).images[0](0, 0));
  }
  EXPECT_LT(bright[0], bright[1]);
  EXPECT_LT(bright[1], bright[2]);
  EXPECT_LT(bright[2], bright[3]);
  EXPECT_LT(bright[4], bright[3]);
  // In focus like an atom at the upper end without defocus, but for the slice's thickness.
  options.probe.defocus_angstrom = 0.0;
  EXPECT_NEAR(image(atom(0.0, 0.0), low_angles, options).images[0](0, 0) / bright[3], 1.0, 0.01);
}

// Rows are parts: whatever is kept of an interrupted calculation, the end is the same.
TEST(Stem, GoesOnWhereItWasInterrupted) {
  StemOptions options = small(5, 9, 0.5);  // bands of four rows
  options.thermal.temperature_k = 300.0;
  options.thermal.configurations = 2;
  options.scan.row_jitter_angstrom = 0.1;
  const auto structure = atoms_at({{1.0, 1.0, 0.0}, {1.5, 3.0, 4.0}});
  const auto whole = image(structure, low_angles, options);
  for (const std::size_t most : {4U, 9U, 13U}) {
    Memory memory(most);
    EXPECT_THROW(
        (void)simulate_stem(structure, SidewaysCell::single, low_angles, options, memory, memory),
        Interrupted);
    const std::size_t kept = memory.parts().size();
    EXPECT_GE(kept, most);
    EXPECT_LT(kept, 18U);
    EXPECT_EQ(memory.done(), kept);
    memory.go_on();
    expect_same(simulate_stem(structure, SidewaysCell::single, low_angles, options, memory, memory),
                whole);
    EXPECT_EQ(memory.loaded(), kept);
    EXPECT_EQ(memory.parts().size(), 18U);
    EXPECT_EQ(memory.done(), memory.total());
    // Single rows that are missing, and one of a wrong size.
    memory.parts().erase(2);
    memory.parts().erase(17);
    memory.parts()[6].resize(3);
    expect_same(simulate_stem(structure, SidewaysCell::single, low_angles, options, memory, memory),
                whole);
  }
}

TEST(Stem, DoesNotDependOnThreads) {
  StemOptions options = small(7, 9, 0.5);
  options.thermal.temperature_k = 300.0;
  options.thermal.configurations = 2;
  const auto structure = atoms_at({{1.0, 1.0, 0.0}, {1.5, 3.0, 4.0}});
  const auto run = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    return image(structure, low_angles, options);
  };
  expect_same(run(1), run(2));
}

// Far columns do not see each other. Five angstrom apart, where the window has ended.
TEST(Stem, FarColumnsAddUp) {
  const StemOptions options = small(21, 9, 0.5);
  std::vector<Eigen::Vector3d> left;
  std::vector<Eigen::Vector3d> right;
  for (int i = 0; i < 3; ++i) {
    left.emplace_back(2.5, 2.0, 2.9 * i);
    right.emplace_back(7.5, 2.0, 2.9 * i);
  }
  auto both = left;
  both.insert(both.end(), right.begin(), right.end());
  const auto a = image(atoms_at(left), low_angles, options).images[0];
  const auto b = image(atoms_at(right), low_angles, options).images[0];
  const auto ab = image(atoms_at(both), low_angles, options).images[0];
  const double peak = *std::ranges::max_element(ab.values());
  for (std::size_t i = 0; i < ab.size(); ++i) {
    EXPECT_NEAR(ab.values()[i], a.values()[i] + b.values()[i], 0.01 * peak) << i;
  }
}

// From probe to probe the specimen moves on by as much: the image is that of another step.
TEST(Stem, DriftMovesTheSpecimen) {
  StemOptions options = small(9, 1, 0.3);
  const auto structure = atom(1.1, 0.2);
  const auto finer = image(structure, low_angles, small(9, 1, 0.2)).images[0];
  options.scan.drift_x_angstrom = 0.8;
  const auto along = image(structure, low_angles, options).images[0];
  // Rounding of single precision: windows may be cut out a pixel further.
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(along(i, 0) / finer(i, 0), 1.0, 1e-4) << i;
  options = small(1, 9, 0.3);
  options.scan.drift_y_angstrom = 0.8;
  const auto down = image(atom(0.2, 1.1), low_angles, options).images[0];
  const auto down_finer = image(atom(0.2, 1.1), low_angles, small(1, 9, 0.2)).images[0];
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(down(0, i) / down_finer(0, i), 1.0, 1e-4) << i;
  // The atom seems to have moved along the drift.
  EXPECT_GT(along(5, 0), along(3, 0));
}

/// A wall of atoms along y every 8 angstrom of x, seen over one period: the phase of the first
/// harmonic of a row is its displacement, whatever the atom looks like.
class Wall : public ::testing::Test {
 protected:
  static constexpr double period = 8.0;
  static constexpr std::size_t width = 32;
  static std::complex<double> harmonic(const Grid<double>& image, std::size_t row,
                                       std::size_t order) {
    std::complex<double> result;
    for (std::size_t i = 0; i < width; ++i) {
      result += image(i, row) * std::polar(1.0, 2.0 * pi * static_cast<double>(i * order) / width);
    }
    return result;
  }
  static crystal::Structure wall() {
    auto structure = atom(2.0, 0.25);
    structure.cell_angstrom = Eigen::Vector3d(period, 0.75, 2.0).asDiagonal();
    return structure;
  }
};

TEST_F(Wall, RowsJitter) {
  StemOptions options = small(width, 60, period / width);
  const auto quiet =
      image(wall(), low_angles, small(width, 1, period / width), SidewaysCell::repeats).images[0];
  options.scan.row_jitter_angstrom = 0.15;
  const auto moved = image(wall(), low_angles, options, SidewaysCell::repeats).images[0];
  double mean = 0.0;
  double squares = 0.0;
  for (std::size_t j = 0; j < 60; j += 1) {
    const auto turn = harmonic(moved, j, 1) / harmonic(quiet, 0, 1);
    const double shift = std::arg(turn) / (2.0 * pi) * period;
    mean += shift / 60.0;
    squares += shift * shift / 60.0;
  }
  // Standard errors of sixty normal numbers: 0.13 and 0.09 of their deviation. Rows between the
  // atoms, every three of them alike, look the same but for 0.01 angstrom.
  EXPECT_NEAR(mean, 0.0, 3.0 * 0.13 * 0.15);
  EXPECT_NEAR(std::sqrt(squares), 0.15, 3.0 * 0.09 * 0.15);
}

TEST_F(Wall, TheCellRepeatsSideways) {
  StemOptions options = small(2 * width, 6, period / width);
  const auto result = image(wall(), low_angles, options, SidewaysCell::repeats).images[0];
  const double peak = *std::ranges::max_element(result.values());
  for (std::size_t j = 0; j < 6; ++j) {
    for (std::size_t i = 0; i < width; ++i) {
      // How the window is cut out around the probe differs.
      EXPECT_NEAR(result(i, j), result(i + width, j), 0.005 * peak);
      EXPECT_NEAR(result(i, j), result(i, (j + 3) % 6), 0.005 * peak);
    }
  }
  // The atom is where the structure says.
  EXPECT_NEAR(std::arg(harmonic(result, 0, 1)) / (2.0 * pi) * period, 2.0, 0.01);
  // Without repetition there is one atom, and nothing beside it or a period further.
  const auto single = image(wall(), low_angles, options).images[0];
  EXPECT_LT(single(8, 4), 0.5 * result(8, 4));
  EXPECT_LT(single(8 + width, 1), 1e-3 * peak);
}

// Sixty-four times an atom or none: the mean is a whole number of 64ths of the atom's image.
TEST(StemThermal, OccupancyIsTheShareOfConfigurations) {
  StemOptions options = small(3, 1, 0.4);
  auto structure = atom(0.5, 0.1);
  const auto whole = image(structure, low_angles, options).images[0];
  structure.atoms[0].occupancy = 0.5;
  options.thermal.configurations = 64;
  const auto result = image(structure, low_angles, options);
  const double share = result.images[0](1, 0) / whole(1, 0);
  EXPECT_NEAR(64.0 * share, std::round(64.0 * share), 1e-6);
  // Half, within three standard deviations of sixty-four choices.
  EXPECT_NEAR(share, 0.5, 3.0 * 0.0625);
  EXPECT_NEAR(result.stderr_images[0](1, 0), whole(1, 0) * std::sqrt(share * (1.0 - share) / 63.0),
              1e-9);
  structure.atoms[0].occupancy = 0.0;
  EXPECT_EQ(image(structure, low_angles, options).images[0](1, 0), 0.0);
}

// An atom that moves blurs its image: the mean is the still image convolved with a Gaussian. Forty
// atoms out of each other's sight, a probe above each.
TEST(StemThermal, DisplacementsBlurTheAtom) {
  constexpr double rms = 0.25;
  constexpr double step = 0.125;
  constexpr int count = 40;
  const auto fixed = image(atom(2.0, 2.0), low_angles, small(33, 33, step)).images[0];
  const double fwhm = rms * std::sqrt(8.0 * std::log(2.0));
  const double expected =
      record(fixed, step, {.source_fwhm_angstrom = fwhm}, RandomStream(1)).image(16, 16);
  StemOptions options = small(count, 1, 6.0);
  options.thermal.configurations = 15;
  crystal::Structure moving;
  for (int i = 0; i < count; ++i) {
    moving.atoms.push_back({.element = "Au",
                            .position_angstrom = {6.0 * i, 0.0, 0.0},
                            .rms_displacement_angstrom = rms});
  }
  const auto own = image(moving, low_angles, options);
  const double mean = sum(own.images[0]) / count;
  double variance = 0.0;
  for (const double error : own.stderr_images[0].values()) variance += error * error;
  const double error = std::sqrt(variance) / count;
  EXPECT_LT(error / expected, 0.06);
  EXPECT_NEAR(mean, expected, 3.0 * error);
  EXPECT_LT(mean, 0.75 * fixed(16, 16));
  // The same for all atoms, by option; an atom's own is stronger, and both than the temperature.
  options.thermal.rms_displacement_angstrom = rms;
  options.thermal.temperature_k = 300.0;
  options.thermal.configurations = 2;
  const auto own_two = image(moving, low_angles, options);
  for (auto& one : moving.atoms) one.rms_displacement_angstrom.reset();
  expect_same(image(moving, low_angles, options), own_two);
  for (auto& one : moving.atoms) one.rms_displacement_angstrom = 0.0;
  options.thermal.configurations = 1;
  const auto at_rest = image(moving, low_angles, options);
  for (const double value : at_rest.images[0].values()) {
    EXPECT_NEAR(value / fixed(16, 16), 1.0, 0.005);
  }
}

// Rows a thousandth of an angstrom apart see the atom at one place, or each at another.
TEST(StemThermal, RowsMayHaveInstantsOfTheirOwn) {
  StemOptions options = small(1, 4, 0.001);
  options.thermal.rms_displacement_angstrom = 0.3;
  const auto spread = [&options] {
    const auto rows = image(atom(0.3, 0.2), low_angles, options).images[0];
    const auto [low, high] = std::minmax_element(rows.values().begin(), rows.values().end());
    return *high / *low;
  };
  EXPECT_LT(spread(), 1.01);
  options.thermal.instants = Instants::row;
  EXPECT_GT(spread(), 1.1);
}

// Gold at 673 K moves by 0.1342 angstrom along each axis.
TEST(StemThermal, TemperatureGivesTheDisplacement) {
  StemOptions options = small(3, 1, 0.5);
  options.thermal.configurations = 3;
  options.thermal.temperature_k = 673.0;
  const auto hot = image(atom(0.0, 0.0), low_angles, options).images[0];
  options.thermal.rms_displacement_angstrom = 0.1342;
  const auto given = image(atom(0.0, 0.0), low_angles, options).images[0];
  // The table's value has four digits.
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(given(i, 0) / hot(i, 0), 1.0, 1e-3);
  options.thermal.rms_displacement_angstrom = 0.13;
  EXPECT_GT(std::abs(image(atom(0.0, 0.0), low_angles, options).images[0](0, 0) / hot(0, 0) - 1.0),
            2e-3);
}

// Atoms above each other in one slice act one after the other, as in slices of their own.
TEST(Stem, AtomsOverlapWithinASlice) {
  StemOptions options = small(4, 1, 0.4);
  const auto structure = atoms_at({{0.4, 0.0, 0.0}, {0.4, 0.0, 0.1}, {1.1, 0.0, 0.05}});
  // Fine enough that each slice's cut at the band takes nothing that a later one scatters back.
  options.accuracy.grid = 200;
  options.accuracy.slice_thickness_angstrom = 2.0;
  const auto together = image(structure, low_angles, options);
  EXPECT_EQ(together.slices, 1);
  options.accuracy.slice_thickness_angstrom = 0.1;
  const auto apart = image(structure, low_angles, options);
  EXPECT_GE(apart.slices, 2);
  const auto single = image(atom(0.4, 0.0), low_angles, options).images[0];
  for (std::size_t i = 0; i < 4; ++i) {
    // Free space of a tenth of an angstrom turns 60 mrad by 0.06 rad, and by 1 rad the grid's 260
    // mrad, from where little comes back.
    EXPECT_NEAR(together.images[0](i, 0) / apart.images[0](i, 0), 1.0, 0.03) << i;
  }
  // Two atoms in phase scatter four times as much into small angles, less what is lost to them.
  EXPECT_GT(together.images[0](1, 0), 2.2 * single(1, 0));
}

TEST(Stem, MixesElements) {
  const StemOptions options = small(13, 1, 0.5);
  auto structure = atoms_at({{0.5, 0.0, 0.0}, {5.5, 0.0, 0.0}});
  structure.atoms[1].element = "C";
  const auto result = image(structure, low_angles, options).images[0];
  EXPECT_NEAR(result(1, 0) / image(atom(0.5, 0.0), low_angles, options).images[0](1, 0), 1.0, 1e-3);
  EXPECT_NEAR(result(11, 0) / image(atom(5.5, 0.0, "C"), low_angles, options).images[0](11, 0), 1.0,
              0.02);
  EXPECT_GT(result(1, 0), 20.0 * result(11, 0));
}

TEST(Stem, PlacesTheSpecimenInTheMiddle) {
  ScanOptions scan{.width = 11, .height = 5, .step_angstrom = 0.5};
  const auto structure = atoms_at({{10.0, 20.0, 3.0}, {12.0, 20.0, 4.0}, {10.5, 26.0, 5.0}});
  auto placed = place_in_scan(structure, scan);
  EXPECT_NEAR((placed.atoms[0].position_angstrom - Eigen::Vector3d(1.5, -2.0, 3.0)).norm(), 0.0,
              1e-12);
  EXPECT_NEAR((placed.atoms[2].position_angstrom - Eigen::Vector3d(2.0, 4.0, 5.0)).norm(), 0.0,
              1e-12);
  // The scan's middle to the right of the specimen's: atoms stand further left.
  scan.offset_x_angstrom = 1.0;
  scan.offset_y_angstrom = -2.0;
  placed = place_in_scan(structure, scan);
  EXPECT_NEAR((placed.atoms[0].position_angstrom - Eigen::Vector3d(0.5, 0.0, 3.0)).norm(), 0.0,
              1e-12);
}

TEST(Stem, SaysWhatIsWrong) {
  const StemOptions options = small(2, 2, 0.5);
  const auto gold = atom(0.0, 0.0);
  EXPECT_NE(complaint({}, low_angles, options).find("no atom"), std::string::npos);
  EXPECT_THROW((void)place_in_scan({}, options.scan), InputError);
  EXPECT_NE(complaint(atom(std::nan(""), 0.0), low_angles, options).find("atom 1 is not finite"),
            std::string::npos);
  EXPECT_NE(complaint(gold, {}, options).find("no detector"), std::string::npos);
  EXPECT_NE(complaint(atom(0.0, 0.0, "Xx"), low_angles, options).find("\"Xx\""), std::string::npos);
  auto cell = gold;
  EXPECT_NE(complaint(cell, low_angles, options, SidewaysCell::repeats).find("rectangular"),
            std::string::npos);
  cell.cell_angstrom = Eigen::Vector3d(4.0, 4.0, 4.0).asDiagonal();
  cell.cell_angstrom(1, 0) = 1.0;
  EXPECT_NE(complaint(cell, low_angles, options, SidewaysCell::repeats).find("rectangular"),
            std::string::npos);
  StemOptions wrong = options;
  wrong.thermal.temperature_k = 20.0;
  EXPECT_NE(complaint(gold, low_angles, wrong).find("20 K"), std::string::npos);
  wrong = options;
  wrong.scan.width = 0;
  wrong.probe.aperture_mrad = -1.0;
  wrong.accuracy.window_angstrom = 1.0;
  const std::string all = complaint(gold, low_angles, wrong);
  for (const char* name : {"probe.aperture_mrad", "scan.width", "accuracy.window_angstrom"}) {
    EXPECT_NE(all.find(name), std::string::npos) << all;
  }
}

// A third of 40 points over 5 angstrom is 2.7 / angstrom, 52 mrad.
TEST(Stem, RefusesAGridThatDoesNotHoldTheAngles) {
  StemOptions options = small(2, 2, 0.5);
  options.accuracy.grid = 40;
  const std::string text = complaint(atom(0.0, 0.0), low_angles, options);
  EXPECT_NE(text.find("accuracy.grid"), std::string::npos) << text;
  EXPECT_NE(text.find("60 mrad"), std::string::npos) << text;
  EXPECT_EQ(complaint(atom(0.0, 0.0), {annulus(25.0, 40.0)}, options), "none");
}

TEST(Recording, PoissonNumbersOfTheDose) {
  const Grid<double> ideal(100, 100, 0.3);
  const auto noisy = record(ideal, 0.5, {.dose_per_angstrom2 = 1000.0}, RandomStream(3)).image;
  constexpr double per_electron = 1.0 / 250.0;
  double mean = 0.0;
  for (const double value : noisy.values()) {
    mean += value / 1e4;
    EXPECT_NEAR(value / per_electron, std::round(value / per_electron), 1e-9);
  }
  double variance = 0.0;
  for (const double value : noisy.values()) variance += (value - mean) * (value - mean) / 1e4;
  // 75 electrons a pixel; standard errors of ten thousand.
  EXPECT_NEAR(mean / per_electron, 75.0, 3.0 * std::sqrt(75.0) / 100.0);
  EXPECT_NEAR(variance / (per_electron * per_electron), 75.0, 3.0 * 75.0 * std::sqrt(2.0) / 100.0);
  const auto other = record(ideal, 0.5, {.dose_per_angstrom2 = 1000.0}, RandomStream(4)).image;
  EXPECT_FALSE(std::ranges::equal(noisy.values(), other.values()));
}

TEST(Recording, SourceBroadensAPoint) {
  Grid<double> point(61, 61);
  point(30, 30) = 1.0;
  const auto image = record(point, 0.1, {.source_fwhm_angstrom = 1.0}, RandomStream(1)).image;
  // Five pixels from the middle is half the width.
  for (const auto& [x, y] : {std::pair{35, 30}, {25, 30}, {30, 35}, {30, 25}, {33, 34}}) {
    const auto i = static_cast<std::size_t>(x);
    const auto j = static_cast<std::size_t>(y);
    EXPECT_NEAR(image(i, j) / image(30, 30), 0.5, 1e-3);
  }
  EXPECT_NEAR(sum(image), 1.0, 1e-9);
  EXPECT_NEAR(image(30, 30), 4.0 * std::log(2.0) / pi * 0.01, 1e-5);
  // Edges are continued, not darkened.
  const auto flat =
      record(Grid<double>(9, 7, 2.0), 0.1, {.source_fwhm_angstrom = 0.5}, RandomStream(1)).image;
  for (const double value : flat.values()) EXPECT_NEAR(value, 2.0, 1e-12);
  // Nothing asked for, nothing done.
  EXPECT_TRUE(
      std::ranges::equal(record(point, 0.1, {}, RandomStream(1)).image.values(), point.values()));
}

}  // namespace
}  // namespace adatom::simulate
