#pragma once
// Sparse linear assignment.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace adatom::tracking {

/// What is gained by pairing a row with a column over leaving both alone.
struct PairGain {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  double gain = 0.0;
};

/// The pairing with the largest total gain; rows and columns may stay alone.
///
/// Shortest augmenting paths with prices (Jonker and Volgenant, Computing 38 (1987) 325) on the
/// sparse graph, a heap for the frontier: a search never leaves the connected component of its row
/// and ends as soon as leaving someone alone is the cheapest way out, so that a large component
/// costs no more than its neighbourhoods do.
/// @param pairs at most one for each row and column; those that gain nothing are passed over
/// @return for each row its column, or -1
[[nodiscard]] std::vector<std::int32_t> best_pairs(std::size_t rows, std::size_t columns,
                                                   std::span<const PairGain> pairs);

}  // namespace adatom::tracking
