// Phases of simulated high-resolution images, against what was put in.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/asymmetry.h"
#include "adatom/diffraction/fringe_families.h"
#include "adatom/diffraction/fringe_search.h"
#include "adatom/diffraction/lattice_strain.h"
#include "adatom/diffraction/phase_map.h"
#include "adatom/simulate/hrtem.h"

namespace adatom {
namespace {

using diffraction::Fringe;
using simulate::HrtemFrame;
using simulate::HrtemOptions;

constexpr double pixel_nm = 0.025;

HrtemFrame one_frame(const HrtemOptions& options) {
  HrtemFrame frame;
  NoProgress progress;
  (void)simulate::simulate_hrtem(
      options, [&](const HrtemFrame& made) { frame = made; }, progress);
  return frame;
}

std::vector<crystal::Phase> copper_and_oxide() {
  return {crystal::find_phase("Cu").value(), crystal::find_phase("Cu2O").value()};
}

/// The study's families: Cu 111 and 200, Cu2O 220.
diffraction::FringeSearchResult study_fringes(const HrtemFrame& frame) {
  const auto phases = copper_and_oxide();
  const std::vector<std::vector<std::string>> labels = {{"111", "200"}, {"220"}};
  const auto families = diffraction::choose_families(phases, labels, {});
  return diffraction::find_fringes(frame.image, pixel_nm, families.families, {});
}

diffraction::PhaseMapResult study_map(const HrtemFrame& frame) {
  const auto found = study_fringes(frame);
  NoProgress progress;
  return diffraction::map_phases(frame.image, pixel_nm, 2, found.fringes, found.others, {},
                                 progress);
}

double dice(const Grid<std::uint8_t>& a, const Grid<std::uint8_t>& b, std::uint8_t label) {
  double both = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool in_a = a.values()[i] == label;
    const bool in_b = b.values()[i] == label;
    both += in_a && in_b ? 2.0 : 0.0;
    all += (in_a ? 1.0 : 0.0) + (in_b ? 1.0 : 0.0);
  }
  return both / all;
}

double area_nm2(const Grid<std::uint8_t>& labels, std::uint8_t label) {
  return pixel_nm * pixel_nm * static_cast<double>(std::ranges::count(labels.values(), label));
}

double spread(const std::vector<double>& values) {
  double mean = 0.0;
  double square = 0.0;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) mean += value / count;
  for (const double value : values) square += (value - mean) * (value - mean) / (count - 1.0);
  return std::sqrt(square);
}

double mean_of(const std::vector<double>& values) {
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  return mean;
}

TEST(PhaseMapPhantom, MapsAnInclusionOfThreeNanometres) {
  constexpr std::int64_t seeds = 20;
  std::array<std::vector<double>, 2> scores;
  std::array<std::vector<double>, 2> areas;
  std::array<std::vector<double>, 2> errors;
  std::array<std::vector<double>, 2> off;
  std::vector<double> asymmetries;
  std::vector<double> asymmetry_errors;
  for (std::int64_t seed = 1; seed <= seeds; ++seed) {
    HrtemOptions options;
    options.seed = seed;
    const auto frame = one_frame(options);
    const auto map = study_map(frame);
    EXPECT_TRUE(map.warnings.empty());
    for (std::size_t p = 0; p < 2; ++p) {
      const auto label = static_cast<std::uint8_t>(p + 1);
      scores.at(p).push_back(dice(map.labels, frame.labels, label));
      areas.at(p).push_back(map.phases[p].area_nm2);
      errors.at(p).push_back(map.phases[p].area_stderr_nm2);
      off.at(p).push_back(map.phases[p].area_nm2 / area_nm2(frame.labels, label) - 1.0);
    }
    const auto particles = diffraction::find_map_particles(map.labels, pixel_nm, 5.0);
    ASSERT_EQ(particles.count, 1U);
    const auto asymmetry = diffraction::phase_asymmetry(
        map, particles.number, 1, diffraction::OutlineKind::mapped, pixel_nm, 0.0);
    asymmetries.push_back(asymmetry.phases[1].asymmetry);
    asymmetry_errors.push_back(asymmetry.phases[1].asymmetry_stderr);
  }
  for (std::size_t p = 0; p < 2; ++p) {
    std::printf(
        "phase %zu: Dice mean %.4f lowest %.4f; area off %.4f, scatter %.4f nm2, error %.4f\n",
        p + 1, mean_of(scores.at(p)), std::ranges::min(scores.at(p)), mean_of(off.at(p)),
        spread(areas.at(p)), mean_of(errors.at(p)));
    EXPECT_GE(std::ranges::min(scores.at(p)), 0.91);
    // A scatter over twenty seeds is known to a sixth.
    const double ratio = spread(areas.at(p)) / mean_of(errors.at(p));
    EXPECT_GT(ratio, 0.6);
    EXPECT_LT(ratio, 1.6);
  }
  // A disc of 1.6 nm seen through the kernel of 0.45 nm stands above a half on 8 % less. Without
  // noise and film the map loses 6.5 %: it is not the gate.
  EXPECT_NEAR(mean_of(off[0]), 0.0, 0.01);
  EXPECT_NEAR(mean_of(off[1]), -0.065, 0.015);
  std::printf("asymmetry %.4f scatter %.4f error %.4f\n", mean_of(asymmetries), spread(asymmetries),
              mean_of(asymmetry_errors));
  const double ratio = spread(asymmetries) / mean_of(asymmetry_errors);
  EXPECT_GT(ratio, 0.6);
  EXPECT_LT(ratio, 1.6);
}

