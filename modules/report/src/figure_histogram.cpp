#include "adatom/report/figure_histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/number_text.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/number_format.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

constexpr std::size_t most_bins = 200;
constexpr std::size_t most_rug_lines = 3000;
constexpr double reach = 4.0;  ///< a component is drawn so many sigma to both sides

bool drawable(const HistogramComponent& c) {
  return std::isfinite(c.mean) && std::isfinite(c.sigma) && std::isfinite(c.weight) &&
         c.sigma > 0.0 && c.weight > 0.0;
}

double density(const HistogramComponent& c, double x) {
  const double t = (x - c.mean) / c.sigma;
  return c.weight * std::exp(-0.5 * t * t) / (c.sigma * std::sqrt(2.0 * std::numbers::pi));
}

/// Counts in equal bins over a range.
struct Bins {
  Range range;
  std::vector<std::size_t> counts;
  [[nodiscard]] double width() const {
    return (range.high - range.low) / static_cast<double>(counts.size());
  }
};

double freedman_diaconis_width(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  const double spread = values[n - 1 - n / 4] - values[n / 4];
  return 2.0 * spread / std::cbrt(static_cast<double>(n));
}

/// Narrow enough to show every component, wide enough that bars are more than noise; 0 if there are
/// fewer than two components.
double component_bin_width(std::span<const HistogramComponent> components) {
  std::vector<double> means;
  double sigma = 0.0;
  for (const auto& c : components) {
    if (!drawable(c)) continue;
    means.push_back(c.mean);
    sigma = sigma == 0.0 ? c.sigma : std::min(sigma, c.sigma);
  }
  std::sort(means.begin(), means.end());
  double step = 0.0;
  for (std::size_t i = 1; i < means.size(); ++i) {
    const double gap = means[i] - means[i - 1];
    if (gap > 0.0 && (step == 0.0 || gap < step)) step = gap;
  }
  return std::clamp(sigma, step / 10.0, step / 2.5);
}

Bins bin(const std::vector<double>& values, std::span<const HistogramComponent> components,
         const std::optional<std::size_t>& wanted) {
  Bins bins;
  if (values.empty()) return {{0.0, 1.0}, {0}};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  bins.range = usable_range({*low, *high});
  double width = component_bin_width(components);
  if (width <= 0.0) width = freedman_diaconis_width(values);
  const double extent = bins.range.high - bins.range.low;
  double number = 10.0;
  if (wanted) {
    number = static_cast<double>(*wanted);
  } else if (width > extent / static_cast<double>(most_bins)) {
    number = std::ceil(extent / width);
  } else if (width > 0.0) {
    number = static_cast<double>(most_bins);
  }
  const auto count = static_cast<std::size_t>(std::clamp(number, 1.0, double{most_bins}));
  bins.counts.assign(count, 0);
  for (const double value : values) {
    const double place = (value - bins.range.low) / extent * static_cast<double>(count);
    const double last = static_cast<double>(count - 1);
    ++bins.counts[static_cast<std::size_t>(std::clamp(place, 0.0, last))];
  }
  return bins;
}

/// The places where curves are drawn: dense within each component, sorted.
std::vector<double> curve_places(std::span<const HistogramComponent> components) {
  constexpr int steps = 48;
  std::vector<double> places;
  for (const auto& c : components) {
    if (!drawable(c)) continue;
    for (int i = 0; i <= steps; ++i) {
      places.push_back(c.mean + c.sigma * reach * (2.0 * i / steps - 1.0));
    }
  }
  std::sort(places.begin(), places.end());
  return places;
}

double total_density(std::span<const HistogramComponent> components, double x) {
  double sum = 0.0;
  for (const auto& c : components) {
    if (drawable(c)) sum += density(c, x);
  }
  return sum;
}

/// The colours that a map of the same counts has, if the labels are whole numbers.
std::vector<Colour> component_colours(std::span<const HistogramComponent> components) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto number = parse_integer(components[i].label);
    numbers.push_back(number ? *number : static_cast<std::int64_t>(i) + 1);
  }
  std::vector<Colour> colours;
  if (numbers.empty()) return colours;
  // 0 atoms has its own colour in the map and does not stretch the scale.
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  for (const std::int64_t number : numbers) {
    if (number <= 0) continue;
    lowest = lowest == 0 ? number : std::min(lowest, number);
    highest = std::max(highest, number);
  }
  for (const std::int64_t number : numbers) {
    colours.push_back(count_colour(number, lowest, highest));
  }
  return colours;
}

/// The bins and most of every component, unless a component lies far from all values.
Range horizontal_range(const Bins& bins, std::span<const HistogramComponent> components) {
  Range range = bins.range;
  const double most = range.high - range.low;
  for (const auto& c : components) {
    if (!drawable(c)) continue;
    const double low = c.mean - 3.0 * c.sigma;
    const double high = c.mean + 3.0 * c.sigma;
    if (low > bins.range.low - most) range.low = std::min(range.low, low);
    if (high < bins.range.high + most) range.high = std::max(range.high, high);
  }
  return widened(range, 0.02);
}

void draw_component(SvgWriter& svg, const PlotArea& area, const HistogramComponent& component,
                    Colour colour, double scale) {
  std::string path;
  const HistogramComponent one[] = {component};
  for (const double x : curve_places(one)) {
    const double y = area.to_y(scale * density(component, x));
    if (path.empty()) {
      move_to(path, area.to_x(x), area.bottom());
    }
    line_to(path, area.to_x(x), y);
  }
  path += "Z";
  svg.path(path, {.fill = hex(colour), .opacity = 0.45});
  svg.path(path, {.stroke = hex(colour), .stroke_width = 0.9});
}

