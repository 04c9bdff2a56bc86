#include "atom_amplitude.h"

#include <array>
#include <cmath>
#include <numbers>

namespace adatom::simulate {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
// Amplitudes change over the inverse of the atom's size: 0.02 is a fiftieth of the fastest change.
constexpr double node_step = 0.02;

struct Quadrature {
  std::vector<double> radius;
  std::vector<std::complex<double>> weighted;  ///< 2 pi r dr (exp(i sigma v) - 1 - i sigma v)
};

// Gauss-Legendre of 8 points (Abramowitz and Stegun, table 25.4).
constexpr std::array<double, 4> places = {0.1834346424956498, 0.5255324099163290,
                                          0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> weights = {0.3626837833783620, 0.3137066458778873,
                                           0.2223810344533745, 0.1012285362903763};

/// The first order, i sigma v, has a closed transform; what is left falls off twice as fast.
Quadrature beyond_first_order(const crystal::ElectronScatteringFactor& factor, double interaction) {
  Quadrature rule;
  const auto panel = [&](double from, double to) {
    const double half = 0.5 * (to - from);
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (const double side : {-1.0, 1.0}) {
        const double r = 0.5 * (from + to) + side * half * places[i];
        const double phase = interaction * factor.projected_potential(r);
        // exp(ix) - 1 - ix, without the loss of digits at small x.
        const double s = std::sin(0.5 * phase);
        const double imaginary =
            std::abs(phase) < 0.01 ? -phase * phase * phase / 6.0 : std::sin(phase) - phase;
        const std::complex<double> rest(-2.0 * s * s, imaginary);
        rule.radius.push_back(r);
        rule.weighted.push_back(two_pi * r * half * weights[i] * rest);
      }
    }
  };
  // Panels grow with the radius near the nucleus, where v is logarithmic, and then resolve the
  // Bessel function: 2 pi k r turns by six radians over one at k = 20 per angstrom.
  constexpr double widest = 0.05;
  constexpr double last = 8.0;
  double from = 0.0;
  double to = 1e-6;
  while (from < last) {
    panel(from, to);
    from = to;
    to = std::min(1.5 * to, to + widest);
  }
  return rule;
}

}  // namespace

AtomAmplitude::AtomAmplitude(const crystal::ElectronScatteringFactor& factor, double interaction,
                             double largest_k) {
  const Quadrature rule = beyond_first_order(factor, interaction);
  const auto count = static_cast<std::size_t>(std::ceil(largest_k / node_step)) + 3;
  nodes_.reserve(count);
  for (std::size_t n = 0; n < count; ++n) {
    const double k = node_step * static_cast<double>(n);
    std::complex<double> sum(0.0,
                             interaction * crystal::scattering_factor_to_potential * factor.at(k));
    for (std::size_t i = 0; i < rule.radius.size(); ++i) {
      sum += rule.weighted[i] * ::j0(two_pi * k * rule.radius[i]);
    }
    nodes_.push_back(sum);
  }
}

std::complex<double> AtomAmplitude::at(double k) const {
  const double place = k / node_step;
  const auto n = std::min(static_cast<std::size_t>(place), nodes_.size() - 3);
  const double t = place - static_cast<double>(n);
  // Even about zero.
  const auto before = nodes_[n == 0 ? 1 : n - 1];
  const double c0 = -t * (t - 1.0) * (t - 2.0) / 6.0;
  const double c1 = (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0;
  const double c2 = -(t + 1.0) * t * (t - 2.0) / 2.0;
  const double c3 = (t + 1.0) * t * (t - 1.0) / 6.0;
  return c0 * before + c1 * nodes_[n] + c2 * nodes_[n + 1] + c3 * nodes_[n + 2];
}

}  // namespace adatom::simulate
