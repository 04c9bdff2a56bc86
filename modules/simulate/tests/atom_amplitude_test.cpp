#include "atom_amplitude.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "adatom/base/electron.h"

namespace adatom::simulate {
namespace {

AtomAmplitude amplitude_of(const char* symbol) {
  return {crystal::find_scattering_factor(symbol).value(), interaction_rad_per_volt_angstrom(300.0),
          20.0};
}

/// What scattering by the bare nucleus has instead of f_e, per charge and k^2: 1 / (2 pi^2 a0).
constexpr double rutherford = 1.0 / (2.0 * std::numbers::pi * std::numbers::pi * 0.529177211);

// No electron is lost: 2 Re g(0) + int |g|^2 d^2k = 0. Beyond 100 per angstrom the atom scatters
// like its nucleus, |g| = C / k^2 (the eikonal's modulus is Rutherford's): 1e-4 of the sum, true to
// one percent. That and the midpoint rule leave 1e-6.
TEST(AtomAmplitude, OpticalTheorem) {
  const double interaction = interaction_rad_per_volt_angstrom(300.0);
  for (const auto& [symbol, charge] : {std::pair{"C", 6}, {"Cu", 29}, {"Au", 79}}) {
    constexpr double last = 100.0;
    const AtomAmplitude amplitude(crystal::find_scattering_factor(symbol).value(), interaction,
                                  last);
    double scattered = 0.0;
    constexpr double step = 0.001;
    for (double k = 0.5 * step; k < last; k += step) {
      scattered += 2.0 * std::numbers::pi * k * step * std::norm(amplitude.at(k));
    }
    const double nucleus =
        interaction * crystal::scattering_factor_to_potential * charge * rutherford;
    scattered += std::numbers::pi * nucleus * nucleus / (last * last);
    EXPECT_NEAR(scattered / (-2.0 * amplitude.at(0.0).real()), 1.0, 3e-6) << symbol;
  }
}

// Panels of the quadrature follow the angle: far out the modulus is Rutherford's. The screening of
// the innermost electrons is left, below a percent at 200 per angstrom.
TEST(AtomAmplitude, LargeAnglesSeeTheNucleus) {
  const double interaction = interaction_rad_per_volt_angstrom(300.0);
  const AtomAmplitude amplitude(crystal::find_scattering_factor("Au").value(), interaction, 400.0);
  const double nucleus = interaction * crystal::scattering_factor_to_potential * 79 * rutherford;
  for (const double k : {200.0, 283.7, 400.0}) {
    EXPECT_NEAR(std::abs(amplitude.at(k)) * k * k / nucleus, 1.0, 0.01) << k;
  }
}

// Cross-section of one atom for a probe of 20 mrad and a detector of 40 to 160 mrad at 300 kV: the
// mean over the directions of the probe of what each scatters onto the detector. Values of a
// converged calculation by others.
TEST(AtomAmplitude, CrossSectionsOfSingleAtoms) {
  const double wavelength = electron_wavelength_angstrom(300.0);
  struct Case {
    const char* symbol;
    double from_40_mrad;
    double from_60_mrad;
  };
  for (const Case& c : {Case{"Au", 0.019683, 0.009179}, Case{"Pt", 0.019391, 0.009025},
                        Case{"Ag", 0.009244, 0.004154}, Case{"Cu", 0.004278, 0.001796}}) {
    const AtomAmplitude amplitude = amplitude_of(c.symbol);
    const auto cross_section = [&](double inner_mrad) {
      double sum = 0.0;
      double weight = 0.0;
      for (double beam = 0.25; beam < 20.0; beam += 0.5) {
        double onto = 0.0;
        for (double angle = inner_mrad + 0.25; angle < 160.0; angle += 0.5) {
          for (int i = 0; i < 64; ++i) {
            const double turn = 2.0 * std::numbers::pi * (i + 0.5) / 64.0;
            const double mrad =
                std::sqrt(angle * angle + beam * beam - 2.0 * angle * beam * std::cos(turn));
            onto += angle * std::norm(amplitude.at(1e-3 * mrad / wavelength));
          }
        }
        const double to_area =
            2.0 * std::numbers::pi / 64.0 * 0.5 * 1e-6 / (wavelength * wavelength);
        sum += beam * onto * to_area;
        weight += beam;
      }
      return sum / weight;
    };
    EXPECT_NEAR(cross_section(40.0) / c.from_40_mrad, 1.0, 0.003) << c.symbol;
    EXPECT_NEAR(cross_section(60.0) / c.from_60_mrad, 1.0, 0.003) << c.symbol;
  }
}

}  // namespace
}  // namespace adatom::simulate
