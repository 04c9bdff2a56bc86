#include "adatom/report/figure_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "cell_text.h"
#include "matrix_layout.h"
#include "picture.h"
#include "svg_writer.h"
#include "ticks.h"

namespace adatom::report {
namespace {

constexpr double lowest_bar = 60.0;

void require_sizes(const ShownMatrix& matrix) {
  const std::size_t cells = matrix.rows.size() * matrix.columns.size();
  const auto fits = [cells](std::span<const double> some) {
    return some.empty() || some.size() == cells;
  };
  if (matrix.values.size() == cells && fits(matrix.low) && fits(matrix.high) &&
      matrix.low.size() == matrix.high.size()) {
    return;
  }
  throw InputError({.what = "a matrix's numbers do not belong together",
                    .where = "figure of a matrix",
                    .why = fmt::format("{} rows and {} columns, {} values, {} lower and {} upper "
                                       "ends of intervals are given",
                                       matrix.rows.size(), matrix.columns.size(),
                                       matrix.values.size(), matrix.low.size(), matrix.high.size()),
                    .remedy = "give one of each for every cell, or no intervals"});
}

bool observed(double value, AxisScale scale) {
  return std::isfinite(value) && value != 0.0 && (scale == AxisScale::linear || value > 0.0);
}

Range colour_span(const ShownMatrix& matrix, const MatrixFigureOptions& options) {
  const bool logarithmic = options.scale == AxisScale::logarithmic;
  Range range{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()};
  if (options.range) {
    range = *options.range;
  } else {
    for (const double value : matrix.values) {
      if (!observed(value, options.scale)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
    if (range.low > range.high) range = logarithmic ? Range{0.1, 1.0} : Range{0.0, 1.0};
    if (!logarithmic) range.low = std::min(range.low, 0.0);
  }
  if (!logarithmic) return usable_range(range);
  if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.low <= 0.0) {
    return {0.1, 1.0};
  }
  // So that the ratio of the ends is finite.
  range.low = std::clamp(range.low, 1e-140, 1e139);
  return {range.low, std::clamp(range.high, range.low * 1.01, 1e140)};
}

double fraction_of(double value, const Range& range, AxisScale scale) {
  value = std::clamp(value, range.low, range.high);
  if (scale == AxisScale::linear) return (value - range.low) / (range.high - range.low);
  return std::log(value / range.low) / std::log(range.high / range.low);
}

bool fits(const std::string& text, const MatrixLayout& at) {
  return text_length(text, tick_text) <= at.cell_width - 3.0;
}

/// With a power of ten where that is what makes the interval fit.
CellText fitting_text(double value, double low, double high, const MatrixLayout& at) {
  CellText plain = cell_text(value, low, high);
  if (fits(plain.value, at) && fits(plain.interval, at)) return plain;
  CellText power = cell_text(value, low, high, CellForm::power);
  return fits(power.value, at) && fits(power.interval, at) ? power : plain;
}

/// Writes the cell's numbers as far as there is room; returns whether an interval was written.
bool write_numbers(SvgWriter& svg, double x, double y, const MatrixLayout& at, const CellText& text,
                   bool with_interval, const std::string& colour) {
  if (!fits(text.value, at) || at.cell_height < cell_line) return false;
  const bool both = with_interval && !text.interval.empty() && at.cell_height >= 2 * cell_line &&
                    fits(text.interval, at);
  const TextStyle style{.size = tick_text, .anchor = Anchor::middle, .fill = colour};
  svg.text(x, y + (both ? -1.5 : 3.5), text.value, style);
  if (both) svg.text(x, y - 1.5 + cell_line, text.interval, style);
  return both;
}

/// "<2×10⁻⁵" in a cell where nothing was seen; returns whether there is a bound.
bool write_bound(SvgWriter& svg, double x, double y, const MatrixLayout& at, double high) {
  if (!std::isfinite(high) || high <= 0.0) return false;
  CellText bound = cell_text(high, high, high);
  bound.value.insert(0, "<");
  write_numbers(svg, x, y, at, bound, false, std::string(faint_ink));
  return fits(bound.value, at);
}

/// What the cells say besides values.
struct Written {
  bool intervals = false;
  bool bounds = false;
};

Written draw_cells(SvgWriter& svg, const ShownMatrix& matrix, const MatrixFigureOptions& options,
                   const MatrixLayout& at, const Range& range) {
  const ColourTable table = colour_table(options.map);
  Written written;
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    for (std::size_t j = 0; j < matrix.columns.size(); ++j) {
      const std::size_t cell = i * matrix.columns.size() + j;
      const double value = matrix.values[cell];
      const double left = at.left + static_cast<double>(j) * at.cell_width;
      const double top = at.top + static_cast<double>(i) * at.cell_height;
      const double x = left + at.cell_width / 2;
      const double y = top + at.cell_height / 2;
      const bool has_interval = !matrix.low.empty();
      if (!observed(value, options.scale)) {
        svg.rectangle(left, top, at.cell_width, at.cell_height,
                      {.fill = "#ffffff", .stroke = "#d0d0d0", .stroke_width = 0.5});
        if (options.numbers == CellNumbers::both && has_interval) {
          written.bounds |= write_bound(svg, x, y, at, matrix.high[cell]);
        }
        continue;
      }
      const Colour colour = colour_at(table, fraction_of(value, range, options.scale));
      svg.rectangle(left, top, at.cell_width, at.cell_height,
                    {.fill = hex(colour), .stroke = "#ffffff", .stroke_width = 0.5});
      if (options.numbers == CellNumbers::none) continue;
      const double low = has_interval ? matrix.low[cell] : value;
      const double high = has_interval ? matrix.high[cell] : value;
      written.intervals |=
          write_numbers(svg, x, y, at, fitting_text(value, low, high, at),
                        options.numbers == CellNumbers::both, hex(text_colour_on(colour)));
    }
  }
  return written;
}

/// What stands below the cells.
std::vector<std::string> notes(const Written& written, const MatrixFigureOptions& options,
                               bool bar_has_room) {
  std::vector<std::string> out;
  if (!bar_has_room) out.push_back("colours: " + options.quantity);
  std::string numbers;
  if (written.intervals) {
    numbers = "second line: " + options.interval + ", in the power of ten of the value";
  }
  if (written.bounds)
    numbers += std::string(numbers.empty() ? "" : "; ") + "<: not seen, upper end";
  if (!numbers.empty()) out.push_back(std::move(numbers));
  return out;
}

}  // namespace

Figure draw_matrix(const ShownMatrix& matrix, const MatrixFigureOptions& options) {
  require_sizes(matrix);
  const MatrixLayout at = lay_out(matrix, options);
  const Range range = colour_span(matrix, options);
  const double units = figure_units(options.width);
  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  if (matrix.values.empty()) {
    svg.text(units / 2, 50.0, "no data",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
    return svg.finish(80.0, fmt::format("{}: no data", options.title));
  }
  draw_matrix_labels(svg, matrix, options, at);
  const Written written = draw_cells(svg, matrix, options, at, range);
  const double width = at.cell_width * static_cast<double>(matrix.columns.size());
  const double height = at.cell_height * static_cast<double>(matrix.rows.size());
  svg.rectangle(at.left, at.top, width, height, {.stroke = ink, .stroke_width = 0.7});
  const double bar = std::max(height, lowest_bar);
  const bool has_room = text_length(options.quantity, label_text) <= bar + 20.0;
  draw_colour_bar(svg, at.left + width + 10.0, at.top, bar, options.map, range,
                  has_room ? options.quantity : "", options.unit, options.scale);
  double bottom = at.top + bar;
  for (const std::string& note : notes(written, options, has_room)) {
    bottom += bottom == at.top + bar ? 15.0 : 12.0;
    const double left = std::clamp(units - 2.0 - text_length(note, tick_text), 2.0, at.left);
    svg.text(left, bottom, fit_text(note, tick_text, units - left),
             {.size = tick_text, .fill = faint_ink});
  }
  return svg.finish(
      bottom + 8.0,
      fmt::format("{}: {} x {} cells, {}", options.title.empty() ? "Matrix" : options.title,
                  matrix.rows.size(), matrix.columns.size(), options.quantity));
}

}  // namespace adatom::report
