#include "stages/mobility_summary.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/figure_bars.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

/// A quantity of each run with its weight.
class WeightedRuns {
 public:
  void add(double value, double weight) {
    if (!std::isfinite(value) || !(weight > 0.0)) return;
    values_.push_back(value);
    weights_.push_back(weight);
  }
  [[nodiscard]] double mean() const {
    double sum = 0.0;
    double weights = 0.0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      sum += weights_[i] * values_[i];
      weights += weights_[i];
    }
    return weights > 0.0 ? sum / weights : not_known;
  }
  /// Of the runs' scatter, each with its weight.
  [[nodiscard]] double standard_error() const {
    const auto count = static_cast<double>(values_.size());
    if (values_.size() < 2) return not_known;
    double weights = 0.0;
    for (const double weight : weights_) weights += weight;
    double square = 0.0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double part = weights_[i] / weights * (values_[i] - mean());
      square += part * part;
    }
    return std::sqrt(square * count / (count - 1.0));
  }

 private:
  std::vector<double> values_;
  std::vector<double> weights_;
};

struct ClassMobility {
  WeightedRuns lens;
  WeightedRuns mobile_share;
  WeightedRuns index;
  double atoms = 0.0;
  double mobile_atoms = 0.0;
};

struct MeansOfTemperature {
  std::vector<ClassMobility> classes;
  std::size_t runs = 0;
};

void add_run(MeansOfTemperature& means, const storage::Table& table) {
  const auto values = table.numbers("values");
  const auto lens = table.numbers("mean_lens");
  const auto share = table.numbers("mobile_share");
  const auto atoms = table.numbers("atoms");
  const auto index = table.numbers("mean_index");
  const auto mobile = table.numbers("mobile_atoms");
  means.classes.resize(table.rows());
  ++means.runs;
  for (std::size_t c = 0; c < table.rows(); ++c) {
    ClassMobility& of_class = means.classes[c];
    of_class.lens.add(lens[c], values[c]);
    of_class.mobile_share.add(share[c], values[c]);
    of_class.index.add(index[c], atoms[c]);
    of_class.atoms += atoms[c];
    of_class.mobile_atoms += mobile[c];
  }
}

report::Figure draw_means(const std::map<double, MeansOfTemperature>& all,
                          const std::vector<report::AtomKind>& kinds, const std::string& title,
                          const std::string& label, double factor,
                          WeightedRuns ClassMobility::*quantity) {
  std::vector<report::BarSeries> series;
  for (const auto& [temperature, means] : all) {
    report::BarSeries bars{.label = fmt::format("{} K", shortest(temperature))};
    for (const ClassMobility& of_class : means.classes) {
      const double mean = (of_class.*quantity).mean();
      const double error = (of_class.*quantity).standard_error();
      bars.values.push_back(factor * mean);
      bars.low.push_back(factor * (mean - error));
      bars.high.push_back(factor * (mean + error));
    }
    series.push_back(std::move(bars));
  }
  return report::draw_bars(
      series,
      {.title = title, .classes = kinds, .y_label = label, .width = report::FigureWidth::page});
}

}  // namespace

std::string all_classes_csv(const std::vector<RunMobility>& runs) {
  std::optional<storage::Table> all;
  for (const RunMobility& run : runs) {
    const storage::Table table = storage::read_csv(run.classes_csv);
    if (!all) {
      std::vector<std::string> header = {"run", "structure", "temperature_k", "seed"};
      header.insert(header.end(), table.header().begin(), table.header().end());
      all.emplace(std::move(header));
    }
    for (std::size_t i = 0; i < table.rows(); ++i) {
      std::vector<std::string> row = {run.run.name, run.run.structure,
                                      storage::cell(run.run.temperature_k),
                                      storage::cell(static_cast<long long>(run.run.seed))};
      row.insert(row.end(), table.row(i).begin(), table.row(i).end());
      all->add_row(std::move(row));
    }
  }
  return all ? all->text() : "";
}

void write_class_means(const std::vector<RunMobility>& runs, const std::filesystem::path& folder) {
  using storage::cell;
  std::map<double, MeansOfTemperature> all;
  std::vector<std::string> names;
  for (const RunMobility& run : runs) {
    const storage::Table table = storage::read_csv(run.classes_csv);
    names = table.texts("class");
    add_run(all[run.run.temperature_k], table);
  }
  storage::Table means({"temperature_k", "class", "runs", "mean_lens", "mean_lens_stderr",
                        "mobile_share", "mobile_share_stderr", "atoms", "mean_index",
                        "mean_index_stderr", "mobile_atoms"});
  for (const auto& [temperature, of_temperature] : all) {
    for (std::size_t c = 0; c < names.size(); ++c) {
      const ClassMobility& m = of_temperature.classes[c];
      means.add_row({cell(temperature), names[c], cell(static_cast<long long>(of_temperature.runs)),
                     cell(m.lens.mean()), cell(m.lens.standard_error()),
                     cell(m.mobile_share.mean()), cell(m.mobile_share.standard_error()),
                     cell(static_cast<long long>(std::llround(m.atoms))), cell(m.index.mean()),
                     cell(m.index.standard_error()),
                     cell(static_cast<long long>(std::llround(m.mobile_atoms)))});
    }
  }
  storage::write_file(folder / "class_means.csv", means.text());
  const auto kinds = report::kinds_named(names);
  const auto write = [&](const char* name, const report::Figure& figure) {
    storage::write_file(folder / name, report::svg_file(figure));
  };
  write("lens.svg", draw_means(all, kinds, "LENS", "mean LENS", 1.0, &ClassMobility::lens));
  write("mobile.svg", draw_means(all, kinds, "Atoms that move", "share (%)", 100.0,
                                 &ClassMobility::mobile_share));
  write("index.svg",
        draw_means(all, kinds, "Lindemann index", "mean index", 1.0, &ClassMobility::index));
}

}  // namespace adatom::pipeline
