#include "field_drift.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/numeric/statistics.h"

namespace adatom::tracking {
namespace {

// More places than these tell no more about one displacement.
constexpr std::size_t most_voters = 1500;

/// The places of the raster of votes around the highest of all sums over 3 x 3.
Place peak_of(const std::vector<double>& votes, std::int64_t half) {
  const std::int64_t side = 2 * half + 1;
  double best = -1.0;
  Place peak;
  for (std::int64_t row = 1; row + 1 < side; ++row) {
    for (std::int64_t column = 1; column + 1 < side; ++column) {
      double sum = 0.0;
      for (std::int64_t dy = -1; dy <= 1; ++dy) {
        for (std::int64_t dx = -1; dx <= 1; ++dx) {
          sum += votes[static_cast<std::size_t>((row + dy) * side + column + dx)];
        }
      }
      // Of equal ones the one nearest to what is expected.
      const auto x = static_cast<double>(column - half);
      const auto y = static_cast<double>(row - half);
      sum -= 1e-6 * std::hypot(x, y);
      if (sum > best) {
        best = sum;
        peak = {x, y};
      }
    }
  }
  return peak;
}

double mean_square(const Place& step, double x, double y) {
  return 0.5 * ((step.x - x) * (step.x - x) + (step.y - y) * (step.y - y));
}

}  // namespace

Place coarse_step(std::span<const Place> before, std::span<const Place> after, Place expected,
                  double reach) {
  if (before.empty() || after.empty()) return expected;
  const auto half = static_cast<std::int64_t>(std::ceil(reach)) + 1;
  const std::int64_t side = 2 * half + 1;
  std::vector<double> votes(static_cast<std::size_t>(side * side), 0.0);
  const NeighbourGrid grid(after, reach);
  const std::size_t stride = (before.size() + most_voters - 1) / most_voters;
  std::vector<Place> differences;
  for (std::size_t i = 0; i < before.size(); i += stride) {
    const double x = before[i].x + expected.x;
    const double y = before[i].y + expected.y;
    grid.near(x, y, reach, [&](std::uint32_t j) {
      const Place difference{after[j].x - x, after[j].y - y};
      if (std::max(std::abs(difference.x), std::abs(difference.y)) > reach) return;
      const auto column = std::lround(difference.x) + half;
      const auto row = std::lround(difference.y) + half;
      votes[static_cast<std::size_t>(row * side + column)] += 1.0;
      differences.push_back(difference);
    });
  }
  if (differences.empty()) return expected;
  const Place peak = peak_of(votes, half);
  std::vector<double> xs;
  std::vector<double> ys;
  for (const auto& difference : differences) {
    if (std::hypot(difference.x - peak.x, difference.y - peak.y) > 2.5) continue;
    xs.push_back(difference.x);
    ys.push_back(difference.y);
  }
  if (xs.empty()) return expected;
  return {expected.x + numeric::median(xs), expected.y + numeric::median(ys)};
}

FieldStep fine_step(std::span<const StepSample> samples) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const auto& sample : samples) {
    xs.push_back(sample.step.x);
    ys.push_back(sample.step.y);
  }
  FieldStep field{.x = numeric::median(xs), .y = numeric::median(ys)};
  std::vector<double> squares(samples.size());
  std::vector<double> weights(samples.size());
  constexpr int most_rounds = 50;
  for (int round = 0; round < most_rounds; ++round) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      squares[i] = mean_square(samples[i].step, field.x, field.y);
    }
    // The mean of an exponential distribution is its median over ln 2.
    const double common = std::max(numeric::median(squares) / std::numbers::ln2, 1e-8);
    double sum = 0.0;
    double sum_x = 0.0;
    double sum_y = 0.0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto& sample = samples[i];
      const double variance =
          (sample.weight * sample.variance + squares[i] + common) / (sample.weight + 2.0);
      weights[i] = 1.0 / variance;
      sum += weights[i];
      sum_x += weights[i] * sample.step.x;
      sum_y += weights[i] * sample.step.y;
    }
    const double change = std::hypot(sum_x / sum - field.x, sum_y / sum - field.y);
    field.x = sum_x / sum;
    field.y = sum_y / sum;
    if (change < 1e-6) break;
  }
  double sum = 0.0;
  double spread_x = 0.0;
  double spread_y = 0.0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    sum += weights[i];
    spread_x += weights[i] * weights[i] * std::pow(samples[i].step.x - field.x, 2);
    spread_y += weights[i] * weights[i] * std::pow(samples[i].step.y - field.y, 2);
  }
  field.x_stderr = std::sqrt(spread_x) / sum;
  field.y_stderr = std::sqrt(spread_y) / sum;
  return field;
}

FieldStep FieldSteps::likeliest(const FieldStep& measured, std::int64_t frames) const {
  constexpr double fewest = 10.0;
  constexpr double freedom = 4.0;
  constexpr double least_px2 = 1e-4;
  if (count < fewest) return measured;
  const auto n = static_cast<double>(frames);
  // Of two steps in succession each has the error of the place between them.
  const double variance = n * std::max(square - 2.0 * noise, least_px2);
  const auto merge = [&](double step, double error, double expected) {
    const double distance = step - expected;
    const double weight =
        (freedom + 1.0) / (freedom + distance * distance / (variance + error * error)) / variance;
    const double own = 1.0 / std::max(error * error, 1e-12);
    return std::array{(own * step + weight * expected) / (own + weight),
                      1.0 / std::sqrt(own + weight)};
  };
  const auto x = merge(measured.x, measured.x_stderr, n * mean_x);
  const auto y = merge(measured.y, measured.y_stderr, n * mean_y);
  return {.x = x[0], .y = y[0], .x_stderr = x[1], .y_stderr = y[1]};
}

void FieldSteps::learn(const FieldStep& measured, std::int64_t frames) {
  constexpr double longest_memory = 100.0;
  const auto n = static_cast<double>(frames);
  const double x = measured.x / n - mean_x;
  const double y = measured.y / n - mean_y;
  count = std::min(count + 1.0, longest_memory);
  mean_x += x / count;
  mean_y += y / count;
  square += (0.5 * (x * x + y * y) * (count > 1.0 ? 1.0 : 0.0) * n - square) / count;
  const double error =
      0.5 * (measured.x_stderr * measured.x_stderr + measured.y_stderr * measured.y_stderr);
  noise += (error / n - noise) / count;
}

}  // namespace adatom::tracking
