#pragma once
// The second-moment approximation of tight binding (Cyrot-Lackmann and Ducastelle, Phys. Rev. B 4
// (1971) 2406; Gupta, Phys. Rev. B 23 (1981) 6265; Rosato, Guillope and Legrand, Phil. Mag. A 59
// (1989) 321):
//
//   E_i = sum_j alpha(r_ij) - sqrt(sum_j Xi^2(r_ij))
//   alpha = A exp(-p (r / r0 - 1)),  Xi = xi exp(-q (r / r0 - 1))
//
// Between the two cut-off radii both are polynomials of fifth order which join the exponential with
// its slope and curvature and are zero, with slope and curvature, at the outer one, as in the
// pair_style smatb of LAMMPS. As an embedded-atom potential: phi = 2 alpha, rho = Xi^2, F =
// -sqrt(rho).
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

/// The parameters of one pair of elements.
struct SmatbPair {
  double p = 0.0;
  double q = 0.0;
  double a_ev = 0.0;
  double xi_ev = 0.0;
  double r0_angstrom = 0.0;
  double cutoff_start_angstrom = 0.0;  ///< the exponentials end here
  double cutoff_end_angstrom = 0.0;    ///< zero from here on
};

class SmatbPotential final : public EmbeddedAtomPotential {
 public:
  /// @param pairs of elements 00, 01, ..., 11, 12, ...: each unordered pair once
  /// @throws InputError: an unknown element, an impossible parameter
  SmatbPotential(std::string name, std::vector<std::string> elements,
                 const std::vector<SmatbPair>& pairs);

  [[nodiscard]] const std::vector<std::string>& elements() const override { return elements_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] double mass_u(std::size_t element) const override { return masses_u_[element]; }
  [[nodiscard]] double cutoff_angstrom() const override { return cutoff_angstrom_; }
  [[nodiscard]] ValueSlope pair(std::size_t a, std::size_t b, double r) const override;
  [[nodiscard]] ValueSlope density(std::size_t at, std::size_t from, double r) const override;
  /// -sqrt(density). Its slope, infinite at zero density, is 0 there: an atom without neighbours
  /// feels nothing.
  [[nodiscard]] ValueSlope embedding(std::size_t element, double density) const override;
  void embed(std::span<const std::size_t> elements, std::span<const double> densities,
             std::span<double> values, std::span<double> slopes) const override;
  [[nodiscard]] std::vector<double> breaks_angstrom() const override;
  /// 0.4 r0, of the pair with the smallest.
  [[nodiscard]] double closest_angstrom() const override { return closest_angstrom_; }
  [[nodiscard]] double largest_density(std::size_t element) const override;
  [[nodiscard]] const SmatbPair& parameters(std::size_t a, std::size_t b) const {
    return terms_[a * elements_.size() + b].pair;
  }

 private:
  /// amplitude exp(-decay (r / r0 - 1)) and its tail.
  struct Term {
    double amplitude_ev;
    double decay;
    double c3, c4, c5;  ///< of (r - cutoff_end)^3, ^4, ^5
  };
  struct PairTerms {
    SmatbPair pair;
    Term alpha;
    Term xi;
  };
  /// Takes the masses, too.
  void check_parameters(const std::vector<SmatbPair>& pairs);
  static Term make_term(double amplitude_ev, double decay, const SmatbPair& pair);
  static ValueSlope evaluate(const Term& term, const SmatbPair& pair, double r);

  std::string name_;
  std::vector<std::string> elements_;
  std::vector<double> masses_u_;
  std::vector<PairTerms> terms_;  ///< of each ordered pair
  double cutoff_angstrom_ = 0.0;
  double closest_angstrom_ = 0.0;
};

/// Where no parameters of a pair of different elements are published: arithmetic means of p, q, r0
/// and the cut-off radii, geometric ones of A and xi.
[[nodiscard]] SmatbPair mixed(const SmatbPair& a, const SmatbPair& b);

/// The published parameters (`data/smatb.csv`). Nothing: that set lacks the pair.
[[nodiscard]] std::optional<SmatbPair> find_smatb_pair(std::string_view set,
                                                       std::string_view element_a,
                                                       std::string_view element_b);
/// The sets in the order in which they are tried.
[[nodiscard]] std::vector<std::string> smatb_sets();
/// The elements of a set.
[[nodiscard]] std::vector<std::string> smatb_elements(std::string_view set);

}  // namespace adatom::energetics
