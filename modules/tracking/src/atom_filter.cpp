#include "atom_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::tracking {
namespace {

/// Width of the window over that of the atom.
constexpr double window_ratio = 2.0;
/// Over which noise is taken as the same.
constexpr double noise_reach_px = 16.0;
/// Sum of squares of the mixed second difference (1, -2, 1) x (1, -2, 1).
constexpr double difference_gain = 36.0;

double square(double v) { return v * v; }

}  // namespace

void noise_variance(const Plane& data, Plane& variance) {
  const std::size_t width = data.width();
  const std::size_t height = data.height();
  Plane squares;
  squares.resize(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t at = std::clamp<std::size_t>(y, 1, height - 2);
    const float* above = data.row(at - 1);
    const float* here = data.row(at);
    const float* below = data.row(at + 1);
    float* to = squares.row(y);
    const auto column = [&](std::size_t x) { return above[x] - 2.0F * here[x] + below[x]; };
    for (std::size_t x = 1; x + 1 < width; ++x) {
      const float difference = column(x - 1) - 2.0F * column(x) + column(x + 1);
      to[x] = difference * difference / static_cast<float>(difference_gain);
    }
    to[0] = to[1];
    to[width - 1] = to[width - 2];
  }
  (void)smooth(squares, noise_reach_px, variance);
}

void flatten_lines(Plane& data) {
  constexpr double line_reach_px = 24.0;
  constexpr double across_px = 2.0;
  const std::size_t width = data.width();
  const std::size_t height = data.height();
  // Along the line first; what then differs from the lines around is the line's own.
  Plane wide;
  wide.resize(width, height);
  const auto reach = static_cast<std::size_t>(line_reach_px);
  std::vector<double> sums(width + 1);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x)
      sums[x + 1] = sums[x] + static_cast<double>(data.row(y)[x]);
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t from = x > reach ? x - reach : 0;
      const std::size_t to = std::min(width, x + reach + 1);
      wide.row(y)[x] = static_cast<float>((sums[to] - sums[from]) / static_cast<double>(to - from));
    }
  }
  const auto radius = static_cast<std::ptrdiff_t>(std::ceil(3.0 * across_px));
  const auto last = static_cast<std::ptrdiff_t>(height) - 1;
  std::vector<float> around(width);
  for (std::ptrdiff_t y = 0; y <= last; ++y) {
    std::ranges::fill(around, 0.0F);
    float total = 0.0F;
    for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
      const std::ptrdiff_t other = std::clamp<std::ptrdiff_t>(y + k, 0, last);
      const auto weight =
          static_cast<float>(std::exp(-0.5 * square(static_cast<double>(k) / across_px)));
      const float* row = wide.row(static_cast<std::size_t>(other));
      for (std::size_t x = 0; x < width; ++x) around[x] += weight * row[x];
      total += weight;
    }
    float* row = data.row(static_cast<std::size_t>(y));
    const float* own = wide.row(static_cast<std::size_t>(y));
    for (std::size_t x = 0; x < width; ++x) row[x] -= own[x] - around[x] / total;
  }
}

void atom_response(const Plane& data, const Plane& variance, double width_px, Plane& response) {
  // Window w and atom g are Gaussians, so is their product; the weights of the amplitude are
  // w (g - mean of g under w), and all sums are known.
  const double window = window_ratio * width_px;
  const double product = width_px * window / std::hypot(width_px, window);
  Plane wide;
  (void)smooth(data, product, response);
  (void)smooth(data, window, wide);
  // Sums over the plane of the squared difference of the two normalised Gaussians.
  const double norm2 = (1.0 / (4.0 * square(product)) + 1.0 / (4.0 * square(window)) -
                        1.0 / (square(product) + square(window))) /
                       std::numbers::pi;
  const auto scale = static_cast<float>(1.0 / norm2);
  for (std::size_t y = 0; y < data.height(); ++y) {
    float* to = response.row(y);
    const float* mean = wide.row(y);
    const float* noise = variance.row(y);
    for (std::size_t x = 0; x < data.width(); ++x) {
      const float difference = to[x] - mean[x];
      const float size =
          noise[x] > 0.0F ? std::sqrt(difference * difference * scale / noise[x]) : 0.0F;
      to[x] = difference < 0.0F ? -size : size;
    }
  }
}

