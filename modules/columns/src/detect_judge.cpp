#include "detect_judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "adatom/numeric/filter.h"
#include "adatom/numeric/statistics.h"
#include "detect_peaks.h"

namespace adatom::columns::detail {
namespace {

// Heights are never known better than this part of the highest one: no frame is a perfect sum of
// Gaussians, and none that is free of noise should show rounding errors as columns.
constexpr double least_relative_error = 2e-3;
// The model's faults are weighed over so many widths about a place (standard deviation of the
// weights), and follow the light smoothed over so many.
constexpr double misfit_widths = 4.0;
constexpr double light_widths = 1.5;
constexpr numeric::Edge mirror = numeric::Edge::mirror;
// A spot whose height shrinks when a local background is free is a halo rather than a peak: its z
// shrinks with the square of what is left, beyond so many standard errors.
constexpr double peak_doubt = 2.0;
constexpr double weak_height = 0.3;       // of the highest: stronger spots are no halos
constexpr double predicted_radius = 0.3;  // of the distance of near columns
constexpr double crowding_distance = 0.7;
constexpr double crowding_log_odds = -15.0;
// Where the model's faults exceed the noise, one column that moved looks like two: z is divided by
// their ratio once more, at most by this.
constexpr double crowding_doubt = 4.0;
constexpr std::size_t least_columns_for_crowding = 8;

// Decoys: the residual's minima, judged as if they were columns of negative height. Nothing real is
// there, so they show how far the faults of the model reach. In pure noise nine of ten minima
// beyond two standard deviations stay above three.
constexpr double decoy_gate = 2.0;
constexpr double decoy_quantile = 0.97;
constexpr double decoy_level = 3.5;
constexpr std::size_t least_decoys = 10;
constexpr double shared_limit = 0.1;

double value_at(const Grid<double>& map, double x, double y) {
  const auto clamp = [](double at, std::size_t n) {
    return static_cast<std::size_t>(std::clamp(std::round(at), 0.0, static_cast<double>(n - 1)));
  };
  return map(clamp(x, map.width()), clamp(y, map.height()));
}

// Bilinear interpolation between the centres of square blocks of pixels.
double value_between(const Grid<double>& blocks, std::size_t block, std::size_t x, std::size_t y) {
  const auto place = [&](std::size_t at, std::size_t n) {
    const auto side = static_cast<double>(block);
    return std::clamp((static_cast<double>(at) + 0.5) / side - 0.5, 0.0,
                      static_cast<double>(n - 1));
  };
  const double u = place(x, blocks.width());
  const double v = place(y, blocks.height());
  const auto left = static_cast<std::size_t>(u);
  const auto above = static_cast<std::size_t>(v);
  const std::size_t right = std::min(left + 1, blocks.width() - 1);
  const std::size_t below = std::min(above + 1, blocks.height() - 1);
  const double du = u - static_cast<double>(left);
  const double dv = v - static_cast<double>(above);
  return (1.0 - dv) * ((1.0 - du) * blocks(left, above) + du * blocks(right, above)) +
         dv * ((1.0 - du) * blocks(left, below) + du * blocks(right, below));
}

}  // namespace

Judge::Judge(const SpotModel& model, const NoiseCurve& noise, const Grid<double>& brightness,
             const Grid<unsigned char>& flat, Scrutiny scrutiny)
    : model_(model),
      scrutiny_(scrutiny),
      noise_(brightness.width(), brightness.height()),
      significance_(numeric::gaussian_filter(model.residual(), model.width(), mirror)),
      distance_(median_nearest_distance(model.neighbours().points())) {
  const double rho = model.width();
  // A lone spot's height is sum r g / (pi rho^2), of variance sigma^2 / (pi rho^2); the filter gave
  // sum r g / (2 pi rho^2).
  const double factor = 2.0 * std::sqrt(std::numbers::pi) * rho;
  for (std::size_t i = 0; i < significance_.size(); ++i) {
    noise_.values()[i] = noise.sigma(brightness.values()[i]);
    significance_.values()[i] *= factor;
  }
  measure_misfit(flat);
  const double floor = least_relative_error * model.max_height() * 0.5 * factor + 1e-12;
  for (std::size_t i = 0; i < significance_.size(); ++i) {
    const double sigma = sigma_.values()[i];
    significance_.values()[i] /= std::sqrt(sigma * sigma + floor * floor);
  }
  hear_decoys();
}

// Where the filtered residual falls below zero it does so by noise or by a fault of the model,
// while above zero columns may be missing. So misfit^2 = excess of the negative part over the
// noise, as a part of the light squared, about each place.
void Judge::measure_misfit(const Grid<unsigned char>& flat) {
  const double rho = model_.width();
  const Grid<double> spots = model_.light();
  const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(0.5 * rho)));
  const auto blocks = static_cast<double>(block);
  Grid<double> light((spots.width() + block - 1) / block, (spots.height() + block - 1) / block);
  Grid<double> excess(light.width(), light.height());
  Grid<double> pixels(light.width(), light.height());  // that carry noise
  for (std::size_t y = 0; y < spots.height(); ++y) {
    for (std::size_t x = 0; x < spots.width(); ++x) {
      light(x / block, y / block) += spots(x, y) / (blocks * blocks);
      if (flat(x, y) != 0) continue;
      const double negative = std::min(significance_(x, y), 0.0);
      // Noise has half its variance below zero.
      excess(x / block, y / block) += negative * negative - 0.5 * noise_(x, y) * noise_(x, y);
      pixels(x / block, y / block) += 0.5;
    }
  }
  light = numeric::gaussian_filter(light, light_widths * rho / blocks, mirror);
  Grid<double> reference = pixels;
  for (std::size_t i = 0; i < light.size(); ++i) {
    reference.values()[i] *= light.values()[i] * light.values()[i];
  }
  excess = numeric::gaussian_filter(excess, misfit_widths * rho / blocks, mirror);
  reference = numeric::gaussian_filter(reference, misfit_widths * rho / blocks, mirror);
  Grid<double> misfit(light.width(), light.height());
  for (std::size_t i = 0; i < light.size(); ++i) {
    const double part = excess.values()[i];
    const double whole = reference.values()[i];
    if (!(part > 0.0) || !(whole > 1e-12 * part)) continue;
    misfit.values()[i] = std::sqrt(part / whole) * light.values()[i];
  }
  sigma_ = noise_;
  for (std::size_t y = 0; y < spots.height(); ++y) {
    for (std::size_t x = 0; x < spots.width(); ++x) {
      const double extra = value_between(misfit, block, x, y);
      sigma_(x, y) = std::sqrt(noise_(x, y) * noise_(x, y) + extra * extra);
    }
  }
}

