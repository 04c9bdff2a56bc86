#pragma once
// A picture of red, green and blue bytes that is drawn on: frames of videos.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// Coordinates are in pixels, the centre of the first one is (0, 0), y down. Edges are smooth; what
/// lies outside is left out, as is what has a coordinate that is not finite.
class ColourPicture {
 public:
  /// Black.
  ColourPicture(std::size_t width, std::size_t height);
  /// `image` in the map's colours, at the top left; pixels that are not finite are pink. Each pixel
  /// becomes `enlarged` by `enlarged` ones; what is left over at the right and below repeats the
  /// last ones.
  void paint(const Grid<double>& image, ColourMap map, const Range& range,
             std::size_t enlarged = 1);

  /// A straight line with plain ends. @param opacity 0 to 1
  void line(double x1, double y1, double x2, double y2, double width, Colour colour,
            double opacity = 1.0);
  /// The outline of an ellipse with these half axes; `angle_rad` is that of the first from x to y.
  void ellipse(double x, double y, double first, double second, double angle_rad, double width,
               Colour colour);
  void rectangle(double x, double y, double width, double height, Colour colour);
  /// Digits, point, minus, blank, "n", "m", "s" and "µ", on a dark rim; others are left out.
  /// (x, y) is where the line of writing begins. @param height of a digit
  void text(double x, double y, std::string_view text, double height, Colour colour);
  /// How long `text` would be.
  [[nodiscard]] static double text_length(std::string_view text, double height);

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  /// Row by row, three bytes a pixel.
  [[nodiscard]] std::span<const std::uint8_t> rgb() const { return rgb_; }
  [[nodiscard]] std::string png() const;

 private:
  void mix(std::size_t x, std::size_t y, Colour colour, double share);
  void stroke(const std::vector<double>& points, double width, Colour colour);
  std::size_t width_;
  std::size_t height_;
  std::vector<std::uint8_t> rgb_;
};

/// A colour of its own for each number, bright on grey: hues a golden angle apart.
[[nodiscard]] Colour colour_of_number(std::int64_t number);

}  // namespace adatom::report
