#include "adatom/diffraction/rings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/diffraction/phase_fraction.h"
#include "ring_profile.h"

namespace adatom::diffraction {
namespace {

const std::vector<crystal::Phase>& copper_oxide() {
  static const std::vector<crystal::Phase> phases = {*crystal::find_phase("Cu"),
                                                     *crystal::find_phase("Cu2O")};
  return phases;
}

bool has(const std::string& all, const std::string& hkl) {
  return ("+" + all + "+").find("+" + hkl + "+") != std::string::npos;
}

/// The area of a fitted ring in the recipe.
double true_area(const made::Recipe& recipe, const Ring& ring) {
  double sum = 0.0;
  for (const auto& truth : recipe.rings) {
    if (truth.phase == ring.phase && has(ring.hkl, truth.hkl)) sum += truth.area;
  }
  return sum * recipe.exposure;
}

const Ring& ring_of(const RingFit& fit, const std::string& phase, const std::string& hkl) {
  for (const auto& ring : fit.rings) {
    if (ring.phase == phase && has(ring.hkl, hkl)) return ring;
  }
  throw std::runtime_error("no ring " + phase + " " + hkl);
}

/// c_Cu of the study.
Estimate copper_fraction(const RingFit& fit) {
  return intensity_fractions(fit, {{"Cu", {"111", "200"}}, {"Cu2O", {"111"}}})[0].fraction;
}

double true_copper_fraction(const made::Recipe& recipe) {
  double copper = 0.0;
  double oxide = 0.0;
  for (const auto& ring : recipe.rings) {
    if (ring.phase == "Cu" && (ring.hkl == "111" || ring.hkl == "200")) copper += ring.area;
    if (ring.phase == "Cu2O" && ring.hkl == "111") oxide += ring.area;
  }
  return copper / (copper + oxide);
}

RingFitOptions unsplit() {
  RingFitOptions options;
  options.blur_bins = std::sqrt(2.0 / 12.0);
  return options;
}

TEST(Rings, AreasWithoutNoise) {
  // What is left is the Gaussian that stands for boxes: 0.05 %. Rings of a hundredth of the
  // strongest feel the background's polynomial too.
  const made::Recipe recipe{.rings = made::copper_and_oxide(3.0, 3.0), .splitting = true};
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide());
  EXPECT_TRUE(fit.converged);
  ASSERT_EQ(fit.rings.size(), 16U);
  for (const auto& ring : fit.rings) {
    const double truth = true_area(recipe, ring);
    EXPECT_NEAR(ring.area.value, truth, truth > 0.1 ? 1e-3 * truth : 4e-3 * truth + 1e-5)
        << ring.phase << " " << ring.hkl;
  }
  EXPECT_NEAR(fit.phases[0].a_angstrom.value, 3.6150, 1e-5);
  EXPECT_NEAR(fit.phases[1].a_angstrom.value, 4.2696, 1e-5);
  EXPECT_NEAR(fit.phases[0].size_nm.value, 10.0, 0.02);
  EXPECT_NEAR(fit.instrument_width_per_angstrom.value, 0.004, 2e-5);
  EXPECT_NEAR(copper_fraction(fit).value, true_copper_fraction(recipe), 1e-4);
  EXPECT_NEAR(volume_fractions(fit).phases[0].fraction.value, 0.5, 1e-4);
}

TEST(Rings, ErrorsAreTrueAndFractionsWithinTwoThousandths) {
  // 40 profiles of 16 rings: the mean squared pull of an area is 1 +- 0.056 if rings were
  // independent.
  made::Recipe recipe{.rings = made::copper_and_oxide(0.6, 0.6)};
  double areas = 0.0;
  double count = 0.0;
  double fractions = 0.0;
  double volumes = 0.0;
  double misses = 0.0;
  double chi2 = 0.0;
  double lattice = 0.0;
  recipe.seed = 1000;
  const RingFitter fitter(made::make_profile(recipe), copper_oxide(), unsplit());
  constexpr int frames = 40;
  for (int i = 0; i < frames; ++i) {
    recipe.seed = 1U + static_cast<std::uint64_t>(i);
    const auto fit = fitter.fit(made::make_profile(recipe));
    EXPECT_TRUE(fit.converged);
    chi2 += fit.chi2_per_dof / frames;
    for (const auto& ring : fit.rings) {
      const double pull = (ring.area.value - true_area(recipe, ring)) / ring.area.stderr_value;
      areas += pull * pull;
      count += 1.0;
    }
    const auto c = copper_fraction(fit);
    const double miss = c.value - true_copper_fraction(recipe);
    misses += miss * miss / frames;
    fractions += miss * miss / (c.stderr_value * c.stderr_value) / frames;
    const auto v = volume_fractions(fit).phases[0].fraction;
    volumes += std::pow((v.value - 0.5) / v.stderr_value, 2) / frames;
    const auto& a = fit.phases[0].a_angstrom;
    lattice += std::pow((a.value - 3.615) / a.stderr_value, 2) / frames;
  }
  EXPECT_NEAR(areas / count, 1.0, 0.2);
  EXPECT_NEAR(chi2, 1.0, 0.03);  // 734 degrees of freedom: 0.052 each, 0.008 for the mean
  EXPECT_LE(std::sqrt(misses), 0.002);
  EXPECT_NEAR(fractions, 1.0, 0.7);  // chi-square of 40: 0.22 is one standard deviation
  EXPECT_NEAR(volumes, 1.0, 0.7);
  EXPECT_NEAR(lattice, 1.0, 0.7);
}

TEST(Rings, APhaseThatIsNotThereHasNoArea) {
  made::Recipe recipe{.rings = made::copper_and_oxide(0.0, 1.0), .seed = 5};
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), unsplit());
  EXPECT_TRUE(fit.converged);
  for (const auto& ring : fit.rings) {
    EXPECT_NEAR(ring.area.value, true_area(recipe, ring), 4.0 * ring.area.stderr_value)
        << ring.phase << " " << ring.hkl;
  }
  const auto c = copper_fraction(fit);
  EXPECT_NEAR(c.value, 0.0, 4.0 * c.stderr_value);
  EXPECT_LT(c.stderr_value, 0.01);
}

