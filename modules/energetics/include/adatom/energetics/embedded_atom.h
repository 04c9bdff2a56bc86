#pragma once
// Embedded-atom potentials (Daw and Baskes, Phys. Rev. B 29 (1984) 6443), among them the
// second-moment approximation of tight binding:
//
//   E = sum_i F_i(rho_i) + sum_{i<j} phi_ij(r_ij),   rho_i = sum_j rho_{i<-j}(r_ij)
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace adatom::energetics {

struct ValueSlope {
  double value = 0.0;
  double slope = 0.0;  ///< derivative by the argument
};

/// The functions of a potential, exact and slow: kernels make tables of them. Elements are numbered
/// from 0 in the order of `elements()`. Immutable, so threads may share one.
class EmbeddedAtomPotential {
 public:
  virtual ~EmbeddedAtomPotential() = default;
  [[nodiscard]] virtual const std::vector<std::string>& elements() const = 0;
  /// As the user gave it: "smatb:Au".
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// The mass of an element, u: that of the file, or of the table of elements.
  [[nodiscard]] virtual double mass_u(std::size_t element) const = 0;
  /// Beyond it pair() and density() are zero, for every pair of elements.
  [[nodiscard]] virtual double cutoff_angstrom() const = 0;
  /// Energy of one pair, eV, at a distance r > 0 in angstrom.
  [[nodiscard]] virtual ValueSlope pair(std::size_t a, std::size_t b, double r) const = 0;
  /// What an atom of element `from` at distance r adds to the density at one of element `at`.
  [[nodiscard]] virtual ValueSlope density(std::size_t at, std::size_t from, double r) const = 0;
  /// Energy of an atom in a density, eV. The slope at zero density is finite.
  [[nodiscard]] virtual ValueSlope embedding(std::size_t element, double density) const = 0;
  /// embedding() of many atoms.
  virtual void embed(std::span<const std::size_t> elements, std::span<const double> densities,
                     std::span<double> values, std::span<double> slopes) const {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const auto one = embedding(elements[i], densities[i]);
      values[i] = one.value;
      slopes[i] = one.slope;
    }
  }
  /// Distances between 0 and the cut-off where higher derivatives of pair() or density() jump.
  [[nodiscard]] virtual std::vector<double> breaks_angstrom() const = 0;
  /// The smallest distance that the functions are made for; below it atoms overlap.
  [[nodiscard]] virtual double closest_angstrom() const = 0;
  /// The largest density that embedding() is made for (infinity: any).
  [[nodiscard]] virtual double largest_density(std::size_t element) const = 0;
};

}  // namespace adatom::energetics
