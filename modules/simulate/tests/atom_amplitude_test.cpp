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

// No electron is lost: 2 Re g(0) + int |g|^2 d^2k = 0.
TEST(AtomAmplitude, OpticalTheorem) {
  for (const char* symbol : {"C", "Cu", "Au"}) {
    const AtomAmplitude amplitude(crystal::find_scattering_factor(symbol).value(),
                                  interaction_rad_per_volt_angstrom(300.0), 400.0);
    double scattered = 0.0;
    constexpr double step = 0.002;
    for (double k = 0.5 * step; k < 400.0; k += step) {
      scattered += 2.0 * std::numbers::pi * k * step * std::norm(amplitude.at(k));
    }
    EXPECT_NEAR(scattered / (-2.0 * amplitude.at(0.0).real()), 1.0, 2e-4) << symbol;
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
