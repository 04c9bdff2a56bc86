#include "legend.h"

namespace adatom::report {
namespace {

constexpr double row_height = 14.0;
constexpr double after_sample = 4.0;
constexpr double after_label = 9.0;

/// Draws only with `svg`.
double lay_out_entries(SvgWriter* svg, std::span<const LegendEntry> entries, double left,
                       double top, double right) {
  double x = left;
  double y = top;
  bool any = false;
  for (const LegendEntry& entry : entries) {
    if (entry.label.empty()) continue;
    const double sample = entry.sample_width + after_sample;
    const std::string label = fit_text(entry.label, label_text, right - left - sample);
    const double length = sample + text_length(label, label_text) + after_label;
    if (any && x + length > right + after_label) {
      x = left;
      y += row_height;
    }
    any = true;
    if (svg != nullptr) {
      entry.draw(*svg, x, y + row_height / 2);
      svg->text(x + sample, y + row_height / 2 + 3.5, label, {.size = label_text});
    }
    x += length;
  }
  return any ? y - top + row_height + 2.0 : 0.0;
}

}  // namespace

double legend_height(std::span<const LegendEntry> entries, double left, double right) {
  return lay_out_entries(nullptr, entries, left, 0.0, right);
}

void draw_legend(SvgWriter& svg, std::span<const LegendEntry> entries, double left, double top,
                 double right) {
  lay_out_entries(&svg, entries, left, top, right);
}

}  // namespace adatom::report
