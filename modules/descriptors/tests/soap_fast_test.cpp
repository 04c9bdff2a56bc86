// The fast kernels against the formulas term by term.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/random.h"
#include "adatom/descriptors/soap.h"
#include "radial_functions.h"
#include "soap_table.h"

namespace adatom::descriptors {
namespace {

/// Atoms of three species, thrown into a ball at random.
struct Cloud {
  explicit Cloud(std::size_t atoms, double radius_angstrom, std::uint64_t seed) {
    RandomStream random(seed);
    while (positions.size() < atoms) {
      Eigen::Vector3d x;
      for (double& value : x) value = radius_angstrom * (2.0 * random.uniform() - 1.0);
      if (x.norm() > radius_angstrom) continue;
      positions.push_back(x);
      species.push_back(static_cast<std::uint32_t>(random.below(3)));
    }
  }
  std::vector<Eigen::Vector3d> positions;
  std::vector<std::uint32_t> species;
};

std::vector<double> spectra(const Soap& soap, const Cloud& cloud) {
  // Farther than needed: what is beyond the reach has to be left out.
  const auto neighbours =
      find_neighbour_vectors(cloud.positions, crystal::Box{}, soap.reach_angstrom() + 1.0);
  std::vector<std::uint32_t> centres(cloud.positions.size());
  std::iota(centres.begin(), centres.end(), 0U);
  std::vector<double> values(centres.size() * soap.size());
  const std::vector<std::uint32_t> none;
  soap.compute(neighbours, soap.species() > 1 ? cloud.species : none, centres, values);
  return values;
}

double relative_error(const std::vector<double>& values, const std::vector<double>& right) {
  double error = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    error = std::max(error, std::abs(values[i] - right[i]));
    size = std::max(size, std::abs(right[i]));
  }
  return error / size;
}

struct Case {
  std::string name;
  SoapOptions options;
  std::size_t species = 1;
};

class SoapFast : public testing::TestWithParam<Case> {};

// Tables are right to 1e-10 of the largest radial function of an l; spectra are products of two
// sums of 25 atoms.
TEST_P(SoapFast, AllKernelsFollowTheFormulas) {
  const Cloud cloud(25, 5.0, 3);
  const auto right =
      spectra(Soap(GetParam().options, GetParam().species, SoapMethod::exact), cloud);
  for (const auto set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_available(set)) continue;
    const Soap soap(GetParam().options, GetParam().species, SoapMethod::fast, set);
    EXPECT_NE(soap.kernel_name(), "exact");
    EXPECT_LT(relative_error(spectra(soap, cloud), right), 1e-9) << soap.kernel_name();
  }
}

SoapOptions with(std::int64_t n_max, std::int64_t l_max, RadialBasis basis, double sigma) {
  SoapOptions options;
  options.n_max = n_max;
  options.l_max = l_max;
  options.basis = basis;
  options.sigma_angstrom = sigma;
  return options;
}

SoapOptions weighted(Weighting weighting) {
  SoapOptions options;
  options.weighting = weighting;
  options.weighting_r0_angstrom = 4.0;  // within the reach: the polynomial has its edge there
  options.weighting_m = 2.0;
  return options;
}

INSTANTIATE_TEST_SUITE_P(
    Options, SoapFast,
    testing::Values(Case{"Usual", with(8, 8, RadialBasis::gto, 1.0)},
                    Case{"OneOfEach", with(1, 0, RadialBasis::gto, 1.0)},
                    Case{"FewFunctions", with(3, 5, RadialBasis::gto, 0.7)},
                    Case{"ManyFunctions", with(11, 4, RadialBasis::gto, 1.0)},
                    Case{"HighDegree", with(4, 13, RadialBasis::gto, 0.5)},
                    Case{"Polynomial", with(8, 6, RadialBasis::polynomial, 0.6)},
                    Case{"ThreeSpecies", with(5, 4, RadialBasis::gto, 1.0), 3},
                    Case{"PolynomialWeight", weighted(Weighting::polynomial)},
                    Case{"PowerWeight", weighted(Weighting::power)},
                    Case{"ExponentialWeight", weighted(Weighting::exponential)}),
    [](const auto& chosen) { return chosen.param.name; });

// An atom on top of another, one on the pole of the harmonics, one at the end of the reach.
TEST(SoapFastPlaces, AwkwardOnesAreRight) {
  const SoapOptions options;
  const Soap exact(options, 1, SoapMethod::exact);
  Cloud cloud(0, 1.0, 1);
  for (const double z : {0.0, 0.0, 2.5, -3.0, exact.reach_angstrom()}) {
    cloud.positions.emplace_back(0.0, 0.0, z);
  }
  EXPECT_LT(relative_error(spectra(Soap(options, 1), cloud), spectra(exact, cloud)), 1e-9);
}

TEST(SoapFastPlaces, AnAtomAloneIsItsOwnEnvironment) {
  const SoapOptions options;
  Cloud cloud(1, 1.0, 1);
  EXPECT_LT(relative_error(spectra(Soap(options, 1), cloud),
                           spectra(Soap(options, 1, SoapMethod::exact), cloud)),
            1e-9);
}

// Few intervals would be inaccurate, very many slow.
TEST(SoapTable, TakesAsManyIntervalsAsItNeeds) {
  SoapOptions options;
  const auto smooth = tabulate(RadialFunctions(options));
  options.sigma_angstrom = 0.25;
  const auto sharp = tabulate(RadialFunctions(options));
  ASSERT_TRUE(smooth && sharp);
  EXPECT_LT(smooth->intervals(), 64U);
  EXPECT_GT(sharp->intervals(), 2 * smooth->intervals());
}

}  // namespace
}  // namespace adatom::descriptors
