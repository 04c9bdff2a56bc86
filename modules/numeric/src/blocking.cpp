#include "adatom/numeric/blocking.h"

#include <cmath>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

double mean_of(std::span<const double> series) {
  double sum = 0.0;
  for (const double value : series) {
    if (!std::isfinite(value)) {
      throw InputError(
          {.what = "a mean of values that are not finite", .where = {}, .why = {}, .remedy = {}});
    }
    sum += value;
  }
  return sum / static_cast<double>(series.size());
}

/// The squared error of the mean if the blocks were independent.
double squared_error(std::span<const double> blocks, double mean) {
  double sum = 0.0;
  for (const double value : blocks) sum += (value - mean) * (value - mean);
  const auto count = static_cast<double>(blocks.size());
  return sum / (count * (count - 1.0));
}

}  // namespace

BlockedMean mean_by_blocking(std::span<const double> series) {
  if (series.empty()) {
    throw InputError({.what = "a mean of no values", .where = {}, .why = {}, .remedy = {}});
  }
  BlockedMean result;
  result.mean = mean_of(series);
  if (series.size() < 2) return result;

  const double uncorrelated = squared_error(series, result.mean);
  std::vector<double> blocks(series.begin(), series.end());
  double largest = 0.0;
  for (std::size_t length = 1; blocks.size() >= 2; length *= 2) {
    const double error2 = squared_error(blocks, result.mean);
    const double excess = uncorrelated > 0.0 ? error2 / uncorrelated : 1.0;
    const auto size = static_cast<double>(length);
    if (size * size * size > 2.0 * static_cast<double>(series.size()) * excess * excess) {
      result.standard_error = std::sqrt(error2);
      result.block_length = length;
      result.determined = true;
      return result;
    }
    if (error2 > largest) {
      largest = error2;
      result.block_length = length;
    }
    // What does not make a pair at the end is left out.
    for (std::size_t i = 0; i + 1 < blocks.size(); i += 2) {
      blocks[i / 2] = 0.5 * (blocks[i] + blocks[i + 1]);
    }
    blocks.resize(blocks.size() / 2);
  }
  result.standard_error = std::sqrt(largest);
  return result;
}

}  // namespace adatom::numeric