TEST(Rings, FoundWhereCalibrationAndLatticeAreOff) {
  // Calibration 1.2 % off, the oxide's cell 0.5 % too large besides: rings shift by 12 bins at
  // most.
  auto rings = made::rings_of("Cu", 1.0, 1.012);
  for (const auto& ring : made::rings_of("Cu2O", 1.0, 1.012 / 1.005)) rings.push_back(ring);
  made::Recipe recipe{.rings = rings, .seed = 7};
  auto options = unsplit();
  options.reference_phase = "Cu";
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), options);
  EXPECT_NEAR(fit.s_scale.value, 1.012, 4.0 * fit.s_scale.stderr_value);
  EXPECT_LT(fit.s_scale.stderr_value, 1e-4);
  EXPECT_DOUBLE_EQ(fit.phases[0].a_angstrom.value, 3.615);
  EXPECT_DOUBLE_EQ(fit.phases[0].a_angstrom.stderr_value, 0.0);
  const auto& oxide = fit.phases[1].a_angstrom;
  EXPECT_NEAR(oxide.value, 4.2696 * 1.005, 4.0 * oxide.stderr_value);
  EXPECT_NEAR(ring_of(fit, "Cu2O", "111").d_angstrom.value, 4.2696 * 1.005 / std::sqrt(3.0), 5e-4);
  EXPECT_NEAR(ring_of(fit, "Cu", "111").s_per_angstrom.value, 1.012 * std::sqrt(3.0) / 3.615, 1e-4);
}

