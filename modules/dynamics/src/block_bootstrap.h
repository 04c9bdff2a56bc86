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

[[nodiscard]] std::vector<double> row_sums(std::span<const std::uint64_t> counts,
                                           std::size_t classes);

/// Rows without counts are zero.
[[nodiscard]] std::vector<double> row_normalised(std::span<const std::uint64_t> counts,
                                                 std::size_t classes);

/// The variance of each row-normalised probability from how the blocks differ: of the ratio
/// sum_b n_ij / sum_b n_i with residuals r_b = n_ij - p_ij n_i (Cochran, Sampling Techniques, eq.
/// 2.39). Blocks are also merged in pairs while 16 or more are left, and the largest variance is
/// taken, for what hangs together for longer than a block. Zero with fewer than `least_blocks`.
/// @param probabilities row-normalised; those of all trajectories where counts are pooled
/// @param row_counts what n_i are divided by
[[nodiscard]] std::vector<double> block_variances(TimeBlocks blocks, std::size_t classes,
                                                  std::span<const double> probabilities,
                                                  std::span<const double> row_counts);

}  // namespace adatom::dynamics
