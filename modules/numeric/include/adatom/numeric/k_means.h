#pragma once
// Clusters about means (Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129), started by k-means++ (Arthur
// and Vassilvitskii, SODA 2007, 1027).
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/random.h"

namespace adatom::numeric {

struct KMeansSettings {
  std::size_t clusters = 3;
  std::size_t starts = 10;  ///< of which the best counts
  std::size_t max_iterations = 300;
};

struct KMeans {
  /// clusters x dimensions, sorted by the first coordinate (then the second, ...).
  std::vector<double> centres = {};
  std::vector<std::uint32_t> label = {};  ///< of each point: its nearest centre
  double squared_distances = 0.0;         ///< sum over the points, from their centres
  std::size_t iterations = 0;             ///< of the best start
  bool converged = false;                 ///< no point changes its cluster any more
};

/// A local minimum of the sum of squared distances. In one dimension the best partition of all can
/// be computed: see partition_means in mixture.h.
/// @param points count x dimensions
/// @returns fewer clusters than asked for if there are fewer different points
/// @throws InputError: no point, a value that is not finite, no cluster or start
[[nodiscard]] KMeans k_means(std::span<const double> points, std::size_t dimensions,
                             const KMeansSettings& settings, const RandomStream& random);

}  // namespace adatom::numeric
