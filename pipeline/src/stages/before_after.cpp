#include "stages/before_after.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/report/figure_bars.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "environments/label_file.h"

namespace adatom::pipeline {
namespace {

using AtomsOfClasses = std::vector<double>;

/// Mean of several runs; its error is that of their own errors, or of their scatter where that is
/// larger.
report::BarSeries mean_series(const std::string& label, const std::vector<const BeforeAfter*>& runs,
                              std::size_t classes) {
  report::BarSeries series{.label = label};
  const auto count = static_cast<double>(runs.size());
  for (std::size_t c = 0; c < classes; ++c) {
    double mean = 0.0;
    double own = 0.0;
    for (const BeforeAfter* run : runs) {
      mean += run->mean[c] / count;
      own += run->mean_stderr[c] * run->mean_stderr[c] / (count * count);
    }
    double scatter = 0.0;
    for (const BeforeAfter* run : runs) scatter += (run->mean[c] - mean) * (run->mean[c] - mean);
    if (runs.size() > 1) own = std::max(own, scatter / (count * (count - 1.0)));
    series.values.push_back(mean);
    series.low.push_back(mean - std::sqrt(own));
    series.high.push_back(mean + std::sqrt(own));
  }
  return series;
}

report::Figure draw_structure(const std::string& name, const std::vector<const BeforeAfter*>& runs,
                              const std::vector<report::AtomKind>& classes) {
  std::map<double, std::vector<const BeforeAfter*>> by_temperature;
  for (const BeforeAfter* run : runs) by_temperature[run->run.temperature_k].push_back(run);
  const BeforeAfter& any = *runs.front();
  std::vector<report::BarSeries> series = {{.label = "model", .values = any.model}};
  if (!any.relaxed.empty()) series.push_back({.label = "relaxed", .values = any.relaxed});
  for (const auto& [temperature, there] : by_temperature) {
    series.push_back(
        mean_series(fmt::format("{} K", shortest(temperature)), there, classes.size()));
  }
  return report::draw_bars(
      series,
      {.title = name, .classes = classes, .y_label = "atoms", .width = report::FigureWidth::page});
}

}  // namespace

std::vector<double> count_labels(const std::filesystem::path& labels, const CountedLabels& counted,
                                 const std::vector<std::uint8_t>& mask) {
  AtomsOfClasses atoms(counted.names.size(), 0.0);
  LabelFileReader reader(labels);
  LabelledFrame frame;
  if (!reader.next(frame)) return atoms;
  for (std::size_t i = 0; i < frame.environments.size() && i < mask.size(); ++i) {
    const std::uint8_t label = frame.environments[i];
    if (mask[i] == 0 || label == dynamics::no_label) continue;
    atoms[counted.of_environment[label]] += 1.0;
  }
  return atoms;
}

std::string before_after_csv(const std::vector<BeforeAfter>& rows,
                             const std::vector<std::string>& classes) {
  using storage::cell;
  storage::Table table({"run", "structure", "temperature_k", "seed", "class", "atoms_model",
                        "atoms_relaxed", "atoms_first", "atoms_mean", "atoms_mean_stderr"});
  for (const BeforeAfter& row : rows) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      table.add_row({row.run.name, row.run.structure, cell(row.run.temperature_k),
                     cell(static_cast<long long>(row.run.seed)), classes[c], cell(row.model[c]),
                     row.relaxed.empty() ? "nan" : cell(row.relaxed[c]), cell(row.first[c]),
                     cell(row.mean[c]), cell(row.mean_stderr[c])});
    }
  }
  return table.text();
}

void draw_before_after(const std::vector<BeforeAfter>& rows,
                       const std::vector<report::AtomKind>& classes,
                       const std::filesystem::path& folder) {
  std::map<std::string, std::vector<const BeforeAfter*>> of_structure;
  for (const BeforeAfter& row : rows) of_structure[row.run.structure].push_back(&row);
  std::filesystem::create_directories(folder);
  for (const auto& [name, runs] : of_structure) {
    storage::write_file(folder / (name + ".svg"),
                        report::svg_file(draw_structure(name, runs, classes)));
  }
}

}  // namespace adatom::pipeline