TEST(Rings, SizeAndMicrostrainOfEachPhase) {
  auto rings = made::copper_and_oxide(4.0, 4.0);
  for (auto& ring : rings) {
    const bool copper = ring.phase == "Cu";
    const double strain = copper ? 0.004 : 0.001;
    ring.lorentz = 0.89 / (copper ? 200.0 : 80.0);
    ring.gauss = std::hypot(0.004, 2.0 * std::sqrt(2.0 * std::log(2.0)) * strain * ring.s);
  }
  made::Recipe recipe{.rings = rings, .seed = 11};
  auto options = unsplit();
  options.microstrain = WidthModel::each_phase;
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), options);
  const auto near = [](const Estimate& found, double truth) {
    EXPECT_NEAR(found.value, truth, 4.0 * found.stderr_value);
    EXPECT_LT(found.stderr_value, 0.2 * truth);
  };
  near(fit.phases[0].size_nm, 20.0);
  near(fit.phases[1].size_nm, 8.0);
  near(fit.phases[0].microstrain, 0.004);
  EXPECT_NEAR(fit.phases[1].microstrain.value, 0.001, 4.0 * fit.phases[1].microstrain.stderr_value);
  near(fit.instrument_width_per_angstrom, 0.004);
}

TEST(Rings, UnknownRingIsFound) {
  auto rings = made::copper_and_oxide(1.0, 1.0);
  const double area = 0.05 * rings[0].area;
  rings.push_back({"unknown", "", 1.0 / 1.62, area, 0.004, 0.0089});
  made::Recipe recipe{.rings = rings, .seed = 13};
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), unsplit());
  ASSERT_EQ(fit.rings.size(), 17U);
  const auto& ring = fit.rings.back();
  EXPECT_EQ(ring.phase, "");
  EXPECT_NEAR(ring.d_angstrom.value, 1.62, 4.0 * ring.d_angstrom.stderr_value);
  EXPECT_NEAR(ring.area.value, area, 4.0 * ring.area.stderr_value);
  EXPECT_LT(fit.residual_peak.significance, 6.0);
}

/// Rings three bins wide with Lorentzian tails, as on 320 x 320 pixels, and one of no phase.
made::Recipe coarse_recipe(double unknown_s, double unknown_area) {
  auto rings = made::copper_and_oxide(60.0, 40.0);
  for (auto& ring : rings) ring.lorentz = 0.89 / 80.0;
  rings.push_back({"unknown", "", unknown_s, unknown_area, 0.004, 0.89 / 80.0});
  return {.rings = rings, .step = 0.004, .s_max = 0.7, .splitting = true};
}

// The exponential of a steep polynomial once took the ring for background: chi-square 300 per
// degree of freedom, areas 8 % off. A ring that is much stronger than the phases' strongest draws
// their lattices and widths away, a weak one hides in the misfit that it makes.
TEST(Rings, UnknownRingOfAnyStrengthOnCoarsePixels) {
  for (const double s : {1.0 / 1.66, 1.0 / 1.95}) {
    for (const double strength : {0.02, 0.1, 30.0}) {
      auto recipe = coarse_recipe(s, 0.0);
      recipe.rings.back().area = strength * recipe.rings[0].area;
      const auto fit = fit_rings(made::make_profile(recipe), copper_oxide());
      EXPECT_TRUE(fit.converged);
      ASSERT_EQ(fit.rings.size(), 8U) << s << " " << strength;
      EXPECT_EQ(fit.rings.back().phase, "");
      const auto& place = fit.rings.back().s_per_angstrom;
      EXPECT_NEAR(place.value, s, 4e-5 + 2.0 * place.stderr_value);
      const auto& area = fit.rings.back().area;
      EXPECT_NEAR(area.value, recipe.rings.back().area,
                  0.01 * recipe.rings.back().area + 2.0 * area.stderr_value);
      for (const auto& [phase, hkl] : {std::pair{"Cu", "111"}, {"Cu", "200"}, {"Cu2O", "111"}}) {
        const auto& ring = ring_of(fit, phase, hkl);
        const double truth = true_area(recipe, ring);
        EXPECT_NEAR(ring.area.value, truth, 0.01 * truth + 3.0 * ring.area.stderr_value) << hkl;
        EXPECT_LT(ring.area.stderr_value, 0.02 * truth) << hkl;
      }
      EXPECT_NEAR(fit.phases[1].a_angstrom.value, 4.2696, 2e-3);
    }
  }
}

