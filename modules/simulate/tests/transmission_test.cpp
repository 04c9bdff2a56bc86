#include "transmission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/electron.h"
#include "seen_spectrum.h"

namespace adatom::simulate {
namespace {

using testing::SeenSpectrum;
using testing::spectrum_at;
using testing::spectrum_behind;

constexpr double pi = std::numbers::pi;

AtomAmplitude amplitude_of(const char* symbol) {
  return {crystal::find_scattering_factor(symbol).value(), interaction_rad_per_volt_angstrom(300.0),
          20.0};
}

/// The spectrum of t - 1, by sending the plane wave k = 0 through it; `space` has t's band.
SeenSpectrum spectrum_of(const WaveSpace& space, const TransmissionBuilder& builder,
                         const std::vector<SliceAtom>& atoms) {
  Amplitudes t;
  builder.build(atoms, t);
  for (Amplitude& value : t) value -= 1.0F;
  Amplitudes wave = space.empty_wave();
  spectrum_at(space, wave, 0, 0) = Amplitude(1.0F);
  space.from_spectrum(wave);
  return spectrum_behind(space, wave, t.data(), builder.stride());
}

double length_of(const WaveSpace& space, std::int64_t x, std::int64_t y) {
  return std::hypot(static_cast<double>(x) / space.length_x(),
                    static_cast<double>(y) / space.length_y());
}

/// exp(-2 pi i k.r).
std::complex<double> phase_of(const WaveSpace& space, std::int64_t x, std::int64_t y,
                              const SliceAtom& atom) {
  return std::polar(1.0, -2.0 * pi *
                             (static_cast<double>(x) * atom.x_angstrom / space.length_x() +
                              static_cast<double>(y) * atom.y_angstrom / space.length_y()));
}

// F(t - 1) is the sum of g(k) exp(-2 pi i k.r) over the atoms, wherever they stand between the grid
// points and in whichever of the box's images, with elements mixed and places partly taken. The
// rounding of transforms is relative to the largest amplitudes, which are 0.01 of the beam.
TEST(Transmission, IsTheSumOfItsAtomsAtExactPositions) {
  const std::vector<AtomAmplitude> amplitudes = {amplitude_of("Au"), amplitude_of("O")};
  for (const auto& [nx, ny] : {std::pair<std::size_t, std::size_t>{96, 128}, {75, 81}}) {
    const WaveSpace space(nx, ny, 7.0, 8.0, 3.0);
    const TransmissionBuilder builder(space, amplitudes);
    const std::vector<SliceAtom> atoms = {
        {.x_angstrom = 0.0137, .y_angstrom = 3.21, .element = 0},
        {.x_angstrom = 9.6, .y_angstrom = -2.2, .element = 1},
        {.x_angstrom = 4.4, .y_angstrom = 1.9, .element = 0, .occupancy = 0.3},
        {.x_angstrom = 6.2, .y_angstrom = 1.0, .element = 1, .occupancy = 0.0}};
    const auto seen = spectrum_of(space, builder, atoms);
    const double area = space.length_x() * space.length_y();
    for (const auto& [index, value] : seen.values()) {
      const auto [x, y] = index;
      std::complex<double> expected = 0.0;
      for (const SliceAtom& atom : atoms) {
        expected += atom.occupancy / area * amplitudes[atom.element].at(length_of(space, x, y)) *
                    phase_of(space, x, y, atom);
      }
      EXPECT_LT(std::abs(value - expected), 3e-8) << nx << ": " << x << ' ' << y;
    }
  }
}

// What a gold atom scatters beyond 2 per angstrom does not know where between the points it stands:
// here the biases of a sampled potential are of 10 %.
TEST(Transmission, ScatteringDoesNotDependOnPlacesBetweenGridPoints) {
  const std::vector<AtomAmplitude> amplitudes = {amplitude_of("Au")};
  const WaveSpace space(160, 160, 6.0, 6.0, 8.0);
  const TransmissionBuilder builder(space, amplitudes);
  double first = 0.0;
  for (const double part : {0.0, 0.17, 0.5, 0.83}) {
    const double step = space.length_x() / static_cast<double>(space.nx());
    const auto seen = spectrum_of(
        space, builder, {{.x_angstrom = 3.0 + part * step, .y_angstrom = 2.0 + 0.4 * part * step}});
    double scattered = 0.0;
    for (const auto& [index, value] : seen.values()) {
      if (length_of(space, index.first, index.second) > 2.0) scattered += std::norm(value);
    }
    if (part == 0.0) first = scattered;
    EXPECT_NEAR(scattered / first, 1.0, 1e-5) << part;
  }
}

/// 2 pi int (exp(i n sigma v) - 1) J0(2 pi k r) r dr by Simpson's rule over log r: the amplitude of
/// n atoms at one place.
std::complex<double> amplitude_of_pile(const char* symbol, int n, double k) {
  const auto factor = crystal::find_scattering_factor(symbol).value();
  const double interaction = n * interaction_rad_per_volt_angstrom(300.0);
  constexpr int intervals = 3000;
  const double first = std::log(1e-6);
  const double step = (std::log(12.0) - first) / intervals;
  std::complex<double> sum = 0.0;
  for (int i = 0; i <= intervals; ++i) {
    const double r = std::exp(first + i * step);
    const double weight = i == 0 || i == intervals ? 1.0 : (i % 2 == 0 ? 2.0 : 4.0);
    const auto t = std::polar(1.0, interaction * factor.projected_potential(r));
    sum += weight * (t - 1.0) * ::j0(2.0 * pi * k * r) * r * r;
  }
  return 2.0 * pi * step / 3.0 * sum;
}

// Two atoms at one place act like one of twice the potential. Each function is cut off at the band
// before they are multiplied, so that the product is true only as the band grows: its error at a
// given angle falls about as the inverse of the grid's points.
TEST(Transmission, AtomsAtOnePlaceAreMultiplied) {
  const std::vector<AtomAmplitude> amplitudes = {amplitude_of("Cu")};
  constexpr double length = 6.0;
  double before = 1.0;
  for (const std::size_t n : {64U, 128U, 256U}) {
    const WaveSpace space(n, n, length, length,
                          bands_of_grid(static_cast<double>(n) / length, 0.0).transmission);
    const TransmissionBuilder builder(space, amplitudes);
    const SliceAtom atom{.x_angstrom = 2.71, .y_angstrom = 3.14};
    const auto seen = spectrum_of(space, builder, {atom, atom});
    double largest = 0.0;
    for (std::int64_t i = 0; i <= 18; ++i) {
      const double k = length_of(space, i, 0);
      const auto expected = amplitude_of_pile("Cu", 2, k) * phase_of(space, i, 0, atom);
      largest = std::max(largest,
                         std::abs(seen.at(i, 0) * length * length - expected) / std::abs(expected));
    }
    EXPECT_LT(largest, 0.6 * before) << n;
    before = largest;
  }
  EXPECT_LT(before, 0.02);
  // Twice the amplitude of one, which is what a sum would give, is far off.
  const auto doubled = 2.0 * amplitudes[0].at(3.0);
  EXPECT_GT(std::abs(doubled / amplitude_of_pile("Cu", 2, 3.0) - 1.0), 0.1);
}

// A product reaches twice as far as its factors; what is beyond the band would fold into the
// wave's.
TEST(Transmission, ProductsEndAtTheBand) {
  const std::vector<AtomAmplitude> amplitudes = {amplitude_of("Au")};
  const WaveSpace space(60, 64, 5.0, 6.0, 4.0);
  const WaveSpace whole(60, 64, 5.0, 6.0, 100.0);
  const TransmissionBuilder builder(space, amplitudes);
  const auto seen = spectrum_of(whole, builder,
                                {{.x_angstrom = 1.0, .y_angstrom = 1.0},
                                 {.x_angstrom = 1.4, .y_angstrom = 0.7},
                                 {.x_angstrom = 1.1, .y_angstrom = 1.3}});
  double inside = 0.0;
  double outside = 0.0;
  for (const auto& [index, value] : seen.values()) {
    const bool within = length_of(space, index.first, index.second) <= 4.0;
    (within ? inside : outside) += std::norm(value);
  }
  EXPECT_LT(outside, 1e-12 * inside);
}

// The same quadrature with one atom, against the table it does not share.
TEST(Transmission, QuadratureOfThePileAgreesForOneAtom) {
  for (const double k : {0.0, 0.5, 3.0}) {
    const auto expected = amplitude_of("Cu").at(k);
    EXPECT_LT(std::abs(amplitude_of_pile("Cu", 1, k) / expected - 1.0), 1e-5);
  }
}

TEST(Transmission, NoAtomsAreOpenSpace) {
  const std::vector<AtomAmplitude> amplitudes = {amplitude_of("Au")};
  const WaveSpace space(30, 20, 3.0, 2.0, 2.0);
  const TransmissionBuilder builder(space, amplitudes);
  // What an earlier slice left behind goes.
  Amplitudes t(7, Amplitude(5.0F));
  builder.build({}, t);
  EXPECT_EQ(builder.stride(), 32U);
  ASSERT_EQ(t.size(), 32U * 20U);
  for (const Amplitude& value : t) EXPECT_EQ(value, Amplitude(1.0F));
  // The same memory serves again, and again.
  const std::vector<SliceAtom> atoms = {{.x_angstrom = 1.0, .y_angstrom = 1.0},
                                        {.x_angstrom = 1.1, .y_angstrom = 1.0}};
  builder.build(atoms, t);
  Amplitudes fresh;
  builder.build(atoms, fresh);
  for (std::size_t y = 0; y < space.ny(); ++y) {
    for (std::size_t x = 0; x < space.nx(); ++x) EXPECT_EQ(t[32 * y + x], fresh[32 * y + x]);
  }
}

TEST(Separate, KeepsCloseAtomsApart) {
  const auto at = [](double x, double y) { return SliceAtom{.x_angstrom = x, .y_angstrom = y}; };
  // The third is close to both others, the fourth to the first around the corner of the box.
  const std::vector<SliceAtom> atoms = {at(0.2, 0.2), at(2.0, 0.2), at(1.1, 0.2), at(9.9, 7.9),
                                        at(5.0, 5.0)};
  const auto groups = separate(atoms, 10.0, 8.0, 1.0);
  ASSERT_EQ(groups.size(), 2U);
  ASSERT_EQ(groups[0].size(), 3U);
  EXPECT_EQ(groups[0][1].x_angstrom, 2.0);
  EXPECT_EQ(groups[0][2].x_angstrom, 5.0);
  ASSERT_EQ(groups[1].size(), 2U);
  EXPECT_EQ(groups[1][0].x_angstrom, 1.1);
  EXPECT_EQ(groups[1][1].x_angstrom, 9.9);
  EXPECT_TRUE(separate({}, 10.0, 8.0, 1.0).empty());
  // Any number of images away.
  EXPECT_EQ(separate(std::vector{at(0.0, 0.0), at(-30.1, 24.1)}, 10.0, 8.0, 1.0).size(), 2U);
}

}  // namespace
}  // namespace adatom::simulate
