#include "series/lens_figures.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/core.h>

#include "adatom/descriptors/coordination.h"
#include "adatom/numeric/savitzky_golay.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_matrix.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {
namespace {

/// A curve of more points is no finer on paper.
constexpr std::size_t most_points = 800;

/// Where an interval begins: in ns, in ps where all of it is shorter than one, or its number.
class TimeAxis {
 public:
  explicit TimeAxis(const SeriesRun& run)
      : times_(run.time_ps),
        nanoseconds_(!times_.empty() && times_.back() - times_.front() >= 1000.0) {}
  [[nodiscard]] double at(std::size_t interval) const {
    if (times_.empty()) return static_cast<double>(interval);
    return (nanoseconds_ ? 1e-3 : 1.0) * times_[interval];
  }
  [[nodiscard]] std::string label() const {
    if (times_.empty()) return "interval";
    return nanoseconds_ ? "time (ns)" : "time (ps)";
  }

 private:
  const std::vector<double>& times_;
  bool nanoseconds_;
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

}  // namespace

std::vector<report::Trace> lens_traces(const LensResults& results) {
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

report::Figure draw_lens_traces(const LensResults& results,
                                const std::vector<report::Trace>& traces) {
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

report::Figure draw_exchange(const dynamics::Domains& domains) {
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
                              .quantity = "probability",
                              .scale = report::AxisScale::logarithmic});
}

report::Figure draw_domain_populations(const LensResults& results) {
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

report::Figure draw_domains(const LensResults& results) {
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

}  // namespace adatom::pipeline
