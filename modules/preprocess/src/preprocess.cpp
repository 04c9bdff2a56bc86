#include "adatom/preprocess/preprocess.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"

namespace adatom::preprocess {

void PreprocessOptions::describe(OptionVisitor& v) {
  v.visit_group("normalise", "from detector units to fractions of the incident beam", normalise);
  v.visit_group("outliers", "hot and dead pixels", outliers);
  v.visit_group("crop", "a rectangle of the image", crop);
  v.visit_group("background", "the level of the vacuum or support", background);
  v.visit_group("register", "displacement of each frame from the first", registration);
}

std::vector<OptionIssue> PreprocessOptions::validate() const {
  std::vector<OptionIssue> issues;
  const auto add = [&issues](const char* group, std::vector<OptionIssue> part) {
    for (auto& issue : part) {
      issues.push_back({std::string(group) + '.' + issue.name, std::move(issue.message)});
    }
  };
  add("normalise", normalise.validate());
  add("outliers", outliers.validate());
  add("crop", crop.validate());
  add("background", background.validate());
  add("register", registration.validate());
  return issues;
}

std::optional<DetectorLevels> detector_levels(const NormaliseOptions& options,
                                              const std::optional<Grid<double>>& detector_map) {
  require_valid(options.validate());
  switch (options.method) {
    case NormaliseMethod::off:
      return std::nullopt;
    case NormaliseMethod::levels: {
      DetectorLevels levels;
      levels.vacuum_level = *options.vacuum_level;
      levels.detector_level = *options.detector_level;
      return levels;
    }
    case NormaliseMethod::detector_map:
      if (!detector_map) {
        throw InputError({.what = "the detector map is missing",
                          .where = options.detector_map.path,
                          .why = {},
                          .remedy = {}});
      }
      return measure_detector_map(*detector_map);
  }
  return std::nullopt;
}

namespace {

// Nothing after this can work with such pixels.
void warn_of_non_finite(const Grid<double>& image, std::vector<std::string>& warnings) {
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (std::isfinite(image.values()[i])) continue;
    if (count++ == 0) first = i;
  }
  if (count == 0) return;
  warnings.push_back(std::to_string(count) + " pixels are NaN or infinite, the first at x = " +
                     std::to_string(first % image.width()) +
                     ", y = " + std::to_string(first / image.width()) +
                     "; outliers.method replace fills them in from their neighbours");
}

}  // namespace

PreprocessedFrame preprocess_frame(const Grid<double>& image, const PreprocessOptions& options,
                                   const std::optional<DetectorLevels>& levels) {
  PreprocessedFrame frame;
  frame.image = levels ? normalise(image, *levels) : image;
  if (options.outliers.method != OutlierMethod::off) {
    OutlierResult cleaned = replace_outliers(frame.image, options.outliers);
    frame.image = std::move(cleaned.image);
    frame.hot_pixels = cleaned.hot;
    frame.dead_pixels = cleaned.dead;
    // A detector has a few bad pixels; more means that the threshold hits the picture itself.
    if (static_cast<double>(cleaned.pixels.size()) > 0.01 * static_cast<double>(image.size())) {
      frame.warnings.push_back("more than 1 % of the pixels were replaced as outliers");
    }
  }
  if (!options.crop.off()) frame.image = crop(frame.image, options.crop);
  if (options.background.method != BackgroundMethod::off) {
    frame.background = fit_background(frame.image, options.background);
    frame.image = subtract_background(std::move(frame.image), *frame.background);
    frame.warnings.insert(frame.warnings.end(), frame.background->warnings.begin(),
                          frame.background->warnings.end());
  }
  warn_of_non_finite(frame.image, frame.warnings);
  return frame;
}

}  // namespace adatom::preprocess
