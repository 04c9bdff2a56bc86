#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "gauss_legendre.h"
#include "inverse_square_root.h"
#include "radial_basis.h"
#include "scaled_bessel.h"

namespace adatom::descriptors {
namespace {

/// Of the eigenvalues of the overlap: what Quad bears.
constexpr double least_eigenvalue = 1e-28;

/// Enough points for the functions' degree and for Gaussians this narrow: more change no digit.
std::size_t quadrature_points(double cut_off, double sigma, std::size_t n_max) {
  return 40 + n_max + static_cast<std::size_t>(8.0 * cut_off / sigma);
}

std::vector<Quad> overlap(double cut_off, std::size_t n_max) {
  std::vector<Quad> matrix(n_max * n_max);
  for (std::size_t i = 1; i <= n_max; ++i) {
    for (std::size_t j = 1; j <= n_max; ++j) {
      Quad power = 2;
      for (std::size_t k = 0; k < 7 + i + j; ++k) {
        power *= Quad(cut_off);
      }
      const auto sum = static_cast<int>(i + j);
      matrix[(i - 1) * n_max + j - 1] = power / ((Quad(5 + sum) * Quad(6 + sum)) * Quad(7 + sum));
    }
  }
  return matrix;
}

/// g_n(x), without loss of digits where the terms are large and cancel.
void combine(std::span<const Quad> beta, std::size_t n_max, Quad below_cut_off,
             std::span<double> values) {
  for (std::size_t n = 0; n < n_max; ++n) {
    Quad power = below_cut_off * below_cut_off;
    Quad sum = 0;
    for (std::size_t k = 0; k < n_max; ++k) {
      power *= below_cut_off;
      sum += beta[n * n_max + k] * power;
    }
    values[n] = static_cast<double>(sum);
  }
}

}  // namespace

PolynomialBasis::PolynomialBasis(double cut_off_angstrom, double sigma_angstrom, std::size_t n_max,
                                 std::size_t l_max)
    : n_max_(n_max),
      l_max_(l_max),
      cut_off_angstrom_(cut_off_angstrom),
      eta_(0.5 / (sigma_angstrom * sigma_angstrom)),
      beta_(inverse_square_root(overlap(cut_off_angstrom, n_max), n_max, least_eigenvalue)) {
  if (beta_.empty()) {
    throw InputError({.what = "the radial functions are too much alike to be made orthogonal",
                      .where = "n_max",
                      .why = "there are " + std::to_string(n_max),
                      .remedy = "use fewer"});
  }
  const Quadrature rule =
      gauss_legendre(quadrature_points(cut_off_angstrom, sigma_angstrom, n_max), cut_off_angstrom);
  std::vector<double> g(n_max);
  for (std::size_t q = 0; q < rule.x.size(); ++q) {
    x_.push_back(static_cast<double>(rule.x[q]));
    combine(beta_, n_max, Quad(cut_off_angstrom) - Quad(rule.x[q]), g);
    const long double factor =
        4.0L * std::numbers::pi_v<long double> * rule.weight[q] * rule.x[q] * rule.x[q];
    for (const double value : g) {
      weight_.push_back(static_cast<double>(factor * value));
    }
  }
}

void PolynomialBasis::evaluate(double distance_angstrom, std::span<double> values) const {
  std::fill(values.begin(), values.end(), 0.0);
  std::vector<double> bessel(l_max_ + 1);
  for (std::size_t q = 0; q < x_.size(); ++q) {
    const double apart = x_[q] - distance_angstrom;
    const double gaussian = std::exp(-eta_ * apart * apart);
    scaled_bessel(2.0 * eta_ * x_[q] * distance_angstrom, bessel);
    for (std::size_t l = 0; l <= l_max_; ++l) {
      const double factor = gaussian * bessel[l];
      for (std::size_t n = 0; n < n_max_; ++n) {
        values[l * n_max_ + n] += factor * weight_[q * n_max_ + n];
      }
    }
  }
}

void PolynomialBasis::functions(double x_angstrom, std::span<double> values) const {
  combine(beta_, n_max_, Quad(std::max(0.0, cut_off_angstrom_ - x_angstrom)), values);
}

}  // namespace adatom::descriptors
