#include "wave.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/electron.h"
#include "seen_spectrum.h"

namespace adatom::simulate {
namespace {

using testing::random_spectrum;
using testing::SeenSpectrum;
using testing::spectrum_at;
using testing::spectrum_behind;

constexpr double pi = std::numbers::pi;

/// Values over x and y in rows of nx.
Amplitudes ones(const WaveSpace& space) {
  return Amplitudes(space.nx() * space.ny(), Amplitude(1.0F));
}

// Grids of odd and even sides, unlike each other, fewer points than a cache line has room for, a
// single row; with bands inside the grid and beyond what it holds.
const std::vector<WaveSpace>& spaces() {
  static const std::vector<WaveSpace> list = [] {
    std::vector<WaveSpace> all;
    all.emplace_back(32, 40, 7.0, 9.0, 1.5);
    all.emplace_back(25, 27, 6.0, 5.0, 1.4);
    all.emplace_back(64, 9, 8.0, 2.0, 2.0);
    all.emplace_back(9, 64, 2.0, 8.0, 2.0);
    all.emplace_back(3, 5, 1.0, 1.0, 100.0);
    all.emplace_back(16, 20, 4.0, 4.0, 100.0);
    all.emplace_back(1, 24, 1.0, 5.0, 1.0);
    all.emplace_back(24, 1, 5.0, 1.0, 1.0);
    return all;
  }();
  return list;
}

TEST(WaveSpace, BandIsACircleWithinTheGrid) {
  for (const WaveSpace& space : spaces()) {
    std::size_t inside = 0;
    for (std::size_t c = 0; c < space.band_x(); ++c) inside += 2 * space.half_y(c) + 1;
    std::size_t expected = 0;
    const auto nx = static_cast<std::int64_t>(space.nx());
    const auto ny = static_cast<std::int64_t>(space.ny());
    for (std::int64_t x = -nx; x <= nx; ++x) {
      for (std::int64_t y = -ny; y <= ny; ++y) {
        // The Nyquist frequency of an even side has no partner of the opposite sign.
        if (2 * std::abs(x) >= nx || 2 * std::abs(y) >= ny) continue;
        const double k = std::hypot(static_cast<double>(x) / space.length_x(),
                                    static_cast<double>(y) / space.length_y());
        if (k <= space.band_limit()) ++expected;
      }
    }
    EXPECT_EQ(inside, expected) << space.nx() << " x " << space.ny();
  }
}

// The wave comes back as it went in, whatever stood outside the band: four transforms of rounding
// 6e-8 times a few.
TEST(WaveSpace, GivesTheSpectrumBack) {
  for (const WaveSpace& space : spaces()) {
    const Amplitudes spectrum = random_spectrum(space, 3);
    Amplitudes wave = spectrum;
    for (std::size_t c = 0; c < space.band_x(); ++c) {
      for (std::size_t y = space.half_y(c) + 1; y < space.ny() - space.half_y(c); ++y) {
        wave[c * space.stride() + y] = Amplitude(17.0F);
      }
    }
    space.from_spectrum(wave);
    Amplitudes expected = spectrum;
    space.from_spectrum(expected);
    EXPECT_EQ(wave, expected);
    const auto seen = spectrum_behind(space, wave, ones(space).data(), space.nx());
    expected = spectrum;
    for (const auto& [index, value] : seen.values()) {
      const Amplitude there = spectrum_at(space, expected, index.first, index.second);
      EXPECT_LT(std::abs(value - std::complex<double>(there)), 3e-6);
    }
  }
}

// psi(x) = sum A exp(2 pi i k.x), term by term; indices beyond the band are left out.
TEST(WaveSpace, RealSpaceIsTheSum) {
  for (const WaveSpace& space : spaces()) {
    Amplitudes spectrum = random_spectrum(space, 4);
    const SeenSpectrum terms = [&] {
      Amplitudes wave = spectrum;
      space.from_spectrum(wave);
      return spectrum_behind(space, wave, ones(space).data(), space.nx());
    }();
    const std::size_t stride = 8 * ((space.nx() + 7) / 8);
    Amplitudes values(stride * space.ny());
    space.to_real_space(spectrum, values.data(), stride);
    const double size = std::sqrt(terms.norm());
    for (std::size_t y = 0; y < space.ny(); y += 3) {
      for (std::size_t x = 0; x < space.nx(); x += 2) {
        std::complex<double> sum = 0.0;
        for (const auto& [index, value] : terms.values()) {
          const double turn = static_cast<double>(index.first) * static_cast<double>(x) /
                                  static_cast<double>(space.nx()) +
                              static_cast<double>(index.second) * static_cast<double>(y) /
                                  static_cast<double>(space.ny());
          sum += value * std::polar(1.0, 2.0 * pi * turn);
        }
        EXPECT_LT(std::abs(std::complex<double>(values[y * stride + x]) - sum), 3e-6 * size);
      }
    }
  }
}

// A plane wave exp(2 pi i k.x) gathers exp(-i pi lambda z k^2). Phases of single precision: 6e-8
// each, times the steps.
TEST(WaveSpace, PlaneWavesGatherTheAnalyticPhase) {
  const WaveSpace space(48, 40, 11.0, 10.0, 1.6);
  const double wavelength = electron_wavelength_angstrom(300.0);
  const double shift_x = 0.31;
  const double shift_y = -0.44;
  const auto propagator = space.propagator(wavelength, 2.0, shift_x, shift_y);
  const Amplitudes open = ones(space);
  for (const auto& [x, y] :
       {std::pair<std::int64_t, std::int64_t>{0, 0}, {7, 0}, {-9, 4}, {5, -11}}) {
    Amplitudes wave = space.empty_wave();
    spectrum_at(space, wave, x, y) = Amplitude(1.0F);
    space.from_spectrum(wave);
    constexpr int steps = 20;
    for (int i = 0; i < steps; ++i) {
      space.transmit(wave, open.data(), space.nx());
      space.finish_step(wave, &propagator, nullptr);
    }
    const auto seen = spectrum_behind(space, wave, open.data(), space.nx());
    const double kx = (static_cast<double>(x) + shift_x) / space.length_x();
    const double ky = (static_cast<double>(y) + shift_y) / space.length_y();
    const auto expected = std::polar(1.0, -pi * wavelength * 2.0 * steps * (kx * kx + ky * ky));
    EXPECT_LT(std::abs(seen.at(x, y) - expected), 1e-5) << x << ' ' << y;
    EXPECT_NEAR(seen.norm(), 1.0, 1e-5);
  }
}

// exp(-r^2 / w0^2) becomes (w0 / w) exp(-r^2 / w^2) times a phase, w^2 = w0^2 (1 + (z lambda / (pi
// w0^2))^2): Siegman, Lasers, section 17.1. Here w is 1.5 w0; box and band are wide enough that
// what they cut off is below 1e-7.
TEST(WaveSpace, GaussianBeamsSpread) {
  const double waist = 1.0;
  const double side_x = 12.0;
  const double side_y = 13.0;
  const WaveSpace space(96, 90, side_x, side_y, 2.2);
  const double wavelength = 0.0197;
  const double distance = std::sqrt(1.25) * pi * waist * waist / wavelength;
  Amplitudes wave = space.empty_wave();
  const double area = side_x * side_y;
  for (std::size_t c = 0; c < space.band_x(); ++c) {
    const auto half = static_cast<std::int64_t>(space.half_y(c));
    for (std::int64_t y = -half; y <= half; ++y) {
      const double kx = static_cast<double>(space.index_x(c)) / side_x;
      const double ky = static_cast<double>(y) / side_y;
      const double value =
          pi * waist * waist / area * std::exp(-std::pow(pi * waist, 2) * (kx * kx + ky * ky));
      // In the middle of the box.
      spectrum_at(space, wave, space.index_x(c), y) =
          Amplitude(std::polar(value, -pi * static_cast<double>(space.index_x(c) + y)));
    }
  }
  space.from_spectrum(wave);
  constexpr int steps = 7;
  const auto propagator = space.propagator(wavelength, distance / steps);
  const Amplitudes open = ones(space);
  for (int i = 0; i < steps; ++i) {
    space.transmit(wave, open.data(), space.nx());
    space.finish_step(wave, &propagator, nullptr);
  }
  const auto seen = spectrum_behind(space, wave, open.data(), space.nx());
  Amplitudes rows = space.empty_wave();
  for (const auto& [index, value] : seen.values()) {
    spectrum_at(space, rows, index.first, index.second) = Amplitude(value);
  }
  Amplitudes values(space.nx() * space.ny());
  space.to_real_space(rows, values.data(), space.nx());
  const double width = 1.5 * waist;
  for (std::size_t y = 0; y < space.ny(); ++y) {
    for (std::size_t x = 0; x < space.nx(); ++x) {
      const double dx = side_x * (static_cast<double>(x) / static_cast<double>(space.nx()) - 0.5);
      const double dy = side_y * (static_cast<double>(y) / static_cast<double>(space.ny()) - 0.5);
      const double expected = waist / width * std::exp(-(dx * dx + dy * dy) / (width * width));
      EXPECT_NEAR(static_cast<double>(std::abs(values[y * space.nx() + x])), expected, 3e-6);
    }
  }
}

// A hundred steps of two angstrom through nothing: neither the transforms' rounded constants nor
// the rounded factors may add up, which without their compensation is ten times the tolerance.
TEST(WaveSpace, FreeSpaceConservesTheNorm) {
  const double wavelength = electron_wavelength_angstrom(300.0);
  for (const auto& [nx, ny] : {std::pair<std::size_t, std::size_t>{256, 256}, {320, 320}}) {
    const WaveSpace space(nx, ny, 10.0, 10.0, bands_of_grid(25.0, 1.0).wave);
    Amplitudes wave = random_spectrum(space, 8);
    space.from_spectrum(wave);
    const Amplitudes open = ones(space);
    const double before = spectrum_behind(space, wave, open.data(), nx).norm();
    const auto propagator = space.propagator(wavelength, 2.0);
    for (int i = 0; i < 100; ++i) {
      space.transmit(wave, open.data(), nx);
      space.finish_step(wave, &propagator, nullptr);
    }
    const double after = spectrum_behind(space, wave, open.data(), nx).norm();
    EXPECT_NEAR(after / before, 1.0, 1e-6) << nx << " x " << ny;
  }
}

// exp(i a cos(2 pi m x / L)) = sum i^n J_n(a) exp(2 pi i n m x / L) (Jacobi and Anger).
TEST(WaveSpace, PhaseGratingsScatterByBesselFunctions) {
  const WaveSpace space(100, 128, 8.0, 9.0, 5.0);
  constexpr double a = 1.7;
  constexpr std::int64_t order_x = 3;
  constexpr std::int64_t order_y = -2;
  Amplitudes t(space.nx() * space.ny());
  for (std::size_t y = 0; y < space.ny(); ++y) {
    for (std::size_t x = 0; x < space.nx(); ++x) {
      const double turn = order_x * static_cast<double>(x) / static_cast<double>(space.nx()) +
                          order_y * static_cast<double>(y) / static_cast<double>(space.ny());
      t[y * space.nx() + x] = Amplitude(std::polar(1.0, a * std::cos(2.0 * pi * turn)));
    }
  }
  Amplitudes wave = space.empty_wave();
  spectrum_at(space, wave, 2, -5) = Amplitude(1.0F);
  space.from_spectrum(wave);
  const auto seen = spectrum_behind(space, wave, t.data(), space.nx());
  double others = seen.norm();
  for (int n = -9; n <= 9; ++n) {
    const std::int64_t x = 2 + n * order_x;
    const std::int64_t y = -5 + n * order_y;
    const double bessel = ::jn(n, a);
    const auto turned = std::polar(1.0, 0.5 * pi * n) * bessel;
    ASSERT_TRUE(seen.holds(x, y));
    EXPECT_LT(std::abs(seen.at(x, y) - turned), 1e-6) << n;
    others -= std::norm(seen.at(x, y));
  }
  EXPECT_NEAR(others, 0.0, 1e-10);
}

TEST(WaveSpace, LimitsTheBand) {
  for (const WaveSpace& space : spaces()) {
    const WaveSpace whole(space.nx(), space.ny(), space.length_x(), space.length_y(), 1e3);
    Amplitudes all = random_spectrum(whole, 12);
    Amplitudes inside = space.empty_wave();
    for (std::size_t c = 0; c < space.band_x(); ++c) {
      const auto half = static_cast<std::int64_t>(space.half_y(c));
      for (std::int64_t y = -half; y <= half; ++y) {
        spectrum_at(space, inside, space.index_x(c), y) =
            spectrum_at(whole, all, space.index_x(c), y);
      }
    }
    const std::size_t stride = 8 * ((space.nx() + 7) / 8);
    Amplitudes values(stride * space.ny());
    Amplitudes expected(stride * space.ny());
    whole.to_real_space(all, values.data(), stride);
    space.to_real_space(inside, expected.data(), stride);
    space.limit_band(values.data(), stride);
    const auto points = static_cast<double>(space.nx() * space.ny());
    for (std::size_t y = 0; y < space.ny(); ++y) {
      for (std::size_t x = 0; x < space.nx(); ++x) {
        const auto error = values[y * stride + x] - expected[y * stride + x];
        EXPECT_LT(static_cast<double>(std::abs(error)), 2e-6 * std::sqrt(points));
      }
    }
  }
}

/// How much the spectrum behind a random slice changes when the grid is twice as fine, by its norm.
double folded_share(double wave_band, double transmission_band) {
  constexpr std::size_t n = 48;
  constexpr double length = 4.0;
  const auto behind = [&](std::size_t points) {
    const WaveSpace space(points, points, length, length, wave_band);
    const WaveSpace of_slice(points, points, length, length, transmission_band);
    Amplitudes wave = random_spectrum(space, 21);
    Amplitudes slice = random_spectrum(of_slice, 22);
    Amplitudes t(points * points);
    of_slice.to_real_space(slice, t.data(), points);
    space.from_spectrum(wave);
    return spectrum_behind(space, wave, t.data(), points);
  };
  const auto coarse = behind(n);
  const auto fine = behind(2 * n);
  double difference = 0.0;
  for (const auto& [index, value] : fine.values()) {
    difference += std::norm(value - coarse.at(index.first, index.second));
  }
  return std::sqrt(difference / fine.norm());
}

TEST(Bands, ProductsDoNotFoldIntoTheBand) {
  for (const double aperture : {0.3, 1.0}) {
    const Bands bands = bands_of_grid(12.0, aperture);
    EXPECT_LT(2.0 * bands.wave + bands.transmission, 12.0);
    EXPECT_GT(2.0 * bands.wave + bands.transmission, 12.0 - 1e-6);
    EXPECT_GT(bands.transmission, bands.wave + aperture);
    // Rounding.
    EXPECT_LT(folded_share(bands.wave, bands.transmission), 2e-6);
    // Bands that are wider by two steps of the grid do fold.
    EXPECT_GT(folded_share(bands.wave + 0.25, bands.transmission + 0.25), 1e-3);
  }
}

TEST(Bands, DensityHoldsTheLargestAngleWithAMargin) {
  const double density = grid_density(9.0, 1.0);
  EXPECT_NEAR(bands_of_grid(density, 1.0).wave / 9.0, 1.08, 1e-6);
}

}  // namespace
}  // namespace adatom::simulate
