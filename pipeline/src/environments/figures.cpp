#include "environments/figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/dynamics/environment_classes.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/numeric/hierarchical_clustering.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_bars.h"
#include "adatom/report/figure_chord.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_dendrogram.h"
#include "adatom/report/figure_matrix.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "md/atom_picture.h"

namespace adatom::pipeline {
namespace {

constexpr double ns_per_ps = 1e-3;

/// A curve of more points is no finer on paper.
constexpr std::size_t most_points = 500;
/// So many curves have colours of their own in one panel.
constexpr std::size_t most_curves = 5;

/// Labels in up to two panels: the most frequent ones, in their order.
std::vector<std::vector<std::size_t>> panels_of(const std::vector<dynamics::Population>& all) {
  std::vector<std::size_t> labels;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].atoms > 0.0 || all[i].start_atoms > 0) labels.push_back(i);
  }
  std::stable_sort(labels.begin(), labels.end(), [&all](std::size_t a, std::size_t b) {
    return all[a].fraction > all[b].fraction;
  });
  if (labels.size() > 2 * most_curves) labels.resize(2 * most_curves);
  std::sort(labels.begin(), labels.end());
  const auto half = static_cast<std::ptrdiff_t>((labels.size() + 1) / 2);
  if (labels.size() <= most_curves) return {labels};
  return {{labels.begin(), labels.begin() + half}, {labels.begin() + half, labels.end()}};
}

/// The mean of each of up to `most_points` stretches of time.
report::Curve population_curve(const TrajectoryResult& trajectory, std::size_t label,
                               const std::string& name) {
  const auto& series = trajectory.statistics.series;
  report::Curve curve{.label = name, .style = report::CurveStyle::line};
  const std::size_t length = (series.frames() + most_points - 1) / most_points;
  for (std::size_t first = 0; first < series.frames(); first += length) {
    const std::size_t last = std::min(first + length, series.frames());
    double sum = 0.0;
    for (std::size_t i = first; i < last; ++i) sum += series.frame(i)[label];
    curve.x.push_back(0.5 * (trajectory.plan.time_ps(first) + trajectory.plan.time_ps(last - 1)) *
                      ns_per_ps);
    curve.y.push_back(sum / static_cast<double>(last - first));
  }
  return curve;
}

/// Half way between the joints that keep the classes whole and the next, if there is such a place.
std::optional<double> cut_of_classes(const numeric::ClusterTree& tree,
                                     const dynamics::EnvironmentDictionary& dictionary) {
  const std::size_t clusters = dictionary.classes.size();
  if (clusters < 2 || clusters >= tree.items) return std::nullopt;
  const std::size_t joints = tree.items - clusters;
  const double cut = 0.5 * (tree.merges[joints - 1].height + tree.merges[joints].height);
  const auto found = numeric::cut_tree(tree, cut);
  for (std::size_t i = 0; i < tree.items; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if ((found[i] == found[j]) != (dictionary.class_of[i] == dictionary.class_of[j])) {
        return std::nullopt;
      }
    }
  }
  return cut;
}

}  // namespace

report::Figure draw_environments(const TrajectoryResult& trajectory,
                                 const EnvironmentsResult& result) {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  std::vector<std::size_t> kind;
  auto kinds = result.class_kinds;
  for (std::size_t i = 0; i < trajectory.shown.atoms.size(); ++i) {
    const auto& position = trajectory.shown.atoms[i].position_angstrom;
    x.push_back(position.x());
    y.push_back(position.y());
    z.push_back(position.z());
    const std::uint8_t label = trajectory.shown_environments[i];
    const bool known = label != dynamics::no_label;
    kind.push_back(known ? result.dictionary.class_of[label] : result.class_kinds.size());
  }
  if (std::find(kind.begin(), kind.end(), kinds.size()) != kind.end()) {
    kinds.push_back({.label = "other elements", .colour = {225, 225, 225}});
  }
  // Nearest neighbours of an fcc crystal touch.
  const double reach = neighbour_reach_angstrom(trajectory.shown);
  const std::vector<double> radius(x.size(), reach / 0.85 / std::sqrt(8.0));
  const double time_ns = trajectory.plan.time_ps(trajectory.shown_frame) * ns_per_ps;
  report::AtomFigureOptions options{
      .title = trajectory.plan.is_single()
                   ? trajectory.plan.name
                   : fmt::format("{}, {} ns", trajectory.plan.name, shortest(time_ns)),
      .kinds = kinds,
      .kinds_label = "class"};
  options.cut = report::quarter_cut(options);
  return report::draw_atoms_whole_and_cut({x, y, z, radius, kind}, options);
}

