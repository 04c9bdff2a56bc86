#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace adatom::columns {
namespace {

double degrees_of_freedom(double pixels, std::size_t parameters) {
  return pixels - static_cast<double>(parameters);
}

double reduce_pearson(const Raster& image, const Raster& model, const Likelihood& likelihood,
                      std::size_t parameters) {
  const double c = likelihood.counts_per_unit;
  double sum = 0.0;
  double pixels = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double expected = c * model.row(y)[x];
      if (expected < 1.0) continue;
      const double residual = c * image.row(y)[x] - expected;
      sum += residual * residual / expected;
      pixels += 1.0;
    }
  }
  const double freedom = degrees_of_freedom(pixels, parameters);
  return freedom > 0.0 ? sum / freedom : undetermined;
}

// Mean square of the residual's second difference along x and y, over 36.
double estimate_noise_variance(const Raster& image, const Raster& model) {
  const auto residual = [&](std::size_t x, std::size_t y) {
    return image.row(y)[x] - model.row(y)[x];
  };
  double sum = 0.0;
  for (std::size_t y = 1; y + 1 < image.height(); ++y) {
    for (std::size_t x = 1; x + 1 < image.width(); ++x) {
      const auto bend = [&](std::size_t v) {
        return residual(x - 1, v) - 2.0 * residual(x, v) + residual(x + 1, v);
      };
      const double both = bend(y - 1) - 2.0 * bend(y) + bend(y + 1);
      sum += both * both;
    }
  }
  return sum / (36.0 * static_cast<double>((image.width() - 2) * (image.height() - 2)));
}

}  // namespace

double sum_squared_residuals(const Raster& image, const Raster& model) {
  return 2.0 * evaluate_objective(image, model, {.noise = NoiseModel::gaussian});
}

double reduce_chi_square(const Raster& image, const Raster& model, const Likelihood& likelihood,
                         std::size_t parameters) {
  if (likelihood.noise == NoiseModel::poisson) {
    return reduce_pearson(image, model, likelihood, parameters);
  }
  if (image.width() < 3 || image.height() < 3) return undetermined;
  const double noise = estimate_noise_variance(image, model);
  const double pixels = static_cast<double>(image.width() * image.height());
  const double freedom = degrees_of_freedom(pixels, parameters);
  if (noise <= 0.0 || freedom <= 0.0) return undetermined;
  return sum_squared_residuals(image, model) / freedom / noise;
}

bool shows_noise(const Raster& image, const Raster& model, const Likelihood& likelihood,
                 std::size_t parameters) {
  double largest = 0.0;
  double highest = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      largest = std::max(largest, std::abs(image.row(y)[x]));
      highest = std::max(highest, model.row(y)[x]);
    }
  }
  if (likelihood.noise == NoiseModel::poisson) return highest > likelihood.floor;
  const double pixels = static_cast<double>(image.width() * image.height());
  if (degrees_of_freedom(pixels, parameters) <= 0.0) return false;
  const double rounding = std::numeric_limits<double>::epsilon() * largest;
  return sum_squared_residuals(image, model) > pixels * rounding * rounding;
}

}  // namespace adatom::columns
