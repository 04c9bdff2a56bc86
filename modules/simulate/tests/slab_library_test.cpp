#include "adatom/simulate/slab_library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <string>
#include <vector>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/crystal/zone_axis_cell.h"
#include "atom_amplitude.h"
#include "wave.h"

namespace adatom::simulate {
namespace {

/// Au [110] of two atoms in a small box up to 60 mrad: a few milliseconds.
SlabLibraryOptions small_options() {
  SlabLibraryOptions options;
  options.atoms = 2;
  options.largest_angle_mrad = 60.0;
  options.configurations = 3;
  options.beam_directions = 2;
  options.box_angstrom = 5.0;
  return options;
}

SlabLibrary simulate(const SlabLibraryOptions& options,
                     const std::optional<crystal::Structure>& cell = {}) {
  NoPartStore parts;
  NoProgress progress;
  return simulate_slab_library(options, cell, parts, progress);
}

TEST(SlabLibrary, SaysWhatItIs) {
  const SlabLibrary result = simulate(small_options());
  const AngularLibrary& library = result.library;
  EXPECT_EQ(library.conditions.element, "Au");
  EXPECT_EQ(library.conditions.zone_axis, "110");
  EXPECT_EQ(library.conditions.lattice_parameter_angstrom,
            crystal::fcc_crystal("Au").lattice_parameter_angstrom);
  EXPECT_EQ(library.conditions.temperature_k, 300.0);
  EXPECT_NEAR(library.conditions.rms_displacement_angstrom, 0.0898, 5e-5);
  EXPECT_EQ(library.batches, 3);
  EXPECT_EQ(library.atoms, 2);
  EXPECT_EQ(library.bins, 60);
  ASSERT_EQ(library.scs_angstrom2.size(), 3U * 2U * 60U);
  const double a = library.conditions.lattice_parameter_angstrom;
  EXPECT_NEAR(result.box_x_angstrom, 2.0 * a / std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(result.box_y_angstrom, 2.0 * a, 1e-9);
  EXPECT_NEAR(result.slice_thickness_angstrom, a / std::sqrt(8.0), 1e-9);
  // The detector's angles fit on the grid: twice the band and the transmission's, 3 x 60 mrad.
  EXPECT_GT(static_cast<double>(result.grid_x) / result.box_x_angstrom, 3.0 * 60e-3 / 0.0197);
  EXPECT_GT(static_cast<double>(result.grid_y) / result.box_y_angstrom, 3.0 * 60e-3 / 0.0197);
}

// The two tables are fits to the same kind of calculation; factors of gold differ by up to 2.5 %.
TEST(SlabLibrary, EitherTableOfScatteringFactors) {
  SlabLibraryOptions options = small_options();
  const SlabLibrary lobato = simulate(options);
  options.scattering_factors = crystal::ScatteringTable::kirkland;
  const SlabLibrary kirkland = simulate(options);
  EXPECT_NE(kirkland.library.conditions.scattering_factors,
            lobato.library.conditions.scattering_factors);
  const double ratio = scs_on_detector(kirkland.library, 30.0, 60.0)[0].scs_angstrom2 /
                       scs_on_detector(lobato.library, 30.0, 60.0)[0].scs_angstrom2;
  EXPECT_NE(ratio, 1.0);
  EXPECT_NEAR(ratio, 1.0, 0.05);
}

TEST(SlabLibrary, BatchesOfManyConfigurations) {
  SlabLibraryOptions options = small_options();
  options.atoms = 1;
  options.largest_angle_mrad = 30.0;
  options.beam_directions = 1;
  options.configurations = 16;
  EXPECT_EQ(simulate(options).library.batches, 16);
  options.configurations = 17;
  EXPECT_EQ(simulate(options).library.batches, 8);
  EXPECT_EQ(simulate(options).library.scs_angstrom2.size(), 8U * 30U);
}

/// One atom in a cell of its own.
crystal::Structure lone(const std::string& element, double side) {
  crystal::Structure cell;
  cell.cell_angstrom = Eigen::Vector3d(side, side + 0.5, 2.0).asDiagonal();
  cell.atoms = {{.element = element, .position_angstrom = {1.0, 2.0, 0.0}}};
  return cell;
}

// One atom that stands still: each direction scatters |g|^2 / A^2 a beam of the grid, and the
// directions fill the aperture, so that the distribution by angle is the mean of |g|^2 over them.
// What is left of the unscattered beam is |1 + g(0) / A|^2; what goes beyond the band is lost, the
// whole being one by the optical theorem. Rings of ten mrad hold a few hundred beams each: 1 %.
TEST(SlabLibrary, OneAtomScattersItsAmplitude) {
  SlabLibraryOptions options = small_options();
  options.structure.path = "cell.xyz";
  options.atoms = 1;
  options.rms_displacement_angstrom = 0.0;
  options.beam_directions = 40;
  options.configurations = 2;
  options.box_angstrom = 9.0;
  options.largest_angle_mrad = 80.0;
  const SlabLibrary result = simulate(options, lone("Au", 9.0));
  const double area = 9.0 * 9.5;
  EXPECT_EQ(result.library.conditions.zone_axis, "structure");
  const double wavelength = electron_wavelength_angstrom(300.0);
  const AtomAmplitude amplitude(crystal::find_scattering_factor("Au").value(),
                                interaction_rad_per_volt_angstrom(300.0), 400.0);
  // The mean of |g|^2 over beams of the aperture, at an angle to the axis.
  const auto scattered = [&](double angle_mrad) {
    double sum = 0.0;
    double weight = 0.0;
    for (double beam = 0.5; beam < 20.0; beam += 1.0) {
      for (int i = 0; i < 24; ++i) {
        const double turn = 2.0 * std::numbers::pi * (i + 0.5) / 24.0;
        const double mrad = std::sqrt(angle_mrad * angle_mrad + beam * beam -
                                      2.0 * angle_mrad * beam * std::cos(turn));
        sum += beam * std::norm(amplitude.at(1e-3 * mrad / wavelength));
        weight += beam;
      }
    }
    return sum / weight;
  };
  const double to_k = 1e-3 / wavelength;
  // From one angle to another, in rings of about a milliradian.
  const auto onto = [&](double from, double to) {
    double sum = 0.0;
    const double rings = std::ceil(to - from);
    for (double i = 0.5; i < rings; i += 1.0) {
      const double angle = from + (to - from) * i / rings;
      sum += scattered(angle) * 2.0 * std::numbers::pi * to_k * to_k * angle;
    }
    return sum * (to - from) / rings;
  };
  // Beyond 500 mrad like the nucleus, |g|^2 as 1 / k^4.
  const double beyond = scattered(500.0) * std::numbers::pi * to_k * to_k * 500.0 * 500.0;
  for (const double low : {25.0, 40.0, 60.0, 70.0}) {
    const auto seen = scs_on_detector(result.library, low, low + 10.0)[0].scs_angstrom2;
    EXPECT_NEAR(seen / onto(low, low + 10.0), 1.0, 0.01) << low;
  }
  double inside = 0.0;
  for (std::int64_t bin = 0; bin < 20; ++bin) {
    inside += static_cast<double>(result.library.scs_angstrom2[result.library.index(0, 1, bin)]);
  }
  // The beam itself, and what scatters within the aperture.
  const double beam = area * std::norm(1.0 + amplitude.at(0.0) / area);
  EXPECT_NEAR(inside / (beam + onto(0.0, 20.0)), 1.0, 0.001);
  const double density = std::min(static_cast<double>(result.grid_x) / result.box_x_angstrom,
                                  static_cast<double>(result.grid_y) / result.box_y_angstrom);
  const double edge = bands_of_grid(density, 20.0 * to_k).wave / to_k;
  EXPECT_NEAR(result.lost_fraction[0] / ((onto(edge, 500.0) + beyond) / area), 1.0, 0.01);
}

// Losses of the whole, whatever the depth: no fraction below zero, growing with the thickness, and
// all bins with them are one.
TEST(SlabLibrary, LossesGrowWithThickness) {
  SlabLibraryOptions options = small_options();
  options.atoms = 4;
  const SlabLibrary result = simulate(options);
  double before = 0.0;
  for (const double lost : result.lost_fraction) {
    EXPECT_GT(lost, before);
    before = lost;
  }
  // A wider grid loses less.
  options.largest_angle_mrad = 120.0;
  EXPECT_LT(simulate(options).lost_fraction[3], 0.4 * before);
}

TEST(SlabLibrary, DoesNotDependOnTheThreads) {
  const auto with = [](std::size_t threads) {
    const ThreadLimit limit(threads);
    return simulate(small_options());
  };
  const SlabLibrary one = with(1);
  const SlabLibrary two = with(2);
  EXPECT_EQ(one.library.scs_angstrom2, two.library.scs_angstrom2);
  EXPECT_EQ(one.lost_fraction, two.lost_fraction);
}

/// Keeps parts in memory and counts how many were asked for and found.
class MemoryStore final : public PartStore {
 public:
  bool load(std::size_t part, std::span<double> values) override {
    const std::scoped_lock lock(mutex_);
    const auto found = kept.find(part);
    if (found == kept.end()) return false;
    std::copy(found->second.begin(), found->second.end(), values.begin());
    return true;
  }
  void save(std::size_t part, std::span<const double> values) override {
    const std::scoped_lock lock(mutex_);
    ++saved;
    kept[part].assign(values.begin(), values.end());
  }
  std::map<std::size_t, std::vector<double>> kept;
  int saved = 0;

 private:
  std::mutex mutex_;
};

TEST(SlabLibrary, GoesOnFromThePartsThatAreThere) {
  const SlabLibraryOptions options = small_options();
  MemoryStore store;
  NoProgress progress;
  const SlabLibrary whole = simulate_slab_library(options, {}, store, progress);
  EXPECT_EQ(store.saved, 3);
  for (const auto& [part, values] : store.kept) {
    EXPECT_LT(part, 3U);
    EXPECT_EQ(values.size(), slab_library_part_size(options));
  }
  store.kept.erase(1);
  store.saved = 0;
  const SlabLibrary again = simulate_slab_library(options, {}, store, progress);
  EXPECT_EQ(store.saved, 1);
  EXPECT_EQ(again.library.scs_angstrom2, whole.library.scs_angstrom2);
  EXPECT_EQ(again.lost_fraction, whole.lost_fraction);
  // They are used, not computed again.
  for (double& value : store.kept[2]) value = 0.0;
  const SlabLibrary other = simulate_slab_library(options, {}, store, progress);
  EXPECT_NE(other.library.scs_angstrom2, whole.library.scs_angstrom2);
}

/// Asked to stop after so many slices.
class Stopping final : public Progress {
 public:
  explicit Stopping(std::size_t after) : after_(after) {}
  void begin(std::string_view /*task*/, std::size_t total) override { total_ = total; }
  void advance(std::size_t steps) override { done_ += steps; }
  [[nodiscard]] bool cancelled() const override { return done_ >= after_; }
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] std::size_t done() const { return done_; }

 private:
  std::size_t after_;
  std::size_t total_ = 0;
  std::atomic<std::size_t> done_ = 0;
};

TEST(SlabLibrary, StopsWhenAsked) {
  const ThreadLimit one(1);
  MemoryStore store;
  Stopping progress(4);
  EXPECT_THROW((void)simulate_slab_library(small_options(), {}, store, progress), Interrupted);
  // Two atoms are four slices: the first configuration was kept.
  EXPECT_EQ(store.saved, 1);
  Stopping never(1000);
  const SlabLibrary rest = simulate_slab_library(small_options(), {}, store, never);
  EXPECT_EQ(never.done(), never.total());
  EXPECT_EQ(rest.library.scs_angstrom2, simulate(small_options()).library.scs_angstrom2);
}

TEST(SlabLibrary, UserCellsAreTheSameCrystal) {
  SlabLibraryOptions options = small_options();
  const SlabLibrary metal = simulate(options);
  const auto cell = crystal::fcc_zone_axis_cell(crystal::fcc_crystal("Au"), options.zone_axis);
  options.structure.path = "cell.xyz";
  const SlabLibrary user = simulate(options, cell);
  EXPECT_EQ(user.library.scs_angstrom2, metal.library.scs_angstrom2);
  EXPECT_EQ(user.library.conditions.zone_axis, "structure");
  EXPECT_EQ(user.library.conditions.lattice_parameter_angstrom, 0.0);
}

// Atoms at rest: two cells side by side say no more than one. Beams stand elsewhere between the
// frequencies of the larger box, and their propagators and angles are shifted by other parts of a
// step. The band's circle stands on the grid's frequencies, so that a few beams at its edge differ.
TEST(SlabLibrary, BoxesOfAPerfectCrystalAgree) {
  SlabLibraryOptions options = small_options();
  options.rms_displacement_angstrom = 0.0;
  options.atoms = 6;
  options.box_angstrom = 1.0;
  options.grid = 128;
  const SlabLibrary one = simulate(options);
  options.box_angstrom = 5.0;
  options.grid = 256;
  const SlabLibrary four = simulate(options);
  ASSERT_EQ(four.grid_x, 2 * one.grid_x);
  ASSERT_NEAR(four.box_y_angstrom, 2.0 * one.box_y_angstrom, 1e-9);
  const auto ours = scs_on_detector(one.library, 20.0, 60.0);
  const auto theirs = scs_on_detector(four.library, 20.0, 60.0);
  for (std::size_t n = 0; n < ours.size(); ++n) {
    EXPECT_NEAR(ours[n].scs_angstrom2 / theirs[n].scs_angstrom2, 1.0, 1e-3) << n + 1;
  }
}

TEST(SlabLibrary, SeedsAndDisplacements) {
  SlabLibraryOptions options = small_options();
  const auto first = simulate(options).library.scs_angstrom2;
  EXPECT_EQ(simulate(options).library.scs_angstrom2, first);
  options.seed = 2;
  EXPECT_NE(simulate(options).library.scs_angstrom2, first);
  // The temperature is what it says: by hand the same displacement gives the same bytes.
  options.seed = 1;
  const auto measured = simulate(options).library.conditions.rms_displacement_angstrom;
  options.rms_displacement_angstrom = measured;
  const auto by_hand = simulate(options).library;
  EXPECT_EQ(by_hand.scs_angstrom2, first);
  EXPECT_FALSE(by_hand.conditions.temperature_k.has_value());
}

std::string complaint_of(const SlabLibraryOptions& options,
                         const std::optional<crystal::Structure>& cell = {}) {
  try {
    (void)simulate(options, cell);
  } catch (const InputError& error) {
    return error.what();
  }
  return "(accepted)";
}

TEST(SlabLibrary, RefusesWhatItCannotSimulate) {
  SlabLibraryOptions options = small_options();
  options.element = "Pd";  // an fcc metal that the table of Debye-Waller factors does not hold
  EXPECT_NE(complaint_of(options).find("rms_displacement_angstrom"), std::string::npos);
  options.rms_displacement_angstrom = 0.08;
  EXPECT_EQ(complaint_of(options), "(accepted)");

  options = small_options();
  options.element = "Fe";
  EXPECT_NE(complaint_of(options).find("lattice_parameter_angstrom"), std::string::npos);
  options.element = "Xx";
  EXPECT_NE(complaint_of(options).find("scattering factors"), std::string::npos);

  options = small_options();
  options.temperature_k = 40.0;
  EXPECT_NE(complaint_of(options).find("temperature_k"), std::string::npos);
  options.temperature_k = 1200.0;
  EXPECT_NE(complaint_of(options).find("temperature_k"), std::string::npos);
  options.temperature_k = 0.0;
  EXPECT_EQ(complaint_of(options), "(accepted)");

  options = small_options();
  options.largest_angle_mrad = 20.0;
  EXPECT_NE(complaint_of(options).find("largest_angle_mrad"), std::string::npos);

  // A user's cell whose other element has no displacement, one that is slanted.
  options = small_options();
  options.structure.path = "cell.xyz";
  options.atoms = 1;
  crystal::Structure cell = lone("Xx", 5.0);
  EXPECT_NE(complaint_of(options, cell).find("Xx"), std::string::npos);
  cell = lone("Au", 5.0);
  cell.cell_angstrom(1, 0) = 0.5;
  EXPECT_NE(complaint_of(options, cell).find("x, y and z"), std::string::npos);
}

// A grid that is too coarse would lose angles in silence, or have no place for the beams.
TEST(SlabLibrary, RefusesGridsThatDoNotHoldTheAngles) {
  SlabLibraryOptions options = small_options();
  options.grid = 64;
  EXPECT_NE(complaint_of(options).find("64 points"), std::string::npos);
  options.aperture_mrad = 59.0;
  options.grid = 32;
  EXPECT_NE(complaint_of(options).find("32 points"), std::string::npos);
  options = small_options();
  options.grid = 96;
  EXPECT_EQ(complaint_of(options), "(accepted)");
}

// Beams at the edge of the aperture keep a place on the grid even where that is almost the largest
// angle and the box so small that its frequencies are far apart.
TEST(SlabLibrary, BeamsAtTheEdgeOfTheBandStayOnTheGrid) {
  SlabLibraryOptions options = small_options();
  options.aperture_mrad = 24.0;
  options.largest_angle_mrad = 24.5;
  options.box_angstrom = 1.0;
  options.beam_directions = 60;
  options.atoms = 1;
  options.rms_displacement_angstrom = 0.0;
  const SlabLibrary result = simulate(options);
  // Most of the beam is still there, none was lost at the start.
  EXPECT_GT(result.lost_fraction[0], 0.0);
  EXPECT_LT(result.lost_fraction[0], 0.2);
}

}  // namespace
}  // namespace adatom::simulate
