#pragma once
// Real spherical harmonics of unit vectors.
#include <cstddef>
#include <span>
#include <vector>

namespace adatom::descriptors {

/// Y_lm in the order l * l + l + m: orthonormal on the sphere, m > 0 as cos(m phi), m < 0 as
/// sin(|m| phi), without the Condon-Shortley sign. By recurrences of normalised Legendre functions
/// with the powers of sin(theta) in x and y (Press et al., Numerical Recipes, 3rd ed., 6.7), which
/// stay exact at the poles.
class RealHarmonics {
 public:
  explicit RealHarmonics(std::size_t l_max);
  [[nodiscard]] std::size_t size() const { return (l_max_ + 1) * (l_max_ + 1); }
  /// @param values size() of them, for the direction (x, y, z) of length 1
  void evaluate(double x, double y, double z, std::span<double> values) const;

 private:
  std::size_t l_max_;
  std::vector<double> diagonal_;  ///< Y_mm over Re (x + i y)^m
  std::vector<double> rise_;      ///< [l * l + l + m], m >= 0
  std::vector<double> fall_;
};

}  // namespace adatom::descriptors
