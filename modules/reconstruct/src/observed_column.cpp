#include "adatom/reconstruct/observed_column.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "adatom/numeric/special_functions.h"

namespace adatom::reconstruct {
namespace {

// ln erfc(x) for x >= 0; far out, where erfc itself leaves the range of a double, by its asymptotic
// series (DLMF 7.12.1), whose first term left out is below 1e-7 there.
double log_erfc(double x) {
  constexpr double far = 20.0;
  if (x < far) return std::log(std::erfc(x));
  const double t = 0.5 / (x * x);
  return -x * x - std::log(x * std::sqrt(std::numbers::pi)) + std::log1p(t * (3.0 * t - 1.0));
}

}  // namespace

double count_price(const ObservedColumn& column, std::int64_t atoms) {
  if (atoms == column.atom_count) return 0.0;
  constexpr double least = 1e-6;
  constexpr double left = 1e-12;  // by the surest count: nearer to 1 a double has few digits
  const double share = std::clamp(column.probability, least, 1.0 - left);
  // Half a count in units of sqrt(2) sigma: erf(half) = share, and erf(x) = P(1/2, x^2).
  const double half = std::sqrt(numeric::gamma_quantile(0.5, share));
  const auto off = static_cast<double>(std::abs(atoms - column.atom_count));
  const double near = log_erfc((2.0 * off - 1.0) * half);
  const double beyond = log_erfc((2.0 * off + 1.0) * half);
  // p(off) = (erfc(near) - erfc(far)) / 2, p(0) = share.
  const double log_probability = near + std::log(-std::expm1(beyond - near)) - std::log(2.0);
  return std::log(share) - log_probability;
}

}  // namespace adatom::reconstruct
