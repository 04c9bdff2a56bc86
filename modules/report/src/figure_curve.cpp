#include "adatom/report/figure_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "adatom/base/error.h"
#include "curve_marks.h"
#include "legend.h"
#include "palette.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

constexpr double marker_size = 2.6;
constexpr std::size_t most_marked_points = 400;

bool shown(const Curve& curve, std::size_t i, AxisScale scale) {
  if (!std::isfinite(curve.x[i]) || !std::isfinite(curve.y[i])) return false;
  return scale == AxisScale::linear || curve.y[i] > 0.0;
}

double error_of(const Curve& curve, std::size_t i) {
  if (curve.y_error.empty() || !std::isfinite(curve.y_error[i])) return 0.0;
  return std::max(curve.y_error[i], 0.0);
}

/// The place in the palette: its own, or that of the curve it looks like.
std::size_t look_of(std::span<const Curve> curves, std::size_t index) {
  return curves[index].looks_like.value_or(index);
}

/// A growing interval.
struct Hull {
  Range range;
  bool any = false;
  void add(double value) {
    range.low = any ? std::min(range.low, value) : value;
    range.high = any ? std::max(range.high, value) : value;
    any = true;
  }
};

Range y_axis(std::span<const Curve> curves, const CurveFigureOptions& options) {
  const bool logarithmic = options.y_scale == AxisScale::logarithmic;
  Hull hull;
  if (options.y_range) {
    hull = {*options.y_range, true};
  } else {
    for (const Curve& curve : curves) {
      for (std::size_t i = 0; i < curve.x.size(); ++i) {
        if (!shown(curve, i, options.y_scale)) continue;
        const double error = error_of(curve, i);
        hull.add(curve.y[i] + error);
        hull.add(logarithmic && curve.y[i] <= error ? curve.y[i] : curve.y[i] - error);
      }
    }
  }
  if (!options.y_range) {
    for (const CurveLevel& level : options.levels) {
      if (std::isfinite(level.y) && (!logarithmic || level.y > 0.0)) hull.add(level.y);
    }
  }
  if (logarithmic) {
    const bool usable = hull.any && hull.range.low > 0.0 && hull.range.high >= hull.range.low;
    if (!usable) return {1.0, 10.0};
    const double low = std::log10(std::clamp(hull.range.low, 1e-200, 1e200));
    const double high = std::log10(std::clamp(hull.range.high, 1e-200, 1e200));
    const double margin = options.y_range ? 0.0 : 0.05 * std::max(high - low, 0.2);
    return {std::pow(10.0, low - margin), std::pow(10.0, std::max(high, low + 0.01) + margin)};
  }
  const Range range = usable_range(hull.any ? hull.range : Range{0.0, 1.0});
  return options.y_range ? range : widened(range, 0.07);
}

Range x_axis(std::span<const Curve> curves, const CurveFigureOptions& options) {
  Hull hull;
  for (const Curve& curve : curves) {
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      if (shown(curve, i, options.y_scale)) hull.add(curve.x[i]);
    }
  }
  for (const CurveMark& mark : options.marks) {
    if (std::isfinite(mark.x)) hull.add(mark.x);
  }
  Range range = hull.any ? hull.range : Range{0.0, 1.0};
  if (options.x_kind == AxisKind::integer && range.high - range.low < 1.0) {
    range = {range.low - 1.0, range.high + 1.0};
  }
  return widened(usable_range(range), 0.04);
}

/// Circle, square, triangle, diamond: so that curves differ in print without colour, too.
void add_marker(std::string& path, std::size_t curve, double x, double y) {
  const double r = marker_size;
  switch (curve % 4) {
    case 0:
      move_to(path, x - r, y);
      path += fmt::format("a{0} {0} 0 1 0 {1} 0a{0} {0} 0 1 0 -{1} 0Z", coordinate(r),
                          coordinate(2 * r));
      return;
    case 1:
      move_to(path, x - 0.88 * r, y - 0.88 * r);
      line_to(path, x + 0.88 * r, y - 0.88 * r);
      line_to(path, x + 0.88 * r, y + 0.88 * r);
      line_to(path, x - 0.88 * r, y + 0.88 * r);
      break;
    case 2:
      move_to(path, x, y - 1.2 * r);
      line_to(path, x + 1.1 * r, y + 0.8 * r);
      line_to(path, x - 1.1 * r, y + 0.8 * r);
      break;
    default:
      move_to(path, x, y - 1.25 * r);
      line_to(path, x + 1.25 * r, y);
      line_to(path, x, y + 1.25 * r);
      line_to(path, x - 1.25 * r, y);
  }
  path += "Z";
}

