#pragma once
// Predicted forces beside measured shares of fast particles. The model says nothing of sizes: one
// factor is free, and what is compared are ranks and where the largest is.
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/random.h"
#include "adatom/migration/force.h"
#include "adatom/numeric/rank_correlation.h"

namespace adatom::migration {

struct ComparisonOptions {
  std::int64_t draws = 5000;  ///< of both sides within their errors
  double confidence = 0.95;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

struct Comparison {
  /// measured = scale predicted, by least squares with the errors of both sides (effective
  /// variance: Orear, Am. J. Phys. 50 (1982) 912); without any error all count alike.
  Estimate scale = {};
  double chi_squared = 0.0;
  std::int64_t degrees_of_freedom = 0;
  double chi_squared_p = 1.0;  ///< probability of a larger one; 1 where there are no errors
  std::vector<Estimate> scaled =
      {};  ///< predictions times the scale, errors those of the predictions
  numeric::RankCorrelation ranks = {};  ///< exact up to nine conditions
  Interval spearman = {};               ///< of the draws
  Interval kendall = {};
  std::size_t predicted_largest = 0;
  std::size_t measured_largest = 0;
  /// Share of the draws in which each condition is the largest.
  std::vector<double> predicted_largest_share = {};
  std::vector<double> measured_largest_share = {};
  double same_largest_share = 0.0;  ///< in which it is the same one on both sides
};

/// Draws are normal, not below 0, and independent; substreams of `random`.
/// @throws InputError: fewer than three conditions, lengths that differ, predictions that are all 0
///         or numbers that are negative or not finite; invalid options
[[nodiscard]] Comparison compare(std::span<const Estimate> predicted,
                                 std::span<const Estimate> measured,
                                 const ComparisonOptions& options, const RandomStream& random);

/// Activation energies for which a chosen condition has the largest predicted force of all.
struct EnergyWindow {
  bool possible = false;  ///< else there is none; the bounds then say by how much they cross
  double low_kj_per_mol = 0.0;
  double high_kj_per_mol = 0.0;  ///< infinite: the condition is the hottest
};

/// What of a prediction does not hang on the rate: P_O2 c_Cu, at its temperature.
struct RateFree {
  double temperature_k = 0.0;
  Estimate value;
};

/// With Arrhenius' law condition m of a series of temperatures is the largest where for every other
/// one i (Ea/R) (1/T_i - 1/T_m) >= ln(v_i/v_m), v = P_O2 c_Cu: colder ones bound Ea from below,
/// hotter ones from above. Energies are not below zero.
/// @throws InputError: no such condition, values not above zero
[[nodiscard]] EnergyWindow energy_window(std::span<const RateFree> conditions, std::size_t largest);

/// The same in draws of the values within their errors: the share of them with such an energy, and
/// the middle and interval of the bounds where there is.
struct EnergyWindowDraws {
  double possible_share = 0.0;
  Interval low_kj_per_mol;
  Interval high_kj_per_mol;
};
[[nodiscard]] EnergyWindowDraws energy_window_draws(std::span<const RateFree> conditions,
                                                    std::size_t largest,
                                                    const ComparisonOptions& options,
                                                    const RandomStream& random);

/// The comparison at one activation energy.
struct EnergyPoint {
  double energy_kj_per_mol = 0.0;
  std::size_t largest = 0;
  double spearman = 0.0;  ///< NaN where one side does not vary
  double kendall = 0.0;
  double chi_squared = 0.0;
  std::vector<double> scaled = {};  ///< predictions
};

/// @param energies_kj_per_mol at least one, not negative
[[nodiscard]] std::vector<EnergyPoint> scan_energies(std::span<const RateFree> conditions,
                                                     std::span<const Estimate> measured,
                                                     std::span<const double> energies_kj_per_mol);

}  // namespace adatom::migration
