#include "search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/cpu_clones.h"

namespace adatom::tracking {
namespace {

constexpr double usual_blur = 1.2;
/// The first look: wide enough for the noise of a few electrons per pixel.
constexpr double first_smoothing = 1.5;
/// The first look is at every so many rows.
constexpr std::size_t first_rows = 4;
/// What is left of an uneven background stays below it.
constexpr double least_contrast = 0.03;
/// Of the background, over its mean: it is divided by.
constexpr double least_level = 0.02;
/// Half of the usual contrast should be so many standard deviations of the smoothed noise.
constexpr double half_level_sigmas = 3.7;

// 1 - data / background where it counts, else 0; with the sign for bright particles.
ADATOM_CLONES
void signal_row(const float* data, const float* background, float sign, float* result,
                std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float s = sign * (data[i] / background[i] - 1.0F);
    result[i] = data[i] > 0.5F * no_value ? s : 0.0F;
  }
}

void keep_above(Plane& plane, double least) {
  for (std::size_t y = 0; y < plane.height(); ++y) {
    float* row = plane.row(y);
    for (std::size_t x = 0; x < plane.width(); ++x) {
      row[x] = std::max(row[x], static_cast<float>(least));
    }
  }
}

/// What lies less above the threshold has a ragged outline, and holes.
constexpr double torn_sigmas = 2.5;

}  // namespace

Search::Search(SearchMemory& memory, const SearchSettings& settings)
    : memory_(memory), settings_(settings) {}

void Search::run() {
  const auto block = static_cast<std::size_t>(std::max(64.0, 3.0 * settings_.radius_max));
  guess_background(memory_.data, settings_.contrast, block, memory_.background);
  noise_ = guess_noise(memory_.data);
  if (!find_regions()) return;
  measure_surroundings();
  field_.emplace(memory_.data, memory_.background, noise_, settings_.contrast, memory_.model);
  Priors& priors = field_->priors();
  priors.contrast = settings_.contrast == Contrast::dark ? -contrast_ : contrast_;
  priors.blur = settings_.blur.value_or(usual_blur);
  priors.radius_max = 1.3 * settings_.radius_max;
  place_bodies();
  if (!settings_.blur) measure_blur();
  sweep(6);
  sweep_neighbours(3);
  measure_contrast();
  measure_whole_ones();
  unite_heaps();
  divide_elongated();
  sort_out_overlaps();
  for (int round = 0; round < 2; ++round) {
    if (add_from_residuals() == 0) break;
  }
  prune();
  sweep_neighbours(4);
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) {
    field_->fit(i, 5, Field::Finish::yes);
  }
}

double Search::usual_contrast(double floor) {
  std::vector<float> above;
  for (std::size_t y = 0; y < memory_.smoothed.height(); y += first_rows) {
    const float* row = memory_.smoothed.row(y);
    const auto limit = static_cast<float>(floor);
    for (std::size_t x = 0; x < memory_.smoothed.width(); ++x) {
      if (row[x] > limit) above.push_back(row[x]);
    }
  }
  if (above.size() < 10) return 0.0;
  // Two thirds of the pixels of a particle lie within its edge.
  const auto at =
      above.begin() + static_cast<std::ptrdiff_t>(0.65 * static_cast<double>(above.size()));
  std::nth_element(above.begin(), at, above.end());
  return static_cast<double>(*at);
}

