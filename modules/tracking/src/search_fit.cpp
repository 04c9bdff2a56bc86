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

void Search::measure_blur() {
  constexpr std::size_t wanted = 40;
  const auto width = static_cast<double>(memory_.data.width());
  const auto height = static_cast<double>(memory_.data.height());
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < field_->bodies().size() && chosen.size() < wanted; ++i) {
    const Body& body = field_->bodies()[i];
    const Shape& shape = body.shape;
    const double r = 2.0 * shape.radius;
    const bool inside = shape.x > r && shape.y > r && shape.x + r < width && shape.y + r < height;
    if (!inside || shape.radius < 3.5 || std::hypot(shape.e1, shape.e2) > 0.3) continue;
    if (field_->within(body.box).size() == 1) chosen.push_back(i);
  }
  if (chosen.size() < 3) return;
  double& blur = field_->priors().blur;
  double outline_variance = 0.0;
  for (int round = 0; round < 8; ++round) {
    double gradient = 0.0;
    double information = 0.0;
    double variance = 0.0;
    for (const std::size_t i : chosen) {
      field_->body(i).shape.blur = blur;
      field_->fit(i, round == 0 ? 5 : 2, Field::Finish::no);
      const Field::BlurEvidence evidence = field_->blur_evidence(i);
      gradient += evidence.gradient;
      information += evidence.information;
      variance += evidence.information * evidence.outline_variance;
    }
    if (!(information > 0.0)) break;
    const double step = std::clamp(gradient / information, -0.4, 0.4);
    blur = std::clamp(blur + step, 0.35, 8.0);
    outline_variance = variance / information;
    if (std::abs(step) < std::max(0.3 / std::sqrt(information), 0.002)) break;
  }
  // A fitted outline follows the noise, which makes edges look sharper by its own variance, as the
  // scatter about a sample's own mean is less than about the true one.
  blur = std::hypot(blur, std::sqrt(outline_variance));
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) field_->body(i).shape.blur = blur;
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
