#include "adatom/descriptors/steinhardt.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "adatom/base/error.h"
#include "real_harmonics.h"
#include "within_reach.h"

namespace adatom::descriptors {
namespace {

constexpr std::size_t highest_order = 12;

/// sum_m |q_lm|^2 is the same for real harmonics as for complex ones.
void add_orders(std::span<const double> q_lm, std::span<const std::size_t> orders,
                std::vector<double>& values) {
  for (const std::size_t l : orders) {
    double sum = 0.0;
    for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m) sum += q_lm[m] * q_lm[m];
    values.push_back(std::sqrt(4.0 * std::numbers::pi / static_cast<double>(2 * l + 1) * sum));
  }
}

}  // namespace

BondOrder bond_order(const NeighbourVectors& neighbours, double r_cut_angstrom,
                     std::span<const std::size_t> orders) {
  require_reach(neighbours, r_cut_angstrom);
  for (const std::size_t l : orders) {
    if (l <= highest_order) continue;
    throw InputError({.what = "bond order of l = " + std::to_string(l),
                      .where = "orders",
                      .why = {},
                      .remedy = "choose 0 to " + std::to_string(highest_order)});
  }
  const RealHarmonics harmonics(orders.empty() ? 0 : std::ranges::max(orders));
  const std::size_t size = harmonics.size();
  const std::size_t atoms = neighbours.atoms();
  std::vector<double> means(atoms * size, 0.0);
  std::vector<double> values(size);
  const auto each_bond = [&](std::size_t i, const auto& visit) {
    std::size_t bonds = 0;
    for (std::size_t e = neighbours.begin(i); e < neighbours.end(i); ++e) {
      const double r = neighbours.distance_angstrom[e];
      if (r > r_cut_angstrom || r <= 0.0) continue;
      visit(e, r);
      ++bonds;
    }
    return bonds;
  };
  for (std::size_t i = 0; i < atoms; ++i) {
    double* const mean = means.data() + i * size;
    const std::size_t bonds = each_bond(i, [&](std::size_t e, double r) {
      harmonics.evaluate(neighbours.x_angstrom[e] / r, neighbours.y_angstrom[e] / r,
                         neighbours.z_angstrom[e] / r, values);
      for (std::size_t k = 0; k < size; ++k) mean[k] += values[k];
    });
    for (std::size_t k = 0; k < size && bonds > 0; ++k) mean[k] /= static_cast<double>(bonds);
  }
  BondOrder order;
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto own = std::span(means).subspan(i * size, size);
    add_orders(own, orders, order.q);
    std::copy(own.begin(), own.end(), values.begin());
    const std::size_t bonds = each_bond(i, [&](std::size_t e, double) {
      const double* const other = means.data() + neighbours.atom[e] * size;
      for (std::size_t k = 0; k < size; ++k) values[k] += other[k];
    });
    for (double& value : values) value /= static_cast<double>(bonds + 1);
    add_orders(values, orders, order.averaged_q);
  }
  return order;
}

}  // namespace adatom::descriptors
