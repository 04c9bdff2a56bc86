#include "support/demo_dynamics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "adatom/base/random.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_bars.h"
#include "adatom/report/figure_chord.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_dendrogram.h"
#include "adatom/report/figure_matrix.h"
#include "adatom/report/figure_trace.h"
#include "support/particle.h"

namespace adatom::report::testing {
namespace {

using Named = std::vector<std::pair<std::string, Figure>>;

const std::vector<double> populations = {300, 180, 35, 40, 8, 280, 60, 30, 12, 6};

/// Atoms that change class with probabilities that fall by a factor for each class between.
std::vector<double> make_counts() {
  std::vector<double> counts;
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 10; ++j) {
      const double apart = std::abs(static_cast<double>(i) - static_cast<double>(j));
      const double both = std::min(populations[i], populations[j]);
      counts.push_back(i == j ? 900 * populations[i]
                              : std::floor(both * 700 * std::pow(0.2, apart)));
    }
  }
  return counts;
}

void add_matrices(Named& out) {
  const std::vector<double> counts = make_counts();
  std::vector<double> values;
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t cell = 0; cell < counts.size(); ++cell) {
    const double sum = 1000 * populations[cell / 10];
    values.push_back(counts[cell] / sum);
    low.push_back((counts[cell] - 1.9 * std::sqrt(counts[cell])) / sum);
    high.push_back((counts[cell] + 2.1 * std::sqrt(counts[cell]) + 3.0) / sum);
  }
  const auto kinds = environment_kinds();
  MatrixFigureOptions options{.title = "Transition probabilities", .quantity = "probability"};
  options.scale = AxisScale::logarithmic;
  out.emplace_back("matrix", draw_matrix({kinds, kinds, values, low, high}, options));
  options.width = FigureWidth::column;
  out.emplace_back("small_matrix", draw_matrix({kinds, kinds, values}, options));
  out.emplace_back("empty_matrix", draw_matrix({}, {}));
}

void add_bars(Named& out) {
  BarSeries start{"start frame", populations, {}, {}};
  BarSeries later{"trajectory", populations, {}, {}};
  for (double& value : later.values) {
    value *= 1.1;
    later.low.push_back(value - 2.0 * std::sqrt(value));
    later.high.push_back(value + 2.2 * std::sqrt(value));
  }
  const std::vector<BarSeries> both = {start, later};
  BarFigureOptions options{.title = "Populations",
                           .classes = environment_kinds(),
                           .x_label = "environment",
                           .y_label = "atoms"};
  out.emplace_back("bars", draw_bars(both, options));
  options.colours = BarColours::classes;
  options.y_scale = AxisScale::logarithmic;
  out.emplace_back("log_bars", draw_bars(both, options));
  options.width = FigureWidth::page;
  std::vector<BarSeries> ten(10, start);
  for (std::size_t f = 0; f < ten.size(); ++f) ten[f].label = fmt::format("frame {}", f + 1);
  out.emplace_back("ten_bars", draw_bars(ten, options));
  out.emplace_back("empty_bars", draw_bars({}, {}));
}

void add_trees(Named& out) {
  RandomStream random(5);
  std::vector<std::array<double, 3>> points;
  DendrogramOptions options{.title = "Environments", .height_label = "SOAP distance"};
  options.kinds = environment_kinds();
  for (std::size_t i = 0; i < 47; ++i) {
    const std::size_t kind = i % 10;
    options.kind.push_back(kind);
    options.leaves.push_back(fmt::format("{}_(111)_{}", options.kinds[kind].label, i));
    const auto place = static_cast<double>(kind);
    points.push_back({0.2 * std::cos(place) + 0.01 * random.normal(),
                      0.2 * std::sin(2 * place) + 0.01 * random.normal(),
                      0.2 * std::sin(3 * place) + 0.01 * random.normal()});
  }
  std::vector<double> distances;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      distances.push_back(std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1],
                                     points[i][2] - points[j][2]));
    }
  }
  const auto tree = numeric::cluster_items(distances, points.size(), numeric::Linkage::complete);
  options.cut = 0.08;
  out.emplace_back("dendrogram", draw_dendrogram(tree, options));
  options.kinds.clear();
  options.width = FigureWidth::column;
  out.emplace_back("plain_dendrogram", draw_dendrogram(tree, options));
}

