#include "adatom/simulate/incoherent.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"

namespace adatom::simulate {
namespace {

// exp(-reach^2 / 2) = 1e-16: what is left out is below the rounding of the column's height.
constexpr double reach_in_widths = 8.584;

// Independent streams of one frame.
enum Stream : std::uint64_t { jitter_stream = 0, noise_stream = 1 };

struct PixelRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The pixels of [0, count) whose centres lie within `reach` of `centre`.
PixelRange pixels_within(double centre, double reach, double pixel_size, std::size_t count) {
  const double low = std::ceil((centre - reach) / pixel_size);
  const double high = std::floor((centre + reach) / pixel_size);
  const double last = static_cast<double>(count) - 1.0;
  if (high < 0.0 || low > last) return {};
  return {static_cast<std::size_t>(std::max(low, 0.0)),
          static_cast<std::size_t>(std::min(high, last)) + 1};
}

/// Adds all columns to the rows [begin, end).
void add_columns(std::span<const TrueColumn> columns, const FrameOptions& options,
                 std::span<const double> row_shift, std::size_t begin, std::size_t end,
                 Grid<double>& image) {
  const double pixel = options.pixel_size_angstrom;
  const double width = options.column_width_angstrom;
  const double reach = reach_in_widths * width;
  const double exponent = -0.5 / (width * width);
  const bool jitter = options.scan_jitter_angstrom > 0.0;
  std::vector<double> profile(image.width());
  for (const auto& column : columns) {
    const auto rows = pixels_within(column.y_angstrom, reach, pixel, image.height());
    const double height = column.scs_angstrom2 / (2.0 * std::numbers::pi * width * width);
    PixelRange xs;
    const auto fill_profile = [&](double centre) {
      xs = pixels_within(centre, reach, pixel, image.width());
      for (std::size_t x = xs.begin; x < xs.end; ++x) {
        const double distance = static_cast<double>(x) * pixel - centre;
        profile[x] = height * std::exp(exponent * distance * distance);
      }
    };
    if (!jitter) fill_profile(column.x_angstrom);
    for (std::size_t y = std::max(rows.begin, begin); y < std::min(rows.end, end); ++y) {
      if (jitter) fill_profile(column.x_angstrom - row_shift[y]);
      const double distance = static_cast<double>(y) * pixel - column.y_angstrom;
      const double factor = std::exp(exponent * distance * distance);
      const auto row = image.row(y);
      for (std::size_t x = xs.begin; x < xs.end; ++x) row[x] += factor * profile[x];
    }
  }
}

void check_columns(std::span<const TrueColumn> columns) {
  for (const auto& column : columns) {
    if (std::isfinite(column.x_angstrom) && std::isfinite(column.y_angstrom) &&
        std::isfinite(column.scs_angstrom2) && column.scs_angstrom2 >= 0.0) {
      continue;
    }
    throw InputError({.what = "a column cannot be drawn",
                      .where = "column " + std::to_string(column.column_id),
                      .why = "position " + shortest(column.x_angstrom) + ", " +
                             shortest(column.y_angstrom) + " angstrom, cross-section " +
                             shortest(column.scs_angstrom2) + " angstrom^2",
                      .remedy = "positions must be finite, cross-sections not negative"});
  }
}

}  // namespace

void FrameOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width", .unit = "px", .help = "pixels along x", .min = 1, .max = 8192}, width);
  v.visit({.name = "height", .unit = "px", .help = "pixels along y", .min = 1, .max = 8192},
          height);
  v.visit({.name = "pixel_size_angstrom",
           .unit = "angstrom",
           .help = "side of a pixel",
           .min = 1e-3,
           .max = 1e3},
          pixel_size_angstrom);
  v.visit({.name = "column_width_angstrom",
           .unit = "angstrom",
           .help = "standard deviation of a column's image: source size and thermal motion",
           .min = 1e-2,
           .max = 1e2},
          column_width_angstrom);
  v.visit({.name = "background",
           .unit = "fraction of the beam",
           .help = "constant added everywhere",
           .min = 0,
           .max = 1},
          background);
  v.visit({.name = "dose_per_angstrom2",
           .unit = "electrons per angstrom^2",
           .help = "Poisson noise of this dose; without it there is no noise",
           .min = 1e-3,
           .max = 1e10},
          dose_per_angstrom2);
  v.visit({.name = "scan_jitter_angstrom",
           .unit = "angstrom",
           .help = "standard deviation of the displacement of each row along x",
           .min = 0,
           .max = 10},
          scan_jitter_angstrom);
}

std::vector<OptionIssue> FrameOptions::validate() const { return check_ranges(*this); }

Grid<double> render_frame(std::span<const TrueColumn> columns, const FrameOptions& options,
                          const RandomStream& random) {
  require_valid(options.validate());
  check_columns(columns);
  Grid<double> image(static_cast<std::size_t>(options.width),
                     static_cast<std::size_t>(options.height), options.background);

  std::vector<double> row_shift(image.height(), 0.0);
  RandomStream jitter = random.substream(jitter_stream);
  for (double& shift : row_shift) shift = options.scan_jitter_angstrom * jitter.normal();

  const RandomStream noise = random.substream(noise_stream);
  const double counts_per_value = options.dose_per_angstrom2.value_or(0.0) *
                                  options.pixel_size_angstrom * options.pixel_size_angstrom;
  constexpr std::size_t band = 32;  // rows a thread takes at a time
  parallel_ranges(image.height(), band, [&](std::size_t begin, std::size_t end) {
    add_columns(columns, options, row_shift, begin, end, image);
    if (!options.dose_per_angstrom2) return;
    for (std::size_t y = begin; y < end; ++y) {
      RandomStream row_noise = noise.substream(y);
      for (double& value : image.row(y)) {
        value = static_cast<double>(row_noise.poisson(counts_per_value * value)) / counts_per_value;
      }
    }
  });
  return image;
}

}  // namespace adatom::simulate
