#include "adatom/base/electron.h"

#include <gtest/gtest.h>

namespace adatom {
namespace {

// Kirkland (2010), table C.1 for the wavelengths; the rest from its equations by others.
TEST(Electron, PublishedConstants) {
  EXPECT_NEAR(electron_wavelength_angstrom(100.0), 0.0370144, 1e-7);
  EXPECT_NEAR(electron_wavelength_angstrom(200.0), 0.0250793, 1e-7);
  EXPECT_NEAR(electron_wavelength_angstrom(300.0), 0.0196875, 1e-7);
  EXPECT_NEAR(electron_mass_ratio(300.0), 1.587085, 1e-6);
  EXPECT_NEAR(interaction_rad_per_volt_angstrom(300.0), 6.52616e-4, 1e-9);
}

}  // namespace
}  // namespace adatom
