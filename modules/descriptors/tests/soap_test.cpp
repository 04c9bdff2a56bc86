#include "adatom/descriptors/soap.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "gauss_legendre.h"
#include "radial_functions.h"
#include "real_harmonics.h"

namespace adatom::descriptors {
namespace {

using Positions = std::vector<Eigen::Vector3d>;
using Species = std::vector<std::uint32_t>;

std::vector<double> spectra_of(const Soap& soap, const Positions& positions, const Species& species,
                               const Species& centres, const crystal::Box& box = {}) {
  const auto neighbours = find_neighbour_vectors(positions, box, soap.reach_angstrom());
  std::vector<double> spectra(centres.size() * soap.size());
  soap.compute(neighbours, species, centres, spectra);
  return spectra;
}

Positions random_positions(std::size_t count, double size) {
  RandomStream random(7);
  Positions positions;
  for (std::size_t i = 0; i < count; ++i) {
    positions.emplace_back(size * random.uniform(), size * random.uniform(),
                           size * random.uniform());
  }
  return positions;
}

/// The largest difference, relative to the largest value.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0.0;
  double worst = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  return worst / largest;
}

/// c_nlm of one species, [lm][n], as the integral over space of its density times g_nl Y_lm.
std::vector<double> integrated_density(const SoapOptions& options, const Positions& atoms) {
  const RadialFunctions functions(options);
  const RealHarmonics harmonics(functions.l_max());
  const double eta = 0.5 / (options.sigma_angstrom * options.sigma_angstrom);
  const bool gto = options.basis == RadialBasis::gto;
  const auto radial = gauss_legendre(90, (gto ? 3.0 : 1.0) * options.r_cut_angstrom);
  const auto polar = gauss_legendre(48, 2.0L);
  constexpr int turns = 96;
  std::vector<double> c(harmonics.size() * functions.n_max());
  std::vector<double> g(functions.size());
  std::vector<double> y(harmonics.size());
  for (std::size_t q = 0; q < radial.x.size(); ++q) {
    const auto r = static_cast<double>(radial.x[q]);
    functions.functions(r, g);
    std::vector<double> shell(harmonics.size());
    for (std::size_t p = 0; p < polar.x.size(); ++p) {
      const double z = 1.0 - static_cast<double>(polar.x[p]);
      for (int turn = 0; turn < turns; ++turn) {
        const double angle = 2.0 * std::numbers::pi * turn / turns;
        const double s = std::sqrt(1.0 - z * z);
        const Eigen::Vector3d direction(s * std::cos(angle), s * std::sin(angle), z);
        double density = 0.0;
        for (const auto& atom : atoms)
          density += std::exp(-eta * (r * direction - atom).squaredNorm());
        density *= static_cast<double>(polar.weight[p]) * 2.0 * std::numbers::pi / turns;
        harmonics.evaluate(direction.x(), direction.y(), direction.z(), y);
        for (std::size_t lm = 0; lm < y.size(); ++lm) shell[lm] += density * y[lm];
      }
    }
    const double weight = static_cast<double>(radial.weight[q]) * r * r;
    for (std::size_t lm = 0; lm < y.size(); ++lm) {
      const auto l = static_cast<std::size_t>(std::sqrt(static_cast<double>(lm)));
      for (std::size_t n = 0; n < functions.n_max(); ++n) {
        c[lm * functions.n_max() + n] += weight * shell[lm] * g[l * functions.n_max() + n];
      }
    }
  }
  return c;
}

class SoapInEveryBasis : public testing::TestWithParam<RadialBasis> {};
INSTANTIATE_TEST_SUITE_P(Bases, SoapInEveryBasis,
                         testing::Values(RadialBasis::gto, RadialBasis::polynomial));

// The definition, with nothing in closed form: the density of five atoms of two species, integrated
// over space.
TEST_P(SoapInEveryBasis, IsThePowerSpectrumOfTheDensity) {
  const SoapOptions options{
      .r_cut_angstrom = 4.0, .n_max = 3, .l_max = 3, .sigma_angstrom = 0.9, .basis = GetParam()};
  const Positions positions = {
      {0.0, 0.0, 0.0}, {1.8, 0.4, -1.1}, {-0.5, 2.3, 0.9}, {-1.9, -2.1, 1.4}, {0.6, -1.5, 3.0}};
  const Species species = {0, 1, 0, 1, 0};
  const std::vector<std::vector<double>> c = {
      integrated_density(options, {positions[0], positions[2], positions[4]}),
      integrated_density(options, {positions[1], positions[3]})};
  std::vector<double> wanted;
  for (std::size_t first = 0; first < 2; ++first) {
    for (std::size_t second = first; second < 2; ++second) {
      for (std::size_t l = 0; l <= 3; ++l) {
        for (std::size_t n = 0; n < 3; ++n) {
          for (std::size_t other = first == second ? n : 0; other < 3; ++other) {
            double sum = 0.0;
            for (std::size_t lm = l * l; lm < (l + 1) * (l + 1); ++lm) {
              sum += c[first][lm * 3 + n] * c[second][lm * 3 + other];
            }
            wanted.push_back(std::numbers::pi * sum *
                             std::sqrt(8.0 / (2.0 * static_cast<double>(l) + 1.0)));
          }
        }
      }
    }
  }
  const Soap soap(options, 2, SoapMethod::exact);
  // The angular quadrature is exact to degree 95, where the density's last term is 1e-13.
  EXPECT_LT(difference(wanted, spectra_of(soap, positions, species, {0})), 1e-11);
}

TEST_P(SoapInEveryBasis, DoesNotChangeWithRotationTranslationAndOrder) {
  const SoapOptions options{.r_cut_angstrom = 4.48, .n_max = 5, .l_max = 6, .basis = GetParam()};
  const Soap soap(options, 2, SoapMethod::exact);
  const Positions positions = random_positions(24, 8.0);
  Species species(positions.size());
  for (std::size_t i = 0; i < species.size(); ++i) species[i] = i % 3 == 0 ? 1 : 0;
  Species all(positions.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto wanted = spectra_of(soap, positions, species, all);

  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(1.1, Eigen::Vector3d(0.3, -0.5, 0.8).normalized()).toRotationMatrix();
  Positions moved;
  for (const auto& position : positions) {
    moved.emplace_back(turn * position + Eigen::Vector3d(3.0, -20.0, 11.0));
  }
  // Rounding of the moved positions, times the steepness of the Gaussians.
  EXPECT_LT(difference(wanted, spectra_of(soap, moved, species, all)), 1e-13);

  Positions reversed(positions.rbegin(), positions.rend());
  Species reversed_species(species.rbegin(), species.rend());
  Species reversed_all(all.rbegin(), all.rend());
  EXPECT_LT(difference(wanted, spectra_of(soap, reversed, reversed_species, reversed_all)), 1e-13);
}

// Every image within reach, written out.
void expect_as_replicated(const crystal::Box& box, const Positions& cell, const Species& species) {
  const Soap soap({.r_cut_angstrom = 3.5, .n_max = 4, .l_max = 4}, 2, SoapMethod::exact);
  constexpr int images = 5;
  Positions positions = cell;  // the cell itself first
  Species all_species = species;
  for (int a = -images; a <= images; ++a) {
    for (int b = -images; b <= images; ++b) {
      for (int c = -images; c <= images; ++c) {
        const Eigen::Vector3d shift(box.periodic[0] ? a : 0, box.periodic[1] ? b : 0,
                                    box.periodic[2] ? c : 0);
        const bool again = shift != Eigen::Vector3d(a, b, c) || (a == 0 && b == 0 && c == 0);
        for (std::size_t i = 0; i < cell.size() && !again; ++i) {
          positions.emplace_back(cell[i] + box.cell_angstrom.transpose() * shift);
          all_species.push_back(species[i]);
        }
      }
    }
  }
  Species centres(cell.size());
  std::iota(centres.begin(), centres.end(), 0U);
  EXPECT_LT(difference(spectra_of(soap, positions, all_species, centres),
                       spectra_of(soap, cell, species, centres, box)),
            1e-13);
}

TEST(Soap, TakesThePeriodicImagesWithinReach) {
  const Positions cell = {{0.1, 0.2, 0.3}, {1.7, 1.9, 1.2}, {0.4, 2.4, 2.2}};
  const Species species = {0, 1, 1};
  crystal::Box box;
  // Shorter than the reach of 7.2 angstrom: each atom meets its own images.
  box.cell_angstrom = Eigen::Vector3d(3.4, 3.9, 3.1).asDiagonal();
  box.periodic = {true, true, true};
  expect_as_replicated(box, cell, species);
  box.periodic = {true, false, true};
  expect_as_replicated(box, cell, species);
  box.cell_angstrom << 3.4, 0.0, 0.0, 1.2, 3.9, 0.0, -0.9, 0.7, 3.3;
  box.periodic = {true, true, true};
  expect_as_replicated(box, cell, species);
}

TEST(Soap, AnAtomAloneHasItsOwnDensityInTheLowestDegreeOnly) {
  SoapOptions options{.r_cut_angstrom = 4.48};
  const auto alone = spectra_of(Soap(options, 1, SoapMethod::exact), {{1.0, 2.0, 3.0}}, {}, {0});
  std::vector<double> radial(72);
  const RadialFunctions functions(options);
  functions.evaluate(0.0, radial);
  // p_nn'0 = pi sqrt(8) R_n0 R_n'0 Y_00^2, Y_00^2 = 1 / (4 pi).
  std::size_t at = 0;
  for (std::size_t n = 0; n < 8; ++n) {
    for (std::size_t other = n; other < 8; ++other, ++at) {
      EXPECT_NEAR(alone[at], std::sqrt(0.5) * radial[n] * radial[other], 1e-14 * alone[35]);
    }
  }
  EXPECT_TRUE(std::all_of(alone.begin() + 36, alone.end(), [](double p) { return p == 0.0; }));

  options.centre_weight = 0.5;
  const auto lighter = spectra_of(Soap(options, 1, SoapMethod::exact), {{1.0, 2.0, 3.0}}, {}, {0});
  EXPECT_NEAR(lighter[3], 0.25 * alone[3], 1e-14 * std::abs(alone[3]));
  options.centre_weight = 0.0;
  const auto none = spectra_of(Soap(options, 1, SoapMethod::exact), {{1.0, 2.0, 3.0}}, {}, {0});
  EXPECT_TRUE(std::all_of(none.begin(), none.end(), [](double p) { return p == 0.0; }));
}

// An environment of one neighbour and no centre goes with the square of the neighbour's weight.
double squared_weight(SoapOptions options, double distance) {
  options.centre_weight = 0.0;
  options.r_cut_angstrom = 6.0;
  const Positions pair = {{0.0, 0.0, 0.0}, {0.0, 0.0, distance}};
  const auto weighted = spectra_of(Soap(options, 1, SoapMethod::exact), pair, {}, {0});
  options.weighting = Weighting::none;
  const auto plain = spectra_of(Soap(options, 1, SoapMethod::exact), pair, {}, {0});
  return weighted[0] / plain[0];
}

TEST(Soap, WeighsNeighboursAsTheFormulasSay) {
  SoapOptions options{.weighting = Weighting::polynomial,
                      .weighting_c = 1.5,
                      .weighting_m = 2.0,
                      .weighting_d = 0.3,
                      .weighting_r0_angstrom = 4.0};
  // x = 1/2: 1 + 2/8 - 3/4 = 1/2.
  EXPECT_NEAR(squared_weight(options, 2.0), std::pow(1.5 * 0.25, 2), 1e-13);
  EXPECT_EQ(squared_weight(options, 4.5), 0.0);
  EXPECT_EQ(options.weight_of_centre(), 1.5);
  options.weighting = Weighting::power;
  EXPECT_NEAR(squared_weight(options, 2.0), std::pow(1.5 / (0.3 + 0.25), 2), 1e-12);
  EXPECT_EQ(options.weight_of_centre(), 5.0);
  options.weighting = Weighting::exponential;
  EXPECT_NEAR(squared_weight(options, 2.0), std::pow(1.5 / (0.3 + std::exp(-0.5)), 2), 1e-12);
  options.centre_weight = 0.7;
  EXPECT_EQ(options.weight_of_centre(), 0.7);
}

TEST(Soap, TakesTheCutOffFromTheWeighting) {
  SoapOptions options{.r_cut_angstrom = 0.0,
                      .weighting = Weighting::polynomial,
                      .weighting_c = 2.0,
                      .weighting_m = 3.0,
                      .weighting_r0_angstrom = 3.7};
  EXPECT_EQ(options.cut_off_angstrom(), 3.7);
  options.weighting = Weighting::power;  // 2 / (1 + (r / 3.7)^3) = 0.01 at (r / 3.7)^3 = 199
  EXPECT_NEAR(options.cut_off_angstrom(), 3.7 * std::cbrt(199.0), 1e-12);
  options.weighting = Weighting::exponential;
  EXPECT_NEAR(options.cut_off_angstrom(), 3.7 * std::log(199.0), 1e-12);
  EXPECT_NEAR(Soap(options, 1, SoapMethod::exact).reach_angstrom(),
              3.7 * std::log(199.0) + std::sqrt(-2.0 * std::log(1e-3)), 1e-12);
}

// The density of a neighbour at the reach is 1e-3 of its peak at the cut-off.
TEST(Soap, CountsAtomsOutToItsReachAndNoFurther) {
  const Soap soap({.r_cut_angstrom = 4.48023312}, 1, SoapMethod::exact);
  EXPECT_NEAR(soap.reach_angstrom(), 8.197, 5e-4);
  const auto spectrum = [&](double distance) {
    const Positions pair = {{0.0, 0.0, 0.0}, {distance, 0.0, 0.0}};
    const auto neighbours = find_neighbour_vectors(pair, {}, 12.0);
    std::vector<double> values(soap.size());
    soap.compute(neighbours, {}, Species{0}, values);
    return values;
  };
  EXPECT_NE(spectrum(8.19), spectrum(11.0));
  EXPECT_EQ(spectrum(8.20), spectrum(11.0));
}

TEST(Soap, HasTheSizesAndTheOrderOfDScribe) {
  const SoapOptions options{};
  EXPECT_EQ(spectrum_size(options, 1, SpectrumLayout::unique), 324U);
  EXPECT_EQ(spectrum_size(options, 1, SpectrumLayout::kernel), 324U);
  EXPECT_EQ(spectrum_size(options, 1, SpectrumLayout::full), 576U);
  // (n N)(n N + 1) / 2 (l_max + 1) values of N species.
  EXPECT_EQ(spectrum_size(options, 3, SpectrumLayout::unique), 24U * 25U / 2U * 9U);

  const SoapOptions small{.n_max = 2, .l_max = 1};
  std::vector<double> unique(spectrum_size(small, 2, SpectrumLayout::unique));
  std::iota(unique.begin(), unique.end(), 1.0);
  std::vector<double> full(spectrum_size(small, 2, SpectrumLayout::full));
  lay_out(small, 2, SpectrumLayout::full, unique, full);
  EXPECT_EQ(full, (std::vector<double>{1,  2,  2,  3,  4,  5,  5,  6,  7,  8,  9,  10,
                                       11, 12, 13, 14, 15, 16, 16, 17, 18, 19, 19, 20}));
  std::vector<double> kernel(unique.size());
  lay_out(small, 2, SpectrumLayout::kernel, unique, kernel);
  EXPECT_NEAR(std::inner_product(kernel.begin(), kernel.end(), kernel.begin(), 0.0),
              std::inner_product(full.begin(), full.end(), full.begin(), 0.0), 1e-11);
  EXPECT_THROW(lay_out(small, 2, SpectrumLayout::full, unique, kernel), std::invalid_argument);
}

TEST(Soap, DistancesAreThoseOfNormalisedSpectra) {
  std::vector<double> rows = {3.0, 4.0, 0.0, 0.0, 5.0, 12.0};
  normalise(rows, 2);
  EXPECT_EQ(rows, (std::vector<double>{0.6, 0.8, 0.0, 0.0, 5.0 / 13.0, 12.0 / 13.0}));
  const std::span<const double> p(rows.data(), 2);
  const std::span<const double> q(rows.data() + 4, 2);
  EXPECT_NEAR(soap_distance(p, q), std::sqrt(2.0 - 2.0 * 63.0 / 65.0), 1e-15);
  EXPECT_EQ(soap_distance(p, p), 0.0);
}

TEST(Soap, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Soap({}, 0), InputError);
  EXPECT_THROW(Soap({.r_cut_angstrom = 1.0}, 1), InputError);
  EXPECT_THROW(Soap({.l_max = 21}, 1), InputError);
  EXPECT_THROW(Soap({.r_cut_angstrom = 0.0}, 1), InputError);
  EXPECT_THROW(Soap({.weighting = Weighting::power, .weighting_d = 0.0}, 1), InputError);
  EXPECT_THROW(
      Soap({.r_cut_angstrom = 0.0, .weighting = Weighting::exponential, .weighting_c = 0.0}, 1),
      InputError);
  const Soap soap({}, 1, SoapMethod::exact);
  const auto near_only = find_neighbour_vectors(Positions{{0.0, 0.0, 0.0}}, {}, 4.0);
  const auto enough = find_neighbour_vectors(Positions{{0.0, 0.0, 0.0}}, {}, 9.0);
  std::vector<double> spectrum(soap.size());
  EXPECT_THROW(soap.compute(near_only, {}, Species{0}, spectrum), std::invalid_argument);
  EXPECT_THROW(soap.compute(enough, {}, Species{1}, spectrum), std::invalid_argument);
  EXPECT_THROW(soap.compute(enough, Species{1}, Species{0}, spectrum), std::invalid_argument);
  EXPECT_NO_THROW(soap.compute(enough, Species{0}, Species{0}, spectrum));
  NeighbourVectors second;
  NeighbourSearch(Positions{{0.0, 0.0, 0.0}, {3.0, 0.0, 0.0}}, {}, 9.0).find(1, 2, second);
  EXPECT_THROW(soap.compute(second, {}, Species{0}, spectrum), std::invalid_argument);
  EXPECT_NO_THROW(soap.compute(second, {}, Species{1}, spectrum));
}

}  // namespace
}  // namespace adatom::descriptors