void Judge::hear_decoys() {
  Grid<double> mirrored = significance_;
  for (double& value : mirrored.values()) value = -value;
  std::array<std::vector<double>, 2> decoys;
  for (const Peak& peak : local_maxima(mirrored, decoy_gate)) {
    const Evidence evidence = model_.candidate(peak.x, peak.y);
    decoys[company(evidence)].push_back(
        -evidence.height / height_error(evidence, peak.x, peak.y, model_.max_height()) *
        peak_factor(evidence, peak.x, peak.y));
  }
  for (std::size_t k = 0; k < decoys.size(); ++k) {
    if (decoys[k].size() < least_decoys) continue;
    decoy_excess_[k] = std::max(1.0, numeric::quantile(decoys[k], decoy_quantile) / decoy_level);
  }
}

// Spots whose profile others share much of meet other faults of the model than those in the open.
std::size_t Judge::company(const Evidence& evidence) {
  return evidence.shared > shared_limit ? 1 : 0;
}

bool Judge::crowded(double x, double y, std::size_t itself) const {
  return model_.spots().size() >= least_columns_for_crowding &&
         model_.neighbours().nearest_distance(x, y, itself) < crowding_distance * distance_;
}

double Judge::height_error(const Evidence& evidence, double x, double y, double highest) const {
  const double sigma = value_at(sigma_, x, y) * decoy_excess_[company(evidence)];
  return std::hypot(sigma / std::sqrt(evidence.information), least_relative_error * highest) +
         1e-300;
}

// How much of the height stands above a local background; what noise explains is not counted.
double Judge::peak_factor(const Evidence& evidence, double x, double y) const {
  const bool strong = std::abs(evidence.height) > weak_height * model_.max_height();
  if (scrutiny_ == Scrutiny::lenient || strong || evidence.height == 0.0) return 1.0;
  const double sigma = value_at(noise_, x, y);
  const double doubt =
      peak_doubt * sigma / (std::sqrt(evidence.information) * std::abs(evidence.height));
  const double part = std::clamp(evidence.local_height / evidence.height + doubt, 0.0, 1.0);
  return part * part;
}

Verdict Judge::judge(const Evidence& evidence, double x, double y, Prior prior,
                     std::size_t itself) const {
  const double highest = std::max(model_.max_height(), evidence.height) + 1e-300;
  const double error = height_error(evidence, x, y, highest);
  Verdict verdict;
  verdict.z = evidence.height / error * peak_factor(evidence, x, y);
  const bool close = crowded(x, y, itself);
  if (close) {
    const double fault = value_at(sigma_, x, y) * decoy_excess_[company(evidence)];
    const double noise = value_at(noise_, x, y);
    verdict.z /= fault < crowding_doubt * noise ? std::max(1.0, fault / noise) : crowding_doubt;
  }
  if (verdict.z <= 0.0) {
    verdict.score = -1e3;
    return verdict;
  }
  const double rho = model_.width();
  const double variance = error * error * evidence.information;  // of a pixel, all errors included
  // H = 2 J^T J / sigma^2: on the height 2 I, on x and y pi h^2 each (sum of (dg/dx)^2 = pi / 2).
  const double log_det =
      std::log(2.0 * evidence.information / variance) +
      2.0 * std::log(std::numbers::pi * evidence.height * evidence.height / variance);
  const auto columns = static_cast<double>(model_.spots().size());
  const double near = predicted_radius * (distance_ > 0.0 ? distance_ : rho);
  const double area =
      prior == Prior::free ? static_cast<double>(noise_.size()) : std::numbers::pi * near * near;
  verdict.score = 0.5 * verdict.z * verdict.z + 1.5 * std::log(4.0 * std::numbers::pi) -
                  std::log(area * highest) - 0.5 * log_det;
  if (prior == Prior::free) verdict.score += std::log(std::max(columns, 1.0));
  if (close) verdict.score += crowding_log_odds;
  return verdict;
}

}  // namespace adatom::columns::detail
