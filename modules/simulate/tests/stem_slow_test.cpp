// STEM images against cross-sections calculated by others and by plane waves (300 kV, aperture of
// 20 mrad, detector from 40 to 160 mrad), and what numerical parameters change.
//
// The spectrum of an image ends at 2 alpha / lambda = 2.03 / angstrom: with steps below 0.49
// angstrom the sum over the probes is the integral, however coarse it looks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "adatom/base/random.h"
#include "adatom/crystal/zone_axis_cell.h"
#include "adatom/simulate/slab_library.h"
#include "stem_fixture.h"

namespace adatom::simulate {
namespace {

using testing::atoms_at;
using testing::image;
using testing::still;
using testing::sum;

const std::vector<Detector> haadf = {annulus(40.0, 160.0)};
constexpr double gold_scs_angstrom2 = 0.019683;

double cross_section(const crystal::Structure& structure, const StemOptions& options) {
  const double step = options.scan.step_angstrom;
  return step * step * sum(image(structure, haadf, options).images[0]);
}

/// 11.5 angstrom wide, its middle at 5.5 angstrom.
StemOptions wide() { return still(24, 24, 11.0 / 23.0); }

TEST(StemAccuracy, OneAtomScattersItsCrossSection) {
  for (const auto& [x, y] : {std::pair{5.5, 5.5}, {5.513, 5.481}, {5.3, 5.7}}) {
    const double scs = cross_section(atoms_at({{x, y, 0.0}}), wide());
    EXPECT_NEAR(scs / gold_scs_angstrom2, 1.0, 0.005) << x << ' ' << y;
  }
}

// Aberrations and the place of focus move the probe's intensity, and keep its integral.
TEST(StemAccuracy, TheSumDoesNotDependOnAberrations) {
  const auto atom = atoms_at({{5.5, 5.5, 0.0}});
  const double plain = cross_section(atom, wide());
  StemOptions options = wide();
  options.probe.defocus_angstrom = 50.0;
  EXPECT_NEAR(cross_section(atom, options) / plain, 1.0, 0.003);
  options = wide();
  options.probe.cs_mm = 0.01;
  EXPECT_NEAR(cross_section(atom, options) / plain, 1.0, 0.003);
  options = wide();
  options.probe.astigmatism_angstrom = 20.0;
  options.probe.coma_angstrom = 500.0;
  EXPECT_NEAR(cross_section(atom, options) / plain, 1.0, 0.003);
}

// A crystal without end: the mean over a cell is what plane waves from within the aperture give.
TEST(StemAccuracy, ACellScattersWhatTheLibrarySays) {
  constexpr int thickness = 5;
  const auto cell =
      crystal::fcc_zone_axis_cell(crystal::fcc_crystal("Au"), crystal::ZoneAxis::axis_100);
  const Eigen::Vector3d edges = cell.cell_angstrom.diagonal();
  ASSERT_NEAR(edges.x(), edges.y(), 1e-9);
  crystal::Structure slab = cell;
  slab.atoms.clear();
  for (int i = 0; i < thickness; ++i) {
    for (auto atom : cell.atoms) {
      atom.position_angstrom.z() += i * edges.z();
      slab.atoms.push_back(atom);
    }
  }
  const auto probes = static_cast<std::int64_t>(std::ceil(edges.x() / 0.4));
  auto options = still(probes, probes, edges.x() / static_cast<double>(probes));
  // The third ring of the zone, at 170 mrad, must not stand at the edge of the band.
  options.accuracy.grid = 576;
  const auto result = image(slab, haadf, options, SidewaysCell::repeats);
  const double area = edges.x() * edges.y() / static_cast<double>(cell.atoms.size());
  const double scs = area * sum(result.images[0]) / static_cast<double>(probes * probes);

  SlabLibraryOptions library;
  library.zone_axis = crystal::ZoneAxis::axis_100;
  library.atoms = thickness;
  library.rms_displacement_angstrom = 0.0;
  library.largest_angle_mrad = 300.0;
  library.box_angstrom = 1.0;
  library.configurations = 8;
  library.beam_directions = 60;
  NoPartStore parts;
  NoProgress progress;
  const auto expected = scs_on_detector(simulate_slab_library(library, {}, parts, progress).library,
                                        40.0, 160.0)[thickness - 1];
  EXPECT_LT(expected.stderr_angstrom2 / expected.scs_angstrom2, 0.005);
  // Three standard errors, and a window of 12 angstrom in place of a crystal that repeats.
  EXPECT_NEAR(scs / expected.scs_angstrom2, 1.0,
              0.01 + 3.0 * expected.stderr_angstrom2 / expected.scs_angstrom2);
}

TEST(StemAccuracy, TwoColumnsSixAngstromApartAddUp) {
  const auto column = [](double x) {
    std::vector<Eigen::Vector3d> places;
    for (int i = 0; i < 5; ++i) places.emplace_back(x, 1.0, 2.8837 * i);
    return places;
  };
  auto both = column(2.0);
  const auto right = column(8.0);
  both.insert(both.end(), right.begin(), right.end());
  const auto options = still(21, 5, 0.5);
  const auto a = image(atoms_at(column(2.0)), haadf, options).images[0];
  const auto b = image(atoms_at(right), haadf, options).images[0];
  const auto ab = image(atoms_at(both), haadf, options).images[0];
  const double peak = *std::ranges::max_element(ab.values());
  for (std::size_t i = 0; i < ab.size(); ++i) {
    EXPECT_NEAR(ab.values()[i], a.values()[i] + b.values()[i], 0.01 * peak) << i;
  }
}

/// Thirteen atoms of gold, an atom and its neighbours, seen along [100]; at 6 angstrom.
crystal::Structure cluster() {
  constexpr double half = 0.5 * 4.0782;
  std::vector<Eigen::Vector3d> places = {{6.0, 6.0, 6.0}};
  for (int axis = 0; axis < 3; ++axis) {
    for (const double u : {-half, half}) {
      for (const double v : {-half, half}) {
        Eigen::Vector3d place(6.0, 6.0, 6.0);
        place[(axis + 1) % 3] += u;
        place[(axis + 2) % 3] += v;
        places.push_back(place);
      }
    }
  }
  return atoms_at(places);
}

TEST(StemConvergence, SlicesAndGrid) {
  const StemOptions options = still(28, 28, 12.0 / 27.0);
  const double plain = cross_section(cluster(), options);
  // Thirteen atoms, some behind others: between independent scattering and twice that.
  EXPECT_GT(plain, 13.0 * gold_scs_angstrom2);
  EXPECT_LT(plain, 26.0 * gold_scs_angstrom2);
  StemOptions finer = options;
  finer.accuracy.slice_thickness_angstrom = 1.0;
  EXPECT_NEAR(cross_section(cluster(), finer) / plain, 1.0, 0.005);
  finer = options;
  finer.accuracy.grid = 480;
  EXPECT_NEAR(cross_section(cluster(), finer) / plain, 1.0, 0.005);
}

// The probe's tails reach beyond a window (1.7 % beyond 6 angstrom) and come back on its other
// side: sums agree where the scan is larger than the larger window and the cluster.
TEST(StemConvergence, Window) {
  StemOptions options = still(42, 42, 0.48);
  const auto structure = place_in_scan(cluster(), options.scan);
  const double plain = cross_section(structure, options);
  options.accuracy.window_angstrom = 16.0;
  EXPECT_NEAR(cross_section(structure, options) / plain, 1.0, 0.005);
}

// Five gold atoms above twenty of carbon: light atoms add their own little.
TEST(StemAccuracy, AtomsOnASupport) {
  std::vector<Eigen::Vector3d> heavy = {
      {3.0, 3.0, 0.0}, {8.0, 3.0, 0.0}, {5.5, 5.5, 0.0}, {3.0, 8.0, 0.0}, {8.0, 8.0, 0.0}};
  auto gold = atoms_at(heavy);
  RandomStream random(5);
  std::vector<Eigen::Vector3d> light;
  for (int i = 0; i < 20; ++i) {
    light.emplace_back(2.0 + 7.0 * random.uniform(), 2.0 + 7.0 * random.uniform(),
                       4.0 + 6.0 * random.uniform());
  }
  const auto carbon = atoms_at(light, "C");
  auto all = gold;
  all.atoms.insert(all.atoms.end(), carbon.atoms.begin(), carbon.atoms.end());
  const double one = cross_section(atoms_at({{5.5, 5.5, 0.0}}, "C"), wide());
  // Rutherford scattering goes with the square of the charge, screening takes more from gold.
  EXPECT_GT(one / gold_scs_angstrom2, 36.0 / (79.0 * 79.0));
  EXPECT_LT(one / gold_scs_angstrom2, 3.0 * 36.0 / (79.0 * 79.0));
  const double sum_of_parts = 5.0 * gold_scs_angstrom2 + 20.0 * one;
  // What atoms behind each other scatter together, and what the scan's edges cut off.
  EXPECT_NEAR(cross_section(all, wide()) / sum_of_parts, 1.0, 0.1);
  EXPECT_GT(cross_section(all, wide()), cross_section(gold, wide()));
}

}  // namespace
}  // namespace adatom::simulate
