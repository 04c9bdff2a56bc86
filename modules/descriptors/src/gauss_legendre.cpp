#include "gauss_legendre.h"

#include <cmath>
#include <numbers>

namespace adatom::descriptors {

Quadrature gauss_legendre(std::size_t points, long double end) {
  Quadrature rule;
  rule.x.resize(points);
  rule.weight.resize(points);
  const auto n = static_cast<long double>(points);
  for (std::size_t i = 0; i < points; ++i) {
    // Newton's method from the usual first guess of the i-th root of the Legendre polynomial.
    long double x = -std::cos(std::numbers::pi_v<long double> *
                              (static_cast<long double>(i) + 0.75L) / (n + 0.5L));
    long double slope = 1.0L;
    for (int step = 0; step < 8; ++step) {
      long double before = 0.0L;
      long double value = 1.0L;
      for (std::size_t k = 0; k < points; ++k) {
        const auto d = static_cast<long double>(k);
        const long double next = ((2.0L * d + 1.0L) * x * value - d * before) / (d + 1.0L);
        before = value;
        value = next;
      }
      slope = n * (x * value - before) / (x * x - 1.0L);
      x -= value / slope;
    }
    rule.x[i] = 0.5L * end * (1.0L + x);
    rule.weight[i] = end / ((1.0L - x * x) * slope * slope);
  }
  return rule;
}

}  // namespace adatom::descriptors
