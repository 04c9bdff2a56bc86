// The blur that all edges of a frame have in common.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "search.h"

namespace adatom::tracking {
namespace {

constexpr double least_blur = 0.35;
constexpr double most_blur = 8.0;
/// Fewer bodies do not tell it.
constexpr std::size_t least_bodies = 3;

/// Where the parabola through three values, at -1, 0 and 1, is lowest.
double lowest_of(double before, double at, double after) {
  const double bend = before - 2.0 * at + after;
  return bend > 0.0 ? std::clamp(0.5 * (before - after) / bend, -1.0, 1.0) : 0.0;
}

}  // namespace

std::vector<std::size_t> Search::lone_bodies(double radius_min, std::size_t most) const {
  const auto width = static_cast<double>(memory_.data.width());
  const auto height = static_cast<double>(memory_.data.height());
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < field_->bodies().size() && chosen.size() < most; ++i) {
    const Body& body = field_->bodies()[i];
    const Shape& shape = body.shape;
    const double r = 2.0 * shape.radius;
    const bool inside = shape.x > r && shape.y > r && shape.x + r < width && shape.y + r < height;
    if (!inside || shape.radius < radius_min || std::hypot(shape.e1, shape.e2) > 0.3) continue;
    if (field_->within(body.box).size() == 1) chosen.push_back(i);
  }
  return chosen;
}

double Search::reduced_chi2_of(const std::vector<std::size_t>& which) const {
  double chi2 = 0.0;
  double pixels = 0.0;
  for (const std::size_t i : which) {
    chi2 += field_->bodies()[i].chi2;
    pixels += field_->bodies()[i].pixels;
  }
  return pixels > 0.0 ? chi2 / pixels : 0.0;
}

void Search::measure_blur() {
  constexpr std::size_t wanted = 40;
  constexpr double edge_radius = 3.5;  // smaller ones hardly have an edge of their own
  /// Of the reduced chi2: more is not noise, and the bodies are not what the model takes them for.
  constexpr double misfit = 2.0;
  std::vector<std::size_t> chosen = lone_bodies(edge_radius, wanted);
  std::optional<double> found;
  if (chosen.size() >= least_bodies) {
    found = blur_of_edges(chosen);
  } else {
    chosen = lone_bodies(0.0, wanted);
    for (const std::size_t i : chosen) field_->fit(i, 5, Field::Finish::no);
  }
  if (reduced_chi2_of(chosen) > misfit) {
    if (const auto best = blur_by_likelihood()) found = best;
  }
  if (!found) return;
  field_->priors().blur = *found;
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) field_->body(i).shape.blur = *found;
}

double Search::blur_of_edges(const std::vector<std::size_t>& which) {
  double blur = field_->priors().blur;
  double outline_variance = 0.0;
  for (int round = 0; round < 8; ++round) {
    double gradient = 0.0;
    double information = 0.0;
    double variance = 0.0;
    for (const std::size_t i : which) {
      field_->body(i).shape.blur = blur;
      field_->fit(i, round == 0 ? 5 : 2, Field::Finish::no);
      const Field::BlurEvidence evidence = field_->blur_evidence(i);
      gradient += evidence.gradient;
      information += evidence.information;
      variance += evidence.information * evidence.outline_variance;
    }
    if (!(information > 0.0)) break;
    const double step = std::clamp(gradient / information, -0.4, 0.4);
    blur = std::clamp(blur + step, least_blur, most_blur);
    outline_variance = variance / information;
    if (std::abs(step) < std::max(0.3 / std::sqrt(information), 0.002)) break;
  }
  // A fitted outline follows the noise, which makes edges look sharper by its own variance, as the
  // scatter about a sample's own mean is less than about the true one.
  return std::hypot(blur, std::sqrt(outline_variance));
}

// What the fits leave is not noise of a known variance here, so that each body has a variance of
// its own: at its most likely value -2 log L = n log(sum of squares) but for a constant. So a few
// that are unlike all others, however bright, count no more than any.
std::optional<double> Search::blur_by_likelihood() {
  constexpr std::size_t wanted = 300;
  constexpr double factor = 1.25;
  constexpr std::array<double, 2> limits = {0.5, 4.0};
  const std::vector<std::size_t> chosen = lone_bodies(0.0, wanted);
  if (chosen.size() < least_bodies) return std::nullopt;
  const double start = field_->priors().blur;
  std::vector<Box> windows;  // the same pixels for all blurs
  for (const std::size_t i : chosen) windows.push_back(field_->bodies()[i].box);
  const auto cost_of = [&](double blur) {
    double cost = 0.0;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      field_->body(chosen[k]).shape.blur = blur;
      field_->fit(chosen[k], 6, Field::Finish::no);
      const auto n =
          static_cast<double>((windows[k].x1 - windows[k].x0) * (windows[k].y1 - windows[k].y0));
      cost += n * std::log(std::max(field_->squares(windows[k]), 1e-9));
    }
    return cost;
  };
  // Downhill until it rises again.
  double at = start;
  double here = cost_of(at);
  double shorter = cost_of(at / factor);
  double longer = cost_of(at * factor);
  while (shorter < here && at / factor > limits[0]) {
    at /= factor;
    longer = here;
    here = shorter;
    shorter = cost_of(at / factor);
  }
  while (longer < here && at * factor < limits[1]) {
    at *= factor;
    shorter = here;
    here = longer;
    longer = cost_of(at * factor);
  }
  return at * std::pow(factor, lowest_of(shorter, here, longer));
}

}  // namespace adatom::tracking