bool Search::find_regions() {
  const Plane& data = memory_.data;
  const double level = mean_of(memory_.background);
  if (!(level > 0.0)) return false;
  keep_above(memory_.background, least_level * level);
  memory_.signal.resize(data.width(), data.height());
  const float sign = settings_.contrast == Contrast::dark ? -1.0F : 1.0F;
  for (std::size_t y = 0; y < data.height(); ++y) {
    signal_row(data.row(y), memory_.background.row(y), sign, memory_.signal.row(y), data.width());
  }
  const double relative = std::sqrt(noise_.variance(level)) / level;
  const double noise =
      relative * smooth(memory_.signal, first_smoothing, memory_.smoothed, first_rows);
  contrast_ = usual_contrast(std::max(5.0 * noise, least_contrast));
  if (!(contrast_ > 0.0)) return false;
  // As fine as the noise lets it.
  const double wanted = half_level_sigmas * relative / (0.5 * contrast_);
  const double sigma =
      std::clamp(wanted / (2.0 * std::sqrt(std::numbers::pi)), 0.8, first_smoothing);
  const double left = relative * smooth(memory_.signal, sigma, memory_.smoothed);
  const double threshold = std::max(0.5 * contrast_, 3.9 * left);
  torn_below_ = threshold + torn_sigmas * left;
  regions_ = find_components(memory_.smoothed, threshold, 6);
  return !regions_.empty();
}

void Search::mark_regions() {
  const std::size_t width = memory_.data.width();
  const std::size_t height = memory_.data.height();
  constexpr std::size_t margin = 3;
  memory_.taken.assign(width * height, 0);
  for (const Component& region : regions_) {
    for (const Run& run : region.runs) {
      const std::size_t x0 = run.x0 > margin ? run.x0 - margin : 0;
      const std::size_t x1 = std::min(run.x1 + margin, width);
      const std::size_t y0 = run.y > margin ? run.y - margin : 0;
      const std::size_t y1 = std::min(run.y + margin + 1, height);
      for (std::size_t y = y0; y < y1; ++y) {
        std::fill_n(memory_.taken.begin() + static_cast<std::ptrdiff_t>(y * width + x0), x1 - x0,
                    std::uint8_t{1});
      }
    }
  }
}

void Search::measure_surroundings() {
  mark_regions();
  const std::size_t width = memory_.data.width();
  const std::size_t height = memory_.data.height();
  for (std::size_t y = 0; y < height; ++y) {
    const float* row = memory_.data.row(y);
    for (std::size_t x = 0; x < width; ++x) {
      if (row[x] < 0.5F * no_value) memory_.taken[y * width + x] = 1;
    }
  }
  // Inside of particles, away from their edges.
  std::vector<Run> inside;
  for (const Component& region : regions_) {
    for (const Run& run : region.runs) {
      if (run.x1 - run.x0 < 9 || run.y < region.y0 + 3 || run.y + 3 >= region.y1) continue;
      inside.push_back({run.y, run.x0 + 4, run.x1 - 4});
    }
  }
  noise_ = measure_noise(memory_.data, memory_.taken, inside);
  const double level = mean_of(memory_.background);
  measure_background(memory_.data, memory_.taken, 32, memory_.background);
  keep_above(memory_.background, least_level * level);
}

std::vector<Blob> Search::parts_of(const Component& region) {
  // As full as an ellipse and not long: one.
  const Blob whole = describe_component(region);
  const double ratio = std::exp(2.0 * std::hypot(whole.e1, whole.e2));
  if (whole.fullness > 0.96 && ratio < 1.5) return {whole};
  return split_component(region, 0.6);
}

void Search::place_bodies() {
  for (const Component& region : regions_) {
    const std::vector<Blob> parts = parts_of(region);
    for (const Blob& blob : parts) {
      if (blob.area < 5.0 ||
          blob.area > 1.7 * std::numbers::pi * settings_.radius_max * settings_.radius_max)
        continue;
      Shape shape;
      shape.x = blob.x;
      shape.y = blob.y;
      shape.radius = std::max(std::sqrt(blob.area / std::numbers::pi), 1.0);
      shape.contrast = field_->priors().contrast;
      shape.blur = field_->priors().blur;
      // How a region is cut says nothing of the shape of its parts.
      if (parts.size() == 1) {
        shape.e1 = blob.e1;
        shape.e2 = blob.e2;
      }
      field_->add(shape);
    }
  }
}

}  // namespace adatom::tracking
