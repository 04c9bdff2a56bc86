#include "ring_shape.h"

#include <cmath>

namespace adatom::diffraction {

RingShape ring_shape(double gauss2, double lorentz) {
  const double g = std::sqrt(gauss2);
  const double l = lorentz;
  constexpr double c1 = 2.69269;
  constexpr double c2 = 2.42843;
  constexpr double c3 = 4.47163;
  constexpr double c4 = 0.07842;
  const double g2 = g * g;
  const double l2 = l * l;
  const double fifth = g2 * g2 * g + c1 * g2 * g2 * l + c2 * g2 * g * l2 + c3 * g2 * l2 * l +
                       c4 * g * l2 * l2 + l2 * l2 * l;
  const double by_g = 5.0 * g2 * g2 + 4.0 * c1 * g2 * g * l + 3.0 * c2 * g2 * l2 +
                      2.0 * c3 * g * l2 * l + c4 * l2 * l2;
  const double by_l = c1 * g2 * g2 + 2.0 * c2 * g2 * g * l + 3.0 * c3 * g2 * l2 +
                      4.0 * c4 * g * l2 * l + 5.0 * l2 * l2;
  RingShape shape;
  shape.width = std::pow(fifth, 0.2);
  const double fourth5 = 5.0 * shape.width * shape.width * shape.width * shape.width;
  shape.width_by_gauss2 = by_g / fourth5 / (2.0 * g);
  shape.width_by_lorentz = by_l / fourth5;
  const double q = l / shape.width;
  shape.share = 1.36603 * q - 0.47719 * q * q + 0.11116 * q * q * q;
  const double by_q = 1.36603 - 2.0 * 0.47719 * q + 3.0 * 0.11116 * q * q;
  shape.share_by_gauss2 = -by_q * q / shape.width * shape.width_by_gauss2;
  shape.share_by_lorentz = by_q / shape.width * (1.0 - q * shape.width_by_lorentz);
  return shape;
}

}  // namespace adatom::diffraction
