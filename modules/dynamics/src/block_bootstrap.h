#pragma once
// Blocks of counts drawn again, and row-normalised matrices of counts.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/dynamics/time_blocks.h"

namespace adatom::dynamics {

// With fewer blocks a bootstrap says less than it seems to.
inline constexpr std::size_t least_blocks = 8;

/// As many numbers of blocks, drawn with replacement.
[[nodiscard]] std::vector<std::uint32_t> draw_blocks(std::size_t blocks, RandomStream random);

/// The counts of the blocks drawn.
[[nodiscard]] std::vector<std::uint64_t> sum_of_blocks(const TimeBlocks& blocks,
                                                       std::span<const std::uint32_t> drawn);

/// @param columns entries in a row
[[nodiscard]] std::vector<double> row_sums(std::span<const std::uint64_t> counts,
                                           std::size_t columns);

/// Rows without counts are zero.
[[nodiscard]] std::vector<double> row_normalised(std::span<const std::uint64_t> counts,
                                                 std::size_t columns);

/// The variance of each row-normalised probability from how the blocks differ: of the ratio
/// sum_b n_ij / sum_b n_i with residuals r_b = n_ij - p_ij n_i (Cochran, Sampling Techniques, eq.
/// 2.39). Blocks are also merged in pairs while 16 or more are left, and the largest variance is
/// taken, for what hangs together for longer than a block. Zero with fewer than `least_blocks`.
/// @param probabilities row-normalised; those of all trajectories where counts are pooled
/// @param row_counts what n_i are divided by
[[nodiscard]] std::vector<double> block_variances(TimeBlocks blocks, std::size_t columns,
                                                  std::span<const double> probabilities,
                                                  std::span<const double> row_counts);

/// How many blocks each entry was met in.
[[nodiscard]] std::vector<std::uint32_t> blocks_with_counts(const TimeBlocks& blocks);

/// How much the blocks' variance exceeds that of independent counts, entry by entry, at least 1. Of
/// entries and rows that were met in few blocks it says little: there the excess of the row, and of
/// all rows, is the least.
/// @param met blocks that each entry was met in
[[nodiscard]] std::vector<double> excess_variances(std::span<const double> blocked,
                                                   std::span<const double> independent,
                                                   std::span<const double> row_counts,
                                                   std::span<const std::uint32_t> met,
                                                   std::size_t columns);

}  // namespace adatom::dynamics
