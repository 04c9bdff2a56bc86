#pragma once
// The radial half of the density's expansion: c_nlm = sum over atoms of weight(r) R_nl(r) Y_lm.
#include <cstddef>
#include <span>
#include <variant>

#include "adatom/descriptors/soap.h"
#include "radial_basis.h"

namespace adatom::descriptors {

/// R_nl(r) = 4 pi int_0^inf x^2 g_nl(x) exp(-eta (x^2 + r^2)) i_l(2 eta x r) dx with eta = 1 / (2
/// sigma^2), i_l the modified spherical Bessel function and g_nl the orthonormal radial functions:
/// the overlap of exp(-eta |x - r|^2) with g_nl Y_lm is R_nl(r) Y_lm(r / |r|), Y_lm real and
/// orthonormal on the sphere. The power spectrum is p_nn'l = pi sqrt(8 / (2 l + 1)) sum_m c_nlm
/// c_n'lm. (Himanen et al., Comput. Phys. Commun. 247 (2020) 106949; Jager et al., npj Comput.
/// Mater. 4 (2018) 37.) Relative to the largest of an l, values are right to
/// 1e-12, and to 1e-10 where more than 12 functions or a cut-off near 1 angstrom make them alike.
class RadialFunctions {
 public:
  /// @throws InputError: options out of range, functions too much alike to be made orthogonal
  explicit RadialFunctions(const SoapOptions& options);

  [[nodiscard]] const SoapOptions& options() const { return options_; }
  [[nodiscard]] std::size_t n_max() const { return static_cast<std::size_t>(options_.n_max); }
  [[nodiscard]] std::size_t l_max() const { return static_cast<std::size_t>(options_.l_max); }
  /// (l_max + 1) n_max.
  [[nodiscard]] std::size_t size() const { return (l_max() + 1) * n_max(); }
  /// Atoms count out to here: r_cut + sigma sqrt(-2 ln 1e-3).
  [[nodiscard]] double reach_angstrom() const;

  /// weight(r) R_nl(r) in the order [l][n], n the fastest; for r = 0 as of an atom beside the
  /// centre (the centre's own weight is options().weight_of_centre()).
  /// @param values size() of them
  void evaluate(double distance_angstrom, std::span<double> values) const;
  /// The same without the weighting: smooth for all r >= 0, where the weighting may not be.
  void evaluate_plain(double distance_angstrom, std::span<double> values) const;
  /// g_nl(x), [l][n].
  void functions(double x_angstrom, std::span<double> values) const;

 private:
  SoapOptions options_;
  std::variant<GtoBasis, PolynomialBasis> basis_;
};

}  // namespace adatom::descriptors
