#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
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

report::Curve curve_of(const ComparisonShown& shown, const ConditionSeries& series,
                       const Quantity& quantity, const std::string& label) {
  report::Curve curve{.label = label};
  for (const std::size_t c : series.conditions) {
    const Condition& condition = shown.comparison.conditions[c];
    const PooledValue* value = condition.find(quantity);
    if (value == nullptr || !std::isfinite(value->pooled.value)) continue;
    curve.x.push_back(condition.numbers[series.column]);
    curve.y.push_back(factor_of(quantity) * value->pooled.value);
    curve.y_error.push_back(factor_of(quantity) * value->pooled.standard_error);
  }
  return curve;
}

/// "temperature_c (h2_o2_ratio = 6)"
std::string column_label(const ComparisonShown& shown, const ConditionSeries& series) {
  return shown.table.columns[series.column].name +
         (series.fixed.empty() ? "" : " (" + series.fixed + ")");
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
         "F" + faster.substr(1) + ", noise taken out", "share of displacements (%)");
  const auto corrected = lags_of(comparison, "corrected_share_faster");
  if (!corrected.empty()) {
    const auto lag_s = corrected[corrected.size() / 2].lag_s;
    Panel panel{"share_faster",
                fmt::format("F{}, over {:.3g} s", faster.substr(1), *lag_s),
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
                          const std::vector<std::pair<const char*, const char*>>& names) {
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
  return report::draw_curves(
      curves,
      {.title = panel.title, .x_label = column_label(shown, series), .y_label = panel.y_label});
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

/// How the speeds of a distribution are drawn: their density as measured, or with the noise taken
/// out the share that is faster.
enum class SpeedCurve { density, faster };

/// Up to where the histogram holds 99 of 100 displacements.
double usual_speeds(const SpeedHistogram& histogram) {
  double sum = 0.0;
  for (std::size_t bin = 0; bin < histogram.share.size(); ++bin) {
    sum += histogram.share[bin];
    if (sum >= 0.99) return histogram.edges_nm_per_s[bin + 1];
  }
  return histogram.edges_nm_per_s.back();
}

report::Curve speed_curve(const SpeedHistogram& histogram, SpeedCurve kind, double furthest,
                          const std::string& label) {
  report::Curve curve{.label = label, .style = report::CurveStyle::line};
  double faster = 100.0;
  for (std::size_t bin = 0; bin < histogram.share.size(); ++bin) {
    const double low = histogram.edges_nm_per_s[bin];
    const double high = histogram.edges_nm_per_s[bin + 1];
    if (low >= furthest) break;
    if (kind == SpeedCurve::density) {
      const double density = histogram.share[bin] / (high - low);
      curve.x.insert(curve.x.end(), {low, high});
      curve.y.insert(curve.y.end(), {density, density});
    } else {
      curve.x.push_back(low);
      curve.y.push_back(std::max(0.0, faster));
      faster -= 100.0 * histogram.corrected_share[bin];
    }
  }
  return curve;
}

/// At most six of these conditions, spread over all, at one lag.
report::Figure draw_speeds_of(const ComparisonShown& shown, std::span<const std::size_t> which,
                              const std::vector<std::string>& labels, double lag_s,
                              SpeedCurve kind) {
  const std::size_t count = std::min(which.size(), most_curves);
  std::vector<std::pair<const SpeedHistogram*, std::string>> chosen;
  double furthest = 1.5 * shown.threshold_nm_per_s;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count > 1 ? i * (which.size() - 1) / (count - 1) : 0;
    for (const auto& histogram : shown.comparison.conditions[which[at]].histograms) {
      if (std::abs(histogram.lag_s - lag_s) > 0.01 * lag_s) continue;
      chosen.emplace_back(&histogram, labels[at]);
      furthest = std::max(furthest, usual_speeds(histogram));
      break;
    }
  }
  std::vector<report::Curve> curves;
  double highest = 1e-12;
  for (const auto& [histogram, label] : chosen) {
    curves.push_back(speed_curve(*histogram, kind, furthest, label));
    for (const double y : curves.back().y) highest = std::max(highest, y);
  }
  const bool density = kind == SpeedCurve::density;
  return report::draw_curves(
      curves, {.title = fmt::format("{} {:.3g} s",
                                    density ? "Speeds as measured, over"
                                            : "Faster than a speed, noise taken out, over",
                                    lag_s),
               .x_label = "speed (nm/s)",
               .y_label = density ? "density (s/nm)" : "share that is faster (%)",
               .y_range = report::Range{0.0, 1.06 * highest},
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
  if (lags.empty()) return figures;
  const double lag_s = *lags[lags.size() / 2].lag_s;
  const auto add_speeds = [&](std::span<const std::size_t> which,
                              const std::vector<std::string>& labels, const std::string& ending) {
    figures.push_back({"speeds" + ending + ".svg",
                       draw_speeds_of(shown, which, labels, lag_s, SpeedCurve::density)});
    figures.push_back({"corrected_speeds" + ending + ".svg",
                       draw_speeds_of(shown, which, labels, lag_s, SpeedCurve::faster)});
  };
  for (std::size_t s = 0; s < comparison.series.size(); ++s) {
    const ConditionSeries& series = comparison.series[s];
    std::vector<std::string> labels;
    for (const std::size_t c : series.conditions) {
      labels.push_back(shown.table.columns[series.column].name + " " +
                       shortest(comparison.conditions[c].numbers[series.column]));
    }
    add_speeds(series.conditions, labels,
               comparison.series.size() > 1 ? fmt::format("_{}", s + 1) : "");
  }
  if (comparison.series.empty()) {
    std::vector<std::size_t> all(comparison.conditions.size());
    std::vector<std::string> labels;
    for (std::size_t c = 0; c < all.size(); ++c) {
      all[c] = c;
      labels.push_back(comparison.conditions[c].label(shown.table.columns));
    }
    add_speeds(all, labels, "");
  }
  return figures;
}

}  // namespace adatom::pipeline
