// Fits of all bodies, and what they have in common.
#include "search.h"

#include <algorithm>
#include <cmath>

namespace adatom::tracking {
namespace {

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

void Search::sweep(int steps) {
  double& shape_spread = field_->priors().shape_spread;
  const double usual = shape_spread;
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) {
    // Of two that touch one could stretch over both.
    const bool alone = field_->within(field_->bodies()[i].box).size() == 1;
    shape_spread = alone ? usual : stiff_spread;
    field_->fit(i, steps, Field::Finish::no);
  }
  shape_spread = usual;
}

void Search::sweep_neighbours(int steps) {
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) {
    const Body& body = field_->bodies()[i];
    if (body.alive && field_->within(body.box).size() > 1) field_->fit(i, steps, Field::Finish::no);
  }
}

void Search::measure_contrast() {
  std::vector<double> contrasts;
  Priors& priors = field_->priors();
  for (const Body& body : field_->bodies()) {
    if (body.alive && body.shape.radius > 2.5 * priors.blur) {
      contrasts.push_back(body.shape.contrast);
    }
  }
  if (contrasts.size() < 5) return;
  priors.contrast = median_of(contrasts);
  contrast_ = std::abs(priors.contrast);
}

void Search::measure_whole_ones() {
  constexpr double least = 10.0;
  constexpr double longest_e = 0.3;  // what is longer may be two
  const Priors& priors = field_->priors();
  double n = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  double contrast = 0.0;
  double shape = 0.0;
  std::vector<std::size_t> cut;
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) {
    const Body& body = field_->bodies()[i];
    if (!body.alive) continue;
    if (field_->reaches_out(body.shape)) {
      cut.push_back(i);
      continue;
    }
    const double e = std::hypot(body.shape.e1, body.shape.e2);
    if (body.shape.radius < 2.0 * priors.blur || e > longest_e) continue;
    n += 1.0;
    sum += body.shape.radius;
    squares += body.shape.radius * body.shape.radius;
    contrast += std::pow(body.shape.contrast / priors.contrast - 1.0, 2);
    shape += 0.5 * e * e;
  }
  if (n < least) return;
  PartPriors& parts = field_->part_priors();
  // Not narrower than these, however alike those in the frame are.
  parts.radius = sum / n;
  parts.radius_spread = std::hypot(
      std::sqrt(std::max(squares / n - parts.radius * parts.radius, 0.0)), 0.2 * parts.radius);
  parts.contrast_spread = std::hypot(std::sqrt(contrast / n), 0.05);
  parts.shape_spread = std::hypot(std::sqrt(shape / n), 0.05);
  for (const std::size_t i : cut) field_->fit(i, 10, Field::Finish::no);
}

}  // namespace adatom::tracking
