#include "adatom/report/figure_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "adatom/base/error.h"
#include "legend.h"
#include "palette.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

constexpr double density_share = 0.24;  ///< of the width, for the histogram
constexpr double between = 9.0;
constexpr double band_opacity = 0.22;

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw InputError({.what = what,
                    .where = "figure of traces",
                    .why = why,
                    .remedy = "give one of each for every point"});
}

void require_sizes(std::span<const Trace> traces, const ValueDensity& density,
                   const TraceFigureOptions& options) {
  for (const Trace& trace : traces) {
    if (trace.time.size() == trace.value.size()) continue;
    refuse("a trace's numbers do not belong together",
           fmt::format("{} times and {} values are given", trace.time.size(), trace.value.size()));
  }
  if (density.edges.size() != (density.counts.empty() ? 0 : density.counts.size() + 1) ||
      density.at.size() != density.density.size()) {
    refuse("a density's numbers do not belong together",
           fmt::format("{} edges and {} counts of bins, {} places and {} values of the smooth "
                       "density are given",
                       density.edges.size(), density.counts.size(), density.at.size(),
                       density.density.size()));
  }
  const std::size_t parted = options.domains.empty() ? 0 : options.domains.size() - 1;
  if (options.thresholds.size() != parted) {
    refuse("the domains do not fit their thresholds",
           fmt::format("{} domains and {} thresholds are given", options.domains.size(),
                       options.thresholds.size()));
  }
}

struct Hull {
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] Range range() const {
    return low > high ? Range{0.0, 1.0} : usable_range({low, high});
  }
};

/// Counts as a density of area 1; empty if nothing is counted.
std::vector<double> bin_heights(const ValueDensity& density) {
  double sum = 0.0;
  for (const double count : density.counts) {
    if (std::isfinite(count) && count > 0.0) sum += count;
  }
  std::vector<double> heights;
  for (std::size_t b = 0; sum > 0.0 && b < density.counts.size(); ++b) {
    const double width = density.edges[b + 1] - density.edges[b];
    const bool usable = std::isfinite(density.counts[b]) && density.counts[b] > 0.0 &&
                        std::isfinite(width) && width > 0.0;
    heights.push_back(usable ? density.counts[b] / (sum * width) : 0.0);
  }
  return heights;
}

Range value_axis(std::span<const Trace> traces, const ValueDensity& density,
                 const TraceFigureOptions& options) {
  if (options.value_range) return usable_range(*options.value_range);
  Hull hull;
  for (const Trace& trace : traces) {
    for (const double value : trace.value) hull.add(value);
  }
  for (std::size_t b = 0; b < density.counts.size(); ++b) {
    if (!std::isfinite(density.counts[b]) || density.counts[b] <= 0.0) continue;
    hull.add(density.edges[b]);
    hull.add(density.edges[b + 1]);
  }
  return widened(hull.range(), 0.04);
}

/// The domains behind an area, from threshold to threshold.
void draw_bands(SvgWriter& svg, const PlotArea& area, const TraceFigureOptions& options) {
  double low = area.y.low;
  for (std::size_t k = 0; k < options.domains.size(); ++k) {
    const bool last = k == options.thresholds.size();
    const double threshold = last ? area.y.high : options.thresholds[k];
    if (!std::isfinite(threshold)) continue;
    const double high = std::clamp(threshold, low, area.y.high);
    svg.rectangle(area.left, area.to_y(high), area.width, area.to_y(low) - area.to_y(high),
                  {.fill = hex(options.domains[k].colour), .opacity = band_opacity});
    if (!last && high > area.y.low && high < area.y.high) {
      svg.line(area.left, area.to_y(high), area.right(), area.to_y(high),
               {.stroke = "#444444", .stroke_width = 0.8, .dash = "4 3"});
    }
    low = high;
  }
}

void draw_trace(SvgWriter& svg, const PlotArea& area, const Trace& trace, std::size_t index) {
  std::string path;
  bool joined = false;
  for (std::size_t i = 0; i < trace.time.size(); ++i) {
    if (!std::isfinite(trace.time[i]) || !std::isfinite(trace.value[i])) {
      joined = false;
      continue;
    }
    if (joined) {
      line_to(path, area.to_x(trace.time[i]), area.to_y(trace.value[i]));
    } else {
      move_to(path, area.to_x(trace.time[i]), area.to_y(trace.value[i]));
    }
    joined = true;
  }
  svg.path(path, {.stroke = line_colour(index), .stroke_width = 0.9});
}

