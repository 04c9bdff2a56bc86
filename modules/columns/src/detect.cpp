#include "adatom/columns/detect.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"
#include "detect_noise.h"
#include "detect_peaks.h"
#include "detect_search.h"

namespace adatom::columns {
namespace {

// Scales searched when the width is not given: columns in transmission electron microscopes are
// 0.3 to 1 A wide, and no blob narrower than a pixel is told from noise.
constexpr double narrowest_angstrom = 0.25;
constexpr double widest_angstrom = 1.3;
constexpr double narrowest_px = 1.2;
constexpr std::size_t least_side_px = 8;

void require_input(const Grid<double>& image, double pixel_size_angstrom,
                   const DetectionOptions& options) {
  require_valid(options.validate());
  if (!std::isfinite(pixel_size_angstrom) || pixel_size_angstrom <= 0.0) {
    throw InputError(Complaint{.what = "the pixel size must be positive",
                               .where = "pixel size",
                               .why = {},
                               .remedy = "give it in angstrom"});
  }
  if (image.width() < least_side_px || image.height() < least_side_px) {
    throw InputError(Complaint{.what = "the image is too small to find columns in",
                               .where = {},
                               .why = "it is " + std::to_string(image.width()) + " x " +
                                      std::to_string(image.height()) + " pixels, 8 x 8 are needed",
                               .remedy = {}});
  }
  if (!std::ranges::all_of(image.values(), [](double v) { return std::isfinite(v); })) {
    throw InputError(Complaint{.what = "the image has pixels that are no finite number",
                               .where = {},
                               .why = {},
                               .remedy = "replace them, for instance by the outlier filter"});
  }
}

// The image from 0 (its median) in units of its range, so that nothing depends on its unit.
struct Normalised {
  Grid<double> image;
  double offset;
  double unit;
};

Normalised normalise(const Grid<double>& image) {
  const auto [low, high] = std::ranges::minmax_element(image.values());
  Normalised result{image, numeric::median(image.values()), *high - *low};
  if (!(result.unit > 0.0)) return result;
  for (double& value : result.image.values()) value = (value - result.offset) / result.unit;
  return result;
}

std::vector<detail::Spot> as_spots(const std::vector<detail::Peak>& peaks) {
  std::vector<detail::Spot> spots;
  spots.reserve(peaks.size());
  for (const detail::Peak& peak : peaks) spots.push_back({peak.x, peak.y, 0.0, {peak.x, peak.y}});
  return spots;
}

void fill_result(const detail::Search& search, const Grid<double>& image,
                 double pixel_size_angstrom, const Normalised& normalised,
                 DetectionResult& result) {
  std::vector<detail::Found> found = search.found();
  const auto last_x = static_cast<double>(image.width() - 1);
  const auto last_y = static_cast<double>(image.height() - 1);
  // Columns centred beyond the border were modelled for their light inside only.
  std::erase_if(found, [&](const detail::Found& f) {
    return f.spot.x < 0.0 || f.spot.y < 0.0 || f.spot.x > last_x || f.spot.y > last_y;
  });
  std::ranges::sort(found, [](const detail::Found& a, const detail::Found& b) {
    return a.spot.y != b.spot.y ? a.spot.y < b.spot.y : a.spot.x < b.spot.x;
  });
  std::vector<detail::Point> points;
  for (const detail::Found& f : found) {
    result.positions.push_back({f.spot.x * pixel_size_angstrom, f.spot.y * pixel_size_angstrom});
    result.scores.push_back(f.score);
    result.heights.push_back(f.spot.height * normalised.unit);
    points.push_back({f.spot.x, f.spot.y});
  }
  const std::array<double, 3>& plane = search.model().plane();
  result.background.level = normalised.offset + normalised.unit * plane[0];
  result.background.slope_x_per_angstrom = normalised.unit * plane[1] / pixel_size_angstrom;
  result.background.slope_y_per_angstrom = normalised.unit * plane[2] / pixel_size_angstrom;
  if (found.empty()) return;
  result.width_angstrom = search.model().width() * pixel_size_angstrom;
  result.nearest_distance_angstrom = detail::median_nearest_distance(points) * pixel_size_angstrom;
}

}  // namespace

void DetectionOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width_angstrom",
           .unit = "angstrom",
           .help = "width (standard deviation) of a column; empty: estimated from the image",
           .min = 0.05,
           .max = 10.0},
          width_angstrom);
  v.visit({.name = "min_distance_angstrom",
           .unit = "angstrom",
           .help = "smallest distance of two columns; empty: no limit but the evidence",
           .min = 0.0,
           .max = 100.0},
          min_distance_angstrom);
  v.visit({.name = "threshold_sigma",
           .help = "a column's height must stand so many standard errors above zero",
           .min = 1.0,
           .max = 100.0},
          threshold_sigma);
  v.visit({.name = "use_lattice",
           .help = "look for weak columns where the lattice of their neighbours predicts them"},
          use_lattice);
}

std::vector<OptionIssue> DetectionOptions::validate() const { return check_ranges(*this); }

DetectionResult detect_columns(const Grid<double>& image, double pixel_size_angstrom,
                               const DetectionOptions& options, Progress& progress) {
  require_input(image, pixel_size_angstrom, options);
  DetectionResult result;
  const Normalised normalised = normalise(image);
  result.background.level = normalised.offset;
  if (!(normalised.unit > 0.0)) {
    result.warnings.emplace_back("no column found: all pixels are equal");
    return result;
  }
  const detail::NoiseCurve noise(normalised.image);
  const double side_px = static_cast<double>(std::min(image.width(), image.height()));
  const double low_px = std::max(narrowest_px, narrowest_angstrom / pixel_size_angstrom);
  const double high_px =
      std::clamp(widest_angstrom / pixel_size_angstrom, low_px, std::max(low_px, side_px / 6.0));
  const double scale_px =
      options.width_angstrom
          ? std::max(*options.width_angstrom / pixel_size_angstrom, 0.7)
          : detail::blob_scale(normalised.image, noise, low_px, high_px, options.threshold_sigma);
  stop_if_cancelled(progress);
  if (scale_px > 0.0) {
    const detail::SearchSettings settings{
        .threshold = options.threshold_sigma,
        .min_distance_px = options.min_distance_angstrom.value_or(0.0) / pixel_size_angstrom,
        .use_lattice = options.use_lattice,
        .fit_width = !options.width_angstrom.has_value()};
    detail::Search search(normalised.image, noise, scale_px, settings);
    search.run(
        as_spots(detail::find_blobs(normalised.image, noise, scale_px, options.threshold_sigma)),
        progress);
    fill_result(search, image, pixel_size_angstrom, normalised, result);
  }
  if (result.positions.empty()) {
    result.warnings.emplace_back("no column found: nothing stands " +
                                 std::to_string(std::lround(options.threshold_sigma)) +
                                 " standard errors above the background");
  }
  return result;
}

}  // namespace adatom::columns
