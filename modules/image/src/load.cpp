#include "adatom/image/load.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

/// Pixel sizes and time steps this close are the same: what headers' float rounding leaves.
constexpr double same_within = 1e-3;
/// Files kept open by a series; more would run into the system's limit.
constexpr std::size_t most_open_files = 8;

bool same(double a, double b) { return std::abs(a - b) <= same_within * std::max(a, b); }

std::string size_text(std::size_t width, std::size_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

[[noreturn]] void refuse(const std::string& where, const std::string& what,
                         const std::string& why) {
  throw InputError(Complaint{what, where, why, "load it on its own"});
}

}  // namespace

double resolve_pixel_size(const Calibration& calibration, const LoadOptions& options,
                          const std::string& where) {
  const std::string& how_to_give = options.pixel_size_remedy;
  if (options.pixel_size_angstrom) {
    if (is_positive(*options.pixel_size_angstrom)) return *options.pixel_size_angstrom;
    throw InputError(Complaint{"the pixel size must be a positive number", where,
                               shortest(*options.pixel_size_angstrom) + " was given", ""});
  }
  const auto& x = calibration.pixel_size_x_angstrom;
  const auto& y = calibration.pixel_size_y_angstrom;
  if (!x && !y) {
    throw InputError(
        Complaint{"the pixel size is not known", where, "the file holds none", how_to_give});
  }
  const double first = x ? *x : *y;
  const double second = y ? *y : *x;
  if (!is_positive(first) || !is_positive(second)) {
    throw InputError(
        Complaint{"the file's pixel size is no positive number", where, "", how_to_give});
  }
  if (!same(first, second)) {
    throw InputError(Complaint{"the pixels are not square", where,
                               shortest(first) + " by " + shortest(second) + " angstrom",
                               "resample the image, or if this is wrong " + how_to_give});
  }
  return first;
}

FrameSeries::FrameSeries(std::vector<std::filesystem::path> paths, const LoadOptions& options)
    : paths_(std::move(paths)), first_{0}, signal_(options.signal) {
  if (paths_.empty()) throw InputError(Complaint{"no image file is given", "", "", ""});
  if (options.time_step_s && !is_positive(*options.time_step_s)) {
    throw InputError(Complaint{"the time step must be a positive number", "",
                               shortest(*options.time_step_s) + " was given", ""});
  }
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const auto where = paths_[i].string();
    const SeriesInfo info = reader(i)->info();
    for (const auto& warning : info.warnings) warnings_.push_back(where + ": " + warning);
    if (i == 0) take_first(info, options);
    if (info.width != width_ || info.height != height_) {
      refuse(where, "its frames do not match the series",
             size_text(info.width, info.height) + " pixels, " + paths_[0].string() + " has " +
                 size_text(width_, height_));
    }
    check_pixels(where, info, options);
    check_time_step(where, info, options);
    first_.push_back(first_.back() + info.frames);
  }
}

void FrameSeries::take_first(const SeriesInfo& info, const LoadOptions& options) {
  width_ = info.width;
  height_ = info.height;
  pixel_size_angstrom_ = options.space == PixelSpace::specimen
                             ? resolve_pixel_size(info.calibration, options, paths_[0].string())
                             : std::numeric_limits<double>::quiet_NaN();
  time_step_s_ = options.time_step_s ? options.time_step_s : info.calibration.time_step_s;
  calibration_ = info.calibration;
  acquisition_ = info.acquisition;
}

void FrameSeries::check_pixels(const std::string& where, const SeriesInfo& info,
                               const LoadOptions& options) {
  const bool specimen = options.space == PixelSpace::specimen;
  const std::string unit = specimen ? " angstrom" : " 1/angstrom";
  const auto& given =
      specimen ? options.pixel_size_angstrom : options.reciprocal_pixel_per_angstrom;
  const auto& own = specimen ? info.calibration.pixel_size_x_angstrom
                             : info.calibration.reciprocal_pixel_x_per_angstrom;
  if (given) {
    if (specimen) (void)resolve_pixel_size(info.calibration, options, where);
    if (own && std::abs(*own / *given - 1.0) > 0.01) {
      warnings_.push_back(where + ": the given pixel size of " + shortest(*given) + unit +
                          " overrules the file's " + shortest(*own));
    }
    return;
  }
  const auto differs = [&](double pixel, double first) {
    if (same(pixel, first)) return;
    refuse(where, "its pixel size does not match the series",
           shortest(pixel) + unit + ", " + paths_[0].string() + " has " + shortest(first));
  };
  if (specimen) {
    differs(resolve_pixel_size(info.calibration, options, where), pixel_size_angstrom_);
    return;
  }
  const auto& first = calibration_.reciprocal_pixel_x_per_angstrom;
  if (own && first) differs(*own, *first);
  if (own.has_value() != first.has_value()) {
    warnings_.push_back(where + ": some files of the series give a pixel size, some do not");
  }
}

void FrameSeries::check_time_step(const std::string& where, const SeriesInfo& info,
                                  const LoadOptions& options) {
  const auto step = options.time_step_s ? options.time_step_s : info.calibration.time_step_s;
  if (step && time_step_s_ && !same(*step, *time_step_s_)) {
    refuse(where, "its time step does not match the series",
           shortest(*step) + " s, " + paths_[0].string() + " has " + shortest(*time_step_s_));
  }
  if (step.has_value() == time_step_s_.has_value()) return;
  warnings_.push_back(where + ": some files of the series give a time step, some do not");
  if (!time_step_s_) time_step_s_ = step;
}

FrameSeries::Origin FrameSeries::origin(std::size_t frame) const {
  if (frame >= frames()) throw std::out_of_range("FrameSeries: no such frame");
  const auto after = std::upper_bound(first_.begin(), first_.end(), frame);
  const auto file = static_cast<std::size_t>(after - first_.begin()) - 1;
  return {paths_[file], frame - first_[file]};
}

std::shared_ptr<FrameReader> FrameSeries::reader(std::size_t file) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [file](const Open& open) { return open.file == file; });
  if (found != open_.end()) {
    std::rotate(found, found + 1, open_.end());
    return open_.back().reader;
  }
  if (open_.size() >= most_open_files) open_.erase(open_.begin());
  open_.push_back({file, open_series(paths_[file], {.signal = signal_})});
  return open_.back().reader;
}

Frame FrameSeries::read(std::size_t frame) const {
  if (frame >= frames()) throw std::out_of_range("FrameSeries: no such frame");
  const auto after = std::upper_bound(first_.begin(), first_.end(), frame);
  const auto file = static_cast<std::size_t>(after - first_.begin()) - 1;
  const RawImage raw = reader(file)->read(frame - first_[file]);
  if (raw.width != width_ || raw.height != height_) {
    throw InputError(Complaint{"the file has changed since it was opened", paths_[file].string(),
                               "", "start again"});
  }
  Frame out{to_image(raw), pixel_size_angstrom_, 0};
  if (raw.type == PixelType::float32 || raw.type == PixelType::float64) {
    const auto values = out.image.values();
    out.non_finite_pixels = static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double v) { return !is_finite(v); }));
  }
  return out;
}

}  // namespace adatom::image
