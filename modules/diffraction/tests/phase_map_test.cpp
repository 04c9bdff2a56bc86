// Phases by lattice fringes: masks, noise, regions, moments, strain, against closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/asymmetry.h"
#include "adatom/diffraction/fringe_families.h"
#include "adatom/diffraction/fringe_filter.h"
#include "adatom/diffraction/lattice_strain.h"
#include "adatom/diffraction/phase_map.h"

namespace adatom::diffraction {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double pixel_nm = 0.03;
constexpr double sigma_k = 0.35;

std::vector<crystal::Phase> copper_and_oxide() {
  return {crystal::find_phase("Cu").value(), crystal::find_phase("Cu2O").value()};
}

template <class Value>
Grid<double> image_of(std::size_t side, const Value& value) {
  Grid<double> image(side, side);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      image(x, y) = value(pixel_nm * static_cast<double>(x), pixel_nm * static_cast<double>(y));
    }
  }
  return image;
}

/// Sigma 1.
void add_noise(Grid<double>& image, double sigma, std::uint64_t seed) {
  RandomStream random(seed);
  for (double& value : image.values()) value += sigma * random.normal();
}

std::string complaint_of(const std::vector<std::vector<std::string>>& labels,
                         const FringeFamilyOptions& options = {}) {
  try {
    (void)choose_families(copper_and_oxide(), labels, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(FringeFamilies, AreThoseOfTheStudy) {
  const std::vector<std::vector<std::string>> labels = {{"111", "200"}, {"220"}};
  const auto chosen = choose_families(copper_and_oxide(), labels, {});
  ASSERT_EQ(chosen.families.size(), 3U);
  EXPECT_NEAR(chosen.families[0].k_per_nm, std::sqrt(3.0) / 0.3615, 1e-12);
  EXPECT_NEAR(chosen.families[1].k_per_nm, 2.0 / 0.3615, 1e-12);
  EXPECT_NEAR(chosen.families[2].k_per_nm, std::sqrt(8.0) / 0.42696, 1e-12);
  // Cu2O 200 lies 2.3 % beside Cu 111.
  ASSERT_FALSE(chosen.warnings.empty());
  EXPECT_NE(chosen.warnings[0].find("Cu2O 200"), std::string::npos);
}

TEST(FringeFamilies, ThatCannotBeToldApartAreRefused) {
  FringeFamilyOptions options;
  options.separation = 0.03;
  EXPECT_NE(complaint_of({{"111"}, {"200"}}, options).find("cannot be told apart"),
            std::string::npos);
  EXPECT_EQ(complaint_of({{"111"}, {"220"}}, options), "");
  // Without names the weaker of both is left out.
  const auto chosen =
      choose_families(copper_and_oxide(), std::vector<std::vector<std::string>>{}, options);
  for (const auto& family : chosen.families) {
    EXPECT_FALSE(family.phase == 1 && family.hkl == "200");
  }
}

TEST(FringeFamilies, UnknownOnesNameThoseThereAre) {
  const auto text = complaint_of({{"110"}, {}});
  EXPECT_NE(text.find("Cu 110"), std::string::npos);
  EXPECT_NE(text.find("111, 200"), std::string::npos);
}

TEST(FringeFilter, GivesAmplitudeAndPhaseOfACosine) {
  const double kx = 4.3;
  const double ky = 2.1;
  const auto image = image_of(256, [&](double x, double y) {
    return 100.0 + 7.0 * std::cos(two_pi * (kx * x + ky * y) + 0.4);
  });
  const FringeFilter filter(image, pixel_nm, sigma_k, 4.0);
  const auto envelope = filter.envelope(kx, ky, Sampling::full);
  for (std::size_t y = 0; y < 256; y += 5) {
    for (std::size_t x = 0; x < 256; x += 5) {
      const double phase = two_pi * pixel_nm *
                               ((envelope.k0x_per_nm - kx) * static_cast<double>(x) +
                                (envelope.k0y_per_nm - ky) * static_cast<double>(y)) -
                           0.4;
      const auto turned = envelope.values(x, y) * std::polar(1.0, phase);
      // The border cuts the cosine off, and the blur taken out is not quite flat there.
      const bool inside = x > 46 && y > 46 && x < 210 && y < 210;
      EXPECT_NEAR(turned.real(), 7.0, inside ? 0.002 : 0.15);
      EXPECT_NEAR(turned.imag(), 0.0, inside ? 0.002 : 0.15);
    }
  }
  // Coarse points are the same function.
  const auto coarse = filter.envelope(kx, ky, Sampling::coarse);
  EXPECT_NEAR(std::abs(coarse.values(coarse.values.width() / 2, coarse.values.height() / 2)), 7.0,
              0.002);
}

TEST(FringeFilter, BlursAnEdgeWithItsKernel) {
  const double kx = 4.8;
  const double edge_nm = 3.855;  // between two pixels
  const auto image = image_of(
      256, [&](double x, double) { return x < edge_nm ? 3.0 * std::cos(two_pi * kx * x) : 0.0; });
  const FringeFilter filter(image, pixel_nm, sigma_k, kx);
  const auto envelope = filter.envelope(kx, 0.0, Sampling::full);
  const double kernel = 1.0 / (two_pi * sigma_k);
  EXPECT_DOUBLE_EQ(filter.kernel_nm(), kernel);
  for (std::size_t x = 60; x < 200; ++x) {
    const double off = pixel_nm * static_cast<double>(x) - edge_nm;
    const double expected = 1.5 * std::erfc(off / (std::numbers::sqrt2 * kernel));
    // The opposite reflection is 2 k away: it leaves 1e-3 at a sharp edge.
    EXPECT_NEAR(std::abs(envelope.values(x, 128)), expected, 0.12);
  }
}

TEST(FringeFilter, NoiseHasTheAnalyticPowerAndItsKernel) {
  auto image = image_of(256, [](double, double) { return 50.0; });
  add_noise(image, 2.0, 7);
  const FringeFilter filter(image, pixel_nm, sigma_k, 4.8);
  const Fringe fringe{.kx_per_nm = 4.8, .ky_per_nm = 0.0};
  const std::vector<Fringe> avoid = {fringe};
  const auto noise = fringe_noise(filter, fringe, avoid);
  EXPECT_GE(noise.envelopes.size(), 8U);
  // Two times a Gaussian mean of white noise: 4 sigma^2 pixel^2 / (4 pi kernel^2).
  const double kernel = filter.kernel_nm();
  const double expected =
      4.0 * 4.0 * pixel_nm * pixel_nm / (4.0 * std::numbers::pi * kernel * kernel);
  // 8 masks see about 8 x 23 independent places.
  EXPECT_NEAR(noise.power / expected, 1.0, 0.2);
  RandomStream random(3);
  double sum = 0.0;
  double count = 0.0;
  for (int i = 0; i < 40; ++i) {
    const auto made = filter.noise(expected, random);
    for (std::size_t y = made.height() / 4; y < made.height() / 2; ++y) {
      for (std::size_t x = made.width() / 4; x < made.width() / 2; ++x) {
        sum += std::norm(made(x, y));
        count += 1.0;
      }
    }
  }
  EXPECT_NEAR(sum / count / expected, 1.0, 0.15);
}

TEST(FringeFilter, NoisePlacesKeepAwayFromPeaks) {
  const std::vector<Fringe> avoid = {{.kx_per_nm = 4.8, .ky_per_nm = 0.0},
                                     {.kx_per_nm = -2.0, .ky_per_nm = 4.5}};
  const auto places = noise_places(4.8, avoid, sigma_k, 12);
  EXPECT_GE(places.size(), 4U);
  for (const auto& place : places) {
    EXPECT_NEAR(std::hypot(place[0], place[1]), 4.8, 1e-12);
    for (const auto& peak : avoid) {
      for (const double sign : {1.0, -1.0}) {
        EXPECT_GE(std::hypot(place[0] - sign * peak.kx_per_nm, place[1] - sign * peak.ky_per_nm),
                  4.0 * sigma_k);
      }
    }
  }
}

TEST(FringeFilter, RefusesWhatItCannotDo) {
  EXPECT_THROW(FringeFilter(Grid<double>(20, 200, 1.0), pixel_nm, sigma_k, 4.0), InputError);
  EXPECT_THROW(FringeFilter(Grid<double>(64, 64, 1.0), pixel_nm, 1.5, 4.0), InputError);
  EXPECT_THROW((void)find_fringes(Grid<double>(64, 64, 1.0), 0.2,
                                  std::vector<FringeFamily>{{0, "111", 4.8, 1.0}}, {}),
               InputError);
}

/// Two half planes of other fringes.
Grid<double> two_halves(std::uint64_t seed) {
  auto image = image_of(200, [](double x, double y) {
    const double fringes =
        x < 3.0 ? std::cos(two_pi * (4.6 * x + 1.3 * y)) : std::cos(two_pi * (-3.0 * x + 5.9 * y));
    return 40.0 + 4.0 * fringes;
  });
  add_noise(image, std::sqrt(40.0), seed);
  return image;
}

std::vector<Fringe> two_fringes() {
  return {{.kx_per_nm = 4.6, .ky_per_nm = 1.3, .phase = 0, .hkl = "111"},
          {.kx_per_nm = -3.0, .ky_per_nm = 5.9, .phase = 1, .hkl = "220"}};
}

TEST(PhaseMap, HalvesMeetAtTheirEdge) {
  const auto image = two_halves(5);
  NoProgress progress;
  const auto fringes = two_fringes();
  const auto map = map_phases(image, pixel_nm, 2, fringes, {}, {}, progress);
  double wrong = 0.0;
  for (std::size_t y = 0; y < 200; ++y) {
    for (std::size_t x = 0; x < 200; ++x) wrong += map.labels(x, y) != (x < 100 ? 1 : 2);
  }
  EXPECT_LT(wrong / 40000.0, 0.02);
  EXPECT_NEAR(map.phases[0].area_nm2, 18.0, 5.0 * map.phases[0].area_stderr_nm2);
  EXPECT_GT(map.phases[0].area_stderr_nm2, 0.02);
  EXPECT_LT(map.phases[0].area_stderr_nm2, 0.5);
  EXPECT_EQ(map.phases[1].regions, 1U);
  EXPECT_NEAR(map.fringes[0].amplitude, 4.0, 0.4);
}

TEST(PhaseMap, DoesNotDependOnThreads) {
  const auto image = two_halves(6);
  NoProgress progress;
  const auto fringes = two_fringes();
  const auto many = map_phases(image, pixel_nm, 2, fringes, {}, {}, progress);
  const ThreadLimit limit(1);
  const auto one = map_phases(image, pixel_nm, 2, fringes, {}, {}, progress);
  EXPECT_TRUE(std::ranges::equal(one.labels.values(), many.labels.values()));
  EXPECT_EQ(one.phases[0].area_stderr_nm2, many.phases[0].area_stderr_nm2);
}

TEST(PhaseMap, GateLetsPassWhatItsPercentileSays) {
  auto image = image_of(300, [](double, double) { return 40.0; });
  add_noise(image, 6.0, 11);
  NoProgress progress;
  const std::vector<Fringe> fringes = {{.kx_per_nm = 4.6, .ky_per_nm = 1.3, .phase = 0}};
  PhaseMapOptions options;
  options.edge_share = 0.0;
  options.region_min_kernels = 0.0;
  const auto map = map_phases(image, pixel_nm, 1, fringes, {}, options, progress);
  // 81 nm2 hold about 30 independent places, so between none and a few of them pass.
  EXPECT_LT(map.phases[0].area_nm2 / 81.0, 0.05);
  // Gamma of shape 1: 99 % lie below sqrt(log 100).
  EXPECT_NEAR(map.phases[0].threshold, std::sqrt(std::log(100.0)), 0.35);
  EXPECT_NEAR(noise_probability(std::sqrt(std::log(100.0)), 1), 0.01, 1e-12);
  EXPECT_FALSE(map.warnings.empty());
}

TEST(MapParticles, HaveTheirHolesFilledAndGoByArea) {
  PhaseLabels labels(40, 20, 0);
  for (std::size_t y = 2; y < 6; ++y) {
    for (std::size_t x = 2; x < 6; ++x) labels(x, y) = 1;
  }
  for (std::size_t y = 5; y < 15; ++y) {
    for (std::size_t x = 20; x < 30; ++x) labels(x, y) = x < 25 ? 1 : 2;
  }
  labels(24, 10) = 0;
  labels(0, 19) = 1;
  const auto particles = find_map_particles(labels, 0.1, 0.05);
  ASSERT_EQ(particles.count, 2U);
  EXPECT_EQ(particles.number(24, 10), 1);
  EXPECT_EQ(std::ranges::count(particles.number.values(), 1), 100);
  EXPECT_EQ(std::ranges::count(particles.number.values(), 2), 16);
  EXPECT_EQ(particles.number(0, 19), 0);
}

TEST(PhaseAsymmetry, OfHalfDiscsIsOne) {
  // Labels stand as their own replicates: no error.
  constexpr std::size_t side = 201;
  PhaseMapResult map;
  map.labels = PhaseLabels(side, side, 0);
  Grid<std::int32_t> particle(side, side, 0);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double off_x = static_cast<double>(x) - 100.0;
      const double off_y = static_cast<double>(y) - 100.0;
      if (std::hypot(off_x, off_y) > 80.0) continue;
      particle(x, y) = 1;
      if (off_x != 0.0) map.labels(x, y) = off_x > 0.0 ? 1 : 2;
    }
  }
  map.phases.resize(2);
  map.replicates.labels = map.labels;
  map.replicates.replicates = {map.labels, map.labels};
  const auto ahead = phase_asymmetry(map, particle, 1, OutlineKind::fixed, 0.1, 0.0);
  EXPECT_NEAR(ahead.phases[0].asymmetry, 1.0, 1e-12);
  EXPECT_NEAR(ahead.phases[1].asymmetry, -1.0, 1e-12);
  EXPECT_NEAR(ahead.x_nm, 10.0, 1e-9);
  // The centroid of half a disc: 4 R / (3 pi).
  EXPECT_NEAR(ahead.phases[0].offset_nm, 4.0 * 8.0 / (3.0 * std::numbers::pi), 0.06);
  EXPECT_EQ(ahead.phases[0].asymmetry_stderr, 0.0);
  const auto across =
      phase_asymmetry(map, particle, 1, OutlineKind::fixed, 0.1, 0.5 * std::numbers::pi);
  EXPECT_NEAR(across.phases[0].asymmetry, 0.0, 1e-12);
  const auto back = phase_asymmetry(map, particle, 1, OutlineKind::fixed, 0.1, std::numbers::pi);
  EXPECT_NEAR(back.phases[0].asymmetry, -1.0, 1e-12);
  EXPECT_THROW((void)phase_asymmetry(map, particle, 2, OutlineKind::fixed, 0.1, 0.0), InputError);
}

TEST(LatticeStrain, FollowsASmoothDisplacement) {
  // u_x = a sin(2 pi x / L): xx = (2 pi a / L) cos(2 pi x / L), blurred by the kernel.
  constexpr double length_nm = 9.0;
  constexpr double a_nm = 0.02;
  auto image = image_of(400, [&](double x, double y) {
    const double u = a_nm * std::sin(two_pi * x / length_nm);
    return 40.0 + 4.0 * std::cos(two_pi * (4.6 * (x - u) + 1.3 * y)) +
           4.0 * std::cos(two_pi * (-1.5 * (x - u) + 4.9 * y));
  });
  add_noise(image, 0.05, 2);
  const Fringe first{.kx_per_nm = 4.6, .ky_per_nm = 1.3};
  const Fringe second{.kx_per_nm = -1.5, .ky_per_nm = 4.9};
  const auto strain = map_strain(image, pixel_nm, first, second, {}, {}, {});
  // The reference is the mean over the frame, 12 nm: 4/3 periods, where xx averages to
  // a (sin(2 pi 12 / L) - 0) / 12.
  const double mean = a_nm * std::sin(two_pi * 12.0 / length_nm) / 12.0;
  const double blur = std::exp(-0.5 * std::pow(two_pi * strain.kernel_nm / length_nm, 2));
  double worst = 0.0;
  double worst_other = 0.0;
  for (std::size_t y = 80; y < 320; y += 4) {
    for (std::size_t x = 80; x < 320; x += 4) {
      const double at = pixel_nm * static_cast<double>(x);
      const double truth =
          two_pi * a_nm / length_nm * blur * std::cos(two_pi * at / length_nm) - mean;
      worst = std::max(worst, std::abs(strain.xx.value(x, y) - truth));
      worst_other = std::max({worst_other, std::abs(strain.yy.value(x, y)),
                              std::abs(strain.rotation_rad.value(x, y))});
    }
  }
  // Of 0.014: phases are averaged, not strains, and the power weights the mean.
  EXPECT_LT(worst, 6e-4);
  EXPECT_LT(worst_other, 4e-4);
}

// White noise, 60 images, fringes everywhere: local errors and those of the reference's mean.
TEST(LatticeStrain, ErrorsAreThoseOfTheScatter) {
  const Fringe first{.kx_per_nm = 4.6, .ky_per_nm = 1.3};
  const Fringe second{.kx_per_nm = -1.5, .ky_per_nm = 4.9};
  constexpr std::size_t side = 200;
  const auto crystal = image_of(side, [&](double x, double y) {
    return 40.0 + 4.0 * std::cos(two_pi * (4.6 * x + 1.3 * y)) +
           4.0 * std::cos(two_pi * (-1.5 * x + 4.9 * y));
  });
  // A third of the width and more than half of the height: not alike along x and y.
  Mask reference(side, side, 0);
  for (std::size_t y = 50; y < 160; ++y) {
    for (std::size_t x = 50; x < 90; ++x) reference(x, y) = 1;
  }
  constexpr int seeds = 60;
  std::array<double, 4> local{};
  std::array<double, 2> means{};
  for (int seed = 1; seed <= seeds; ++seed) {
    auto image = crystal;
    add_noise(image, 8.0, static_cast<std::uint64_t>(seed));
    const auto strain = map_strain(image, pixel_nm, first, second, {}, reference, {});
    const std::array<const StrainMap*, 4> maps = {&strain.xx, &strain.yy, &strain.xy,
                                                  &strain.rotation_rad};
    // Two kernels (30 pixels) from one another and from the reference.
    for (std::size_t y = 60; y < 160; y += 32) {
      for (const std::size_t x : {122U, 154U}) {
        ASSERT_EQ(strain.valid(x, y), 1);
        for (std::size_t c = 0; c < 4; ++c) {
          local.at(c) += std::pow(maps.at(c)->value(x, y) / maps.at(c)->standard_error(x, y), 2);
        }
      }
    }
    for (std::size_t f = 0; f < 2; ++f) {
      const Fringe& truth = f == 0 ? first : second;
      const auto& g = strain.g_per_nm.at(f);
      const auto& error = strain.g_stderr_per_nm.at(f);
      means[0] += std::pow((g[0] - truth.kx_per_nm) / error[0], 2);
      means[1] += std::pow((g[1] - truth.ky_per_nm) / error[1], 2);
    }
  }
  std::printf("chi2 of strain %.3f %.3f %.3f %.3f, of the reference %.3f %.3f\n",
              local[0] / (8 * seeds), local[1] / (8 * seeds), local[2] / (8 * seeds),
              local[3] / (8 * seeds), means[0] / (2 * seeds), means[1] / (2 * seeds));
  // Means of 480 and 120 squares: standard deviations of 0.065 and 0.13.
  for (const double sum : local) EXPECT_NEAR(sum / (8 * seeds), 1.0, 0.2);
  for (const double sum : means) EXPECT_NEAR(sum / (2 * seeds), 1.0, 0.4);
}

TEST(LatticeStrain, RefusesParallelFringes) {
  const auto image = two_halves(1);
  const Fringe first{.kx_per_nm = 4.6, .ky_per_nm = 1.3};
  const Fringe second{.kx_per_nm = -4.6, .ky_per_nm = -1.5};
  EXPECT_THROW((void)map_strain(image, pixel_nm, first, second, {}, {}, {}), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