// The background of a later frame does not take it either: the frame says that it has a peak that
// nothing explains.
TEST(Rings, FrameWithANewRingSaysSo) {
  auto recipe = coarse_recipe(1.0 / 1.66, 0.0);
  const RingFitter fitter(made::make_profile(recipe), copper_oxide());
  ASSERT_EQ(fitter.reference().rings.size(), 7U);
  recipe.rings.back().area = 0.1 * recipe.rings[0].area;
  const auto fit = fitter.fit(made::make_profile(recipe));
  EXPECT_NEAR(fit.residual_peak.s_per_angstrom, 1.0 / 1.66, 0.004);
  EXPECT_GT(fit.residual_peak.significance, 10.0);
}

// Inside the first ring of the phases, 0.331 1/angstrom: beside it, and far inside.
TEST(Rings, UnknownRingInsideThoseOfThePhases) {
  const auto without =
      fit_rings(made::make_profile({.rings = made::copper_and_oxide(1.0, 1.0), .seed = 41}),
                copper_oxide(), unsplit());
  for (const double s : {0.12, 0.2, 0.26, 0.29}) {
    auto rings = made::copper_and_oxide(1.0, 1.0);
    const double area = 0.3 * rings[0].area;
    rings.push_back({"unknown", "", s, area, 0.004, 0.0089});
    const made::Recipe recipe{.rings = rings, .seed = 41};
    const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), unsplit());
    ASSERT_EQ(fit.rings.size(), 17U) << s;
    const auto& ring = fit.rings.back();
    EXPECT_NEAR(ring.s_per_angstrom.value, s, 4.0 * ring.s_per_angstrom.stderr_value);
    EXPECT_NEAR(ring.area.value, area, 4.0 * ring.area.stderr_value);
    EXPECT_LT(fit.chi2_per_dof, 1.2);
    for (const auto& own : fit.rings) {
      if (own.phase.empty()) continue;
      EXPECT_NEAR(own.area.value, true_area(recipe, own), 4.0 * own.area.stderr_value) << own.hkl;
    }
    // It costs the others little.
    EXPECT_LT(ring_of(fit, "Cu", "111").area.stderr_value,
              1.3 * ring_of(without, "Cu", "111").area.stderr_value);
  }
}

// Towards the beam the background rises steeply above what is constant, which five degrees do not
// follow: the phases' areas do not pay for the ring there.
TEST(Rings, UnknownRingInASteepBackground) {
  for (const double decay : {0.02, 0.05}) {
    auto rings = made::copper_and_oxide(1.0, 1.0);
    const double area = 0.3 * rings[0].area;
    rings.push_back({"unknown", "", 0.14, area, 0.004, 0.0089});
    made::Recipe recipe{.rings = rings, .seed = 41};
    recipe.background = [&](double s) { return 2.0 + 60.0 * std::exp((0.12 - s) / decay); };
    const auto profile = made::make_profile(recipe);
    const auto fit = fit_rings(profile, copper_oxide(), unsplit());
    EXPECT_LT(fit.chi2_per_dof, 1.3) << decay;
    EXPECT_EQ(fit.rings.size(), 16U) << decay;
    // Five degrees do not quite follow what is left of it in the phases' range either, which the
    // weakest rings feel: 5e-4 of the strongest.
    for (const auto& own : fit.rings) {
      EXPECT_NEAR(own.area.value, true_area(recipe, own),
                  4.0 * own.area.stderr_value + 5e-4 * rings[0].area)
          << own.hkl;
    }
    if (decay < 0.03) continue;
    auto bendier = unsplit();
    bendier.background_degree = 10;
    const auto whole = fit_rings(profile, copper_oxide(), bendier);
    ASSERT_EQ(whole.rings.size(), 17U);
    EXPECT_NEAR(whole.rings.back().area.value, area, 4.0 * whole.rings.back().area.stderr_value);
  }
}

