#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/descriptors/coordination.h"
#include "adatom/numeric/savitzky_golay.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_dendrogram.h"
#include "adatom/report/figure_matrix.h"
#include "adatom/report/figure_trace.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "series/lens_folder.h"

namespace adatom::pipeline {
namespace {

/// A curve of more points is no finer on paper.
constexpr std::size_t most_points = 800;

/// Where an interval begins: in ns, or its number.
class TimeAxis {
 public:
  explicit TimeAxis(const SeriesRun& run) : run_(run) {}
  [[nodiscard]] double at(std::size_t interval) const {
    return run_.time_ps.empty() ? static_cast<double>(interval) : 1e-3 * run_.time_ps[interval];
  }
  [[nodiscard]] std::string label() const {
    return run_.time_ps.empty() ? "interval" : "time (ns)";
  }

 private:
  const SeriesRun& run_;
};

/// Of each domain the atom that is in it longest; of all the one that is shared most evenly.
std::vector<std::size_t> shown_atoms(const LensResults& results) {
  const auto& domains = results.domains;
  const std::size_t size = domains.size();
  std::vector<std::size_t> atoms;
  const auto add = [&](std::size_t atom) {
    if (std::ranges::find(atoms, atom) == atoms.end()) atoms.push_back(atom);
  };
  std::size_t mixed = 0;
  double most_mixed = -1.0;
  for (std::size_t i = 0; i < results.run.atoms; ++i) {
    double product = 0.0;
    for (std::size_t d = 0; d < size; ++d) {
      const double share = domains.time_in[i * size + d] / static_cast<double>(domains.length);
      product += share * (1.0 - share);
    }
    if (product <= most_mixed) continue;
    most_mixed = product;
    mixed = i;
  }
  for (std::size_t d = 0; d < std::min<std::size_t>(size, 4); ++d) {
    std::size_t longest = 0;
    for (std::size_t i = 1; i < results.run.atoms; ++i) {
      if (domains.time_in[i * size + d] > domains.time_in[longest * size + d]) longest = i;
    }
    add(longest);
  }
  add(mixed);
  return atoms;
}

std::vector<report::Trace> traces_of(const LensResults& results) {
  const auto& options = results.options.domains;
  const numeric::SavitzkyGolay filter(
      static_cast<std::size_t>(options.smooth_window),
      options.smooth_window == 1 ? 0 : static_cast<std::size_t>(options.smooth_order));
  const TimeAxis axis(results.run);
  const auto& ids = results.run.first.ids;
  std::vector<double> series(results.series.length());
  std::vector<double> smoothed(series.size());
  std::vector<report::Trace> traces;
  for (const std::size_t atom : shown_atoms(results)) {
    results.series.read(atom, series);
    filter.apply(series, smoothed);
    report::Trace trace{
        .label =
            fmt::format("atom {}", ids.empty() ? static_cast<std::int64_t>(atom) + 1 : ids[atom])};
    for (const std::size_t t : report::spread_steps(results.domains.length, most_points)) {
      trace.time.push_back(axis.at(results.domains.first + t));
      trace.value.push_back(smoothed[results.domains.first + t]);
    }
    traces.push_back(std::move(trace));
  }
  return traces;
}

std::string trace_table(const std::vector<report::Trace>& traces) {
  storage::Table table({"trace", "time", "lens_smoothed"});
  for (const auto& trace : traces) {
    for (std::size_t k = 0; k < trace.time.size(); ++k) {
      table.add_row({trace.label, storage::cell(trace.time[k]), storage::cell(trace.value[k])});
    }
  }
  return table.text();
}

report::Figure trace_figure(const LensResults& results, const std::vector<report::Trace>& traces) {
  const auto& domains = results.domains;
  return report::draw_traces(traces,
                             {.edges = domains.histogram_edges,
                              .counts = domains.histogram,
                              .at = domains.density.at,
                              .density = domains.density.density},
                             {.title = "LENS of some atoms, and of all",
                              .time_label = TimeAxis(results.run).label(),
                              .value_label = "LENS, smoothed",
                              .domains = report::domain_kinds(domains.size()),
                              .thresholds = domains.thresholds});
}

report::Figure exchange_figure(const dynamics::Domains& domains) {
  const auto kinds = report::domain_kinds(domains.size());
  std::vector<double> values;
  for (std::size_t a = 0; a < domains.size(); ++a) {
    for (std::size_t b = 0; b < domains.size(); ++b) {
      const double p = domains.probability(a, b);
      values.push_back(domains.exchange[a * domains.size() + b] == 0 ? std::nan("") : p);
    }
  }
  return report::draw_matrix({.rows = kinds, .columns = kinds, .values = values},
                             {.title = "Exchange between domains",
                              .quantity = "probability per interval",
                              .scale = report::AxisScale::logarithmic});
}

report::Figure population_figure(const LensResults& results) {
  const auto& domains = results.domains;
  const TimeAxis axis(results.run);
  const auto kinds = report::domain_kinds(domains.size());
  std::vector<report::Curve> curves;
  for (std::size_t d = 0; d < std::min<std::size_t>(domains.size(), 6); ++d) {
    report::Curve curve{.label = kinds[d].label, .style = report::CurveStyle::line};
    for (const std::size_t t : report::spread_steps(domains.length, most_points)) {
      curve.x.push_back(axis.at(domains.first + t));
      curve.y.push_back(domains.populations.frame(t)[d] / static_cast<double>(results.run.atoms));
    }
    curves.push_back(std::move(curve));
  }
  return report::draw_curves(curves, {.title = "Share of the atoms in each domain",
                                      .x_label = axis.label(),
                                      .y_label = "fraction of atoms",
                                      .y_range = report::Range{0.0, 1.0}});
}

report::Figure particle_figure(const LensResults& results) {
  const std::size_t last = results.sampler.intervals().size() - 1;
  const auto frame = results.run.reader->read(results.run.first_frame + results.domains.first +
                                              results.sampler.intervals()[last]);
  std::vector<Eigen::Vector3d> positions;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  std::vector<std::size_t> kind;
  for (std::size_t i = 0; i < frame.atoms.size(); ++i) {
    positions.push_back(frame.atoms[i].position_angstrom);
    x.push_back(positions.back().x());
    y.push_back(positions.back().y());
    z.push_back(positions.back().z());
    kind.push_back(results.sampler.domain(last, i));
  }
  const double r_cut = results.options.r_cut_angstrom.value_or(0.0);
  const auto neighbours = descriptors::find_neighbour_vectors(positions, {}, r_cut);
  const double touching = neighbours.atom.empty()
                              ? 0.25 * r_cut
                              : 0.5 * descriptors::nearest_neighbour_angstrom(neighbours);
  const std::vector<double> radius(positions.size(), touching);
  report::AtomFigureOptions options{.title = "The last smoothed frame",
                                    .kinds = report::domain_kinds(results.domains.size()),
                                    .kinds_label = "domain"};
  options.cut = report::quarter_cut(options);
  return report::draw_atoms_whole_and_cut({x, y, z, radius, kind}, options);
}

report::Table domain_table(const dynamics::Domains& domains) {
  report::Table table{.caption =
                          "Domains. Errors are standard errors of the means over time (by "
                          "blocks). A domain is left from one interval to the next with the "
                          "probability in the last column",
                      .columns = {{"domain", "", report::Align::left},
                                  {"LENS", "mean"},
                                  {"from", ""},
                                  {"to", ""},
                                  {"atoms", ""},
                                  {"share", "%"},
                                  {"left", "probability"}},
                      .rows = {}};
  const auto kinds = report::domain_kinds(domains.size());
  for (std::size_t d = 0; d < domains.size(); ++d) {
    const auto& p = domains.average[d];
    table.rows.push_back(
        {kinds[d].label, report::significant(domains.centres[d], 3),
         d == 0 ? "" : report::significant(domains.thresholds[d - 1], 3),
         d + 1 == domains.size() ? "" : report::significant(domains.thresholds[d], 3),
         p.determined ? report::with_error(p.atoms, p.atoms_stderr) : report::fixed(p.atoms, 1),
         report::fixed(100.0 * p.fraction, 1),
         report::significant(1.0 - domains.probability(d, d), 2)});
  }
  return table;
}

std::string method_text(const LensResults& results) {
  const auto& o = results.options;
  std::string text = fmt::format(
      "LENS is the part of an atom's neighbours (at most {} Å away) that changes within {} {}: 0 "
      "if all stay, 1 if none does. Each atom's signal is smoothed (Savitzky-Golay, {} values, "
      "order {}) and {} values are left out at both ends; the smoothed values of all atoms and "
      "times are parted into {} clusters by the best partition of their squared distances from "
      "the means.",
      shortest(o.r_cut_angstrom.value_or(0.0)), o.delay, o.delay == 1 ? "frame" : "frames",
      o.domains.smooth_window, o.domains.smooth_order, results.domains.first, o.domains.domains);
  if (results.domains.sample_stride > 1) {
    text += fmt::format(
        " The clusters' means are those of every {}th value; all values belong to "
        "the nearest.",
        results.domains.sample_stride);
  }
  return text;
}

/// Local maxima that are not lost in the figure: above a thousandth of the highest.
std::size_t peaks_of(const numeric::Density& density) {
  const auto& d = density.density;
  if (d.empty()) return 0;
  const double least = 1e-3 * std::ranges::max(d);
  std::size_t peaks = 0;
  for (std::size_t p = 1; p + 1 < d.size(); ++p) {
    peaks += d[p] > least && d[p] > d[p - 1] && d[p] >= d[p + 1] ? 1U : 0U;
  }
  return peaks;
}

}  // namespace

void write_lens_report(const LensResults& results, const std::filesystem::path& folder) {
  const auto& domains = results.domains;
  const auto keep = [&](const char* name, report::Figure figure) {
    storage::write_file(folder / name, report::svg_file(figure));
    return figure;
  };
  report::Page page("Mobile and static atoms", "LENS, local environments and neighbours shuffling");
  page.key_numbers(std::vector<report::Fact>{
      {"atoms", report::count_text(static_cast<long long>(results.run.atoms))},
      {"intervals", report::count_text(static_cast<long long>(results.run.intervals))},
      {"mean LENS", report::significant(domains.mean, 3)},
      {"in the most mobile domain",
       report::fixed(100.0 * domains.average.back().fraction, 1) + " %"}});
  std::vector<std::string> warnings;
  const std::size_t peaks = peaks_of(domains.density);
  if (peaks > 0 && peaks < domains.size()) {
    warnings.push_back(fmt::format(
        "The density of the values has {}, fewer than the {} domains: where no minimum parts two "
        "domains, their boundary is a matter of convention.",
        peaks == 1 ? "one peak" : fmt::format("{} peaks", peaks), domains.size()));
  }
  if (domains.size() < static_cast<std::size_t>(results.options.domains.domains)) {
    warnings.push_back("There are fewer different values than domains were asked for.");
  }
  page.warnings(warnings);
  page.paragraph(method_text(results));
  page.section("Signals");
  const auto traces = traces_of(results);
  storage::write_file(folder / "traces.csv", trace_table(traces));
  page.figure(keep("traces.svg", trace_figure(results, traces)),
              "Left: smoothed LENS of atoms that are longest in each domain, and of one that is "
              "shared between domains. Right: histogram and density of all values; the lines part "
              "the domains (traces.csv, histogram.csv, density.csv).");
  page.section("Domains");
  page.table(domain_table(domains));
  page.figure(keep("particle.svg", particle_figure(results)),
              "Atoms coloured by their domain; more frames are in domains.xyz.");
  page.figure(keep("populations.svg", population_figure(results)),
              "Atoms in each domain over time (populations.csv).");
  page.section("Exchange");
  page.figure(keep("exchange.svg", exchange_figure(domains)),
              "How often an atom of one domain is in another one interval later (exchange.csv).");
  const auto tree = dynamics::exchange_tree(domains);
  if (!tree.merges.empty()) {
    std::vector<std::size_t> kind;
    std::vector<std::string> leaves;
    const auto kinds = report::domain_kinds(domains.size());
    for (std::size_t d = 0; d < domains.size(); ++d) {
      kind.push_back(d);
      leaves.push_back(kinds[d].label);
    }
    page.figure(keep("dendrogram.svg",
                     report::draw_dendrogram(tree, {.title = "Domains by what they exchange",
                                                    .height_label = "1 - exchange / largest",
                                                    .leaves = leaves,
                                                    .kinds = kinds,
                                                    .kind = kind,
                                                    .width = report::FigureWidth::column})),
                "Domains that exchange most are joined first (tree.csv).");
  }
  storage::write_file(folder / "report.html", page.html());
}

}  // namespace adatom::pipeline
