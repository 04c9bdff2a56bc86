#include "adatom/preprocess/outliers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"

namespace adatom::preprocess {
namespace {

/// The finite neighbours of a pixel, ascending: eight inside the image.
struct Neighbours {
  std::array<double, 8> values{};
  std::size_t count = 0;

  Neighbours(const Grid<double>& image, std::size_t x, std::size_t y) {
    for (std::size_t v = y == 0 ? 0 : y - 1; v <= std::min(y + 1, image.height() - 1); ++v) {
      for (std::size_t u = x == 0 ? 0 : x - 1; u <= std::min(x + 1, image.width() - 1); ++u) {
        if ((u == x && v == y) || !std::isfinite(image(u, v))) continue;
        values[count++] = image(u, v);
      }
    }
    std::sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
  }
  [[nodiscard]] double median() const {
    return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
  }
  [[nodiscard]] double second_highest() const { return values[count > 1 ? count - 2 : 0]; }
  [[nodiscard]] double second_lowest() const { return values[count > 1 ? 1 : 0]; }
};

/// The noise of each pixel: robust spread of the residuals in classes of alike brightness, because
/// shot noise grows with it.
std::vector<double> noise_by_brightness(std::span<const double> brightness,
                                        std::span<const double> residuals,
                                        std::span<const std::size_t> finite) {
  constexpr std::size_t classes_at_most = 32;
  constexpr std::size_t pixels_at_least = 256;  // to estimate a spread within 5 %
  std::vector<std::size_t> order(finite.begin(), finite.end());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return brightness[a] < brightness[b]; });
  const std::size_t classes =
      std::clamp<std::size_t>(order.size() / pixels_at_least, 1, classes_at_most);
  std::vector<double> noise(brightness.size(), 0.0);
  std::vector<double> sample;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::size_t begin = c * order.size() / classes;
    const std::size_t end = (c + 1) * order.size() / classes;
    if (begin == end) continue;
    sample.clear();
    for (std::size_t i = begin; i < end; ++i) sample.push_back(std::abs(residuals[order[i]]));
    // A normal deviate is below 0.674 in half and below 2.576 in 99 % of the cases. The second
    // keeps the rare electrons of an almost empty vacuum, where half of all residuals are zero,
    // from counting as outliers.
    const std::array<double, 2> probabilities = {0.5, 0.99};
    const auto spread = numeric::quantiles(sample, probabilities);
    const double sigma = std::max(spread[0] / 0.6745, spread[1] / 2.5758);
    for (std::size_t i = begin; i < end; ++i) noise[order[i]] = sigma;
  }
  return noise;
}

/// The smallest difference between two grey values: one count, in an image of counts.
double smallest_step(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double step = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] > values[i - 1]) step = std::min(step, values[i] - values[i - 1]);
  }
  return std::isfinite(step) ? step : 0.0;
}

}  // namespace

void OutlierOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method", .help = "off; replace: by the median of the neighbours"}, method);
  v.visit({.name = "threshold_sigma",
           .unit = "standard deviations",
           .help = "how far a pixel must stand out of its neighbours",
           .min = 3,
           .max = 1000},
          threshold_sigma);
}

std::vector<OptionIssue> OutlierOptions::validate() const { return check_ranges(*this); }

OutlierResult replace_outliers(const Grid<double>& image, const OutlierOptions& options) {
  require_valid(options.validate());
  if (image.width() < 3 || image.height() < 3) {
    throw InputError({.what = "the image is too small",
                      .where = "outliers",
                      .why = "at least 3 x 3 pixels are needed",
                      .remedy = {}});
  }
  OutlierResult result{.image = image, .hot = 0, .dead = 0, .pixels = {}};
  if (options.method == OutlierMethod::off) return result;

  std::vector<double> brightness(image.size(), 0.0);
  std::vector<double> residuals(image.size(), 0.0);
  std::vector<std::size_t> finite;
  std::vector<double> finite_values;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const Neighbours near(image, i % image.width(), i / image.width());
    if (near.count == 0) {
      throw InputError({.what = "a pixel without finite neighbours",
                        .where = "outliers",
                        .why = "pixel (" + std::to_string(i % image.width()) + ", " +
                               std::to_string(i / image.width()) + ')',
                        .remedy = "crop the image"});
    }
    brightness[i] = near.median();
    if (!std::isfinite(image.values()[i])) continue;
    residuals[i] = image.values()[i] - brightness[i];
    finite.push_back(i);
    finite_values.push_back(image.values()[i]);
  }
  const auto noise = noise_by_brightness(brightness, residuals, finite);
  const double step = smallest_step(std::move(finite_values));

  for (std::size_t i = 0; i < image.size(); ++i) {
    const double value = image.values()[i];
    const Neighbours near(image, i % image.width(), i / image.width());
    const double high = near.second_highest();
    const double low = near.second_lowest();
    // Second highest and second lowest of eight normal deviates lie 1.7 standard deviations apart.
    const double sigma = std::max({noise[i], (high - low) / 1.7, step});
    const double margin = options.threshold_sigma * sigma;
    const bool finite_value = std::isfinite(value);
    const bool hot = finite_value && value - high > margin;
    const bool dead = !finite_value || low - value > margin;
    if (!hot && !dead) continue;
    ++(hot ? result.hot : result.dead);
    result.pixels.push_back(i);
    result.image.values()[i] = near.median();
  }
  return result;
}

}  // namespace adatom::preprocess
