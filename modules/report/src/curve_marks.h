#pragma once
// Dashed lines over plots: vertical ones with their labels above the area, horizontal thresholds.
#include <span>

#include "adatom/report/figure_curve.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {

/// The height that the labels need above the area, of which only left, width and x are used.
[[nodiscard]] double marks_room(const PlotArea& area, std::span<const CurveMark> marks);

void draw_marks(SvgWriter& svg, const PlotArea& area, std::span<const CurveMark> marks);
void draw_levels(SvgWriter& svg, const PlotArea& area, std::span<const CurveLevel> levels);

}  // namespace adatom::report
