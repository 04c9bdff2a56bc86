#include "detect_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "adatom/numeric/filter.h"

namespace adatom::columns::detail {
namespace {

// Bins hold these fractions of the pixels by brightness: finer where the columns are.
constexpr std::array bin_edges = {0.0, 0.1, 0.2,  0.3,  0.4,  0.5, 0.6,
                                  0.7, 0.8, 0.88, 0.94, 0.98, 1.0};
constexpr double brightness_smoothing_px = 2.0;

struct Sample {
  double brightness;
  double squared;  // of the mixed difference, divided by 36, its gain on white noise
};

double mixed_difference(const Grid<double>& f, std::size_t x, std::size_t y) {
  return 4.0 * f(x, y) - 2.0 * (f(x - 1, y) + f(x + 1, y) + f(x, y - 1) + f(x, y + 1)) +
         f(x - 1, y - 1) + f(x + 1, y - 1) + f(x - 1, y + 1) + f(x + 1, y + 1);
}

// Mean of the squares, hot pixels cut at five standard deviations.
double clipped_mean_square(const std::vector<Sample>& samples, std::size_t begin, std::size_t end) {
  double limit = -1.0;
  double mean = 0.0;
  for (int pass = 0; pass < 3; ++pass) {
    double sum = 0.0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += limit < 0.0 ? samples[i].squared : std::min(samples[i].squared, limit);
    }
    mean = sum / static_cast<double>(end - begin);
    limit = 25.0 * mean;
  }
  return mean;
}

}  // namespace

double interpolate(const std::vector<double>& x, const std::vector<double>& y, double at) {
  if (x.empty()) return 0.0;
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto above = static_cast<std::size_t>(std::ranges::upper_bound(x, at) - x.begin());
  const double span = x[above] - x[above - 1];
  const double part = (at - x[above - 1]) / span;
  return y[above - 1] + part * (y[above] - y[above - 1]);
}

Grid<unsigned char> flat_pixels(const Grid<double>& image) {
  Grid<unsigned char> flat(image.width(), image.height(), 0);
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const std::size_t x0 = x > 0 ? x - 1 : 0;
      const std::size_t y0 = y > 0 ? y - 1 : 0;
      const std::size_t x1 = std::min(x + 1, image.width() - 1);
      const std::size_t y1 = std::min(y + 1, image.height() - 1);
      bool same = true;
      for (std::size_t v = y0; v <= y1 && same; ++v) {
        for (std::size_t u = x0; u <= x1 && same; ++u) same = image(u, v) == image(x, y);
      }
      flat(x, y) = same ? 1 : 0;
    }
  }
  return flat;
}

NoiseCurve::NoiseCurve(const Grid<double>& image) {
  if (image.width() < 3 || image.height() < 3) return;
  const Grid<double> smooth =
      numeric::gaussian_filter(image, brightness_smoothing_px, numeric::Edge::mirror);
  const Grid<unsigned char> flat = flat_pixels(image);
  std::vector<Sample> samples;
  for (std::size_t y = 1; y + 1 < image.height(); ++y) {
    for (std::size_t x = 1; x + 1 < image.width(); ++x) {
      if (flat(x, y) != 0) continue;
      const double h = mixed_difference(image, x, y);
      samples.push_back({smooth(x, y), h * h / 36.0});
    }
  }
  if (samples.empty()) return;
  std::ranges::stable_sort(samples, {}, &Sample::brightness);
  for (std::size_t b = 0; b + 1 < bin_edges.size(); ++b) {
    const auto count = static_cast<double>(samples.size());
    const auto begin = static_cast<std::size_t>(bin_edges[b] * count);
    const auto end = static_cast<std::size_t>(bin_edges[b + 1] * count);
    if (end <= begin) continue;
    double sum = 0.0;
    for (std::size_t i = begin; i < end; ++i) sum += samples[i].brightness;
    const double mean = sum / static_cast<double>(end - begin);
    double variance = clipped_mean_square(samples, begin, end);
    // Noise of detected electrons never falls with the brightness.
    if (!variance_.empty()) variance = std::max(variance, variance_.back());
    if (!brightness_.empty() && mean <= brightness_.back()) {
      variance_.back() = variance;
      continue;
    }
    brightness_.push_back(mean);
    variance_.push_back(variance);
  }
}

double NoiseCurve::sigma(double brightness) const {
  return std::sqrt(interpolate(brightness_, variance_, brightness));
}

}  // namespace adatom::columns::detail
