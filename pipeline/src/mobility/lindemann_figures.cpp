#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "mobility/lindemann_report.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t most_curves = 6;  // with colours of their own

std::string temperature_text(double temperature_k) {
  return std::isfinite(temperature_k) ? shortest(temperature_k) + " K" : "no temperature";
}

report::Figure draw_s_curves(const LindemannCurves& curves) {
  std::vector<report::Curve> shown;
  report::CurveFigureOptions options{.title = "Lindemann index",
                                     .x_label = "temperature (K)",
                                     .y_label = "Lindemann index",
                                     .width = report::FigureWidth::page};
  // Points of the groups first, whose colours their fits have.
  const std::size_t first = curves.onsets.size() > 2 ? 1 : 0;
  const std::size_t last = std::min(curves.onsets.size(), first + most_curves);
  for (std::size_t g = first; g < last; ++g) {
    report::Curve points{.label = curves.onsets[g].group, .style = report::CurveStyle::points};
    for (const auto& point : curves.onsets[g].points) {
      points.x.push_back(point.temperature_k);
      points.y.push_back(point.value);
      points.y_error.push_back(point.standard_error);
    }
    shown.push_back(std::move(points));
  }
  for (std::size_t g = first; g < last; ++g) {
    const GroupOnset& group = curves.onsets[g];
    if (!group.onset.fitted) continue;
    report::Curve fit{.style = report::CurveStyle::line, .looks_like = g - first};
    const double low = group.points.front().temperature_k;
    const double high = group.points.back().temperature_k;
    constexpr int steps = 200;
    for (int k = 0; k <= steps; ++k) {
      fit.x.push_back(low + (high - low) * k / steps);
      fit.y.push_back(group.onset.curve.at(fit.x.back()));
    }
    shown.push_back(std::move(fit));
    options.marks.push_back({.x = group.onset.inflection_k.value,
                             .label = fmt::format("{:.0f} K", group.onset.inflection_k.value),
                             .looks_like = g - first});
  }
  if (!curves.onsets.empty()) {
    for (const auto& crossing : curves.onsets.front().onset.crossings) {
      options.levels.push_back({.y = crossing.threshold, .label = shortest(crossing.threshold)});
    }
  }
  return report::draw_curves(shown, options);
}

report::Curve radial_curve(const GroupIndex& group, const std::string& label) {
  report::Curve curve{.label = label, .style = report::CurveStyle::line};
  for (const auto& bin : group.radial) {
    curve.x.push_back(bin.r_angstrom);
    curve.y.push_back(bin.density_per_angstrom);
    curve.y_error.push_back(bin.standard_error_per_angstrom);
  }
  return curve;
}

report::CurveFigureOptions radial_options(const std::string& title) {
  return {
      .title = title, .x_label = "distance from the centre of mass (Å)", .y_label = "P(r) (1/Å)"};
}

/// All groups but that of all atoms, at one temperature.
report::Figure draw_radial(const LindemannCurves& curves, std::size_t at) {
  std::vector<report::Curve> shown;
  const std::size_t groups = curves.groups.size();
  for (std::size_t g = 1; g < groups; ++g) {
    const GroupIndex& group = curves.indices[at * groups + g];
    if (!group.radial.empty()) shown.push_back(radial_curve(group, group.group));
  }
  return report::draw_curves(
      shown, radial_options(temperature_text(curves.indices[at * groups].temperature_k)));
}

report::Figure draw_radials(const LindemannCurves& curves) {
  std::vector<report::Curve> shown;
  const std::size_t groups = curves.groups.size();
  const std::size_t temperatures = curves.indices.size() / groups;
  std::vector<std::size_t> ends = {0};
  if (temperatures > 1) ends.push_back(temperatures - 1);
  for (const std::size_t at : ends) {
    for (std::size_t g = 1; g < groups; ++g) {
      const GroupIndex& group = curves.indices[at * groups + g];
      if (group.radial.empty()) continue;
      auto curve = radial_curve(group, group.group + ", " + temperature_text(group.temperature_k));
      curve.y_error.clear();  // four curves with bars cover one another
      shown.push_back(std::move(curve));
    }
  }
  return report::draw_curves(shown, radial_options("Distances from the centre of mass"));
}

report::Figure draw_growth(const std::vector<TrajectoryIndices>& trajectories,
                           const LindemannCurves& curves) {
  std::vector<std::size_t> order(trajectories.size());
  for (std::size_t t = 0; t < order.size(); ++t) order[t] = t;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return trajectories[a].input.temperature_k.value_or(-1.0) <
           trajectories[b].input.temperature_k.value_or(-1.0);
  });
  std::vector<report::Curve> shown;
  for (const std::size_t k : report::spread_steps(order.size(), most_curves)) {
    const TrajectoryIndices& trajectory = trajectories[order[k]];
    report::Curve curve{.label = trajectory.input.temperature_k
                                     ? temperature_text(*trajectory.input.temperature_k)
                                     : trajectory.input.name,
                        .style = report::CurveStyle::line_and_points};
    for (const GrowingIndex& growth : trajectory.growth) {
      curve.x.push_back(std::log10(trajectory.length_ps(growth.frames)));
      curve.y.push_back(curves.mean_over(growth.of_atoms, order[k], 0));
    }
    shown.push_back(std::move(curve));
  }
  return report::draw_curves(shown, {.title = "The index grows with the time",
                                     .x_label = "log₁₀ of the length (ps)",
                                     .y_label = "Lindemann index of all atoms"});
}

}  // namespace

LindemannFigures draw_lindemann(const std::vector<TrajectoryIndices>& trajectories,
                                const LindemannCurves& curves) {
  LindemannFigures figures;
  if (!curves.onsets.empty()) figures.curves = draw_s_curves(curves);
  figures.radial = draw_radials(curves);
  for (std::size_t at = 0; at < curves.indices.size() / curves.groups.size(); ++at) {
    figures.steps.push_back(
        temperature_text(curves.indices[at * curves.groups.size()].temperature_k));
    figures.radials.push_back(draw_radial(curves, at));
  }
  figures.growth = draw_growth(trajectories, curves);
  return figures;
}

}  // namespace adatom::pipeline
