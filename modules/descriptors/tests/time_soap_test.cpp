#include "adatom/descriptors/time_soap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/descriptors/soap.h"

namespace adatom::descriptors {
namespace {

/// A frame of a thirteen-atom particle that shakes.
std::vector<Eigen::Vector3d> frame(RandomStream& random) {
  std::vector<Eigen::Vector3d> positions;
  for (int u = 0; u < 3; ++u) {
    for (int v = 0; v < 2; ++v) {
      for (int w = 0; w < 2; ++w) {
        positions.emplace_back(2.9 * u + 0.3 * random.normal(), 2.9 * v + 0.3 * random.normal(),
                               2.9 * w + 0.3 * random.normal());
      }
    }
  }
  return positions;
}

std::vector<double> spectra_of(const Soap& soap, const std::vector<Eigen::Vector3d>& positions,
                               SpectrumLayout layout) {
  const auto neighbours = find_neighbour_vectors(positions, {}, soap.reach_angstrom());
  std::vector<std::uint32_t> centres;
  for (std::uint32_t i = 0; i < positions.size(); ++i) centres.push_back(i);
  std::vector<double> raw(positions.size() * soap.size());
  soap.compute(neighbours, {}, centres, raw);
  const std::size_t size = spectrum_size(soap.options(), 1, layout);
  std::vector<double> laid(positions.size() * size);
  lay_out(soap.options(), 1, layout, raw, laid);
  normalise(laid, size);
  return laid;
}

// The definition on the normalised vector of all n, n' and l; the kernel layout gives the same from
// about half of the numbers, the unique one does not.
TEST(TimeSoap, IsTheDistanceOfFullSpectra) {
  const Soap soap({.n_max = 4, .l_max = 4}, 1, SoapMethod::exact);
  RandomStream random(2);
  const auto size = [&](SpectrumLayout layout) { return spectrum_size(soap.options(), 1, layout); };
  constexpr std::size_t delay = 2;
  TimeSoapStream stream(delay, size(SpectrumLayout::kernel));
  TimeSoapStream unique(delay, size(SpectrumLayout::unique));
  std::vector<std::vector<double>> full;
  for (std::size_t f = 0; f < 6; ++f) {
    const auto positions = frame(random);
    full.push_back(spectra_of(soap, positions, SpectrumLayout::full));
    std::vector<double> values(12, -1.0);
    std::vector<double> low(12, -1.0);
    ASSERT_EQ(stream.add(spectra_of(soap, positions, SpectrumLayout::kernel), values), f >= delay);
    ASSERT_EQ(unique.add(spectra_of(soap, positions, SpectrumLayout::unique), low), f >= delay);
    for (std::size_t i = 0; f >= delay && i < 12; ++i) {
      const std::size_t n = size(SpectrumLayout::full);
      double dot = 0.0;
      for (std::size_t k = 0; k < n; ++k) dot += full[f][i * n + k] * full[f - delay][i * n + k];
      // 2 - 2 p.q loses half of the digits where p and q are close.
      EXPECT_NEAR(values[i], std::sqrt(2.0 - 2.0 * dot), 1e-7);
      EXPECT_LT(low[i], 0.99 * values[i]);
    }
  }
}

TEST(TimeSoap, DerivativeIsTheDifference) {
  const std::vector<double> series = {0.5, 0.75, 0.25, 0.25};
  std::vector<double> derivative(3);
  time_soap_derivative(series, derivative);
  EXPECT_EQ(derivative, (std::vector<double>{0.25, -0.5, 0.0}));
}

TEST(TimeSoap, RefusesAnotherNumberOfAtoms) {
  EXPECT_THROW(TimeSoapStream(0, 4), InputError);
  TimeSoapStream stream(1, 2);
  std::vector<double> values(2);
  EXPECT_FALSE(stream.add({1, 0, 0, 1}, values));
  std::vector<double> three(3);
  EXPECT_THROW((void)stream.add({1, 0, 0, 1, 1, 0}, three), InputError);
}

}  // namespace
}  // namespace adatom::descriptors
