#include "scaled_bessel.h"

#include <cmath>

namespace adatom::descriptors {

void scaled_bessel(double x, std::span<double> values) {
  const std::size_t count = values.size();
  if (count == 0) {
    return;
  }
  values[0] = x > 0.0 ? -std::expm1(-2.0 * x) / (2.0 * x) : 1.0;
  // A wrong start dies out as exp(-l^2 / x) on the way down from l, and faster where l > x.
  const std::size_t top = count + 12 + static_cast<std::size_t>(std::sqrt(40.0 * x));
  const double order = static_cast<double>(top) + 1.5;
  double ratio = x / (order + std::sqrt(order * order + x * x));
  for (std::size_t l = top; l >= 1; --l) {
    ratio = x / (2.0 * static_cast<double>(l) + 1.0 + x * ratio);
    if (l < count) {
      values[l] = ratio;
    }
  }
  for (std::size_t l = 1; l < count; ++l) {
    values[l] *= values[l - 1];
  }
}

}  // namespace adatom::descriptors
