// Waves, transmission functions and free space together.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/electron.h"
#include "adatom/base/random.h"
#include "seen_spectrum.h"
#include "transmission.h"

namespace adatom::simulate {
namespace {

using testing::SeenSpectrum;
using testing::spectrum_at;

/// Five slices of random atoms on a grid of unequal sides.
class Multislice : public ::testing::Test {
 protected:
  Multislice() {
    RandomStream random(4);
    for (auto& slice : slices_) {
      std::vector<SliceAtom> atoms(6);
      for (SliceAtom& atom : atoms) {
        atom = {.x_angstrom = random.uniform() * length_x,
                .y_angstrom = random.uniform() * length_y,
                .element = static_cast<std::size_t>(random.below(2))};
      }
      builder_.build(atoms, slice);
    }
  }
  /// The spectrum behind the slices of the plane wave of an index.
  [[nodiscard]] SeenSpectrum behind(const std::vector<Amplitudes>& slices, std::int64_t x,
                                    std::int64_t y) const {
    Amplitudes wave = space_.empty_wave();
    spectrum_at(space_, wave, x, y) = Amplitude(1.0F);
    space_.from_spectrum(wave);
    SeenSpectrum seen(space_);
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const bool last = i + 1 == slices.size();
      space_.transmit(wave, slices[i].data(), builder_.stride());
      space_.finish_step(wave, last ? nullptr : &propagator_, last ? &seen : nullptr);
    }
    return seen;
  }

  static constexpr double length_x = 6.0;
  static constexpr double length_y = 5.0;
  static constexpr double aperture = 1.0;
  const double wavelength_ = electron_wavelength_angstrom(300.0);
  const Bands bands_ = bands_of_grid(20.0, aperture);
  const WaveSpace space_{120, 100, length_x, length_y, bands_.wave};
  const WaveSpace transmission_space_{120, 100, length_x, length_y, bands_.transmission};
  const std::vector<AtomAmplitude> amplitudes_ = {
      {crystal::find_scattering_factor("Au").value(), interaction_rad_per_volt_angstrom(300.0),
       bands_.transmission},
      {crystal::find_scattering_factor("Ti").value(), interaction_rad_per_volt_angstrom(300.0),
       bands_.transmission}};
  const TransmissionBuilder builder_{transmission_space_, amplitudes_};
  const WaveSpace::Propagator propagator_ = space_.propagator(wavelength_, 2.0);
  std::vector<Amplitudes> slices_ = std::vector<Amplitudes>(5);
};

// The amplitude from k1 to k2 is that from -k2 to -k1 through the slices in reverse: holds for any
// slices, with the band's limits too. Rounding of single precision, amplitudes up to one.
TEST_F(Multislice, IsReciprocal) {
  std::vector<Amplitudes> reversed = slices_;
  std::reverse(reversed.begin(), reversed.end());
  const std::vector<std::pair<std::int64_t, std::int64_t>> beams = {
      {0, 0}, {4, -3}, {-17, 20}, {30, 9}, {-36, 0}};
  for (const auto& [x1, y1] : beams) {
    const auto forward = behind(slices_, x1, y1);
    for (const auto& [x2, y2] : beams) {
      const auto backward = behind(reversed, -x2, -y2);
      EXPECT_LT(std::abs(forward.at(x2, y2) - backward.at(-x1, -y1)), 1e-6);
    }
  }
  // It is the reversal that does it.
  EXPECT_GT(std::abs(behind(slices_, 4, -3).at(-17, 20) - behind(slices_, 17, -20).at(-4, 3)),
            1e-4);
}

// Moving all atoms by one vector turns the phase of a beam that was scattered by k2 - k1, and no
// intensity. Atoms of a slice stand apart: products of close ones are not exact.
TEST_F(Multislice, IntensitiesDoNotDependOnTheOrigin) {
  const auto slices_at = [&](double dx, double dy) {
    RandomStream random(9);
    std::vector<Amplitudes> slices(3);
    for (auto& slice : slices) {
      std::vector<SliceAtom> atoms(2);
      for (std::size_t i = 0; i < atoms.size(); ++i) {
        atoms[i] = {.x_angstrom = dx + 2.2 * static_cast<double>(i) + 0.5 * random.uniform(),
                    .y_angstrom = dy + random.uniform()};
      }
      builder_.build(atoms, slice);
    }
    return slices;
  };
  const auto here = behind(slices_at(0.0, 0.0), 2, 1);
  const auto there = behind(slices_at(1.2345, -0.777), 2, 1);
  for (const auto& [index, value] : here.values()) {
    const double moved = std::norm(there.at(index.first, index.second));
    EXPECT_NEAR(moved, std::norm(value), 2e-6 * std::sqrt(std::norm(value)) + 1e-12);
  }
}

// What the band cuts off is lost, nothing is won.
TEST_F(Multislice, LosesOnlyAtTheBand) {
  const double whole = behind(slices_, 0, 0).norm();
  EXPECT_LT(whole, 1.0);
  EXPECT_GT(whole, 0.95);
  const double open = behind({Amplitudes(slices_[0].size(), Amplitude(1.0F))}, 0, 0).norm();
  EXPECT_NEAR(open, 1.0, 1e-6);
}

}  // namespace
}  // namespace adatom::simulate
