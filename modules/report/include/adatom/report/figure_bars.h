#pragma once
// Bars with errors for named classes, several series side by side: populations, counts per frame.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure.h"
#include "adatom/report/figure_curve.h"

namespace adatom::report {

/// One value for each class. A value that is not finite (or not positive on a logarithmic axis) has
/// no bar.
struct BarSeries {
  std::string label = {};  ///< in the legend, unless empty
  std::vector<double> values = {};
  /// Empty, or the interval of each value, drawn as an error bar; not finite: it has none.
  std::vector<double> low = {};
  std::vector<double> high = {};
};

/// series: one colour for each series. classes: the classes' colours, paler for earlier series.
enum class BarColours { series, classes };

struct BarFigureOptions {
  std::string title = {};
  std::vector<AtomKind> classes = {};  ///< in this order along the horizontal axis
  std::string x_label = {};
  std::string y_label = {};
  AxisScale y_scale = AxisScale::linear;
  std::optional<Range> y_range = {};  ///< empty: all of the data, linear axes from 0 on
  BarColours colours = BarColours::series;
  FigureWidth width = FigureWidth::column;
};

/// @throws InputError if a series does not have one value (and none or one interval) for each class
[[nodiscard]] Figure draw_bars(std::span<const BarSeries> series, const BarFigureOptions& options);

}  // namespace adatom::report
