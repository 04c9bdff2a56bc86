#pragma once
// Does one quantity rise or fall with another? Rank correlations and how probable they are by
// chance, exactly for the few conditions that experiments have.
#include <cstdint>
#include <limits>
#include <span>

#include "adatom/base/random.h"

namespace adatom::numeric {

/// A coefficient from -1 to 1, and the share of all orders of the second quantity (each as probable
/// as the other) that give one as large.
struct RankTrend {
  double coefficient = std::numeric_limits<double>::quiet_NaN();
  double p_two_sided = 1.0;
  double p_rising = 1.0;   ///< as large or larger
  double p_falling = 1.0;  ///< as small or smaller
};

/// Both coefficients alone; NaN where one side does not vary.
struct RankCoefficients {
  double spearman = std::numeric_limits<double>::quiet_NaN();
  double kendall = std::numeric_limits<double>::quiet_NaN();
};

struct RankCorrelation {
  std::int64_t pairs = 0;
  RankTrend spearman = {};  ///< rho: Pearson's correlation of mean ranks (Spearman 1904)
  /// tau-b: ties are taken out of the pairs (Kendall, Biometrika 33 (1945) 239).
  RankTrend kendall = {};
  /// The two-sided probability of a perfect order of these values: no smaller one can come of so
  /// few. 1 where one of both does not vary.
  double least_p = 1.0;
  bool exact = true;        ///< false: from `orders` random orders
  std::int64_t orders = 0;  ///< counted
};

/// Up to so many pairs all orders are counted (9! = 362880); with more `permutations` random ones,
/// p = (1 + as extreme) / (1 + orders) (Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010)
/// 39). Tied values have their mean rank.
inline constexpr std::int64_t most_pairs_enumerated = 9;

/// Coefficients are NaN and probabilities 1 where x or y does not vary, or there are fewer than
/// three pairs.
/// @throws InputError: x and y of different length, a value that is not finite
[[nodiscard]] RankCorrelation rank_correlation(std::span<const double> x, std::span<const double> y,
                                               const RandomStream& random,
                                               std::int64_t permutations = 100000);

/// The coefficients without their probabilities, for many series. @throws as rank_correlation
[[nodiscard]] RankCoefficients rank_coefficients(std::span<const double> x,
                                                 std::span<const double> y);

}  // namespace adatom::numeric
