#include "adatom/crystal/scattering_factor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kirkland_2010.h"
#include "lobato_van_dyck_2014.h"

namespace adatom::crystal {
namespace {

// K0 and K1 are below 1e-300 from here on, where the library gives up.
constexpr double far = 690.0;
constexpr double two_pi = 2.0 * std::numbers::pi;

}  // namespace

double LobatoVanDyckFactor::at(double k_per_angstrom) const {
  const double k2 = k_per_angstrom * k_per_angstrom;
  double sum = 0.0;
  for (std::size_t i = 0; i < a_angstrom.size(); ++i) {
    const double x = 1.0 + b_angstrom2[i] * k2;
    sum += a_angstrom[i] * (1.0 + x) / (x * x);
  }
  return sum;
}

double LobatoVanDyckFactor::projected_potential(double r_angstrom) const {
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

double KirklandFactor::at(double k_per_angstrom) const {
  const double k2 = k_per_angstrom * k_per_angstrom;
  double sum = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    sum += a_per_angstrom[i] / (k2 + b_per_angstrom2[i]);
    sum += c_angstrom[i] * std::exp(-d_angstrom2[i] * k2);
  }
  return sum;
}

double KirklandFactor::projected_potential(double r_angstrom) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = two_pi * r_angstrom * std::sqrt(b_per_angstrom2[i]);
    if (x < far) sum += two_pi * a_per_angstrom[i] * std::cyl_bessel_k(0.0, x);
    const double y = std::numbers::pi * r_angstrom;
    const double exponent = y * y / d_angstrom2[i];
    if (exponent < far) {
      sum += std::numbers::pi * c_angstrom[i] / d_angstrom2[i] * std::exp(-exponent);
    }
  }
  return scattering_factor_to_potential * sum;
}

double ElectronScatteringFactor::at(double k_per_angstrom) const {
  return std::visit([=](const auto& form) { return form.at(k_per_angstrom); }, form_);
}

double ElectronScatteringFactor::projected_potential(double r_angstrom) const {
  return std::visit([=](const auto& form) { return form.projected_potential(r_angstrom); }, form_);
}

std::optional<ElectronScatteringFactor> find_scattering_factor(std::string_view symbol,
                                                               ScatteringTable table) {
  if (table == ScatteringTable::lobato_van_dyck) {
    const auto found = std::ranges::find(lobato_van_dyck_2014, symbol, &NamedLobato::symbol);
    if (found == lobato_van_dyck_2014.end()) return std::nullopt;
    return ElectronScatteringFactor(found->factor);
  }
  const auto found = std::ranges::find(kirkland_2010, symbol, &NamedKirkland::symbol);
  if (found == kirkland_2010.end()) return std::nullopt;
  KirklandFactor factor;
  for (std::size_t i = 0; i < 3; ++i) {
    factor.a_per_angstrom[i] = found->values[2 * i];
    factor.b_per_angstrom2[i] = found->values[2 * i + 1];
    factor.c_angstrom[i] = found->values[2 * i + 6];
    factor.d_angstrom2[i] = found->values[2 * i + 7];
  }
  return ElectronScatteringFactor(factor);
}

std::string_view citation(ScatteringTable table) {
  return table == ScatteringTable::kirkland ? "Kirkland 2010" : "Lobato and Van Dyck 2014";
}

}  // namespace adatom::crystal