void add_traces(Named& out) {
  RandomStream random(6);
  std::vector<Trace> traces;
  ValueDensity density;
  density.counts.assign(60, 0.0);
  for (int b = 0; b <= 60; ++b) density.edges.push_back(0.01 * b);
  for (int a = 0; a < 3; ++a) {
    Trace trace{fmt::format("atom {}", 100 * a + 12), {}, {}};
    double value = 0.05;
    for (int i = 0; i < 600; ++i) {
      const double goal = a == 0   ? 0.05
                          : a == 1 ? (i > 300 ? 0.24 : 0.06)
                                   : 0.1 + 0.3 * (i % 200 > 150);
      value = std::max(value + 0.1 * (goal - value) + 0.01 * random.normal(), 0.0);
      trace.time.push_back(0.1 * i);
      trace.value.push_back(i == 77 ? std::nan("") : value);
      density.counts[std::min(static_cast<std::size_t>(value * 100), std::size_t{59})] += 1.0;
    }
    traces.push_back(trace);
  }
  for (int i = 0; i <= 120; ++i) {
    const double at = 0.005 * i;
    density.at.push_back(at);
    density.density.push_back(8.0 * std::exp(-0.5 * std::pow((at - 0.06) / 0.03, 2)));
  }
  TraceFigureOptions options{
      .title = "LENS", .domains = domain_kinds(3), .thresholds = {0.13, 0.32}};
  out.emplace_back("traces", draw_traces(traces, density, options));
  out.emplace_back("empty_traces", draw_traces({}, {}, {}));
}

void add_melting(Named& out) {
  const auto index = [](double kelvin, double onset) {
    return 0.05 + 0.2 / (1.0 + std::exp((onset - kelvin) / 30.0));
  };
  std::vector<Curve> curves(4);
  for (std::size_t part = 0; part < 2; ++part) {
    const double onset = part == 0 ? 560.0 : 650.0;
    curves[part].label = part == 0 ? "shell" : "core";
    curves[part].style = CurveStyle::points;
    curves[part + 2].style = CurveStyle::line;
    curves[part + 2].looks_like = part;
    for (int i = 0; i <= 60; ++i) {
      const double kelvin = 300.0 + 10.0 * i;
      curves[part + 2].x.push_back(kelvin);
      curves[part + 2].y.push_back(index(kelvin, onset));
      if (i % 5 != 0) continue;
      curves[part].x.push_back(kelvin);
      curves[part].y.push_back(index(kelvin, onset) * (1.0 + 0.03 * std::sin(i)));
      curves[part].y_error.push_back(0.006);
    }
  }
  CurveFigureOptions options{.title = "Lindemann index of Cu55",
                             .x_label = "temperature (K)",
                             .y_label = "Lindemann index"};
  options.marks = {{560, "560 ± 8 K", 0}, {650, "650 ± 9 K", 1}};
  options.levels = {{0.1, "0.10"}};
  out.emplace_back("melting", draw_curves(curves, options));
}

}  // namespace

Named dynamics_figures() {
  Named out;
  add_matrices(out);
  const auto counts = make_counts();
  out.emplace_back("chords", draw_chords({environment_kinds(), populations, counts},
                                         {.title = "Exchange between environments"}));
  out.emplace_back("empty_chords", draw_chords({}, {}));
  add_bars(out);
  add_trees(out);
  add_traces(out);
  add_melting(out);
  const Particle particle = make_octahedron(9, 6, 4.08);
  AtomFigureOptions options{.title = "Cut open", .kinds = coordination_kinds()};
  options.cut = quarter_cut(options);
  out.emplace_back("cut_atoms", draw_atoms_whole_and_cut(particle.shown(), options));
  return out;
}

}  // namespace adatom::report::testing
