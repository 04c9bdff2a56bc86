#include "block_bootstrap.h"

#include <algorithm>
#include <numeric>

namespace adatom::dynamics {
namespace {

// Below it, the scatter of a variance between blocks is as large as what merging could show.
constexpr std::size_t least_merged_blocks = 16;

std::vector<double> variances_of(const TimeBlocks& blocks, std::size_t classes,
                                 std::span<const double> probabilities,
                                 std::span<const double> row_counts) {
  const std::size_t entries = classes * classes;
  std::vector<double> sum(entries, 0.0);
  std::vector<double> squares(entries, 0.0);
  for (std::size_t b = 0; b < blocks.blocks(); ++b) {
    const auto counts = blocks.block(b);
    for (std::size_t i = 0; i < classes; ++i) {
      const auto row = counts.subspan(i * classes, classes);
      const auto starts =
          static_cast<double>(std::accumulate(row.begin(), row.end(), std::uint64_t{0}));
      for (std::size_t j = 0; j < classes; ++j) {
        const double rest = static_cast<double>(row[j]) - probabilities[i * classes + j] * starts;
        sum[i * classes + j] += rest;
        squares[i * classes + j] += rest * rest;
      }
    }
  }
  const auto count = static_cast<double>(blocks.blocks());
  std::vector<double> variances(entries, 0.0);
  for (std::size_t e = 0; e < entries; ++e) {
    const double n = row_counts[e / classes];
    const double spread = std::max(0.0, squares[e] - sum[e] * sum[e] / count);
    if (n > 0.0) variances[e] = count / (count - 1.0) * spread / (n * n);
  }
  return variances;
}

}  // namespace

std::vector<std::uint32_t> draw_blocks(std::size_t blocks, RandomStream random) {
  std::vector<std::uint32_t> drawn(blocks);
  for (std::uint32_t& number : drawn) number = static_cast<std::uint32_t>(random.below(blocks));
  return drawn;
}

std::vector<std::uint64_t> sum_of_blocks(const TimeBlocks& blocks,
                                         std::span<const std::uint32_t> drawn) {
  std::vector<std::uint64_t> sum(blocks.values(), 0);
  for (const std::uint32_t number : drawn) {
    const auto block = blocks.block(number);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += block[i];
  }
  return sum;
}

std::vector<double> row_sums(std::span<const std::uint64_t> counts, std::size_t classes) {
  std::vector<double> sums(classes, 0.0);
  for (std::size_t e = 0; e < counts.size(); ++e) {
    sums[e / classes] += static_cast<double>(counts[e]);
  }
  return sums;
}

std::vector<double> row_normalised(std::span<const std::uint64_t> counts, std::size_t classes) {
  const std::vector<double> sums = row_sums(counts, classes);
  std::vector<double> matrix(counts.size(), 0.0);
  for (std::size_t e = 0; e < counts.size(); ++e) {
    const double sum = sums[e / classes];
    if (sum > 0.0) matrix[e] = static_cast<double>(counts[e]) / sum;
  }
  return matrix;
}

std::vector<double> block_variances(TimeBlocks blocks, std::size_t classes,
                                    std::span<const double> probabilities,
                                    std::span<const double> row_counts) {
  std::vector<double> largest(classes * classes, 0.0);
  if (blocks.blocks() < least_blocks) return largest;
  while (true) {
    const auto variances = variances_of(blocks, classes, probabilities, row_counts);
    for (std::size_t e = 0; e < largest.size(); ++e) {
      largest[e] = std::max(largest[e], variances[e]);
    }
    if (blocks.blocks() < 2 * least_merged_blocks) return largest;
    blocks.merge_pairs();
  }
}

}  // namespace adatom::dynamics
