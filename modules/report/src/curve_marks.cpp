#include "curve_marks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <vector>

#include "palette.h"

namespace adatom::report {
namespace {

constexpr double mark_row_height = 12.0;
constexpr std::string_view grey = "#444444";

/// The middle of a mark's label: above its line, but within the area.
double mark_label_place(const PlotArea& area, const CurveMark& mark) {
  const double half = text_length(mark.label, label_text) / 2;
  return std::clamp(area.to_x(mark.x), std::min(area.left + half, area.right() - half),
                    std::max(area.right() - half, area.left + half));
}

/// The row above the area in which each mark's label stands, so that none touch.
std::vector<std::size_t> mark_rows(const PlotArea& area, std::span<const CurveMark> marks) {
  std::vector<std::size_t> order(marks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::isfinite(marks[a].x) && (!std::isfinite(marks[b].x) || marks[a].x < marks[b].x);
  });
  std::vector<double> free_from;
  std::vector<std::size_t> rows(marks.size(), 0);
  for (const std::size_t i : order) {
    if (!std::isfinite(marks[i].x)) continue;
    const double half = text_length(marks[i].label, label_text) / 2;
    const double at = mark_label_place(area, marks[i]);
    std::size_t row = 0;
    while (row < free_from.size() && at - half < free_from[row]) ++row;
    if (row == free_from.size()) free_from.push_back(0.0);
    free_from[row] = at + half + 4.0;
    rows[i] = row;
  }
  return rows;
}

void draw_mark(SvgWriter& svg, const PlotArea& area, const CurveMark& mark, std::size_t row) {
  if (!std::isfinite(mark.x) || mark.x < area.x.low || mark.x > area.x.high) return;
  const double x = area.to_x(mark.x);
  const std::string_view colour = mark.looks_like ? line_colour(*mark.looks_like) : grey;
  svg.line(x, area.top, x, area.bottom(), {.stroke = colour, .stroke_width = 0.9, .dash = "4 3"});
  svg.text(mark_label_place(area, mark),
           area.top - 4.5 - mark_row_height * static_cast<double>(row), mark.label,
           {.size = label_text, .anchor = Anchor::middle, .fill = mark.looks_like ? colour : ink});
}

void draw_level(SvgWriter& svg, const PlotArea& area, const CurveLevel& level) {
  const bool there = std::isfinite(level.y) && level.y >= area.y.low && level.y <= area.y.high;
  if (!there) return;
  const double y = area.to_y(level.y);
  svg.line(area.left, y, area.right(), y, {.stroke = grey, .stroke_width = 0.9, .dash = "4 3"});
  svg.text(area.left + 4.0, y - 3.0, level.label, {.size = label_text, .halo = "#ffffff"});
}

}  // namespace

double marks_room(const PlotArea& area, std::span<const CurveMark> marks) {
  std::size_t most = 0;
  for (const std::size_t row : mark_rows(area, marks)) most = std::max(most, row + 1);
  return most == 0 ? 0.0 : 1.0 + mark_row_height * static_cast<double>(most);
}

void draw_marks(SvgWriter& svg, const PlotArea& area, std::span<const CurveMark> marks) {
  const std::vector<std::size_t> rows = mark_rows(area, marks);
  for (std::size_t i = 0; i < marks.size(); ++i) draw_mark(svg, area, marks[i], rows[i]);
}

void draw_levels(SvgWriter& svg, const PlotArea& area, std::span<const CurveLevel> levels) {
  for (const CurveLevel& level : levels) draw_level(svg, area, level);
}

}  // namespace adatom::report
