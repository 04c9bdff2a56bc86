#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "inverse_square_root.h"
#include "radial_basis.h"

namespace adatom::descriptors {
namespace {

constexpr long double decayed_to = 1e-3L;
/// Of the eigenvalues of the overlap: below, long double does not hold twelve digits of the sums.
constexpr double least_eigenvalue = 1e-20;

long double decay_constant(std::size_t k, std::size_t n_max, std::size_t l, long double cut_off) {
  const long double a = n_max == 1 ? 1.0L
                                   : 1.0L + (cut_off - 1.0L) * static_cast<long double>(k) /
                                                static_cast<long double>(n_max - 1);
  return (static_cast<long double>(l) * std::log(a) - std::log(decayed_to)) / (a * a);
}

Quad whole_power(Quad x, std::size_t exponent) {
  Quad power = 1;
  for (std::size_t i = 0; i < exponent; ++i) {
    power *= x;
  }
  return power;
}

/// Gamma(l + 3/2) / 2.
Quad half_gamma(std::size_t l) {
  Quad gamma = square_root(Quad(std::numbers::pi_v<long double>)) / 4;
  for (std::size_t i = 1; i <= l; ++i) {
    gamma *= Quad(2 * static_cast<int>(i) + 1) / 2;
  }
  return gamma;
}

std::vector<Quad> overlap(std::span<const long double> alpha, std::size_t l) {
  const std::size_t n = alpha.size();
  std::vector<Quad> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const Quad sum = Quad(alpha[i]) + Quad(alpha[j]);
      matrix[i * n + j] = half_gamma(l) / (whole_power(sum, l + 1) * square_root(sum));
    }
  }
  return matrix;
}

}  // namespace

GtoBasis::GtoBasis(double cut_off_angstrom, double sigma_angstrom, std::size_t n_max,
                   std::size_t l_max)
    : n_max_(n_max), l_max_(l_max) {
  const Quad eta = 1 / (2 * Quad(sigma_angstrom) * Quad(sigma_angstrom));
  const Quad pi = Quad(std::numbers::pi_v<long double>);
  for (std::size_t l = 0; l <= l_max; ++l) {
    for (std::size_t k = 0; k < n_max; ++k) {
      alpha_.push_back(decay_constant(k, n_max, l, cut_off_angstrom));
    }
    const std::span<const long double> alpha(alpha_.data() + l * n_max, n_max);
    const std::vector<Quad> beta = inverse_square_root(overlap(alpha, l), n_max, least_eigenvalue);
    if (beta.empty()) {
      throw InputError({.what = "the radial functions are too much alike to be made orthogonal",
                        .where = "n_max",
                        .why = "there are " + std::to_string(n_max),
                        .remedy = "use fewer, or a larger cut-off"});
    }
    for (std::size_t k = 0; k < n_max; ++k) {
      decay_.push_back(static_cast<long double>(alpha[k] * eta / (alpha[k] + eta)));
    }
    for (std::size_t n = 0; n < n_max; ++n) {
      for (std::size_t k = 0; k < n_max; ++k) {
        const Quad narrow = 1 / (eta + Quad(alpha[k]));
        const Quad factor = pi * narrow * square_root(pi * narrow) * whole_power(eta * narrow, l);
        beta_.push_back(static_cast<long double>(beta[n * n_max + k]));
        coefficient_.push_back(static_cast<long double>(beta[n * n_max + k] * factor));
      }
    }
  }
}

namespace {

/// sum_k c_nk r^l exp(-d_k r^2), [l][n].
void sum_gaussians(std::size_t n_max, std::size_t l_max, std::span<const long double> decay,
                   std::span<const long double> coefficient, long double r,
                   std::span<double> values) {
  long double power = 1.0L;
  std::vector<long double> gaussian(n_max);
  for (std::size_t l = 0; l <= l_max; ++l) {
    for (std::size_t k = 0; k < n_max; ++k) {
      gaussian[k] = power * std::exp(-decay[l * n_max + k] * r * r);
    }
    for (std::size_t n = 0; n < n_max; ++n) {
      const long double* row = coefficient.data() + (l * n_max + n) * n_max;
      long double sum = 0.0L;
      for (std::size_t k = 0; k < n_max; ++k) {
        sum += row[k] * gaussian[k];
      }
      values[l * n_max + n] = static_cast<double>(sum);
    }
    power *= r;
  }
}

}  // namespace

void GtoBasis::evaluate(double distance_angstrom, std::span<double> values) const {
  sum_gaussians(n_max_, l_max_, decay_, coefficient_, distance_angstrom, values);
}

void GtoBasis::functions(double x_angstrom, std::span<double> values) const {
  sum_gaussians(n_max_, l_max_, alpha_, beta_, x_angstrom, values);
}

}  // namespace adatom::descriptors
