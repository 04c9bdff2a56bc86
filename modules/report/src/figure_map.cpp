#include "adatom/report/figure_map.h"

#include <cmath>

#include <fmt/format.h>

#include "adatom/base/error.h"
#include "picture.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

void draw_path(SvgWriter& svg, const PlotArea& area, const MapPath& path) {
  if (path.x.size() != path.y.size()) {
    throw InputError({.what = "a path's numbers do not belong together",
                      .where = "figure of a map",
                      .why = fmt::format("{} x and {} y are given", path.x.size(), path.y.size()),
                      .remedy = "give one of each for every point"});
  }
  std::string line;
  bool joined = false;
  for (std::size_t i = 0; i < path.x.size(); ++i) {
    const bool there = std::isfinite(path.x[i]) && std::isfinite(path.y[i]);
    if (there) (joined ? line_to : move_to)(line, area.to_x(path.x[i]), area.to_y(path.y[i]));
    joined = there;
  }
  svg.path(line, {.stroke = hex(path.colour), .stroke_width = 1.0});
}

}  // namespace

Figure draw_map(const Grid<double>& values, const MapFigureOptions& options) {
  const double units = figure_units(options.width);
  PlotArea area;
  area.x = usable_range(options.x);
  const Range down = usable_range(options.y);
  area.y = {down.high, down.low};
  Axes axes;
  const bool wide = options.width == FigureWidth::page;
  axes.x = linear_ticks(area.x, wide ? 12 : 6, AxisKind::real);
  axes.y = linear_ticks(down, 7, AxisKind::real);
  axes.x_label = with_power(options.x_label, axes.x.exponent);
  axes.y_label = with_power(options.y_label, axes.y.exponent);
  area.left = left_room(axes);
  area.width = units - area.left - colour_bar_room;
  area.top = options.title.empty() ? 4.0 : 20.0;
  area.height = options.height_units;

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  const Range range = usable_range(colour_range(values, options.scale));
  if (values.empty()) {
    draw_no_data(svg, area);
  } else {
    svg.png(area.left, area.top, area.width, area.height,
            coloured_png(values, options.scale.map, range), SvgWriter::Sampling::smooth);
  }
  svg.begin_clip(area.left, area.top, area.width, area.height);
  for (const MapPath& path : options.paths) draw_path(svg, area, path);
  svg.end_clip();
  draw_axes(svg, area, axes);
  draw_colour_bar(svg, area.right() + 7.0, area.top, area.height, options.scale.map, range,
                  options.scale.quantity, options.scale.unit);
  return svg.finish(
      area.bottom() + bottom_room,
      fmt::format("{}: {} over {} and {}", options.title.empty() ? "Map" : options.title,
                  options.scale.quantity, options.x_label, options.y_label));
}

}  // namespace adatom::report