ResponsePeaks find_peaks(const Plane& response, const Grid<std::uint8_t>& mask, double width_px) {
  ResponsePeaks peaks;
  const auto reach = std::max<std::ptrdiff_t>(1, std::lround(1.25 * width_px));
  const auto width = static_cast<std::ptrdiff_t>(response.width());
  const auto height = static_cast<std::ptrdiff_t>(response.height());
  const auto at = [&](std::ptrdiff_t x, std::ptrdiff_t y) {
    return response.row(static_cast<std::size_t>(y))[x];
  };
  double below = 0.0;
  double count = 0.0;
  double area = 0.0;
  for (std::ptrdiff_t y = 0; y < height; ++y) {
    for (std::ptrdiff_t x = 0; x < width; ++x) {
      if (!mask.empty() && mask(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) == 0)
        continue;
      const float here = at(x, y);
      area += 1.0;
      if (here < 0.0F) {
        below += square(static_cast<double>(here));
        count += 1.0;
      }
      const float sign = here < 0.0F ? -1.0F : 1.0F;
      bool peak = here != 0.0F && (x == 0 || sign * here > sign * at(x - 1, y)) &&
                  (x + 1 == width || sign * here >= sign * at(x + 1, y)) &&
                  (y == 0 || sign * here > sign * at(x, y - 1)) &&
                  (y + 1 == height || sign * here >= sign * at(x, y + 1));
      for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, y - reach);
           peak && j <= std::min(height - 1, y + reach); ++j) {
        for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, x - reach);
             peak && i <= std::min(width - 1, x + reach); ++i) {
          const auto apart = (i - x) * (i - x) + (j - y) * (j - y);
          if (apart == 0 || apart > reach * reach) continue;
          // Of equal neighbours the first is the peak.
          const bool before = j < y || (j == y && i < x);
          peak = before ? sign * here > sign * at(i, j) : sign * here >= sign * at(i, j);
        }
      }
      if (!peak) continue;
      if (here > 0.0F) {
        peaks.bright.push_back(
            {static_cast<std::size_t>(x), static_cast<std::size_t>(y), static_cast<double>(here)});
      } else {
        peaks.dark.push_back(-static_cast<double>(here));
      }
    }
  }
  std::ranges::sort(peaks.bright, [](const ResponsePeak& a, const ResponsePeak& b) {
    if (a.response != b.response) return a.response > b.response;
    return a.y != b.y ? a.y < b.y : a.x < b.x;
  });
  std::ranges::sort(peaks.dark, std::ranges::greater{});
  if (count > 0.0) peaks.null_sigma = std::max(1.0, std::sqrt(below / count));
  // Worsley's expected Euler characteristic of a field in the plane, A L (2 pi)^-3/2 t exp(-t^2/2),
  // L the variance of its slope over its own: for the filter's kernel, the difference of two
  // normalised Gaussians of variances p and q, from its spectrum.
  const double p = square(window_ratio) / (1.0 + square(window_ratio)) * square(width_px);
  const double q = square(window_ratio * width_px);
  const double power = 1.0 / (2.0 * p) + 1.0 / (2.0 * q) - 2.0 / (p + q);
  const double slope = 1.0 / square(2.0 * p) + 1.0 / square(2.0 * q) - 2.0 / square(p + q);
  peaks.field_maxima = area * slope / power * std::pow(2.0 * std::numbers::pi, -1.5);
  return peaks;
}

FalsePeaks::FalsePeaks(const ResponsePeaks& peaks) : peaks_(&peaks) {
  constexpr double tail_share = 0.1;
  constexpr std::size_t tail_least = 20;
  const auto tail = std::min(
      peaks.dark.size(),
      std::max(tail_least,
               static_cast<std::size_t>(tail_share * static_cast<double>(peaks.dark.size()))));
  if (tail <= 1) return;
  tail_ = static_cast<double>(tail);
  begin2_ = square(peaks.dark[tail - 1]);
  for (std::size_t i = 0; i + 1 < tail; ++i) scale_ += square(peaks.dark[i]) - begin2_;
  scale_ /= static_cast<double>(tail - 1);
}

double FalsePeaks::field_beyond(double response) const {
  if (response <= 1.0) return 0.0;
  return peaks_->field_maxima * response * std::exp(-0.5 * square(response));
}

double FalsePeaks::beyond(double response) const {
  double as_dark = 0.0;
  if (scale_ > 0.0 && square(response) > begin2_) {
    as_dark = tail_ * std::exp((begin2_ - square(response)) / scale_);
  } else {
    const auto last = std::ranges::lower_bound(peaks_->dark, response, std::ranges::greater{});
    as_dark = static_cast<double>(last - peaks_->dark.begin());
  }
  return std::max(as_dark, field_beyond(response));
}

double FalsePeaks::density(double response) const {
  const double as_dark = scale_ > 0.0 ? 2.0 * response / scale_ * tail_ *
                                            std::exp((begin2_ - square(response)) / scale_)
                                      : 0.0;
  const double of_field = field_beyond(response) * (response - 1.0 / response);
  return std::max(as_dark, of_field);
}

std::vector<double> false_discovery_rates(const ResponsePeaks& peaks) {
  const FalsePeaks falses(peaks);
  std::vector<double> rates(peaks.bright.size());
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rates[i] = std::min(1.0, falses.beyond(peaks.bright[i].response) / static_cast<double>(i + 1));
  }
  for (std::size_t i = rates.size(); i-- > 1;) rates[i - 1] = std::min(rates[i - 1], rates[i]);
  return rates;
}

}  // namespace adatom::tracking
