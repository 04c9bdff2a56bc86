#pragma once
// Pair energies and densities by the squared distance, fast and to the last digits.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "pair_table.h"

namespace adatom::energetics {

/// Of two atoms of the elements a and b.
struct PairValues {
  double energy_ev;
  double density_at_a;
  double density_at_b;
};

/// Polynomials where they follow the potential to rounding, its own functions elsewhere (next to
/// breaks, and everywhere in tables of splines).
class PairValueTable {
 public:
  explicit PairValueTable(std::shared_ptr<const EmbeddedAtomPotential> potential);

  /// @param u squared distance, from that of the potential's closest atoms to that of its cut-off
  [[nodiscard]] PairValues at(std::size_t a, std::size_t b, double u) const {
    const double place = (u - table_.grid.first_u) * table_.grid.segments_per_u;
    const auto segment = static_cast<std::size_t>(place);
    const std::size_t pair = a * table_.elements + b;
    if (segment >= table_.grid.segments || follows_[pair * table_.grid.segments + segment] == 0) {
      return exact(a, b, u);
    }
    const double x = place - static_cast<double>(segment) - 0.5;
    const auto [energy_ev, density_at_a] = row(pair, segment, x);
    if (table_.symmetric) return {energy_ev, density_at_a, density_at_a};
    return {energy_ev, density_at_a, row(b * table_.elements + a, segment, x).density};
  }
  [[nodiscard]] PairValues exact(std::size_t a, std::size_t b, double u) const;
  /// The share of segments that polynomials follow, for tests.
  [[nodiscard]] double share_of_polynomials() const;

 private:
  static constexpr std::size_t degree = 7;
  struct EnergyAndDensity {
    double energy_ev;
    double density;
  };
  [[nodiscard]] EnergyAndDensity row(std::size_t pair, std::size_t segment, double x) const {
    const double* c =
        table_.rows.data() + pair * table_.pair_size() + segment * (degree + 1) * row_width;
    EnergyAndDensity sum{c[degree * row_width + pair_energy], c[degree * row_width + density]};
    for (std::size_t k = degree; k-- > 0;) {
      sum.energy_ev = sum.energy_ev * x + c[k * row_width + pair_energy];
      sum.density = sum.density * x + c[k * row_width + density];
    }
    return sum;
  }
  void find_where_polynomials_follow();

  std::shared_ptr<const EmbeddedAtomPotential> potential_;
  PairTable table_;
  std::vector<std::uint8_t> follows_;  ///< [pair][segment]
};

}  // namespace adatom::energetics
