#include "block_bootstrap.h"

#include <algorithm>

namespace adatom::dynamics {
namespace {

// Below it, the scatter of a variance between blocks is as large as what merging could show.
constexpr std::size_t least_merged_blocks = 16;

std::vector<double> variances_of(const TimeBlocks& blocks, std::size_t columns,
                                 std::span<const double> probabilities,
                                 std::span<const double> row_counts) {
  const std::size_t entries = blocks.values();
  std::vector<double> sum(entries, 0.0);
  std::vector<double> squares(entries, 0.0);
  for (std::size_t b = 0; b < blocks.blocks(); ++b) {
    const std::vector<double> starts = row_sums(blocks.block(b), columns);
    for (std::size_t e = 0; e < entries; ++e) {
      const double rest =
          static_cast<double>(blocks.block(b)[e]) - probabilities[e] * starts[e / columns];
      sum[e] += rest;
      squares[e] += rest * rest;
    }
  }
  const auto count = static_cast<double>(blocks.blocks());
  std::vector<double> variances(entries, 0.0);
  for (std::size_t e = 0; e < entries; ++e) {
    const double n = row_counts[e / columns];
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

std::vector<double> row_sums(std::span<const std::uint64_t> counts, std::size_t columns) {
  std::vector<double> sums(counts.size() / columns, 0.0);
  for (std::size_t e = 0; e < counts.size(); ++e) {
    sums[e / columns] += static_cast<double>(counts[e]);
  }
  return sums;
}

std::vector<double> row_normalised(std::span<const std::uint64_t> counts, std::size_t columns) {
  const std::vector<double> sums = row_sums(counts, columns);
  std::vector<double> matrix(counts.size(), 0.0);
  for (std::size_t e = 0; e < counts.size(); ++e) {
    const double sum = sums[e / columns];
    if (sum > 0.0) matrix[e] = static_cast<double>(counts[e]) / sum;
  }
  return matrix;
}

std::vector<double> block_variances(TimeBlocks blocks, std::size_t columns,
                                    std::span<const double> probabilities,
                                    std::span<const double> row_counts) {
  std::vector<double> largest(blocks.values(), 0.0);
  if (blocks.blocks() < least_blocks) return largest;
  while (true) {
    const auto variances = variances_of(blocks, columns, probabilities, row_counts);
    for (std::size_t e = 0; e < largest.size(); ++e) {
      largest[e] = std::max(largest[e], variances[e]);
    }
    if (blocks.blocks() < 2 * least_merged_blocks) return largest;
    blocks.merge_pairs();
  }
}

std::vector<std::uint32_t> blocks_with_counts(const TimeBlocks& blocks) {
  std::vector<std::uint32_t> met(blocks.values(), 0);
  for (std::size_t b = 0; b < blocks.blocks(); ++b) {
    const auto block = blocks.block(b);
    for (std::size_t e = 0; e < met.size(); ++e) met[e] += block[e] > 0 ? 1 : 0;
  }
  return met;
}

std::vector<double> excess_variances(std::span<const double> blocked,
                                     std::span<const double> independent,
                                     std::span<const double> row_counts,
                                     std::span<const std::uint32_t> met, std::size_t columns) {
  const auto ratio = [](double a, double b) { return b > 0.0 ? std::max(1.0, a / b) : 1.0; };
  const std::size_t rows = row_counts.size();
  std::vector<double> row_excess(rows, 1.0);
  std::vector<std::uint32_t> row_met(rows, 0);
  double all_blocked = 0.0;
  double all_independent = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    double above = 0.0;
    double below = 0.0;
    for (std::size_t e = i * columns; e < (i + 1) * columns; ++e) {
      above += blocked[e];
      below += independent[e];
      row_met[i] = std::max(row_met[i], met[e]);
    }
    row_excess[i] = ratio(above, below);
    // As variances of the counts, so that frequent transitions say more.
    all_blocked += above * row_counts[i] * row_counts[i];
    all_independent += below * row_counts[i] * row_counts[i];
  }
  const double all_excess = ratio(all_blocked, all_independent);
  std::vector<double> excess(blocked.size(), 1.0);
  for (std::size_t e = 0; e < excess.size(); ++e) {
    const std::size_t row = e / columns;
    excess[e] = ratio(blocked[e], independent[e]);
    if (met[e] < least_blocks) excess[e] = std::max(excess[e], row_excess[row]);
    if (row_met[row] < least_blocks) excess[e] = std::max(excess[e], all_excess);
  }
  return excess;
}

}  // namespace adatom::dynamics
