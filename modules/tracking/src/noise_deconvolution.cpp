#include "noise_deconvolution.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace adatom::tracking {
namespace {

/// exp(-x) I0(x), x >= 0 (Abramowitz and Stegun, 9.8.1 and 9.8.2: relative error below 2e-7).
double scaled_bessel_i0(double x) {
  constexpr double seam = 3.75;
  if (x < seam) {
    const double t = (x / seam) * (x / seam);
    const double i0 =
        1.0 +
        t * (3.5156229 +
             t * (3.0899424 + t * (1.2067492 + t * (0.2659732 + t * (0.0360768 + t * 0.0045813)))));
    return std::exp(-x) * i0;
  }
  const double t = seam / x;
  const double sum =
      0.39894228 +
      t * (0.01328592 +
           t * (0.00225319 +
                t * (-0.00157565 +
                     t * (0.00916281 +
                          t * (-0.02057706 +
                               t * (0.02635537 + t * (-0.01647633 + t * 0.00392377)))))));
  return sum / std::sqrt(x);
}

/// Rice's density over d / s^2, which is the same for all true distances.
double kernel(double measured, double truth, double error) {
  const double z = (measured - truth) / error;
  return std::exp(-0.5 * z * z) * scaled_bessel_i0(measured * truth / (error * error));
}

// How far the kernel is looked at, in errors.
constexpr double kernel_reach = 6.0;

}  // namespace

void DistanceCellSums::add(double distance, double error, std::uint32_t group) {
  const double ratio = std::log(1.15);
  constexpr double width_in_errors = 0.35;
  const auto level = std::llround(std::log(error) / ratio);
  const double width = width_in_errors * std::exp(ratio * static_cast<double>(level));
  Sums& cell = sorted_[{level, static_cast<std::int64_t>(distance / width)}];
  cell.sum.distance += distance;
  cell.sum.error += error;
  cell.sum.count += 1.0;
  auto at = cell.counts.end();
  if (at == cell.counts.begin() || std::prev(at)->group >= group) {
    at = std::ranges::lower_bound(cell.counts, group, {}, &GroupCount::group);
  }
  if (at == cell.counts.end() || at->group != group) at = cell.counts.insert(at, {group, 0});
  ++at->count;
}

DistanceCells DistanceCellSums::cells() const {
  DistanceCells result;
  for (const auto& [key, cell] : sorted_) {
    const auto index = static_cast<std::uint32_t>(result.cells.size());
    for (const auto& [group, count] : cell.counts) {
      result.entries.push_back({index, group, static_cast<double>(count)});
    }
    const double count = cell.sum.count;
    result.cells.push_back({cell.sum.distance / count, cell.sum.error / count, count});
  }
  return result;
}

NoiseDeconvolution::NoiseDeconvolution(std::span<const DistanceCell> cells, double threshold)
    : threshold_(threshold) {
  double least_error = cells.front().error;
  double farthest = 0.0;
  for (const auto& cell : cells) {
    least_error = std::min(least_error, cell.error);
    farthest = std::max(farthest, cell.distance);
  }
  make_grid(least_error, farthest);
  for (const auto& cell : cells) {
    const double reach = kernel_reach * cell.error;
    auto first = std::ranges::lower_bound(grid_, cell.distance - reach) - grid_.begin();
    auto last = std::ranges::upper_bound(grid_, cell.distance + reach) - grid_.begin();
    if (first > 0) --first;
    if (last < static_cast<std::ptrdiff_t>(grid_.size())) ++last;
    Row row{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first),
            kernel_.size()};
    for (auto i = first; i < last; ++i) {
      kernel_.push_back(kernel(cell.distance, grid_[static_cast<std::size_t>(i)], cell.error));
    }
    rows_.push_back(row);
  }
}

/// Half the least error apart near zero and about the threshold, 3 % of the distance further out;
/// the threshold is in the middle between two points.
void NoiseDeconvolution::make_grid(double least_error, double farthest) {
  const double fine = std::max(0.5 * least_error, 1e-3 * std::max(farthest, least_error));
  const auto gap_at = [&](double distance) {
    const double from_threshold = std::abs(distance - threshold_);
    return std::clamp(std::min(0.03 * distance, 0.5 * fine + 0.1 * from_threshold), fine,
                      std::max(fine, 0.03 * distance));
  };
  const double end = farthest + fine;
  // Down from the threshold and up from it.
  std::vector<double> below;
  for (double at = threshold_ - 0.5 * fine; at > 0.0; at -= gap_at(at)) below.push_back(at);
  grid_.push_back(0.0);
  for (auto it = below.rbegin(); it != below.rend(); ++it) {
    if (*it < end) grid_.push_back(*it);
  }
  first_beyond_ = grid_.size();
  for (double at = threshold_ + 0.5 * fine; at < end; at += gap_at(at)) grid_.push_back(at);
}

std::vector<double> NoiseDeconvolution::uniform() const {
  return std::vector<double>(grid_.size(), 1.0 / static_cast<double>(grid_.size()));
}

double NoiseDeconvolution::beyond(std::span<const double> shares) const {
  double sum = 0.0;
  for (std::size_t i = first_beyond_; i < shares.size(); ++i) sum += shares[i];
  return sum;
}

std::vector<double> NoiseDeconvolution::solve(std::vector<double> shares, int most_rounds,
                                              std::span<const double> counts) const {
  constexpr double still = 1e-6;
  std::vector<double> next(shares.size());
  for (int round = 0; round < most_rounds; ++round) {
    std::ranges::fill(next, 0.0);
    double total = 0.0;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const auto& row = rows_[k];
      const double count = counts[k];
      if (count == 0.0) continue;
      const double* kernel_row = kernel_.data() + row.begin;
      const double* from = shares.data() + row.first;
      double sum = 0.0;
      for (std::uint32_t i = 0; i < row.points; ++i) sum += kernel_row[i] * from[i];
      if (sum < 1e-280) continue;  // further from all points than the kernel reaches
      const double scale = count / sum;
      double* to = next.data() + row.first;
      for (std::uint32_t i = 0; i < row.points; ++i) to[i] += scale * kernel_row[i] * from[i];
      total += count;
    }
    if (total == 0.0) return shares;
    for (auto& share : next) share /= total;
    double change = 0.0;
    for (std::size_t i = 0; i < next.size(); ++i) change += std::abs(next[i] - shares[i]);
    shares.swap(next);
    for (auto& share : shares) {
      if (share < 1e-100) share = 0.0;  // no subnormal numbers
    }
    if (change < still) break;
  }
  return shares;
}

}  // namespace adatom::tracking
