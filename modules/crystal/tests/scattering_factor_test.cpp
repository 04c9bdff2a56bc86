#include "adatom/crystal/scattering_factor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "adatom/crystal/debye_waller.h"
#include "adatom/crystal/element.h"

namespace adatom::crystal {
namespace {

// Far out every atom scatters like its bare nucleus: f_e -> 2 Z / (a0 8 pi^2 (k/2)^2) / 2, with the
// Bohr radius a0; and each coefficient pair adds a/b to that.
TEST(ScatteringFactor, LargeAnglesSeeTheNucleus) {
  constexpr double bohr_angstrom = 0.529177211;
  constexpr double per_charge = 1.0 / (2.0 * std::numbers::pi * std::numbers::pi * bohr_angstrom);
  for (int z = 1; z <= 103; ++z) {
    const auto factor = find_scattering_factor(find_element(z)->symbol);
    ASSERT_TRUE(factor.has_value()) << z;
    double sum = 0.0;
    for (std::size_t i = 0; i < 5; ++i) sum += factor->a_angstrom[i] / factor->b_angstrom2[i];
    EXPECT_NEAR(sum / per_charge, z, 1e-4 * z) << find_element(z)->symbol;
    EXPECT_NEAR(1e4 * factor->at(100.0) / per_charge, z, 0.01 * z);
  }
}

// Hydrogen is known exactly: f_e(0) is its Bohr radius (Born approximation).
TEST(ScatteringFactor, HydrogenForwards) {
  EXPECT_NEAR(find_scattering_factor("H")->at(0.0), 0.529177, 1e-5);
}

// The projected potential is the Fourier transform of f_e: its integral over the plane is
// 47.8776 f_e(0), and a Hankel transform gives the rest.
TEST(ScatteringFactor, PotentialIsItsTransform) {
  for (const char* symbol : {"H", "C", "Cu", "Au"}) {
    const auto factor = find_scattering_factor(symbol).value();
    for (const double k : {0.0, 0.3, 1.0}) {
      double integral = 0.0;
      constexpr double step = 0.002;  // in log r
      for (double t = std::log(1e-6); t < std::log(30.0); t += step) {
        const double r = std::exp(t);
        integral += step * r * r * factor.projected_potential(r) *
                    std::cyl_bessel_j(0.0, 2.0 * std::numbers::pi * k * r);
      }
      EXPECT_NEAR(
          2.0 * std::numbers::pi * integral / (scattering_factor_to_potential * factor.at(k)), 1.0,
          1e-5)
          << symbol << " " << k;
    }
  }
}

TEST(ScatteringFactor, UnknownElements) {
  EXPECT_FALSE(find_scattering_factor("Xx").has_value());
  EXPECT_FALSE(find_scattering_factor("").has_value());
}

// Displacements of Gao and Peng's polynomials, evaluated by others to four digits.
TEST(DebyeWaller, PublishedDisplacements) {
  struct Case {
    const char* symbol;
    double at_300_k;
    double at_673_k;
  };
  for (const Case& c : {Case{"Au", 0.0898, 0.1342}, Case{"Pt", 0.0697, 0.1039},
                        Case{"Cu", 0.0853, 0.1265}, Case{"Ag", 0.0982, 0.1464}}) {
    EXPECT_NEAR(rms_displacement_angstrom(c.symbol, 300.0).value(), c.at_300_k, 5e-5);
    EXPECT_NEAR(rms_displacement_angstrom(c.symbol, 673.0).value(), c.at_673_k, 5e-5);
  }
  EXPECT_FALSE(rms_displacement_angstrom("Au", 20.0).has_value());
  EXPECT_FALSE(rms_displacement_angstrom("Xx", 300.0).has_value());
}

}  // namespace
}  // namespace adatom::crystal
