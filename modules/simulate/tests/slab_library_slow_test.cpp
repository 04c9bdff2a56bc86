// Cross-sections against converged calculations by others (300 kV, aperture of 20 mrad, detector
// from 40 to 160 mrad), and what numerical parameters change.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "adatom/simulate/slab_library.h"

namespace adatom::simulate {
namespace {

AngularLibrary simulate(const SlabLibraryOptions& options,
                        const std::optional<crystal::Structure>& cell) {
  NoPartStore parts;
  NoProgress progress;
  return simulate_slab_library(options, cell, parts, progress).library;
}

std::vector<ScsValue> scs(const SlabLibraryOptions& options,
                          const std::optional<crystal::Structure>& cell = {}) {
  return scs_on_detector(simulate(options, cell), 40.0, 160.0);
}

/// Au [110] with the lattice parameter of the reference.
SlabLibraryOptions gold(double rms_displacement_angstrom) {
  SlabLibraryOptions options;
  options.lattice_parameter_angstrom = 4.0782;
  options.rms_displacement_angstrom = rms_displacement_angstrom;
  options.atoms = 12;
  return options;
}

/// Atoms that stand still: the smallest cell says it all, with many directions.
SlabLibraryOptions still_gold() {
  SlabLibraryOptions options = gold(0.0);
  options.box_angstrom = 1.0;
  options.configurations = 8;
  options.beam_directions = 60;
  return options;
}

crystal::Structure columns_at(const std::string& element, const Eigen::Vector3d& edges,
                              const std::vector<double>& x) {
  crystal::Structure cell;
  cell.cell_angstrom = edges.asDiagonal();
  for (const double place : x) {
    cell.atoms.push_back({.element = element, .position_angstrom = {place, 3.0, 0.0}});
  }
  return cell;
}

// 120 directions for each of 16 offsets: the mean over the aperture is good to 0.1 %.
TEST(SlabLibraryAccuracy, SingleAtoms) {
  struct Case {
    const char* element;
    double from_40_mrad;
    double from_60_mrad;
  };
  for (const Case& c : {Case{"Au", 0.019683, 0.009179}, Case{"Pt", 0.019391, 0.009025},
                        Case{"Ag", 0.009244, 0.004154}, Case{"Cu", 0.004278, 0.001796}}) {
    SlabLibraryOptions options;
    options.element = c.element;
    options.structure.path = "atom.xyz";
    options.atoms = 1;
    options.rms_displacement_angstrom = 0.0;
    options.configurations = 16;
    options.beam_directions = 120;
    options.box_angstrom = 9.0;
    options.largest_angle_mrad = 160.0;
    const AngularLibrary library = simulate(options, columns_at(c.element, {9.0, 9.3, 2.0}, {1.0}));
    for (const auto& [inner, expected] :
         {std::pair{40.0, c.from_40_mrad}, {60.0, c.from_60_mrad}}) {
      const ScsValue value = scs_on_detector(library, inner, 160.0)[0];
      EXPECT_LT(value.stderr_angstrom2 / value.scs_angstrom2, 0.001) << c.element;
      EXPECT_NEAR(value.scs_angstrom2 / expected, 1.0, 0.003) << c.element << ' ' << inner;
    }
  }
}

// The grid reaches 300 mrad: the second ring of the [110] zone, at 165 mrad and strong without
// thermal motion, must not stand at the edge of the band.
TEST(SlabLibraryAccuracy, GoldThatStandsStill) {
  SlabLibraryOptions options = still_gold();
  options.largest_angle_mrad = 300.0;
  const auto values = scs(options);
  for (const auto& [atoms, expected] :
       std::map<std::size_t, double>{{2, 0.05509}, {5, 0.12409}, {12, 0.20821}}) {
    const ScsValue value = values[atoms - 1];
    EXPECT_LT(value.stderr_angstrom2 / value.scs_angstrom2, 0.002) << atoms;
    EXPECT_NEAR(value.scs_angstrom2 / expected, 1.0, 0.01) << atoms;
  }
}

// Of the reference too: standard errors of 0.6 to 1 %, here taken as 0.8 %.
TEST(SlabLibraryAccuracy, GoldThatMoves) {
  SlabLibraryOptions options = gold(0.085);
  options.configurations = 64;
  const auto values = scs(options);
  for (const auto& [atoms, expected] :
       std::map<std::size_t, double>{{2, 0.04598}, {5, 0.14092}, {12, 0.33176}}) {
    const ScsValue value = values[atoms - 1];
    const double error = std::hypot(value.stderr_angstrom2 / value.scs_angstrom2, 0.008);
    EXPECT_LT(error, 0.015) << atoms;
    EXPECT_NEAR(value.scs_angstrom2 / expected, 1.0, std::max(0.02, 2.0 * error)) << atoms;
  }
}

// The same displacements on either grid: what differs is what the coarser one cuts off.
TEST(SlabLibraryConvergence, Grid) {
  SlabLibraryOptions options = gold(0.085);
  options.largest_angle_mrad = 160.0;
  options.configurations = 4;
  options.beam_directions = 4;
  options.grid = 320;
  const auto coarse = scs(options);
  options.grid = 768;
  const auto fine = scs(options);
  for (const std::size_t atoms : {1U, 2U, 5U, 12U}) {
    EXPECT_NEAR(coarse[atoms - 1].scs_angstrom2 / fine[atoms - 1].scs_angstrom2, 1.0, 0.005)
        << atoms;
  }
}

// Along [112] layers are 0.83 angstrom apart and share slices, along [110] none does.
TEST(SlabLibraryConvergence, SliceThickness) {
  for (const auto axis : {crystal::ZoneAxis::axis_112, crystal::ZoneAxis::axis_110}) {
    SlabLibraryOptions options = still_gold();
    options.zone_axis = axis;
    options.configurations = 2;
    options.slice_thickness_angstrom = 2.1;
    const auto thick = scs(options);
    options.slice_thickness_angstrom = 1.05;
    const auto thin = scs(options);
    for (const std::size_t atoms : {1U, 2U, 5U, 12U}) {
      EXPECT_NEAR(thick[atoms - 1].scs_angstrom2 / thin[atoms - 1].scs_angstrom2, 1.0, 0.005)
          << atoms;
    }
  }
}

// Two columns six angstrom apart scatter what each scatters on its own.
TEST(SlabLibraryAccuracy, FarColumnsAddUp) {
  SlabLibraryOptions options = gold(0.0);
  options.structure.path = "columns.xyz";
  options.atoms = 3;
  options.configurations = 4;
  options.beam_directions = 40;
  const Eigen::Vector3d box(16.0, 12.0, 2.8837);
  // A column has half of the box's area in the pair, the whole alone: both are per column.
  const auto pair = scs(options, columns_at("Au", box, {5.0, 11.0}));
  const auto alone = scs(options, columns_at("Au", box, {5.0}));
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_NEAR(pair[n].scs_angstrom2 / alone[n].scs_angstrom2, 1.0, 0.01) << n + 1;
  }
}

}  // namespace
}  // namespace adatom::simulate
