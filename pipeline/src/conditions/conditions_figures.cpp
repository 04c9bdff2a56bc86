#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/report/figure_bars.h"
#include "adatom/report/figure_curve.h"
#include "conditions/conditions_report.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t most_curves = 6;

/// A quantity at all its lags, or at none.
std::vector<Quantity> lags_of(const ConditionComparison& comparison, const std::string& name) {
  std::vector<Quantity> found;
  for (const auto& quantity : comparison.quantities) {
    if (quantity.name == name) found.push_back(quantity);
  }
  return found;
}

std::string lag_label(const Quantity& quantity) {
  return quantity.lag_s ? fmt::format("over {:.3g} s", *quantity.lag_s) : quantity.label;
}

double factor_of(const Quantity& quantity) {
  return quantity.name.ends_with("share_faster") ? 100.0 : 1.0;
}

/// Half of the interval as the bar: what asymmetry it has is in the tables.
double bar_of(const numeric::Pooled& value) {
  return std::isfinite(value.high - value.low) ? 0.5 * (value.high - value.low) : 0.0;
}

report::Curve curve_of(const ComparisonShown& shown, const ConditionSeries& series,
                       const Quantity& quantity, const std::string& label) {
  report::Curve curve{.label = label};
  for (const std::size_t c : series.conditions) {
    const Condition& condition = shown.comparison.conditions[c];
    const PooledValue* value = condition.find(quantity);
    if (value == nullptr || !std::isfinite(value->pooled.value)) continue;
    curve.x.push_back(condition.numbers[series.column]);
    curve.y.push_back(factor_of(quantity) * value->pooled.value);
    curve.y_error.push_back(factor_of(quantity) * bar_of(value->pooled));
  }
  return curve;
}

struct Panel {
  std::string file;
  std::string title;
  std::string y_label;
  std::vector<Quantity> quantities;
  std::vector<std::string> labels;
};

std::vector<Panel> panels_of(const ComparisonShown& shown) {
  const ConditionComparison& comparison = shown.comparison;
  const std::string faster = fmt::format("faster than {:g} nm/s", shown.threshold_nm_per_s);
  std::vector<Panel> panels;
  const auto add = [&](Panel panel) {
    if (!panel.quantities.empty()) panels.push_back(std::move(panel));
  };
  const auto by_lag = [&](const char* file, const char* name, const std::string& title,
                          const std::string& y_label) {
    Panel panel{file, title, y_label, lags_of(comparison, name), {}};
    if (panel.quantities.size() > 4) panel.quantities.resize(4);
    for (const auto& quantity : panel.quantities) panel.labels.push_back(lag_label(quantity));
    add(std::move(panel));
  };
  by_lag("corrected_share_faster", "corrected_share_faster",
         "Share " + faster + ", noise taken out", "share of displacements (%)");
  const auto corrected = lags_of(comparison, "corrected_share_faster");
  if (!corrected.empty()) {
    const auto lag_s = corrected[corrected.size() / 2].lag_s;
    Panel panel{"share_faster",
                fmt::format("Share {}, over {:.3g} s", faster, *lag_s),
                "share of displacements (%)",
                {},
                {}};
    for (const auto& [name, label] : {std::pair{"share_faster", "as measured"},
                                      {"corrected_share_faster", "noise taken out"},
                                      {"interval_share_faster", "mean over intervals"},
                                      {"rest_share_faster", "all at rest"}}) {
      panel.quantities.push_back({name, label, "", lag_s});
      panel.labels.emplace_back(label);
    }
    add(std::move(panel));
  }
  by_lag("mean_speed", "corrected_mean_speed_nm_per_s", "Mean speed, noise taken out",
         "mean speed (nm/s)");
  const auto single = [&](const char* file, const char* title, const char* y_label,
                          std::vector<std::pair<const char*, const char*>> names) {
    Panel panel{file, title, y_label, {}, {}};
    for (const auto& [name, label] : names) {
      for (const auto& quantity : lags_of(comparison, name)) {
        panel.quantities.push_back(quantity);
        panel.labels.emplace_back(label);
      }
    }
    add(std::move(panel));
  };
  single("diffusion", "Diffusion coefficient", "D (nm²/s)", {{"diffusion_nm2_per_s", ""}});
  single("radius", "Mean radius", "radius (nm)",
         {{"first_mean_radius_nm", "first frame"}, {"last_mean_radius_nm", "last frame"}});
  single("particles", "Particles", "particles in a frame", {{"particles", ""}});
  single("merges", "Merging", "merges per particle and s", {{"merges_per_particle_s", ""}});
  return panels;
}