void draw_sum(SvgWriter& svg, const PlotArea& area, std::span<const HistogramComponent> components,
              double scale) {
  std::string path;
  for (const double x : curve_places(components)) {
    const double y = area.to_y(scale * total_density(components, x));
    if (path.empty()) {
      move_to(path, area.to_x(x), y);
    } else {
      line_to(path, area.to_x(x), y);
    }
  }
  svg.path(path, {.stroke = ink, .stroke_width = 1.1});
}

void draw_histogram_bars(SvgWriter& svg, const PlotArea& area, const Bins& bins) {
  std::string path;
  for (std::size_t i = 0; i < bins.counts.size(); ++i) {
    if (bins.counts[i] == 0) continue;
    const double left = area.to_x(bins.range.low + static_cast<double>(i) * bins.width());
    const double right = area.to_x(bins.range.low + static_cast<double>(i + 1) * bins.width());
    const double top = area.to_y(static_cast<double>(bins.counts[i]));
    move_to(path, left, area.bottom());
    line_to(path, left, top);
    line_to(path, right, top);
    line_to(path, right, area.bottom());
  }
  svg.path(path, {.fill = "#c6cbd1", .stroke = "#7a828b", .stroke_width = 0.5});
}

/// Labels above the area, at the means; every second, third ... if they would touch.
void draw_component_labels(SvgWriter& svg, const PlotArea& area,
                           std::span<const HistogramComponent> components) {
  std::vector<const HistogramComponent*> shown;
  for (const auto& c : components) {
    if (std::isfinite(c.mean) && c.mean >= area.x.low && c.mean <= area.x.high) shown.push_back(&c);
  }
  std::sort(shown.begin(), shown.end(), [](auto* a, auto* b) { return a->mean < b->mean; });
  for (std::size_t every = 1; every <= shown.size(); ++every) {
    bool fits = true;
    double free_from = area.left - 20.0;
    for (std::size_t i = 0; i < shown.size(); i += every) {
      const double half = text_length(shown[i]->label, tick_text) / 2;
      fits = fits && area.to_x(shown[i]->mean) - half >= free_from;
      free_from = area.to_x(shown[i]->mean) + half + 1.5;
    }
    if (!fits && every < shown.size()) continue;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const double x = area.to_x(shown[i]->mean);
      svg.line(x, area.top, x, area.top - 2.5, {.stroke = ink, .stroke_width = 0.6});
      if (i % every != 0) continue;
      svg.text(x, area.top - 5.0, shown[i]->label, {.size = tick_text, .anchor = Anchor::middle});
    }
    return;
  }
}

void draw_rug(SvgWriter& svg, const PlotArea& area, const std::vector<double>& values) {
  if (values.size() > most_rug_lines) return;
  std::string path;
  for (const double value : values) {
    move_to(path, area.to_x(value), area.bottom());
    line_to(path, area.to_x(value), area.bottom() - 5.0);
  }
  svg.path(path, {.stroke = ink, .stroke_width = 0.5, .opacity = 0.5});
}

}  // namespace

Figure draw_histogram(std::span<const double> values,
                      std::span<const HistogramComponent> components,
                      const HistogramOptions& options) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double v) { return std::isfinite(v); });
  const Bins bins = bin(finite, components, options.bins);
  const double scale = static_cast<double>(finite.size()) * bins.width();
  double tallest = static_cast<double>(*std::max_element(bins.counts.begin(), bins.counts.end()));
  for (const double x : curve_places(components)) {
    tallest = std::max(tallest, scale * total_density(components, x));
  }

  PlotArea area;
  area.x = horizontal_range(bins, components);
  area.y = {0.0, std::clamp(tallest * 1.06, 1.0, 1e290)};
  Axes axes{.y_label = options.counted,
            .x = linear_ticks(area.x, 6, AxisKind::real),
            .y = linear_ticks(area.y, 5, AxisKind::integer)};
  axes.x_label = axis_label(options.quantity, options.unit, axes.x.exponent);
  const double units = figure_units(options.width);
  area.left = left_room(axes);
  area.top = (options.title.empty() ? 4.0 : 20.0) + (components.empty() ? 2.0 : 14.0);
  area.width = units - area.left - right_room;
  area.height = area_height(options.width, area.top);

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  svg.begin_clip(area.left, area.top, area.width, area.height);
  draw_histogram_bars(svg, area, bins);
  const std::vector<Colour> colours = component_colours(components);
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (drawable(components[i])) draw_component(svg, area, components[i], colours[i], scale);
  }
  draw_sum(svg, area, components, scale);
  draw_rug(svg, area, finite);
  svg.end_clip();
  draw_component_labels(svg, area, components);
  draw_axes(svg, area, axes);
  if (finite.empty()) draw_no_data(svg, area);

  double height = area.bottom() + bottom_room;
  if (finite.size() < values.size()) {
    height += 13.0;
    svg.text(area.left, height - 4.0,
             fmt::format("{} of {} values are not finite and left out",
                         values.size() - finite.size(), values.size()),
             {.size = tick_text, .fill = faint_ink});
  }
  return svg.finish(height, fmt::format("{}: histogram of {} values with {} components",
                                        options.title.empty() ? options.quantity : options.title,
                                        finite.size(), components.size()));
}

}  // namespace adatom::report
