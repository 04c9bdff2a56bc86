#include "real_harmonics.h"

#include <cmath>
#include <numbers>

namespace adatom::descriptors {

RealHarmonics::RealHarmonics(std::size_t l_max)
    : l_max_(l_max), diagonal_(l_max + 1), rise_(size()), fall_(size()) {
  // The square root of two of all m > 0 goes in with the step from m = 0 to 1.
  double factor = 0.5 * std::numbers::inv_sqrtpi;
  for (std::size_t m = 0; m <= l_max; ++m) {
    const auto degree = static_cast<double>(m);
    if (m > 0) {
      factor *= std::sqrt((2.0 * degree + 1.0) / (2.0 * degree) * (m == 1 ? 2.0 : 1.0));
    }
    diagonal_[m] = factor;
    for (std::size_t l = m + 1; l <= l_max; ++l) {
      const auto d = static_cast<double>(l);
      const double scale = (4.0 * d * d - 1.0) / (d * d - degree * degree);
      const double before = d - 1.0;
      rise_[l * l + l + m] = std::sqrt(scale);
      fall_[l * l + l + m] =
          std::sqrt(scale * (before * before - degree * degree) / (4.0 * before * before - 1.0));
    }
  }
}

void RealHarmonics::evaluate(double x, double y, double z, std::span<double> values) const {
  double cosine = 1.0;  // times sin^m: Re and Im of (x + i y)^m
  double sine = 0.0;
  for (std::size_t m = 0; m <= l_max_; ++m) {
    double before = 0.0;
    double legendre = diagonal_[m];
    for (std::size_t l = m; l <= l_max_; ++l) {
      const std::size_t middle = l * l + l;
      if (l > m) {
        const double next = rise_[middle + m] * z * legendre - fall_[middle + m] * before;
        before = legendre;
        legendre = next;
      }
      if (m > 0) {
        values[middle - m] = legendre * sine;
      }
      values[middle + m] = legendre * cosine;
    }
    const double turned = x * cosine - y * sine;
    sine = x * sine + y * cosine;
    cosine = turned;
  }
}

}  // namespace adatom::descriptors
