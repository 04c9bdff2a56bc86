#pragma once
// A picture of a two-dimensional array, with scale bar, colour bar and markers.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// full: smallest to largest; percentile: without the outermost pixels at both ends; symmetric:
/// about zero, as far as the larger clipped end (for residuals).
enum class RangeRule { full, percentile, symmetric };

/// How values become colours, and what the colour bar says.
struct ColourScale {
  ColourMap map = ColourMap::grey;
  RangeRule rule = RangeRule::percentile;
  /// Share of pixels (or points) left out at each end, in percent, by percentile and symmetric.
  double clip_percent = 0.1;
  std::optional<Range> range = {};  ///< used as it is, whatever the rule (one range for all frames)
  std::string quantity = {};        ///< "intensity"
  std::string unit = {};            ///< "fraction of beam", "Å²"; may be empty
};

/// disc: with a white rim; dot: without.
enum class Marker { cross, ring, disc, dot };

/// Markers on the picture. Points whose position is not finite or outside are left out.
struct Points {
  std::vector<double> x_px =
      {};  ///< pixel coordinates: the centre of the first pixel is (0, 0), y down
  std::vector<double> y_px = {};
  Marker marker = Marker::cross;
  Colour colour{230, 60, 40};
  std::string label = {};  ///< what the markers are; shown below the picture unless empty
  std::vector<double> value =
      {};  ///< empty, or one for each point: colours them, with a bar of its own
  ColourScale scale{.map = ColourMap::viridis, .rule = RangeRule::full};
  double radius_px = 0.0;  ///< of rings and discs, in pixels; 0: from the distance to neighbours
};

struct ImageFigureOptions {
  std::string title = {};
  std::optional<double> pixel_size_angstrom = {};  ///< empty: no scale bar
  ColourScale scale = {};
  std::vector<Points> points = {};
  FigureWidth width = FigureWidth::column;
};

/// The range of colours that `scale` gives for all finite values of all `images` together; use it
/// as ColourScale::range so that frames can be compared. {0, 1} if no value is finite.
[[nodiscard]] Range colour_range(std::span<const std::span<const double>> images,
                                 const ColourScale& scale);
[[nodiscard]] Range colour_range(const Grid<double>& image, const ColourScale& scale);

/// Pixels that are not finite are drawn in pink. An empty image gives an empty frame.
/// Pictures of more than 1024 pixels a side are averaged down by a whole factor.
/// @throws InputError if the coordinates and values of points differ in number
[[nodiscard]] Figure draw_image(const Grid<double>& image, const ImageFigureOptions& options);

/// The bare coloured picture as a PNG file, one pixel for each pixel.
/// @throws InputError if the image has no pixels
[[nodiscard]] std::string image_png(const Grid<double>& image, const ColourScale& scale);

}  // namespace adatom::report
