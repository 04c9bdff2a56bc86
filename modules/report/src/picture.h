#pragma once
// Arrays as coloured pixels, and where they stand in a figure.
#include <cstddef>
#include <string>
#include <string_view>

#include "adatom/base/grid.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"
#include "adatom/report/figure_curve.h"
#include "svg_writer.h"

namespace adatom::report {

/// PNG bytes of `image`; what is not finite is pink.
[[nodiscard]] std::string coloured_png(const Grid<double>& image, ColourMap map,
                                       const Range& range);

/// `image` averaged over blocks so that no side is longer than `most` pixels; pixels that are not
/// finite do not count.
[[nodiscard]] Grid<double> reduce(const Grid<double>& image, std::size_t most);

/// Every pixel repeated `factor` times in both directions.
[[nodiscard]] Grid<double> enlarge(const Grid<double>& image, std::size_t factor);

/// Where a picture of so many pixels stands in a figure. A pixel's centre is at whole numbers.
struct PicturePlace {
  double left = 0.0;
  double top = 0.0;
  double width = 0.0;
  double height = 0.0;
  double units_per_pixel = 1.0;

  [[nodiscard]] double x(double pixel) const { return left + (pixel + 0.5) * units_per_pixel; }
  [[nodiscard]] double y(double pixel) const { return top + (pixel + 0.5) * units_per_pixel; }
};

/// Can a thing stand at this coordinate (Å or pixels)? Not at infinity, nor a metre off.
[[nodiscard]] bool placeable(double coordinate);

/// The largest place of the right shape in a box, at its top left corner. A picture without pixels
/// gets a square.
[[nodiscard]] PicturePlace place_picture(double pixels_wide, double pixels_high, double left,
                                         double top, double most_width, double most_height);

/// The picture in its place, reduced if it is large.
void draw_picture(SvgWriter& svg, const PicturePlace& place, const Grid<double>& image,
                  ColourMap map, const Range& range);

/// A bar of round length with its length above it, in the lower left corner of the picture; in
/// black or white, whichever stands out there.
void draw_scale_bar_inside(SvgWriter& svg, const PicturePlace& place, double angstrom_per_unit,
                           const Grid<double>& image, ColourMap map, const Range& range);

/// The same from the point (x, y) on, black, with the text to its right. Returns the length used.
double draw_scale_bar_at(SvgWriter& svg, double x, double y, double most_units,
                         double angstrom_per_unit);

/// A vertical bar of the map's colours with ticks to its right and the label along it. A
/// logarithmic one needs a positive range.
void draw_colour_bar(SvgWriter& svg, double x, double y, double height, ColourMap map,
                     const Range& range, const std::string& quantity, const std::string& unit,
                     AxisScale scale = AxisScale::linear);

/// A horizontal one with ticks and label below; returns the height used.
double draw_flat_colour_bar(SvgWriter& svg, double x, double y, double width, ColourMap map,
                            const Range& range, const std::string& quantity,
                            const std::string& unit);

/// The room right of a picture for its colour bar.
inline constexpr double colour_bar_room = 68.0;

}  // namespace adatom::report