report::Figure draw_populations(const EnvironmentsResult& result) {
  const bool means = !result.all_single();
  const bool errors = means || result.trajectories.size() > 1;
  report::BarSeries start{.label = means ? "first frame" : ""};
  report::BarSeries mean{.label = "mean"};
  for (const auto& p : result.populations) {
    start.values.push_back(100.0 * p.start_fraction);
    mean.values.push_back(100.0 * p.fraction);
    if (!errors) continue;
    mean.low.push_back(100.0 * (p.fraction - p.fraction_stderr));
    mean.high.push_back(100.0 * (p.fraction + p.fraction_stderr));
  }
  std::vector<report::BarSeries> series;
  if (means || result.trajectories.size() == 1) series.push_back(start);
  if (means || result.trajectories.size() > 1) series.push_back(mean);
  return report::draw_bars(series, {.title = "Populations",
                                    .classes = result.kinds,
                                    .y_label = "atoms (%)",
                                    .colours = report::BarColours::classes,
                                    .width = report::FigureWidth::page});
}

std::vector<report::Figure> draw_populations_over_time(const TrajectoryResult& trajectory,
                                                       const EnvironmentsResult& result) {
  const auto& s = trajectory.statistics;
  const double begin = trajectory.plan.time_ps(s.first_frame) * ns_per_ps;
  std::vector<report::Figure> figures;
  for (const auto& panel : panels_of(s.populations)) {
    std::vector<report::Curve> curves;
    for (const std::size_t label : panel) {
      curves.push_back(population_curve(trajectory, label, result.counted.names[label]));
    }
    report::CurveFigureOptions options{
        .title = trajectory.plan.name, .x_label = "time (ns)", .y_label = "atoms"};
    if (s.first_frame > 0) options.marks = {{.x = begin, .label = "counted from here"}};
    figures.push_back(report::draw_curves(curves, options));
  }
  return figures;
}

report::Figure draw_transitions(const dynamics::TransitionMatrix& matrix,
                                const EnvironmentsResult& result,
                                const EnvironmentsOptions& options) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = matrix.classes;
  std::vector<double> values(n * n, none);
  std::vector<double> low(n * n, none);
  std::vector<double> high(n * n, none);
  for (const auto& e : matrix.entries) {
    if (e.count == 0) continue;
    const std::size_t at = e.from * n + e.to;
    values[at] = e.probability;
    low[at] = e.interval.low;
    high[at] = e.interval.high;
  }
  return report::draw_matrix(
      {.rows = result.kinds, .columns = result.kinds, .values = values, .low = low, .high = high},
      {.title = "Transitions",
       .quantity = fmt::format("probability in {} ns", shortest(matrix.window_ns)),
       .interval = fmt::format("{} % interval", shortest(100.0 * options.confidence)),
       .scale = report::AxisScale::logarithmic,
       .numbers = n <= 15 ? report::CellNumbers::both : report::CellNumbers::none});
}

namespace {

/// Of each label: its share of the atoms, and of those the share that goes elsewhere in a window.
struct Flows {
  std::vector<double> population;
  std::vector<double> counts;
};

Flows flows_of(const dynamics::TransitionMatrix& matrix, const EnvironmentsResult& result) {
  const std::size_t n = matrix.classes;
  Flows flows{std::vector<double>(n, 0.0), std::vector<double>(n * n, 0.0)};
  for (std::size_t i = 0; i < n; ++i) flows.population[i] = result.populations[i].fraction;
  for (const auto& e : matrix.entries) {
    flows.counts[e.from * n + e.to] = flows.population[e.from] * e.probability;
  }
  return flows;
}

}  // namespace

report::Figure draw_chord_diagram(const dynamics::TransitionMatrix& matrix,
                                  const EnvironmentsResult& result) {
  const Flows flows = flows_of(matrix, result);
  return report::draw_chords(
      {.kinds = result.kinds, .population = flows.population, .counts = flows.counts},
      {.title = fmt::format("Changes in {} ns", shortest(matrix.window_ns)),
       .width = report::FigureWidth::page});
}