TEST(Rings, NothingUnknownIsFoundWhereNothingIs) {
  for (const std::uint64_t seed : {21U, 22U, 23U, 24U}) {
    made::Recipe recipe{.rings = made::copper_and_oxide(3.0, 3.0), .seed = seed};
    const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), unsplit());
    EXPECT_EQ(fit.rings.size(), 16U) << seed;
  }
}

TEST(Rings, TiedAreasKeepTheirRatio) {
  made::Recipe recipe{.rings = made::copper_and_oxide(0.3, 0.7), .seed = 17};
  auto options = unsplit();
  options.areas = RingAreas::structure_factor;
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), options);
  for (const auto& ring : fit.rings) {
    EXPECT_NEAR(ring.area.value, true_area(recipe, ring), 4.0 * ring.area.stderr_value);
  }
  const auto volumes = volume_fractions(fit).phases;
  EXPECT_NEAR(volumes[0].fraction.value, 0.3, 4.0 * volumes[0].fraction.stderr_value);
  EXPECT_LT(volumes[0].fraction.stderr_value, 2e-3);
}

TEST(Rings, PolynomialBackgroundMayBeNegative) {
  // A dark frame taken off too much.
  made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0)};
  recipe.background = [](double s) { return 3.0 - 9.0 * s + 2.0 * s * s; };
  auto options = unsplit();
  options.background = BackgroundModel::polynomial;
  const auto profile = [&] {
    auto made = made::make_profile(recipe);
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (made.weight[i] > 0.0) made.intensity_stderr[i] = std::sqrt(10.0 / made.weight[i]);
    }
    return made;
  }();
  const auto fit = fit_rings(profile, copper_oxide(), options);
  EXPECT_TRUE(fit.converged);
  for (const auto& ring : fit.rings) {
    const double truth = true_area(recipe, ring);
    EXPECT_NEAR(ring.area.value, truth, 2e-3 * truth + 2e-5) << ring.phase << " " << ring.hkl;
  }
}

TEST(Rings, AmorphousHalo) {
  made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0), .seed = 19};
  recipe.background = [](double s) {
    const double x = (s - 0.49) / 0.08;
    return made::usual_background(s) + 12.0 * std::exp(-0.5 * x * x);
  };
  auto options = unsplit();
  options.halo_d_angstrom = {2.1};
  options.halo_width_per_angstrom = {0.15};
  const auto fit = fit_rings(made::make_profile(recipe), copper_oxide(), options);
  EXPECT_TRUE(fit.converged);
  EXPECT_LT(fit.chi2_per_dof, 1.15);
  for (const auto& ring : fit.rings) {
    EXPECT_NEAR(ring.area.value, true_area(recipe, ring), 4.0 * ring.area.stderr_value);
  }
}

TEST(Rings, FramesOfASeriesFollowTheOscillation) {
  // c_Cu from 40 frames whose volume fraction swings by 0.1 about 0.5.
  made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0), .seed = 1};
  const RingFitter fitter(made::make_profile(recipe), copper_oxide(), unsplit());
  double measured = 0.0;
  double truth = 0.0;
  constexpr int frames = 40;
  for (int i = 0; i < frames; ++i) {
    const double wave = std::sin(2.0 * 3.14159265358979 * i / frames);
    recipe.rings = made::copper_and_oxide(1.0 + 0.2 * wave, 1.0 - 0.2 * wave);
    recipe.exposure = 1.0 + 0.5 * wave;  // nor does the exposure matter
    recipe.seed = 100U + static_cast<std::uint64_t>(i);
    measured += copper_fraction(fitter.fit(made::make_profile(recipe))).value * wave;
    truth += true_copper_fraction(recipe) * wave;
  }
  EXPECT_NEAR(measured / truth, 1.0, 0.01);
}

