#include "plot_area.h"

#include <algorithm>
#include <cmath>

namespace adatom::report {
namespace {

constexpr double tick_length = 3.5;
constexpr double label_room = 16.0;
constexpr Paint frame{.stroke = ink, .stroke_width = 0.7};

}  // namespace

double PlotArea::to_x(double value) const {
  return left + width * (value - x.low) / (x.high - x.low);
}

double PlotArea::to_y(double value) const {
  if (y_scale == AxisScale::linear) return top + height * (y.high - value) / (y.high - y.low);
  const double low = std::log10(y.low);
  const double high = std::log10(y.high);
  return top + height * (high - std::log10(value)) / (high - low);
}

double left_room(const Axes& axes) {
  double longest = 0.0;
  for (const Tick& tick : axes.y.ticks) {
    longest = std::max(longest, text_length(tick.label, tick_text));
  }
  return std::max(longest + tick_length + 3.0 + label_room, 44.0);
}

double area_height(FigureWidth width, double top) {
  const double figure = width == FigureWidth::column ? 218.0 : 290.0;
  return std::max(figure - top - bottom_room, 100.0);
}

void draw_axes(SvgWriter& svg, const PlotArea& area, const Axes& axes) {
  svg.rectangle(area.left, area.top, area.width, area.height, frame);
  double free_from = area.left - 100.0;
  for (const Tick& tick : axes.x.ticks) {
    const double at = area.to_x(tick.value);
    svg.line(at, area.bottom(), at, area.bottom() + tick_length, frame);
    const double half = text_length(tick.label, tick_text) / 2;
    const double middle = std::min(at, area.right() + right_room - half);  // none is cut off
    if (middle - half < free_from) continue;                               // numbers must not touch
    free_from = middle + half + 3.0;
    svg.text(middle, area.bottom() + 13.0, tick.label,
             {.size = tick_text, .anchor = Anchor::middle});
  }
  for (const Tick& tick : axes.y.ticks) {
    const double at = area.to_y(tick.value);
    svg.line(area.left - tick_length, at, area.left, at, frame);
    svg.text(area.left - tick_length - 2.5, at + 3.4, tick.label,
             {.size = tick_text, .anchor = Anchor::end});
  }
  svg.text(area.left + area.width / 2, area.bottom() + 28.0,
           fit_text(axes.x_label, label_text, area.width + 30.0),
           {.size = label_text, .anchor = Anchor::middle});
  svg.text(10.0, area.top + area.height / 2, fit_text(axes.y_label, label_text, area.height + 30.0),
           {.size = label_text, .anchor = Anchor::middle, .upright = false});
}

void draw_no_data(SvgWriter& svg, const PlotArea& area) {
  svg.text(area.left + area.width / 2, area.top + area.height / 2, "no data",
           {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
}

Range widened(const Range& range, double share) {
  const double margin = share * (range.high - range.low);
  return {range.low - margin, range.high + margin};
}

}  // namespace adatom::report
