#pragma once
// How single atoms scatter fast electrons.
#include <array>
#include <optional>
#include <string_view>
#include <variant>

#include "adatom/base/options.h"

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
struct LobatoVanDyckFactor {
  std::array<double, 5> a_angstrom = {};
  std::array<double, 5> b_angstrom2 = {};

  [[nodiscard]] double at(double k_per_angstrom) const;
  [[nodiscard]] double projected_potential(double r_angstrom) const;
};

/// The same as three Lorentzians and three Gaussians,
///
///   f_e(k) = sum_i a_i / (k^2 + b_i) + sum_i c_i exp(-d_i k^2),
///   v(r) = 47.8776 sum_i [ 2 pi a_i K0(2 pi r sqrt b_i) + (pi c_i / d_i) exp(-pi^2 r^2 / d_i) ].
///
/// Kirkland, Advanced Computing in Electron Microscopy, 2nd ed. (Springer 2010), appendix C,
/// equations C.15, C.20 and table C.4; the fit covers k up to 12 / angstrom.
struct KirklandFactor {
  std::array<double, 3> a_per_angstrom = {};
  std::array<double, 3> b_per_angstrom2 = {};
  std::array<double, 3> c_angstrom = {};
  std::array<double, 3> d_angstrom2 = {};

  [[nodiscard]] double at(double k_per_angstrom) const;
  [[nodiscard]] double projected_potential(double r_angstrom) const;
};

/// Either of them.
class ElectronScatteringFactor {
 public:
  using Form = std::variant<LobatoVanDyckFactor, KirklandFactor>;
  explicit ElectronScatteringFactor(const Form& form) : form_(form) {}

  /// f_e in angstrom at k in 1/angstrom.
  [[nodiscard]] double at(double k_per_angstrom) const;
  /// v in V angstrom at a distance above zero; it grows as log(1/r) towards the nucleus.
  [[nodiscard]] double projected_potential(double r_angstrom) const;
  [[nodiscard]] const Form& form() const { return form_; }

 private:
  Form form_;
};

enum class ScatteringTable { lobato_van_dyck, kirkland };

/// Of an element, H to Lr. Nothing: not in the table.
[[nodiscard]] std::optional<ElectronScatteringFactor> find_scattering_factor(
    std::string_view symbol, ScatteringTable table = ScatteringTable::lobato_van_dyck);

/// How results name the table they were calculated with: "Lobato and Van Dyck 2014".
[[nodiscard]] std::string_view citation(ScatteringTable table);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::ScatteringTable> {
  static constexpr std::array names = {"lobato_van_dyck", "kirkland"};
};
}  // namespace adatom