std::string chords_csv(const dynamics::TransitionMatrix& matrix, const EnvironmentsResult& result) {
  const Flows flows = flows_of(matrix, result);
  storage::Table table({"from", "to", "population_from", "changing_fraction"});
  for (const auto& e : matrix.entries) {
    if (e.from == e.to) continue;
    table.add_row({result.counted.names[e.from], result.counted.names[e.to],
                   storage::cell(flows.population[e.from]),
                   storage::cell(flows.counts[e.from * matrix.classes + e.to])});
  }
  return table.text();
}

std::vector<report::Figure> draw_survival(const TrajectoryResult& trajectory,
                                          const EnvironmentsResult& result) {
  std::vector<report::Figure> figures;
  for (const auto& panel : panels_of(trajectory.statistics.populations)) {
    std::vector<report::Curve> curves;
    for (const auto& residence : trajectory.statistics.residences) {
      const bool shown = std::find(panel.begin(), panel.end(), residence.label) != panel.end();
      if (!shown || residence.survival.size() < 2) continue;
      report::Curve curve{.label = result.counted.names[residence.label],
                          .style = report::CurveStyle::line};
      for (const std::size_t i : report::spread_steps(residence.survival.size(), most_points)) {
        curve.x.push_back(residence.survival[i].time_ns);
        curve.y.push_back(residence.survival[i].survival);
      }
      curves.push_back(std::move(curve));
    }
    if (curves.empty()) continue;
    figures.push_back(report::draw_curves(curves, {.title = trajectory.plan.name,
                                                   .x_label = "time since arrival (ns)",
                                                   .y_label = "visits that last longer",
                                                   .y_scale = report::AxisScale::logarithmic,
                                                   .y_range = report::Range{1e-3, 1.0}}));
  }
  return figures;
}

report::Figure draw_distances(const EnvironmentsResult& result,
                              const EnvironmentsOptions& options) {
  report::Curve curve{.style = report::CurveStyle::line};
  double all = 0.0;
  std::size_t last = 1;
  std::vector<double> sum(DistanceCounts::bins, 0.0);
  for (const auto& t : result.trajectories) {
    all += static_cast<double>(t.statistics.distances.atoms);
    for (std::size_t bin = 0; bin < sum.size(); ++bin) {
      sum[bin] += static_cast<double>(t.statistics.distances.histogram[bin]);
    }
  }
  for (std::size_t bin = 0; bin < sum.size(); ++bin) {
    if (sum[bin] > 0.0) last = bin + 1;
  }
  const auto limit =
      static_cast<std::size_t>(options.unknown_distance / DistanceCounts::bin_width) + 2;
  for (std::size_t bin = 0; bin < std::min(std::max(last + 1, limit), sum.size()); ++bin) {
    curve.x.push_back((static_cast<double>(bin) + 0.5) * DistanceCounts::bin_width);
    curve.y.push_back(100.0 * sum[bin] / std::max(all, 1.0));
  }
  return report::draw_curves(
      {&curve, 1}, {.title = "Nearest known environment",
                    .x_label = "SOAP distance",
                    .y_label = "atoms (% in 0.01)",
                    .marks = {{.x = options.unknown_distance, .label = "unknown beyond"}}});
}

DictionaryTree draw_dictionary(const EnvironmentsResult& result) {
  const auto& dictionary = result.dictionary;
  const auto tree = dynamics::cluster_environments(dictionary.spectra, dictionary.size(), 0.0).tree;
  DictionaryTree drawn;
  drawn.cut = cut_of_classes(tree, dictionary);
  drawn.figure = report::draw_dendrogram(
      tree, {.title = "The known environments",
             .height_label = "SOAP distance",
             .leaves = dictionary.environments,
             .cut = drawn.cut,
             .kinds = result.class_kinds,
             .kind = {dictionary.class_of.begin(), dictionary.class_of.end()}});
  storage::Table table({"cluster_a", "cluster_b", "distance", "environments"});
  const auto name = [&dictionary](std::size_t cluster) {
    return cluster < dictionary.size() ? dictionary.environments[cluster] : std::to_string(cluster);
  };
  for (const auto& merge : tree.merges) {
    table.add_row({name(merge.a), name(merge.b), storage::cell(merge.height),
                   storage::cell(static_cast<long long>(merge.size))});
  }
  drawn.csv = table.text();
  return drawn;
}

}  // namespace adatom::pipeline
