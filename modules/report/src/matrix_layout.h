#pragma once
// Where the cells of a matrix stand, and the labels round them.
#include "adatom/report/figure_matrix.h"
#include "svg_writer.h"

namespace adatom::report {

/// The height of a line in a cell, and of the lowest cell, so that labels of rows do not touch.
inline constexpr double cell_line = 11.0;

struct MatrixLayout {
  double left = 0.0;
  double top = 0.0;
  double cell_width = 0.0;
  double cell_height = 0.0;
  bool upright = true;  ///< are the labels of the columns?
};

[[nodiscard]] MatrixLayout lay_out(const ShownMatrix& matrix, const MatrixFigureOptions& options);

/// Labels of rows and columns with their colours, and what rows and columns are.
void draw_matrix_labels(SvgWriter& svg, const ShownMatrix& matrix,
                        const MatrixFigureOptions& options, const MatrixLayout& at);

}  // namespace adatom::report