void draw_curve(SvgWriter& svg, const PlotArea& area, const Curve& curve, std::size_t index) {
  const std::string_view colour = line_colour(index);
  std::string line;
  std::string bars;
  std::string markers;
  bool joined = false;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    if (!shown(curve, i, area.y_scale)) {
      joined = false;
      continue;
    }
    const double x = area.to_x(curve.x[i]);
    const double y = area.to_y(curve.y[i]);
    if (joined) {
      line_to(line, x, y);
    } else {
      move_to(line, x, y);
    }
    joined = true;
    add_marker(markers, index, x, y);
    const double error = error_of(curve, i);
    if (error == 0.0) continue;
    const double low = curve.y[i] - error;
    const bool below = area.y_scale == AxisScale::logarithmic && low <= 0.0;
    const double bottom = below ? area.bottom() : area.to_y(low);
    const double top = area.to_y(curve.y[i] + error);
    for (const double end : {bottom, top}) {
      move_to(bars, x - 2.0, end);
      line_to(bars, x + 2.0, end);
    }
    move_to(bars, x, bottom);
    line_to(bars, x, top);
  }
  if (curve.style != CurveStyle::points) {
    svg.path(line, {.stroke = colour, .stroke_width = 1.2});
  }
  svg.path(bars, {.stroke = colour, .stroke_width = 0.8});
  const bool too_many =
      curve.style == CurveStyle::line_and_points && curve.x.size() > most_marked_points;
  if (curve.style != CurveStyle::line && !too_many) svg.path(markers, {.fill = colour});
}

std::vector<LegendEntry> legend_of(std::span<const Curve> curves) {
  constexpr double sample = 18.0;
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::size_t look = look_of(curves, i);
    const CurveStyle style = curves[i].style;
    entries.push_back({curves[i].label, sample, [=](SvgWriter& svg, double x, double middle) {
                         if (style != CurveStyle::points) {
                           svg.line(x, middle, x + sample, middle,
                                    {.stroke = line_colour(look), .stroke_width = 1.2});
                         }
                         if (style == CurveStyle::line) return;
                         std::string marker;
                         add_marker(marker, look, x + sample / 2, middle);
                         svg.path(marker, {.fill = line_colour(look)});
                       }});
  }
  return entries;
}

void require_lengths(const Curve& curve) {
  const std::size_t count = curve.x.size();
  if (curve.y.size() == count && (curve.y_error.empty() || curve.y_error.size() == count)) return;
  throw InputError({.what = "a curve's numbers do not belong together",
                    .where = curve.label,
                    .why = fmt::format("{} x, {} y and {} errors are given", count, curve.y.size(),
                                       curve.y_error.size()),
                    .remedy = "give one of each for every point"});
}

}  // namespace

Figure draw_curves(std::span<const Curve> curves, const CurveFigureOptions& options) {
  for (const Curve& curve : curves) require_lengths(curve);
  PlotArea area;
  area.y_scale = options.y_scale;
  area.x = x_axis(curves, options);
  area.y = y_axis(curves, options);
  Axes axes;
  const bool wide = options.width == FigureWidth::page;
  axes.x = linear_ticks(area.x, wide ? 12 : 7, options.x_kind);
  axes.y = options.y_scale == AxisScale::linear ? linear_ticks(area.y, 5, options.y_kind)
                                                : logarithmic_ticks(area.y);
  axes.x_label = with_power(options.x_label, axes.x.exponent);
  axes.y_label = with_power(options.y_label, axes.y.exponent);

  const double units = figure_units(options.width);
  area.left = left_room(axes);
  area.width = units - area.left - right_room;
  const double legend_top = options.title.empty() ? 2.0 : 18.0;
  const std::vector<LegendEntry> legend = legend_of(curves);
  area.top = legend_top + 4.0 + legend_height(legend, area.left, area.right()) +
             marks_room(area, options.marks);
  area.height = area_height(options.width, area.top);

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  draw_legend(svg, legend, area.left, legend_top, area.right());
  draw_marks(svg, area, options.marks);
  draw_levels(svg, area, options.levels);
  svg.begin_clip(area.left, area.top, area.width, area.height);
  bool any = false;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    draw_curve(svg, area, curves[i], look_of(curves, i));
    for (std::size_t k = 0; k < curves[i].x.size(); ++k) {
      any = any || shown(curves[i], k, options.y_scale);
    }
  }
  svg.end_clip();
  draw_axes(svg, area, axes);
  if (!any) draw_no_data(svg, area);
  return svg.finish(area.bottom() + bottom_room,
                    fmt::format("{}: {} against {}", options.title.empty() ? "Plot" : options.title,
                                options.y_label, options.x_label));
}

}  // namespace adatom::report
