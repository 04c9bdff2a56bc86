#include "pair_values.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace adatom::energetics {
namespace {

// 256 segments of an atom's size squared: with seventh order, exponentials are followed to 1e-16.
constexpr std::size_t segments = 256;
/// Some roundings of the exponential's argument.
constexpr double tolerance = 2e-14;

/// In relation to the value itself: the root of a density makes small ones count.
bool is_close(double value, double exact) {
  return std::abs(value - exact) <= tolerance * std::abs(exact);
}

}  // namespace

PairValueTable::PairValueTable(std::shared_ptr<const EmbeddedAtomPotential> potential)
    : potential_(std::move(potential)) {
  table_ = make_pair_table(
      *potential_,
      make_grid(*potential_, potential_->closest_angstrom(), segments, Count::at_least), degree);
  find_where_polynomials_follow();
}

void PairValueTable::find_where_polynomials_follow() {
  const SegmentGrid& grid = table_.grid;
  const std::size_t pairs = table_.elements * table_.elements;
  follows_.assign(pairs * grid.segments, 1);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const std::size_t a = pair / table_.elements;
    const std::size_t b = pair % table_.elements;
    for (std::size_t s = 0; s < grid.segments; ++s) {
      constexpr int probes = 23;  // between the points that the polynomials were made from
      for (int probe = 0; probe <= probes; ++probe) {
        const double x = static_cast<double>(probe) / probes - 0.5;
        const double u =
            std::max(grid.first_u + (static_cast<double>(s) + 0.5 + x) / grid.segments_per_u,
                     potential_->closest_angstrom() * potential_->closest_angstrom());
        const auto truth = exact(a, b, u);
        const auto value = row(pair, s, x);
        if (!is_close(value.energy_ev, truth.energy_ev) ||
            !is_close(value.density, truth.density_at_a)) {
          follows_[pair * grid.segments + s] = 0;
        }
      }
    }
  }
  // A row of either order of the elements stands for both.
  for (std::size_t a = 0; a < table_.elements; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      for (std::size_t s = 0; s < grid.segments; ++s) {
        auto& one = follows_[(a * table_.elements + b) * grid.segments + s];
        auto& other = follows_[(b * table_.elements + a) * grid.segments + s];
        one = other = std::min(one, other);
      }
    }
  }
}

PairValues PairValueTable::exact(std::size_t a, std::size_t b, double u) const {
  const double r = std::sqrt(u);
  const double at_a = potential_->density(a, b, r).value;
  const double at_b = a == b ? at_a : potential_->density(b, a, r).value;
  return {potential_->pair(a, b, r).value, at_a, at_b};
}

double PairValueTable::share_of_polynomials() const {
  const auto count = std::ranges::count(follows_, std::uint8_t{1});
  return static_cast<double>(count) / static_cast<double>(follows_.size());
}

}  // namespace adatom::energetics
