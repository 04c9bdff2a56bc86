#pragma once
// Values over two axes that have units of their own, with paths over them: kymographs.
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/report/figure.h"
#include "adatom/report/figure_image.h"

namespace adatom::report {

/// A path in the axes' units; a gap stands where a coordinate is not finite.
struct MapPath {
  std::vector<double> x = {};
  std::vector<double> y = {};
  Colour colour{230, 60, 40};
};

struct MapFigureOptions {
  std::string title = {};
  std::string x_label = {};  ///< with its unit
  std::string y_label = {};
  Range x = {};  ///< of the outer edges of the first and the last column
  Range y = {};  ///< of the rows, downwards
  ColourScale scale = {};
  std::vector<MapPath> paths = {};
  double height_units = 300.0;  ///< of the picture; a column is 320 wide
  FigureWidth width = FigureWidth::column;
};

/// Rows go down, as time does in kymographs. Values that are not finite are pink.
/// @throws InputError if a path's coordinates differ in number
[[nodiscard]] Figure draw_map(const Grid<double>& values, const MapFigureOptions& options);

}  // namespace adatom::report