std::vector<LegendEntry> legend_of(std::span<const Trace> traces,
                                   const std::vector<AtomKind>& domains) {
  constexpr double sample = 14.0;
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    entries.push_back({traces[i].label, sample, [=](SvgWriter& svg, double x, double middle) {
                         svg.line(x, middle, x + sample, middle,
                                  {.stroke = line_colour(i), .stroke_width = 1.4});
                       }});
  }
  for (const AtomKind& domain : domains) {
    const std::string colour = hex(domain.colour);
    entries.push_back({domain.label, sample, [=](SvgWriter& svg, double x, double middle) {
                         svg.rectangle(x, middle - 4.0, sample, 8.0,
                                       {.fill = colour, .opacity = 2 * band_opacity});
                       }});
  }
  return entries;
}

void draw_density(SvgWriter& svg, const PlotArea& area, const ValueDensity& density,
                  const std::vector<double>& heights) {
  std::string bars;
  for (std::size_t b = 0; b < heights.size(); ++b) {
    if (heights[b] <= 0.0) continue;
    const double high = area.to_y(density.edges[b + 1]);
    const double low = area.to_y(density.edges[b]);
    const double right = area.to_x(heights[b]);
    move_to(bars, area.left, low);
    line_to(bars, right, low);
    line_to(bars, right, high);
    line_to(bars, area.left, high);
    bars += "Z";
  }
  svg.path(bars, {.fill = "#8b949e"});
  std::string curve;
  for (std::size_t i = 0; i < density.at.size(); ++i) {
    if (!std::isfinite(density.at[i]) || !std::isfinite(density.density[i])) continue;
    const double x = area.to_x(density.density[i]);
    const double y = area.to_y(density.at[i]);
    if (curve.empty()) {
      move_to(curve, x, y);
    } else {
      line_to(curve, x, y);
    }
  }
  svg.path(curve, {.stroke = ink, .stroke_width = 1.2});
}

}  // namespace

Figure draw_traces(std::span<const Trace> traces, const ValueDensity& density,
                   const TraceFigureOptions& options) {
  require_sizes(traces, density, options);
  Hull times;
  for (const Trace& trace : traces) {
    for (const double time : trace.time) times.add(time);
  }
  const std::vector<double> heights = bin_heights(density);
  Hull tallest;
  tallest.add(0.0);
  for (const double height : heights) tallest.add(height);
  for (const double value : density.density) tallest.add(value);

  const bool wide = options.width == FigureWidth::page;
  PlotArea area;
  area.x = times.range();
  area.y = value_axis(traces, density, options);
  Axes axes;
  axes.x = linear_ticks(area.x, wide ? 9 : 5, AxisKind::real);
  axes.y = linear_ticks(area.y, 5, AxisKind::real);
  axes.x_label = with_power(options.time_label, axes.x.exponent);
  axes.y_label = with_power(options.value_label, axes.y.exponent);
  const double units = figure_units(options.width);
  const double legend_top = options.title.empty() ? 2.0 : 18.0;
  area.left = left_room(axes);
  const double room = units - area.left - 8.0 - between;
  const std::vector<LegendEntry> legend = legend_of(traces, options.domains);
  area.top = legend_top + 4.0 + legend_height(legend, area.left, units - 8.0);
  area.width = room * (1.0 - density_share);
  area.height = area_height(options.width, area.top);
  PlotArea side = area;
  side.left = area.right() + between;
  side.width = room * density_share;
  side.x = usable_range({0.0, 1.08 * tallest.range().high});

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  draw_legend(svg, legend, area.left, legend_top, units - 8.0);
  svg.begin_clip(area.left, area.top, side.right() - area.left, area.height);
  draw_bands(svg, area, options);
  draw_bands(svg, side, options);
  for (std::size_t i = 0; i < traces.size(); ++i) draw_trace(svg, area, traces[i], i);
  draw_density(svg, side, density, heights);
  svg.end_clip();
  draw_axes(svg, area, axes);
  Axes side_axes;
  side_axes.x = linear_ticks(side.x, 2, AxisKind::real);
  side_axes.x_label = with_power("density", side_axes.x.exponent);
  draw_axes(svg, side, side_axes);
  if (traces.empty()) draw_no_data(svg, area);
  return svg.finish(area.bottom() + bottom_room,
                    fmt::format("{}: {} of {} atoms against {}, and its density",
                                options.title.empty() ? "Traces" : options.title,
                                options.value_label, traces.size(), options.time_label));
}

}  // namespace adatom::report
