#pragma once
// The mean of a time series whose values hang together, with an honest error.
#include <cstddef>
#include <span>

namespace adatom::numeric {

struct BlockedMean {
  double mean = 0.0;
  double standard_error = 0.0;
  /// Values averaged in a block.
  std::size_t block_length = 1;
  /// false: the series is too short for its correlations, the true error may be larger.
  bool determined = false;
};

/// Neighbours are averaged in pairs, again and again (Flyvbjerg and Petersen, J. Chem. Phys. 91
/// (1989) 461). Of n values the blocks of B are taken, B the smallest with B^3 > 2 n c^2, where c
/// is how much the blocks' squared error exceeds that of uncorrelated values: what correlations
/// are left then is small beside the error's own scatter (Wolff, Comput. Phys. Commun. 156 (2004)
/// 143; Lee et al., Phys. Rev. E 83 (2011) 066706).
/// @throws InputError: no value, or one that is not finite
[[nodiscard]] BlockedMean mean_by_blocking(std::span<const double> series);

}  // namespace adatom::numeric