TEST(Rings, MissingBinsAreLeftOut) {
  made::Recipe recipe{.rings = made::copper_and_oxide(3.0, 3.0)};
  auto profile = made::make_profile(recipe);
  for (std::size_t i = 476; i < 482; ++i) {  // the top of Cu 111
    profile.weight[i] = 0.0;
    profile.intensity[i] = std::nan("");
    profile.intensity_stderr[i] = std::nan("");
  }
  const auto fit = fit_rings(profile, copper_oxide(), unsplit());
  const auto& ring = ring_of(fit, "Cu", "111");
  EXPECT_NEAR(ring.area.value, true_area(recipe, ring), 2e-3 * true_area(recipe, ring));
  EXPECT_TRUE(std::isnan(fit.residual[478 - fit.first_bin]));
}

TEST(Rings, UnmaskedShadowIsLeftOut) {
  // The shadow of a beam stop up to 0.262 1/angstrom, blurred over 5 bins, that nobody masked.
  made::Recipe recipe{.rings = made::copper_and_oxide(3.0, 3.0), .seed = 29};
  auto profile = made::make_profile(recipe);
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const double x = (profile.s_per_angstrom(i) - 0.262) / 0.005;
    if (profile.weight[i] > 0.0) profile.intensity[i] *= 0.5 * std::erfc(-x / std::sqrt(2.0));
  }
  const auto fit = fit_rings(profile, copper_oxide(), unsplit());
  EXPECT_GT(profile.s_per_angstrom(fit.first_bin), 0.272);
  for (const auto& ring : fit.rings) {
    EXPECT_NEAR(ring.area.value, true_area(recipe, ring), 4.0 * ring.area.stderr_value)
        << ring.phase << " " << ring.hkl;
  }
}

TEST(Rings, BroadRingsAreFoundToo) {
  // Crystallites of 2 nm: 0.045 1/angstrom wide, pixels of 0.01, as recorded patterns of fine gold.
  auto rings = made::rings_of("Au", 1.0, 1.004);
  for (auto& ring : rings) ring.lorentz = 0.89 / 20.0;
  made::Recipe recipe{.rings = rings, .step = 0.01, .s_max = 1.25, .exposure = 10.0, .seed = 31};
  const auto fit = fit_rings(made::make_profile(recipe), {*crystal::find_phase("Au")}, unsplit());
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.rings[0].hkl, "111");
  const auto& a = fit.phases[0].a_angstrom;
  EXPECT_NEAR(a.value, 4.0786 / 1.004, 4.0 * a.stderr_value);
  const auto& ring = fit.rings[0];
  EXPECT_NEAR(ring.area.value, true_area(recipe, ring),
              4.0 * ring.area.stderr_value + 0.02 * ring.area.value);
}

TEST(Rings, CorrelatedBinsWidenErrors) {
  made::Recipe recipe{.rings = made::copper_and_oxide(3.0, 3.0)};
  auto profile = made::make_profile(recipe);
  auto options = unsplit();
  options.errors = ErrorScale::stated;
  const auto alone = fit_rings(profile, copper_oxide(), options);
  profile.variance_inflation.assign(profile.size(), 2.25);
  const auto wide = fit_rings(profile, copper_oxide(), options);
  EXPECT_NEAR(
      ring_of(wide, "Cu", "111").area.stderr_value / ring_of(alone, "Cu", "111").area.stderr_value,
      1.5, 1e-3);
}

TEST(Rings, WrongInputIsRefused) {
  const made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0)};
  const auto profile = made::make_profile(recipe);
  EXPECT_THROW((void)fit_rings(profile, {}), InputError);
  RingFitOptions options;
  options.reference_phase = "Au";
  EXPECT_THROW((void)fit_rings(profile, copper_oxide(), options), InputError);
  options = {};
  options.s_min_per_angstrom = 0.9;
  options.s_max_per_angstrom = 0.8;
  EXPECT_THROW((void)fit_rings(profile, copper_oxide(), options), InputError);
  options.s_min_per_angstrom = 0.42;
  options.s_max_per_angstrom = 0.46;  // no ring
  EXPECT_THROW((void)fit_rings(profile, copper_oxide(), options), InputError);
  options = {};
  options.halo_d_angstrom = {3.0};
  EXPECT_THROW((void)fit_rings(profile, copper_oxide(), options), InputError);
  auto empty = profile;
  empty.weight.assign(empty.size(), 0.0);
  EXPECT_THROW((void)fit_rings(empty, copper_oxide()), InputError);
  auto exact = profile;
  exact.intensity_stderr.assign(exact.size(), 0.0);
  EXPECT_THROW((void)fit_rings(exact, copper_oxide()), InputError);
  const RingFitter fitter(profile, copper_oxide());
  auto other = profile;
  other.s_step_per_angstrom *= 2.0;
  EXPECT_THROW((void)fitter.fit(other), InputError);
  EXPECT_THROW((void)intensity_fractions(fitter.reference(), {{"Cu", {"110"}}}), InputError);
  EXPECT_THROW((void)intensity_fractions(fitter.reference(), {{"Cu", {}}}), InputError);
}

