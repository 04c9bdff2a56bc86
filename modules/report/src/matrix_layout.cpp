#include "matrix_layout.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "picture.h"

namespace adatom::report {
namespace {

constexpr double swatch = 7.0;
constexpr double gap = 4.0;
constexpr double highest_cell = 34.0;  ///< room for two lines
constexpr double widest_cell = 84.0;
constexpr double longest_label = 90.0;

double longest_of(const std::vector<AtomKind>& kinds) {
  double longest = 0.0;
  for (const AtomKind& kind : kinds) {
    longest = std::max(longest, text_length(kind.label, label_text));
  }
  return std::min(longest, longest_label);
}

}  // namespace

MatrixLayout lay_out(const ShownMatrix& matrix, const MatrixFigureOptions& options) {
  MatrixLayout out;
  out.left = (options.row_label.empty() ? 2.0 : 18.0) + longest_of(matrix.rows) + swatch + 2 * gap;
  const double room = figure_units(options.width) - out.left - colour_bar_room - 10.0;
  const auto columns = static_cast<double>(std::max<std::size_t>(matrix.columns.size(), 1));
  out.cell_width = std::min(room / columns, widest_cell);
  out.cell_height = std::clamp(out.cell_width, cell_line, highest_cell);
  out.upright = longest_of(matrix.columns) <= out.cell_width;
  out.top = (options.title.empty() ? 2.0 : 18.0) + (options.column_label.empty() ? 0.0 : 14.0) +
            swatch + 2 * gap + (out.upright ? 7.0 : longest_of(matrix.columns));
  return out;
}

void draw_matrix_labels(SvgWriter& svg, const ShownMatrix& matrix,
                        const MatrixFigureOptions& options, const MatrixLayout& at) {
  const double width = at.cell_width * static_cast<double>(matrix.columns.size());
  const double height = at.cell_height * static_cast<double>(matrix.rows.size());
  const double label_end = at.left - swatch - 2 * gap;
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    const double y = at.top + (static_cast<double>(i) + 0.5) * at.cell_height;
    svg.rectangle(at.left - swatch - gap, y - swatch / 2, swatch, swatch,
                  {.fill = hex(matrix.rows[i].colour), .stroke = ink, .stroke_width = 0.3});
    svg.text(label_end, y + 3.5, fit_text(matrix.rows[i].label, label_text, longest_label),
             {.size = label_text, .anchor = Anchor::end});
  }
  for (std::size_t j = 0; j < matrix.columns.size(); ++j) {
    const double x = at.left + (static_cast<double>(j) + 0.5) * at.cell_width;
    svg.rectangle(x - swatch / 2, at.top - swatch - gap, swatch, swatch,
                  {.fill = hex(matrix.columns[j].colour), .stroke = ink, .stroke_width = 0.3});
    svg.text(at.upright ? x : x + 3.5, at.top - swatch - 2 * gap,
             fit_text(matrix.columns[j].label, label_text, longest_label),
             {.size = label_text,
              .anchor = at.upright ? Anchor::middle : Anchor::start,
              .upright = at.upright});
  }
  const double labels_top =
      at.top - swatch - 2 * gap - (at.upright ? 9.0 : longest_of(matrix.columns));
  svg.text(at.left + width / 2, labels_top - 4.0, options.column_label,
           {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  svg.text(10.0, at.top + height / 2, options.row_label,
           {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink, .upright = false});
}

}  // namespace adatom::report
