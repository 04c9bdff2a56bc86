#include "adatom/crystal/scattering_factor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lobato_van_dyck_2014.h"

namespace adatom::crystal {

double ElectronScatteringFactor::at(double k_per_angstrom) const {
  const double k2 = k_per_angstrom * k_per_angstrom;
  double sum = 0.0;
  for (std::size_t i = 0; i < a_angstrom.size(); ++i) {
    const double x = 1.0 + b_angstrom2[i] * k2;
    sum += a_angstrom[i] * (1.0 + x) / (x * x);
  }
  return sum;
}

double ElectronScatteringFactor::projected_potential(double r_angstrom) const {
  // K0 and K1 are below 1e-300 from here on, where the library gives up.
  constexpr double far = 690.0;
  constexpr double two_pi = 2.0 * std::numbers::pi;
  double sum = 0.0;
  for (std::size_t i = 0; i < a_angstrom.size(); ++i) {
    const double b = b_angstrom2[i];
    const double x = two_pi * r_angstrom / std::sqrt(b);
    if (x > far) continue;
    sum += a_angstrom[i] * two_pi / b *
           (std::cyl_bessel_k(0.0, x) + 0.5 * x * std::cyl_bessel_k(1.0, x));
  }
  return scattering_factor_to_potential * sum;
}

std::optional<ElectronScatteringFactor> find_scattering_factor(std::string_view symbol) {
  const auto found = std::ranges::find(lobato_van_dyck_2014, symbol, &NamedFactor::symbol);
  if (found == lobato_van_dyck_2014.end()) return std::nullopt;
  return found->factor;
}

}  // namespace adatom::crystal
