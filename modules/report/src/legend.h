#pragma once
// Samples and names in rows above a plot.
#include <functional>
#include <span>
#include <string>

#include "svg_writer.h"

namespace adatom::report {

struct LegendEntry {
  std::string label = {};  ///< entries without one are left out
  double sample_width = 8.0;
  /// Draws the sample from x on, about the height `middle`.
  std::function<void(SvgWriter& svg, double x, double middle)> draw = {};
};

/// The height that the rows need between `left` and `right`; 0 without entries.
[[nodiscard]] double legend_height(std::span<const LegendEntry> entries, double left, double right);

void draw_legend(SvgWriter& svg, std::span<const LegendEntry> entries, double left, double top,
                 double right);

}  // namespace adatom::report
