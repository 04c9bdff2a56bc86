#pragma once
// How single atoms scatter fast electrons.
#include <array>
#include <optional>
#include <string_view>

namespace adatom::crystal {

/// h^2 / (2 pi m e) with the electron's rest mass, V angstrom^2 (CODATA 2018): turns an electron
/// scattering factor in angstrom into the Fourier transform of the potential.
constexpr double scattering_factor_to_potential = 47.877646;

/// The electron scattering factor of a neutral atom at rest,
///
///   f_e(k) = sum_i a_i (2 + b_i k^2) / (1 + b_i k^2)^2,   k = 1/d,
///
/// and its potential projected along the beam,
///
///   v(r) = 47.8776 sum_i a_i [ (2 pi / b_i) K0(2 pi r / sqrt b_i)
///                              + (2 pi^2 r / b_i^1.5) K1(2 pi r / sqrt b_i) ].
///
/// Lobato and Van Dyck, Acta Cryst. A 70 (2014) 636, equations 15, 16 and table 1.
struct ElectronScatteringFactor {
  std::array<double, 5> a_angstrom = {};
  std::array<double, 5> b_angstrom2 = {};

  /// f_e in angstrom at k in 1/angstrom.
  [[nodiscard]] double at(double k_per_angstrom) const;
  /// v in V angstrom at a distance above zero; it grows as log(1/r) towards the nucleus.
  [[nodiscard]] double projected_potential(double r_angstrom) const;
};

/// Of an element, H to Lr. Nothing: not in the table.
[[nodiscard]] std::optional<ElectronScatteringFactor> find_scattering_factor(
    std::string_view symbol);

}  // namespace adatom::crystal
