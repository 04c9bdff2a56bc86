#include "atom_amplitude.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace adatom::simulate {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

// Nodes lie at k = turn sinh(n step): evenly near zero, where amplitudes change over the inverse of
// the atom's size (fifty times 0.02), and in equal ratios far out, where they follow powers of k.
constexpr double node_turn = 2.0;  // 1/angstrom
constexpr double node_step = 0.01;

double node_at(std::size_t n) { return node_turn * std::sinh(node_step * static_cast<double>(n)); }

// Nodes up to these share a quadrature, and so on by further factors.
constexpr double first_band = 5.0;
constexpr double band_factor = 4.0;

struct Quadrature {
  std::vector<double> radius;
  std::vector<std::complex<double>> weighted;  ///< 2 pi r dr (exp(i sigma v) - 1 - i sigma v)
};

// Gauss-Legendre of 8 points (Abramowitz and Stegun, table 25.4).
constexpr std::array<double, 4> places = {0.1834346424956498, 0.5255324099163290,
                                          0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> weights = {0.3626837833783620, 0.3137066458778873,
                                           0.2223810344533745, 0.1012285362903763};

/// The first order, i sigma v, has a closed transform; what is left falls off twice as fast. For
/// k up to `largest_k`.
Quadrature beyond_first_order(const crystal::ElectronScatteringFactor& factor, double interaction,
                              double largest_k) {
  // Where the rest is 1e-14 of what it is near the nucleus, and the farthest it reaches.
  constexpr double faint = 1e-7;
  constexpr double last = 12.0;
  // The Bessel function turns once over a panel of 1 / largest_k: eight points integrate that to
  // 1e-9. Near the nucleus, where v is logarithmic, panels grow with the radius.
  const double widest = 1.0 / largest_k;
  Quadrature rule;
  double from = 0.0;
  double to = 1e-6;
  double phase = 1.0;
  while (from < last && phase > faint) {
    const double half = 0.5 * (to - from);
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (const double side : {-1.0, 1.0}) {
        const double r = 0.5 * (from + to) + side * half * places[i];
        phase = interaction * factor.projected_potential(r);
        // exp(ix) - 1 - ix, without the loss of digits at small x.
        const double s = std::sin(0.5 * phase);
        const double imaginary =
            std::abs(phase) < 0.01 ? -phase * phase * phase / 6.0 : std::sin(phase) - phase;
        const std::complex<double> rest(-2.0 * s * s, imaginary);
        rule.radius.push_back(r);
        rule.weighted.push_back(two_pi * r * half * weights[i] * rest);
      }
    }
    from = to;
    to = std::min(1.5 * to, to + widest);
  }
  return rule;
}

}  // namespace

AtomAmplitude::AtomAmplitude(const crystal::ElectronScatteringFactor& factor, double interaction,
                             double largest_k) {
  double band = first_band;
  Quadrature rule = beyond_first_order(factor, interaction, band);
  // Two nodes more than the last one needed: at() reaches so far.
  for (std::size_t beyond = 0; beyond < 3;) {
    const double k = node_at(nodes_.size());
    if (k > largest_k) ++beyond;
    while (k > band) {
      band *= band_factor;
      rule = beyond_first_order(factor, interaction, band);
    }
    std::complex<double> sum(0.0,
                             interaction * crystal::scattering_factor_to_potential * factor.at(k));
    for (std::size_t i = 0; i < rule.radius.size(); ++i) {
      sum += rule.weighted[i] * ::j0(two_pi * k * rule.radius[i]);
    }
    nodes_.push_back(sum);
  }
}

std::complex<double> AtomAmplitude::at(double k) const {
  const double place = std::asinh(k / node_turn) / node_step;
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
