#include "soap_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/LU>

namespace adatom::descriptors {
namespace {

constexpr double tolerance = 1e-10;
constexpr std::size_t first_intervals = 8;
// 2048 intervals of 8 functions and l_max = 20 are 16 MB.
constexpr std::size_t most_intervals = 2048;
constexpr std::size_t powers = soap_degree + 1;

/// Chebyshev nodes in the unit interval about 0.
double node(std::size_t i) {
  return 0.5 * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / powers);
}

/// Values at the nodes to coefficients of powers.
Eigen::MatrixXd interpolation() {
  Eigen::MatrixXd vandermonde(powers, powers);
  for (std::size_t i = 0; i < powers; ++i) {
    for (std::size_t d = 0; d < powers; ++d) {
      vandermonde(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) =
          std::pow(node(i), static_cast<double>(d));
    }
  }
  return vandermonde.inverse();
}

/// Where the error is looked for: off the nodes, with the ends.
constexpr std::array<double, 3> probes = {-0.5, 0.13, 0.5};

}  // namespace

SoapShape SoapTable::shape() const {
  return {.l_max = l_max_,
          .n_max = n_max_,
          .lanes = lanes_,
          .table = table_.data(),
          .intervals_per_angstrom = intervals_per_angstrom_,
          .rise = rise_.data(),
          .fall = fall_.data(),
          .diagonal = diagonal_.data()};
}

/// Normalised Legendre functions over sin^m, with the factor sqrt(2) of real harmonics for m > 0.
void SoapTable::set_harmonics() {
  const std::size_t ls = l_max_ + 1;
  rise_.assign(ls * (ls + 1) / 2, 0.0);
  fall_.assign(ls * (ls + 1) / 2, 0.0);
  diagonal_.assign(ls, 0.0);
  double product = 1.0 / (4.0 * std::numbers::pi);  // of P_mm^2
  for (std::size_t m = 0; m < ls; ++m) {
    const auto dm = static_cast<double>(m);
    if (m > 0) product *= (2.0 * dm + 1.0) / (2.0 * dm);
    diagonal_[m] = std::sqrt(m > 0 ? 2.0 * product : product);
    for (std::size_t l = m + 1; l < ls; ++l) {
      const auto dl = static_cast<double>(l);
      const double a = std::sqrt((4.0 * dl * dl - 1.0) / (dl * dl - dm * dm));
      const double b =
          std::sqrt(((dl - 1.0) * (dl - 1.0) - dm * dm) / (4.0 * (dl - 1.0) * (dl - 1.0) - 1.0));
      rise_[l * (l + 1) / 2 + m] = a;
      fall_[l * (l + 1) / 2 + m] = a * b;
    }
  }
}

/// @returns the largest error, each l relative to its largest value
double SoapTable::fill(const RadialFunctions& functions, std::size_t intervals) {
  static const Eigen::MatrixXd to_powers = interpolation();
  const std::size_t ls = l_max_ + 1;
  intervals_ = intervals;
  intervals_per_angstrom_ = static_cast<double>(intervals) / functions.reach_angstrom();
  table_.assign(intervals * ls * powers * lanes_, 0.0);
  std::vector<double> values(functions.size());
  std::vector<double> largest(ls, 0.0);
  std::vector<double> error(ls, 0.0);
  for (std::size_t i = 0; i < intervals; ++i) {
    const auto middle = static_cast<double>(i) + 0.5;
    double* rows = table_.data() + i * ls * powers * lanes_;
    for (std::size_t k = 0; k < powers; ++k) {
      functions.evaluate_plain((middle + node(k)) / intervals_per_angstrom_, values);
      for (std::size_t j = 0; j < values.size(); ++j) {
        const std::size_t l = j / n_max_;
        largest[l] = std::max(largest[l], std::abs(values[j]));
        for (std::size_t d = 0; d < powers; ++d) {
          rows[(l * powers + d) * lanes_ + j % n_max_] +=
              to_powers(static_cast<Eigen::Index>(d), static_cast<Eigen::Index>(k)) * values[j];
        }
      }
    }
    for (const double t : probes) {
      functions.evaluate_plain((middle + t) / intervals_per_angstrom_, values);
      for (std::size_t j = 0; j < values.size(); ++j) {
        const std::size_t l = j / n_max_;
        double sum = 0.0;
        for (std::size_t d = powers; d-- > 0;) {
          sum = sum * t + rows[(l * powers + d) * lanes_ + j % n_max_];
        }
        error[l] = std::max(error[l], std::abs(sum - values[j]));
      }
    }
  }
  double worst = 0.0;
  for (std::size_t l = 0; l < ls; ++l) worst = std::max(worst, error[l] / largest[l]);
  return worst;
}

std::optional<SoapTable> tabulate(const RadialFunctions& functions) {
  SoapTable table;
  table.l_max_ = functions.l_max();
  table.n_max_ = functions.n_max();
  table.lanes_ = (table.n_max_ + soap_lanes - 1) / soap_lanes * soap_lanes;
  if (table.lanes_ > soap_most_lanes) return std::nullopt;
  table.set_harmonics();
  for (std::size_t intervals = first_intervals; intervals <= most_intervals;
       intervals += intervals / 4) {
    if (table.fill(functions, intervals) <= tolerance) return table;
  }
  return std::nullopt;
}

}  // namespace adatom::descriptors
