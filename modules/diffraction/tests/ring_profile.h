#pragma once
// Profiles whose rings are known, made without the code under test.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/phase.h"
#include "adatom/crystal/reflections.h"
#include "adatom/diffraction/profile.h"

namespace adatom::diffraction::made {

struct TrueRing {
  std::string phase;
  std::string hkl;
  double s = 0.0;
  double area = 0.0;
  double gauss = 0.004;  ///< full width at half maximum
  double lorentz = 0.0089;
};

/// Thompson, Cox and Hastings 1987.
inline double ring_value(const TrueRing& ring, double s) {
  const double g = ring.gauss;
  const double l = ring.lorentz;
  const double width =
      std::pow(std::pow(g, 5) + 2.69269 * std::pow(g, 4) * l + 2.42843 * std::pow(g, 3) * l * l +
                   4.47163 * g * g * std::pow(l, 3) + 0.07842 * g * std::pow(l, 4) + std::pow(l, 5),
               0.2);
  const double q = l / width;
  const double eta = 1.36603 * q - 0.47719 * q * q + 0.11116 * q * q * q;
  const double x = s - ring.s;
  const double half = 0.5 * width;
  const double lorentzian = half / std::numbers::pi / (x * x + half * half);
  const double gaussian = std::sqrt(std::numbers::ln2 / std::numbers::pi) / half *
                          std::exp(-std::numbers::ln2 * x * x / (half * half));
  return ring.area * (eta * lorentzian + (1.0 - eta) * gaussian);
}

/// Background of `adatom simulate saed`.
inline double usual_background(double s) { return 2.0 + 60.0 * std::exp(-s / 0.25); }

/// Rings of a phase up to 1.1 1/angstrom; `total` is the sum over all rings of counts of the whole
/// ring times pixel area (a factor of convenience).
inline std::vector<TrueRing> rings_of(const std::string& name, double volume, double scale = 1.0) {
  const auto phase = *crystal::find_phase(name);
  std::vector<TrueRing> rings;
  for (const auto& r : crystal::find_reflections(phase, {.s_max_per_angstrom = 1.1})) {
    const double strength = crystal::ring_strength_per_volume(r, phase.cell.volume_angstrom3());
    rings.push_back({name, r.label(), r.s_per_angstrom * scale, volume * strength * r.d_angstrom,
                     0.004, 0.0089});
  }
  return rings;
}

struct Recipe {
  std::vector<TrueRing> rings;
  std::function<double(double)> background = usual_background;
  double step = 0.001;  ///< of the bins, and a pixel's size
  double s_max = 1.02;
  double exposure = 1.0;
  std::uint64_t seed = 0;  ///< 0: no noise
  bool splitting = false;  ///< pixels spread over bins (without noise only)
};

/// Bins a pixel wide with 2 pi r pixels each; below s = 0.06 is the shadow. The blur of a pixel's
/// square and of the bin (and of splitting) is integrated as boxes along the radius.
inline Profile make_profile(const Recipe& recipe) {
  Profile profile;
  profile.s_first_per_angstrom = 0.5 * recipe.step;
  profile.s_step_per_angstrom = recipe.step;
  const auto bins = static_cast<std::size_t>(recipe.s_max / recipe.step);
  const int boxes = recipe.splitting ? 3 : 2;
  constexpr int points = 3;  // of Gauss and Legendre in each box
  const double at[] = {-std::sqrt(0.15), 0.0, std::sqrt(0.15)};
  const double share[] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};
  std::vector<double> offsets = {0.0};
  std::vector<double> weights = {1.0};
  for (int box = 0; box < boxes; ++box) {
    std::vector<double> wider;
    std::vector<double> both;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      for (int k = 0; k < points; ++k) {
        wider.push_back(offsets[i] + at[k] * recipe.step);
        both.push_back(weights[i] * share[k]);
      }
    }
    offsets = wider;
    weights = both;
  }
  RandomStream random(recipe.seed);
  for (std::size_t i = 0; i < bins; ++i) {
    const double s = profile.s_per_angstrom(i);
    const double pixels = std::max(2.0 * std::numbers::pi * s / recipe.step, 1.0);
    double mean = recipe.background(s);
    for (const auto& ring : recipe.rings) {
      for (std::size_t k = 0; k < offsets.size(); ++k) {
        mean += weights[k] * ring_value(ring, s + offsets[k]);
      }
    }
    mean *= recipe.exposure;
    double value = mean;
    if (recipe.seed != 0) value = static_cast<double>(random.poisson(mean * pixels)) / pixels;
    const bool shadow = s < 0.06;
    profile.intensity.push_back(shadow ? std::nan("") : value);
    profile.intensity_stderr.push_back(shadow ? std::nan("")
                                              : std::sqrt(std::max(value, 0.0) / pixels));
    profile.weight.push_back(shadow ? 0.0 : pixels);
  }
  return profile;
}

/// Cu and Cu2O of these volumes; the strongest ring of 3 and 3 stands about fifteen times above the
/// background.
inline std::vector<TrueRing> copper_and_oxide(double copper, double oxide) {
  auto rings = rings_of("Cu", copper);
  for (auto& ring : rings_of("Cu2O", oxide)) rings.push_back(ring);
  return rings;
}

}  // namespace adatom::diffraction::made