TEST(PhaseFraction, TheStudysRingsAreTheDefault) {
  const made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0)};
  const auto rings =
      default_rings(fit_rings(made::make_profile(recipe), copper_oxide(), unsplit()));
  ASSERT_EQ(rings.size(), 2U);
  EXPECT_EQ(rings[0].hkl, (std::vector<std::string>{"111", "200"}));
  EXPECT_EQ(rings[1].hkl, (std::vector<std::string>{"111"}));
}

/// Two rings of A and two of B with known areas.
RingFit small_fit(const std::vector<double>& areas) {
  RingFit fit;
  fit.phases = {FittedPhase{.name = "A"}, FittedPhase{.name = "B"}};
  const std::vector<double> per_volume = {4.0, 2.0, 1.0, 3.0};
  for (std::size_t i = 0; i < 4; ++i) {
    Ring ring;
    ring.phase = i < 2 ? "A" : "B";
    ring.hkl = i % 2 == 0 ? "111" : "200+333";
    ring.area = {areas[i], 0.1};
    ring.area_per_volume = per_volume[i];
    fit.rings.push_back(ring);
  }
  fit.area_covariance = 0.01 * Eigen::MatrixXd::Identity(4, 4);
  return fit;
}

TEST(PhaseFraction, ByHand) {
  // I_A = 4 + 2, I_B = 3 of 200: 2/3; d(I_A / (I_A + I_B)) = (3 dI_A - 6 dI_B) / 81.
  const auto fit = small_fit({4.0, 2.0, 1.0, 3.0});
  const auto shares = intensity_fractions(fit, {{"A", {"111", "333"}}, {"B", {"200"}}});
  EXPECT_NEAR(shares[0].fraction.value, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(shares[0].fraction.stderr_value, std::sqrt(9.0 * 0.02 + 36.0 * 0.01) / 81.0, 1e-12);
  EXPECT_NEAR(shares[1].fraction.value, 1.0 / 3.0, 1e-12);
  // V_A = (4 * 4 + 2 * 2) / (16 + 4), V_B alike: both 1.
  const auto volumes = volume_fractions(fit);
  EXPECT_NEAR(volumes.phases[0].fraction.value, 0.5, 1e-9);
  EXPECT_NEAR(volumes.strength_scatter, 0.0, 1e-12);
  // var V_A = 0.01 / 20, var V_B = 0.01 / 10; d f = (V_B dV_A - V_A dV_B) / 4
  EXPECT_NEAR(volumes.phases[0].fraction.stderr_value, std::sqrt(0.01 / 20 + 0.01 / 10) / 4, 1e-6);
}

TEST(PhaseFraction, ScatterOfStrengthsIsFound) {
  // Texture: rings 40 % too strong and too weak, far beyond the areas' errors.
  const auto volumes = volume_fractions(small_fit({5.6, 1.2, 0.6, 4.2}));
  EXPECT_GT(volumes.chi2_per_dof, 20.0);
  EXPECT_NEAR(volumes.strength_scatter, 0.5, 0.2);
  EXPECT_GT(volumes.phases[0].fraction.stderr_value, 0.08);
}

}  // namespace
}  // namespace adatom::diffraction
