#include "likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "adatom/base/parallel.h"
#include "render.h"

namespace adatom::columns {
namespace {

// The sum of term(x, y) over all pixels: bands in parallel, then added in their order.
template <class Term>
double sum_pixels(std::size_t width, std::size_t height, const Term& term) {
  std::vector<double> bands((height + rows_per_band - 1) / rows_per_band, 0.0);
  parallel_for(bands.size(), [&](std::size_t band) {
    const std::size_t end = std::min(height, (band + 1) * rows_per_band);
    double sum = 0.0;
    for (std::size_t y = band * rows_per_band; y < end; ++y) {
      for (std::size_t x = 0; x < width; ++x) sum += term(x, y);
    }
    bands[band] = sum;
  });
  double sum = 0.0;
  for (const double band : bands) sum += band;
  return sum;
}

// Half the deviance of n counts where lambda > 0 are expected. Counts below zero (an image from
// which something was subtracted) keep the part that depends on lambda.
double half_deviance(double n, double lambda) {
  if (n > 0.0) return lambda - n - n * std::log(lambda / n);
  return lambda - n * std::log(lambda);
}

double poisson_term(double n, double lambda, double lambda_floor) {
  if (lambda >= lambda_floor) return half_deviance(n, lambda);
  const double residual = n - lambda;
  const double residual_floor = n - lambda_floor;
  return half_deviance(n, lambda_floor) +
         (residual * residual - residual_floor * residual_floor) / (2.0 * lambda_floor);
}

double sum_squares(const Raster& image, const Raster& model) {
  return sum_pixels(image.width(), image.height(), [&](std::size_t x, std::size_t y) {
    const double residual = image.row(y)[x] - model.row(y)[x];
    return residual * residual;
  });
}

double sum_deviance(const Raster& image, const Raster& model, const Likelihood& likelihood) {
  const double c = likelihood.counts_per_unit;
  const double lambda_floor = c * likelihood.floor;
  return sum_pixels(image.width(), image.height(), [&](std::size_t x, std::size_t y) {
    return poisson_term(c * image.row(y)[x], c * model.row(y)[x], lambda_floor);
  });
}

}  // namespace

double curve_pixel(double image, double model, const Likelihood& likelihood) {
  const double expected = likelihood.weight(model);
  if (likelihood.noise == NoiseModel::gaussian || model <= likelihood.floor) return expected;
  return expected * std::max(0.0, image) / model;
}

double evaluate_objective(const Raster& image, const Raster& model, const Likelihood& likelihood) {
  if (likelihood.noise == NoiseModel::gaussian) return 0.5 * sum_squares(image, model);
  return sum_deviance(image, model, likelihood);
}

void weigh_pixels(const Raster& image, const Raster& model, const Likelihood& likelihood,
                  Curvature curvature, Raster& weight, Raster& pull) {
  parallel_ranges(image.height(), rows_per_band, [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) {
      const double* data = image.row(y);
      const double* fitted = model.row(y);
      double* w = weight.row(y);
      double* q = pull.row(y);
      for (std::size_t x = 0; x < image.width(); ++x) {
        const double expected = likelihood.weight(fitted[x]);
        q[x] = expected * (data[x] - fitted[x]);
        w[x] = curvature == Curvature::expected ? expected
                                                : curve_pixel(data[x], fitted[x], likelihood);
      }
    }
  });
}

double evaluate_log_likelihood(const Raster& image, const Raster& model,
                               const Likelihood& likelihood) {
  if (likelihood.noise == NoiseModel::gaussian) {
    const double pixels = static_cast<double>(image.width() * image.height());
    // An exact fit has no finite likelihood; the smallest normal variance stands for it.
    const double variance =
        std::max(sum_squares(image, model) / pixels, std::numeric_limits<double>::min());
    return -0.5 * pixels * (std::log(2.0 * std::numbers::pi * variance) + 1.0);
  }
  const double c = likelihood.counts_per_unit;
  // ln P(n) = -half deviance + n ln n - n - ln n!, the last three of which no parameter changes.
  const double constant =
      sum_pixels(image.width(), image.height(), [&](std::size_t x, std::size_t y) {
        const double n = c * image.row(y)[x];
        return n > 0.0 ? n * std::log(n) - n - std::lgamma(n + 1.0) : 0.0;
      });
  return constant - sum_deviance(image, model, likelihood);
}

}  // namespace adatom::columns
