#include "stages/counts_figures.h"

#include <array>

#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_histogram.h"

namespace adatom::pipeline {

std::map<std::int64_t, std::vector<std::size_t>> rows_of_frames(
    const std::vector<std::int64_t>& frame) {
  std::map<std::int64_t, std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < frame.size(); ++i) rows[frame[i]].push_back(i);
  return rows;
}

report::Figure draw_scs_histogram(const std::vector<double>& scs_angstrom2,
                                  const std::vector<counting::Component>& components) {
  std::vector<report::HistogramComponent> drawn;
  for (const counting::Component& component : components) {
    drawn.push_back({.label = std::to_string(component.atom_count),
                     .mean = component.mean_angstrom2,
                     .sigma = component.sigma_angstrom2,
                     .weight = component.weight});
  }
  return report::draw_histogram(scs_angstrom2, drawn, {.title = "Cross-sections"});
}

report::Figure draw_selection(const std::vector<counting::Selection>& selection,
                              std::int64_t chosen) {
  std::array<report::Curve, 3> curves{report::Curve{.label = "ICL"}, report::Curve{.label = "BIC"},
                                      report::Curve{.label = "AIC"}};
  for (const counting::Selection& row : selection) {
    const std::array values = {row.icl, row.bic, row.aic};
    for (std::size_t c = 0; c < curves.size(); ++c) {
      curves[c].x.push_back(static_cast<double>(row.components));
      curves[c].y.push_back(values[c]);
    }
  }
  report::CurveFigureOptions options;
  options.title = "Number of components";
  options.x_label = "number of components K";
  options.y_label = "criterion";
  options.x_kind = report::AxisKind::integer;
  if (chosen > 0) {
    options.marks = {{static_cast<double>(chosen), "K = " + std::to_string(chosen)}};
  }
  return report::draw_curves(curves, options);
}

report::Figure draw_counts(const CountMapData& data, const std::string& title,
                           std::pair<std::int64_t, std::int64_t> limits) {
  return report::draw_count_map(
      {.x_angstrom = data.x_angstrom,
       .y_angstrom = data.y_angstrom,
       .atom_count = data.atom_count,
       .probability = data.probability},
      {.title = title, .lowest_count = limits.first, .highest_count = limits.second});
}

}  // namespace adatom::pipeline