report::Figure draw_series(const ComparisonShown& shown, const ConditionSeries& series,
                           const Panel& panel) {
  std::vector<report::Curve> curves;
  for (std::size_t i = 0; i < panel.quantities.size(); ++i) {
    curves.push_back(curve_of(shown, series, panel.quantities[i], panel.labels[i]));
  }
  const std::string title = panel.title + (series.fixed.empty() ? "" : " (" + series.fixed + ")");
  return report::draw_curves(curves, {.title = title,
                                      .x_label = shown.table.columns[series.column].name,
                                      .y_label = panel.y_label});
}

report::Figure draw_classes(const ComparisonShown& shown, const Panel& panel) {
  report::BarFigureOptions options{.title = panel.title, .y_label = panel.y_label};
  for (const Condition& condition : shown.comparison.conditions) {
    options.classes.push_back({.label = condition.label(shown.table.columns)});
  }
  std::vector<report::BarSeries> bars;
  for (std::size_t i = 0; i < panel.quantities.size(); ++i) {
    report::BarSeries series{.label = panel.labels[i]};
    const double factor = factor_of(panel.quantities[i]);
    for (const Condition& condition : shown.comparison.conditions) {
      const PooledValue* value = condition.find(panel.quantities[i]);
      const numeric::Pooled pooled = value != nullptr ? value->pooled : numeric::Pooled{};
      series.values.push_back(factor * pooled.value);
      series.low.push_back(factor * pooled.low);
      series.high.push_back(factor * pooled.high);
    }
    bars.push_back(std::move(series));
  }
  return report::draw_bars(bars, options);
}

/// Densities of speeds at the middle one of the lags, of at most six conditions spread over all.
report::Figure draw_distributions(const ComparisonShown& shown, double lag_s, bool corrected) {
  const auto& conditions = shown.comparison.conditions;
  std::vector<report::Curve> curves;
  const std::size_t count = std::min(conditions.size(), most_curves);
  double furthest = 1.5 * shown.threshold_nm_per_s;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t c = count > 1 ? i * (conditions.size() - 1) / (count - 1) : 0;
    report::Curve curve{.label = conditions[c].label(shown.table.columns),
                        .style = report::CurveStyle::line};
    for (const SpeedHistogram& histogram : conditions[c].histograms) {
      if (std::abs(histogram.lag_s - lag_s) > 0.01 * lag_s || !curve.x.empty()) continue;
      const auto& share = corrected ? histogram.corrected_share : histogram.share;
      double sum = 0.0;
      for (std::size_t bin = 0; bin < share.size(); ++bin) {
        const double low = histogram.edges_nm_per_s[bin];
        const double high = histogram.edges_nm_per_s[bin + 1];
        if (sum < 0.99) furthest = std::max(furthest, high);
        sum += share[bin];
        for (const double edge : {low, high}) {
          curve.x.push_back(edge);
          curve.y.push_back(share[bin] / (high - low));
        }
      }
    }
    curves.push_back(std::move(curve));
  }
  double highest = 0.0;
  for (auto& curve : curves) {
    const auto end = std::ranges::upper_bound(curve.x, furthest) - curve.x.begin();
    curve.x.resize(static_cast<std::size_t>(end));
    curve.y.resize(static_cast<std::size_t>(end));
    for (const double y : curve.y) highest = std::max(highest, y);
  }
  return report::draw_curves(
      curves, {.title = fmt::format("Speeds over {:.3g} s, {}", lag_s,
                                    corrected ? "noise taken out" : "as measured"),
               .x_label = "speed (nm/s)",
               .y_label = "density (s/nm)",
               .y_range = report::Range{0.0, 1.06 * std::max(highest, 1e-12)},
               .marks = {{.x = shown.threshold_nm_per_s,
                          .label = fmt::format("{:g} nm/s", shown.threshold_nm_per_s)}}});
}

}  // namespace

std::vector<ComparisonFigure> conditions_figures(const ComparisonShown& shown) {
  std::vector<ComparisonFigure> figures;
  const ConditionComparison& comparison = shown.comparison;
  if (comparison.conditions.empty()) return figures;
  const std::vector<Panel> panels = panels_of(shown);
  for (std::size_t s = 0; s < comparison.series.size(); ++s) {
    for (const Panel& panel : panels) {
      const std::string ending = comparison.series.size() > 1 ? fmt::format("_{}", s + 1) : "";
      figures.push_back(
          {panel.file + ending + ".svg", draw_series(shown, comparison.series[s], panel)});
    }
  }
  if (comparison.series.empty()) {
    for (const Panel& panel : panels) {
      figures.push_back({panel.file + ".svg", draw_classes(shown, panel)});
    }
  }
  const auto lags = lags_of(comparison, "share_faster");
  if (!lags.empty()) {
    const double lag_s = *lags[lags.size() / 2].lag_s;
    figures.push_back({"speeds.svg", draw_distributions(shown, lag_s, false)});
    figures.push_back({"corrected_speeds.svg", draw_distributions(shown, lag_s, true)});
  }
  return figures;
}

}  // namespace adatom::pipeline
