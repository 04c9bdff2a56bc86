#pragma once
// A matrix as coloured cells with their numbers: transition probabilities, counts, times.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"
#include "adatom/report/figure_curve.h"

namespace adatom::report {

/// Row by row. A value that is not finite, or not positive on a logarithmic scale, was not
/// observed: its cell stays empty.
struct ShownMatrix {
  std::vector<AtomKind> rows = {};  ///< labels; their colours stand as small squares beside them
  std::vector<AtomKind> columns = {};
  std::span<const double> values;
  /// Empty, or the interval of each value; not finite: it has none.
  std::span<const double> low = {};
  std::span<const double> high = {};
};

/// both: the interval, too, where the cells have room for it.
enum class CellNumbers { none, values, both };

struct MatrixFigureOptions {
  std::string title = {};
  std::string row_label = "from";
  std::string column_label = "to";
  std::string quantity = {};  ///< at the colour bar: "probability in 1 ns"
  std::string unit = {};
  std::string interval = "95 % interval";  ///< what `low` and `high` are, for the note below
  AxisScale scale = AxisScale::linear;     ///< of the colours
  std::optional<Range> range = {};         ///< of the colours; empty: that of the values
  ColourMap map = ColourMap::viridis;
  CellNumbers numbers = CellNumbers::both;
  FigureWidth width = FigureWidth::page;
};

/// Rows down, columns across. Up to about 15 x 15 are readable on a page with numbers. Intervals
/// that lie about evenly round their value are written "±".
/// @throws InputError if the numbers of values, intervals, rows and columns do not fit
[[nodiscard]] Figure draw_matrix(const ShownMatrix& matrix, const MatrixFigureOptions& options);

}  // namespace adatom::report
