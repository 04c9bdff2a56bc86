#pragma once
// The two radial bases of DScribe: what a Gaussian at a distance r has in common with each
// function.
#include <cstddef>
#include <span>
#include <vector>

#include "inverse_square_root.h"

namespace adatom::descriptors {

/// Gaussian type orbitals g_nl(r) = sum_k beta_nk r^l exp(-alpha_kl r^2), alpha_kl = -ln(1e-3 /
/// a_k^l) / a_k^2 with a_k evenly from 1 angstrom to the cut-off, beta = S^(-1/2) of their overlap.
class GtoBasis {
 public:
  /// @throws InputError: functions too much alike to be made orthogonal
  GtoBasis(double cut_off_angstrom, double sigma_angstrom, std::size_t n_max, std::size_t l_max);
  /// All values of R_nl(r), [l][n].
  void evaluate(double distance_angstrom, std::span<double> values) const;
  /// g_nl(x) themselves, [l][n], normalised to int g_nl g_n'l x^2 dx = 1 if n = n', else 0.
  void functions(double x_angstrom, std::span<double> values) const;

 private:
  std::size_t n_max_;
  std::size_t l_max_;
  std::vector<long double> alpha_;        ///< [l][k]
  std::vector<long double> beta_;         ///< [l][n][k]
  std::vector<long double> decay_;        ///< [l][k] alpha eta / (alpha + eta)
  std::vector<long double> coefficient_;  ///< [l][n][k] beta and all factors that do not know r
};

/// g_n(r) = sum_k beta_nk (r_cut - r)^(k+2), k = 1 to n_max, beta = S^(-1/2) of their overlap.
class PolynomialBasis {
 public:
  /// @throws InputError: functions too much alike to be made orthogonal
  PolynomialBasis(double cut_off_angstrom, double sigma_angstrom, std::size_t n_max,
                  std::size_t l_max);
  /// All values of R_nl(r), [l][n], by Gauss-Legendre quadrature.
  void evaluate(double distance_angstrom, std::span<double> values) const;
  /// g_n(x) themselves, zero beyond the cut-off.
  void functions(double x_angstrom, std::span<double> values) const;

 private:
  std::size_t n_max_;
  std::size_t l_max_;
  double cut_off_angstrom_;
  double eta_;
  std::vector<Quad> beta_;      ///< [n][k]
  std::vector<double> x_;       ///< points of the quadrature
  std::vector<double> weight_;  ///< [point][n] 4 pi x^2 g_n(x) and the quadrature's weight
};

}  // namespace adatom::descriptors
