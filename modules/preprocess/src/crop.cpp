#include "adatom/preprocess/crop.h"

#include <algorithm>

#include "adatom/base/error.h"

namespace adatom::preprocess {
namespace {

/// Where a side of the rectangle ends. @throws InputError if it is not inside [0, size)
std::size_t end_of(std::int64_t begin, const std::optional<std::int64_t>& length, std::size_t size,
                   const char* axis) {
  const auto whole = static_cast<std::int64_t>(size);
  const std::int64_t end = length ? begin + *length : whole;
  if (begin < whole && end <= whole) return static_cast<std::size_t>(end);
  throw InputError({.what = "the rectangle reaches out of the image",
                    .where = "crop",
                    .why = std::string("along ") + axis + " from " + std::to_string(begin) +
                           " to " + std::to_string(end) + " of " + std::to_string(size) + " pixels",
                    .remedy = {}});
}

}  // namespace

void CropOptions::describe(OptionVisitor& v) {
  const auto visit_start = [&v](std::string_view name, std::string_view help, std::int64_t& value) {
    v.visit({.name = name, .unit = "px", .help = help, .min = 0, .max = 1e6}, value);
  };
  const auto visit_size = [&v](std::string_view name, std::string_view help,
                               std::optional<std::int64_t>& value) {
    v.visit({.name = name, .unit = "px", .help = help, .min = 1, .max = 1e6}, value);
  };
  visit_start("x_px", "first column kept", x_px);
  visit_start("y_px", "first row kept", y_px);
  visit_size("width_px", "empty: to the right edge", width_px);
  visit_size("height_px", "empty: to the lower edge", height_px);
}

std::vector<OptionIssue> CropOptions::validate() const { return check_ranges(*this); }

Grid<double> crop(const Grid<double>& image, const CropOptions& options) {
  require_valid(options.validate());
  const std::size_t right = end_of(options.x_px, options.width_px, image.width(), "x");
  const std::size_t lower = end_of(options.y_px, options.height_px, image.height(), "y");
  const auto left = static_cast<std::size_t>(options.x_px);
  const auto upper = static_cast<std::size_t>(options.y_px);
  Grid<double> part(right - left, lower - upper);
  for (std::size_t y = upper; y < lower; ++y) {
    const auto row = image.row(y).subspan(left, right - left);
    std::copy(row.begin(), row.end(), part.row(y - upper).begin());
  }
  return part;
}

}  // namespace adatom::preprocess
