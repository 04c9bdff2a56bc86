#pragma once
// The framed area of a plot: from values to places in the figure, axes with ticks and labels.
#include <string>

#include "adatom/report/figure.h"
#include "adatom/report/figure_curve.h"
#include "svg_writer.h"
#include "ticks.h"

namespace adatom::report {

struct PlotArea {
  double left = 0.0;
  double top = 0.0;
  double width = 0.0;
  double height = 0.0;
  Range x;
  Range y;
  AxisScale y_scale = AxisScale::linear;

  /// Values must be finite, and positive on a logarithmic axis.
  [[nodiscard]] double to_x(double value) const;
  [[nodiscard]] double to_y(double value) const;
  [[nodiscard]] double bottom() const { return top + height; }
  [[nodiscard]] double right() const { return left + width; }
};

struct Axes {
  std::string x_label = {};
  std::string y_label = {};
  Ticks x = {};
  Ticks y = {};
};

/// The room that the vertical axis needs left of the area, and the horizontal one below it.
[[nodiscard]] double left_room(const Axes& axes);
inline constexpr double bottom_room = 34.0;
/// What is left beside the area, at least.
inline constexpr double right_room = 8.0;

/// The height of the area if it starts at `top`: plots of one width are equally high, so that their
/// axes stand in line side by side.
[[nodiscard]] double area_height(FigureWidth width, double top);

/// Frame, ticks, numbers and labels.
void draw_axes(SvgWriter& svg, const PlotArea& area, const Axes& axes);

/// "no data" in the middle of the area.
void draw_no_data(SvgWriter& svg, const PlotArea& area);

/// `range` with a margin of `share` of its width at both ends.
[[nodiscard]] Range widened(const Range& range, double share);

}  // namespace adatom::report
