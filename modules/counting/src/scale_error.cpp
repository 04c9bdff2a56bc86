#include "scale_error.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/parallel.h"
#include "search.h"

namespace adatom::counting {

namespace {

// Both to a few per cent of the standard error, which is all it is good for.
constexpr int coarse_points = 40;
constexpr int fine_points = 4;
constexpr double profile_tolerance = 1e-6;

/// Standard error of the scale from the scores of the single columns at the maximum, the other
/// parameters held: how finely the likelihood has to be followed there.
double narrowest_error(const Sample& sample, const Candidate& best) {
  const auto& mixture = best.mixture();
  const auto e = numeric::expect(sample.sorted, best.model, mixture);
  const std::size_t components = mixture.components();
  double information = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double score = 0.0;
    for (std::size_t k = 0; k < components; ++k) {
      double variance = mixture.sigma * mixture.sigma;
      variance += sample.item_variance.empty()
                      ? sample.variance_per_mean * std::abs(mixture.means[k])
                      : sample.item_variance[i];
      score += e.responsibilities[i * components + k] * mixture.means[k] *
               (sample.sorted[i] - mixture.means[k]) / variance;
    }
    score /= mixture.coefficients[0];
    information += score * score;
  }
  return information > 0.0 ? 1.0 / std::sqrt(information) : 1.0;
}

std::vector<double> scales_to_try(double best, double error, double limit) {
  std::vector<double> scales;
  for (int j = 0; j <= coarse_points; ++j) {
    scales.push_back(1.0 - limit + 2.0 * limit * static_cast<double>(j) / coarse_points);
  }
  for (int j = -fine_points; j <= fine_points; ++j) scales.push_back(best + j * error);
  std::erase_if(scales, [&](double a) { return std::abs(a - 1.0) > limit * (1.0 + 1e-12); });
  std::sort(scales.begin(), scales.end());
  scales.erase(std::unique(scales.begin(), scales.end()), scales.end());
  return scales;
}

/// The fit at one scale.
struct Point {
  double log_posterior = 0.0;
  double probability = 0.0;
  double total = 0.0;
  std::vector<double> counts;  ///< mean count of each sorted item
};

Point fit_at(const Sample& sample, const Library& library, std::size_t most, double scale,
             double sigma, const CountingOptions& options) {
  numeric::MixtureModel model = sample.model();
  model.rule = numeric::MeanRule::fixed;
  std::vector<double> means = library_means(library, most, options.allow_zero);
  for (double& mean : means) mean *= scale;
  const numeric::MixtureFit fit =
      numeric::fit_mixture(sample.sorted, model, equal_weights(std::move(means), sigma),
                           options.max_iterations, std::max(options.tolerance, profile_tolerance));
  const auto e = numeric::expect(sample.sorted, model, fit.mixture);
  const auto atoms = library_atoms(most, options.allow_zero);
  Point point;
  point.log_posterior =
      e.log_likelihood - 0.5 * std::pow((scale - 1.0) / options.library_scale_prior, 2);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double mean = 0.0;
    for (std::size_t k = 0; k < atoms.size(); ++k) {
      mean += e.responsibilities[i * atoms.size() + k] * static_cast<double>(atoms[k]);
    }
    point.counts.push_back(mean);
    point.total += mean;
  }
  return point;
}

/// Probabilities of the points from their posteriors and the intervals they stand for.
void set_probabilities(const std::vector<double>& scales, std::vector<Point>& points) {
  double largest = -1e300;
  for (const Point& point : points) largest = std::max(largest, point.log_posterior);
  double sum = 0.0;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const double low = scales[p == 0 ? 0 : p - 1];
    const double high = scales[p + 1 == points.size() ? p : p + 1];
    points[p].probability =
        std::exp(std::max(points[p].log_posterior - largest, -700.0)) * (high - low);
    sum += points[p].probability;
  }
  for (Point& point : points) point.probability /= sum;
}

}  // namespace

void set_scale_error(const Sample& sample, const Library& library, std::size_t most,
                     const Candidate& best, const CountingOptions& options,
                     CountingResult& result) {
  const double chosen = best.mixture().coefficients[0];
  const double sigma = best.mixture().sigma;
  const std::vector<double> scales =
      scales_to_try(chosen, narrowest_error(sample, best), 3.0 * options.library_scale_prior);
  std::vector<Point> points(scales.size());
  parallel_for(scales.size(), [&](std::size_t p) {
    points[p] = fit_at(sample, library, most, scales[p], sigma, options);
  });
  set_probabilities(scales, points);
  const Point here = fit_at(sample, library, most, chosen, sigma, options);
  double scale_square = 0.0;
  double total_square = 0.0;
  for (std::size_t p = 0; p < points.size(); ++p) {
    scale_square += points[p].probability * std::pow(scales[p] - chosen, 2);
    total_square += points[p].probability * std::pow(points[p].total - here.total, 2);
  }
  result.library_scale_stderr = std::sqrt(scale_square);
  if (total_square < 1e-12) return;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double shift = 0.0;
    for (const Point& point : points) {
      shift += point.probability * (point.total - here.total) * (point.counts[i] - here.counts[i]);
    }
    result.counts[sample.order[i]].scale_shift = shift / std::sqrt(total_square);
  }
}

}  // namespace adatom::counting
