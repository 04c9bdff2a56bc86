#pragma once
// Curves and points over axes: selection criteria, totals per frame, drift.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/figure.h"

namespace adatom::report {

enum class CurveStyle { line, points, line_and_points };
enum class AxisScale { linear, logarithmic };
enum class AxisKind { real, integer };  ///< integer: ticks at whole numbers only

/// A gap stands where x or y is not finite (or not positive on a logarithmic axis).
struct Curve {
  std::string label = {};  ///< in the legend, unless empty
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> y_error = {};  ///< empty, or one standard error for each point, drawn as bars
  CurveStyle style = CurveStyle::line_and_points;
  /// The colour and marker of the curve at this place of the list, such as a fit's those of its
  /// points; empty: its own.
  std::optional<std::size_t> looks_like = {};
};

struct CurveMark {
  double x = 0.0;
  std::string label = {};                      ///< "K = 9": written at a dashed vertical line
  std::optional<std::size_t> looks_like = {};  ///< the curve whose colour it has; empty: grey
};

/// A dashed horizontal line with its label above it at the left, such as a threshold.
struct CurveLevel {
  double y = 0.0;
  std::string label = {};
};

struct CurveFigureOptions {
  std::string title = {};
  std::string x_label = {};  ///< with its unit: "frame", "time (s)"
  std::string y_label = {};
  AxisKind x_kind = AxisKind::real;
  AxisKind y_kind = AxisKind::real;
  AxisScale y_scale = AxisScale::linear;
  std::optional<Range> y_range = {};  ///< empty: all of the data with a margin
  std::vector<CurveMark> marks = {};
  std::vector<CurveLevel> levels = {};
  FigureWidth width = FigureWidth::column;
};

/// Up to 6 curves have colours of their own (Okabe and Ito 2008, safe for the colour blind).
/// @throws InputError if a curve's arrays differ in length
[[nodiscard]] Figure draw_curves(std::span<const Curve> curves, const CurveFigureOptions& options);

}  // namespace adatom::report
