#include "adatom/report/figure_bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "legend.h"
#include "palette.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

/// Of the room of a class, what its bars take.
constexpr double bars_share = 0.8;
/// How much of white the first series' colours hold where series differ in lightness.
constexpr double palest = 0.7;
constexpr Colour grey{90, 90, 90};

void require_sizes(const BarSeries& series, std::size_t classes) {
  const auto fits = [classes](const std::vector<double>& some) {
    return some.empty() || some.size() == classes;
  };
  if (series.values.size() == classes && fits(series.low) && fits(series.high) &&
      series.low.size() == series.high.size()) {
    return;
  }
  throw InputError(
      {.what = "the numbers of a series of bars do not belong together",
       .where = series.label,
       .why = fmt::format("{} classes, {} values, {} lower and {} upper ends of "
                          "intervals are given",
                          classes, series.values.size(), series.low.size(), series.high.size()),
       .remedy = "give one of each for every class, or no intervals"});
}

bool shown(double value, AxisScale scale) {
  return std::isfinite(value) && (scale == AxisScale::linear || value > 0.0);
}

Range y_axis(std::span<const BarSeries> series, const BarFigureOptions& options) {
  const bool logarithmic = options.y_scale == AxisScale::logarithmic;
  if (options.y_range && (!logarithmic || options.y_range->low > 0.0)) {
    return usable_range(*options.y_range);
  }
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (const BarSeries& one : series) {
    for (const auto* values : {&one.values, &one.low, &one.high}) {
      for (const double value : *values) {
        if (!shown(value, options.y_scale)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (low > high) return logarithmic ? Range{0.1, 1.0} : Range{0.0, 1.0};
  if (!logarithmic) {
    const Range range = usable_range({std::min(low, 0.0), std::max(high, 0.0)});
    const double margin = 0.06 * (range.high - range.low);
    return {range.low < 0.0 ? range.low - margin : 0.0, range.high + margin};
  }
  // From the power of ten below the smallest on, so that it, too, has a bar.
  const double bottom = std::floor(std::log10(std::clamp(low, 1e-200, 1e200)) - 0.05);
  const double top = std::log10(std::clamp(high, 1e-200, 1e200));
  return {std::pow(10.0, bottom), std::pow(10.0, top + 0.05 * (top - bottom))};
}

Colour paler(Colour colour, double share_of_white) {
  const auto mix = [share_of_white](std::uint8_t channel) {
    return static_cast<std::uint8_t>(std::lround(channel + (255 - channel) * share_of_white));
  };
  return {mix(colour.red), mix(colour.green), mix(colour.blue)};
}

/// The colour of the bars of one series; `own` is that of their class.
std::string bar_colour(std::size_t series, std::size_t count, Colour own, BarColours colours) {
  const double place =
      count < 2 ? 1.0 : static_cast<double>(series) / static_cast<double>(count - 1);
  if (colours == BarColours::classes) return hex(paler(own, palest * (1.0 - place)));
  if (count <= line_colours.size()) return std::string(line_colour(series));
  return hex(colour_at(colour_table(ColourMap::viridis), 0.92 * place));
}

std::vector<LegendEntry> legend_of(std::span<const BarSeries> series, BarColours colours) {
  constexpr double square = 8.0;
  std::vector<LegendEntry> entries;
  for (std::size_t s = 0; s < series.size(); ++s) {
    const std::string colour = bar_colour(s, series.size(), grey, colours);
    entries.push_back({series[s].label, square, [=](SvgWriter& svg, double x, double middle) {
                         svg.rectangle(x, middle - square / 2, square, square,
                                       {.fill = colour, .stroke = ink, .stroke_width = 0.4});
                       }});
  }
  return entries;
}

void draw_error(SvgWriter& svg, const PlotArea& area, double x, double half_cap, double low,
                double high) {
  if (!std::isfinite(low) || !shown(high, area.y_scale)) return;
  const double top = area.to_y(std::clamp(high, area.y.low, area.y.high));
  const double bottom = area.to_y(std::clamp(low, area.y.low, area.y.high));
  std::string path;
  move_to(path, x, bottom);
  line_to(path, x, top);
  if (half_cap > 0.8) {
    for (const double end : {bottom, top}) {
      move_to(path, x - half_cap, end);
      line_to(path, x + half_cap, end);
    }
  }
  svg.path(path, {.stroke = ink, .stroke_width = 0.8});
}

/// Returns whether there is any bar.
bool draw_series(SvgWriter& svg, const PlotArea& area, std::span<const BarSeries> series,
                 const BarFigureOptions& options) {
  const auto count = static_cast<double>(series.size());
  const double base = area.to_y(std::clamp(0.0, area.y.low, std::max(area.y.low, area.y.high)));
  bool any = false;
  for (std::size_t c = 0; c < options.classes.size(); ++c) {
    for (std::size_t s = 0; s < series.size(); ++s) {
      const double value = series[s].values[c];
      if (!shown(value, options.y_scale)) continue;
      any = true;
      const double width = bars_share / count;
      const double left = area.to_x(static_cast<double>(c) + (1.0 - bars_share) / 2 +
                                    width * static_cast<double>(s));
      const double right = left + area.width * width / (area.x.high - area.x.low);
      const double y = area.to_y(std::clamp(value, area.y.low, area.y.high));
      const std::string colour =
          bar_colour(s, series.size(), options.classes[c].colour, options.colours);
      svg.rectangle(left, std::min(y, base), right - left, std::abs(base - y),
                    {.fill = colour, .stroke = ink, .stroke_width = 0.4});
      if (series[s].low.empty()) continue;
      draw_error(svg, area, (left + right) / 2, std::min(0.3 * (right - left), 2.5),
                 series[s].low[c], series[s].high[c]);
    }
  }
  return any;
}

}  // namespace

Figure draw_bars(std::span<const BarSeries> series, const BarFigureOptions& options) {
  for (const BarSeries& one : series) require_sizes(one, options.classes.size());
  const bool logarithmic = options.y_scale == AxisScale::logarithmic;
  PlotArea area;
  area.y_scale = options.y_scale;
  area.x = {0.0, static_cast<double>(std::max<std::size_t>(options.classes.size(), 1))};
  area.y = y_axis(series, options);
  Axes axes;
  axes.y = logarithmic ? logarithmic_ticks(area.y) : linear_ticks(area.y, 5, AxisKind::real);
  axes.x_label = options.x_label;
  axes.y_label = with_power(options.y_label, axes.y.exponent);
  const double units = figure_units(options.width);
  area.left = left_room(axes);
  area.width = units - area.left - right_room;
  const double legend_top = options.title.empty() ? 2.0 : 18.0;
  const std::vector<LegendEntry> legend = legend_of(series, options.colours);
  area.top = legend_top + 4.0 + legend_height(legend, area.left, area.right());
  area.height = area_height(options.width, area.top);

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  draw_legend(svg, legend, area.left, legend_top, area.right());
  const bool any = draw_series(svg, area, series, options);
  draw_axes(svg, area, axes);
  for (std::size_t c = 0; c < options.classes.size(); ++c) {
    svg.text(area.to_x(static_cast<double>(c) + 0.5), area.bottom() + 13.0,
             fit_text(options.classes[c].label, label_text, area.width / area.x.high),
             {.size = label_text, .anchor = Anchor::middle});
  }
  if (!any) draw_no_data(svg, area);
  return svg.finish(
      area.bottom() + (options.x_label.empty() ? 19.0 : bottom_room),
      fmt::format("{}: {} series of {} classes, {}", options.title.empty() ? "Bars" : options.title,
                  series.size(), options.classes.size(), options.y_label));
}

}  // namespace adatom::report