TEST(PhaseMapPhantom, FringesAreThoseOfTheCrystals) {
  HrtemOptions options;
  const auto frame = one_frame(options);
  const auto found = study_fringes(frame);
  auto truth = simulate::zone_fringes(options.particle, options.resolution_angstrom);
  const auto oxide = simulate::zone_fringes(options.inclusion, options.resolution_angstrom);
  truth.insert(truth.end(), oxide.begin(), oxide.end());
  EXPECT_EQ(found.fringes.size(), 6U);  // of Cu two 111 and one 200, of Cu2O three 220
  for (const auto& fringe : found.fringes) {
    double nearest = 1e9;
    for (const auto& t : truth) {
      for (const double sign : {1.0, -1.0}) {
        nearest = std::min(nearest, std::hypot(fringe.kx_per_nm - sign * t.kx_per_nm,
                                               fringe.ky_per_nm - sign * t.ky_per_nm));
      }
    }
    std::printf("%s %s: off %.5f error %.5f significance %.1f\n",
                diffraction::place_of(fringe).c_str(), fringe.hkl.c_str(), nearest,
                fringe.k_stderr_per_nm, fringe.significance);
    EXPECT_LT(nearest, 4.0 * fringe.k_stderr_per_nm);
  }
}

TEST(PhaseMapPhantom, NoiseAloneHasNoFringes) {
  HrtemOptions options;
  options.particle.contrast = 0.0;
  options.inclusion.contrast = 0.0;
  for (std::int64_t seed = 1; seed <= 10; ++seed) {
    options.seed = seed;
    const auto found = study_fringes(one_frame(options));
    EXPECT_TRUE(found.fringes.empty()) << seed;
  }
}

TEST(PhaseMapPhantom, StrainIsRecoveredWithinItsError) {
  HrtemOptions options;
  options.inclusion.radius_nm = 0.0;
  options.particle.radius_nm = 6.0;
  options.strain.xx = 0.02;
  options.strain.yy = -0.01;
  options.strain.xy = 0.005;
  options.strain.rotation_deg = 0.5;
  options.strain.from_x_nm = 0.0;
  std::array<std::vector<double>, 4> sums;
  double worst = 0.0;
  std::array<double, 4> chi2{};
  double points = 0.0;
  for (std::int64_t seed = 1; seed <= 12; ++seed) {
    options.seed = seed;
    const auto frame = one_frame(options);
    const auto found = study_fringes(frame);
    std::vector<Fringe> planes;
    for (const auto& fringe : found.fringes) {
      if (fringe.hkl == "111") planes.push_back(fringe);
    }
    ASSERT_GE(planes.size(), 2U);
    // The reference lies to the left, more than three kernels from the border of the strain.
    diffraction::Mask reference(frame.image.width(), frame.image.height(), 0);
    diffraction::Mask strained = reference;
    for (std::size_t y = 0; y < reference.height(); ++y) {
      for (std::size_t x = 0; x < reference.width(); ++x) {
        const double off_x = pixel_nm * static_cast<double>(x) - frame.particle.x_nm;
        const double off_y = pixel_nm * static_cast<double>(y) - frame.particle.y_nm;
        if (std::hypot(off_x, off_y) > 4.6) continue;
        if (off_x < -1.4) reference(x, y) = 1;
        if (off_x > 1.4) strained(x, y) = 1;
      }
    }
    const auto strain = diffraction::map_strain(frame.image, pixel_nm, planes[0], planes[1],
                                                found.fringes, reference, {});
    const std::array<const diffraction::StrainMap*, 4> maps = {&strain.xx, &strain.yy, &strain.xy,
                                                               &strain.rotation_rad};
    const std::array<double, 4> truth = {0.02, -0.01, 0.005, 0.5 * std::acos(-1.0) / 180.0};
    for (std::size_t c = 0; c < 4; ++c) {
      double sum = 0.0;
      double count = 0.0;
      double error = 0.0;
      for (std::size_t i = 0; i < strained.size(); ++i) {
        if (strained.values()[i] == 0) continue;
        ASSERT_EQ(strain.valid.values()[i], 1);
        const double off = maps.at(c)->value.values()[i] - truth.at(c);
        sum += off;
        count += 1.0;
        const double sigma = maps.at(c)->standard_error.values()[i];
        error += sigma;
        chi2.at(c) += off * off / (sigma * sigma);
      }
      if (c == 0) points += count;
      sums.at(c).push_back(sum / count);
      worst = std::max(worst, std::abs(sum / count) / (error / count));
    }
  }
  for (std::size_t c = 0; c < 4; ++c) {
    std::printf("component %zu: mean off %.6f, scatter %.6f, chi2 %.3f\n", c, mean_of(sums.at(c)),
                spread(sums.at(c)), chi2.at(c) / points);
    // Correlated over a kernel: 12 images have about 250 independent places, so this is known to 9
    // %. It is 0.81 to 0.86: the masks beside the reflections see a little of the crystal's edges
    // too. (Of a crystal without edges it is 1, @see phase_map_test.cpp.)
    EXPECT_GT(chi2.at(c) / points, 0.6);
    EXPECT_LT(chi2.at(c) / points, 1.1);
  }
  EXPECT_LT(worst, 1.0);  // the mean over many kernels is better than one pixel
}

}  // namespace
}  // namespace adatom
