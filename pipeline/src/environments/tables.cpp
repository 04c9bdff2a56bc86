#include "environments/tables.h"

#include <optional>

#include "adatom/dynamics/label_source.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

using storage::cell;

constexpr double ns_per_ps = 1e-3;

std::string count(std::uint64_t value) { return cell(static_cast<long long>(value)); }
std::string yes_no(bool value) { return value ? "yes" : "no"; }
/// Empty where there is no number.
std::string cell(const std::optional<double>& value) { return value ? cell(*value) : ""; }

void add_populations(storage::Table& table, const std::string& trajectory,
                     const std::vector<dynamics::Population>& populations,
                     const CountedLabels& counted) {
  for (const auto& p : populations) {
    table.add_row({trajectory, counted.names[p.label], cell(p.atoms), cell(p.atoms_stderr),
                   cell(p.fraction), cell(p.fraction_stderr), yes_no(p.determined),
                   count(p.start_atoms), cell(p.start_fraction)});
  }
}

}  // namespace

std::string populations_csv(const EnvironmentsResult& result) {
  storage::Table table({"trajectory", "label", "atoms", "atoms_stderr", "fraction",
                        "fraction_stderr", "determined", "start_atoms", "start_fraction"});
  for (const auto& t : result.trajectories) {
    add_populations(table, t.plan.name, t.statistics.populations, result.counted);
  }
  if (result.trajectories.size() > 1) {
    add_populations(table, "all", result.populations, result.counted);
  }
  return table.text();
}

std::string populations_over_time_csv(const TrajectoryResult& trajectory,
                                      const CountedLabels& counted) {
  std::vector<std::string> header = {"frame", "time_ns"};
  header.insert(header.end(), counted.names.begin(), counted.names.end());
  storage::Table table(header);
  const auto& series = trajectory.statistics.series;
  for (std::size_t i = 0; i < series.frames(); ++i) {
    std::vector<std::string> row = {count(trajectory.plan.frames[i]),
                                    cell(trajectory.plan.time_ps(i) * ns_per_ps)};
    for (const std::uint32_t atoms : series.frame(i)) row.push_back(count(atoms));
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string class_counts_csv(const EnvironmentsResult& result) {
  std::vector<std::string> header = {"structure", "atoms"};
  header.insert(header.end(), result.counted.names.begin(), result.counted.names.end());
  header.emplace_back("unknown");
  storage::Table table(header);
  for (const auto& t : result.trajectories) {
    if (!t.plan.is_single()) continue;
    std::vector<std::string> row = {t.plan.name, count(t.statistics.counted_atoms)};
    for (const auto& p : t.statistics.populations) row.push_back(count(p.start_atoms));
    row.push_back(count(t.statistics.distances.unknown));
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string transitions_csv(const dynamics::TransitionMatrix& matrix,
                            const CountedLabels& counted) {
  storage::Table table({"from", "to", "count", "probability", "low", "high", "time_ns"});
  for (const auto& e : matrix.entries) {
    table.add_row({counted.names[e.from], counted.names[e.to], count(e.count), cell(e.probability),
                   cell(e.interval.low), cell(e.interval.high), cell(e.time_ns)});
  }
  return table.text();
}

std::string transition_details_csv(const dynamics::TransitionMatrix& matrix,
                                   const CountedLabels& counted) {
  storage::Table table({"from", "to", "rate_per_ns", "bayesian_low", "bayesian_high",
                        "bootstrap_low", "bootstrap_high", "excess_variance"});
  for (const auto& e : matrix.entries) {
    table.add_row({counted.names[e.from], counted.names[e.to], cell(e.rate_per_ns),
                   cell(e.bayesian.low), cell(e.bayesian.high),
                   e.bootstrap ? cell(e.bootstrap->low) : "",
                   e.bootstrap ? cell(e.bootstrap->high) : "", cell(e.excess_variance)});
  }
  return table.text();
}

std::string residence_csv(const EnvironmentsResult& result) {
  storage::Table table({"trajectory", "label", "visits_ended", "visits_unfinished",
                        "visits_began_before", "exits", "time_at_risk_ns", "exponential_ns",
                        "exponential_low_ns", "exponential_high_ns", "median_ns", "mean_ns",
                        "mean_stderr_ns", "excess_variance"});
  for (const auto& t : result.trajectories) {
    for (const auto& r : t.statistics.residences) {
      table.add_row(
          {t.plan.name, result.counted.names[r.label], count(r.ended), count(r.unfinished),
           count(r.began_before), count(r.exits), cell(r.time_at_risk_ns), cell(r.exponential_ns),
           cell(r.exponential_interval_ns.low), cell(r.exponential_interval_ns.high),
           cell(r.median_ns), cell(r.mean_ns), cell(r.mean_stderr_ns), cell(r.excess_variance)});
    }
  }
  return table.text();
}

std::string survival_csv(const TrajectoryResult& trajectory, const CountedLabels& counted) {
  storage::Table table({"label", "time_ns", "survival", "survival_stderr", "at_risk"});
  for (const auto& r : trajectory.statistics.residences) {
    for (const auto& point : r.survival) {
      table.add_row({counted.names[r.label], cell(point.time_ns), cell(point.survival),
                     cell(point.survival_stderr), count(point.at_risk)});
    }
  }
  return table.text();
}

std::string markov_csv(const EnvironmentsResult& result) {
  storage::Table table({"trajectory", "windows", "from", "to", "counted", "predicted",
                        "difference_stderr", "p_value", "verdict"});
  for (const auto& t : result.trajectories) {
    if (!t.statistics.markov) continue;
    const auto& test = *t.statistics.markov;
    for (const auto& step : test.steps) {
      table.add_row({t.plan.name, count(step.windows), result.counted.names[step.from],
                     result.counted.names[step.to], cell(step.counted), cell(step.predicted),
                     cell(step.standard_error), cell(test.p_value), markov_text(test.verdict)});
    }
  }
  return table.text();
}

std::string timescales_csv(const EnvironmentsResult& result) {
  storage::Table table({"trajectory", "windows", "number", "time_ns", "time_stderr_ns"});
  for (const auto& t : result.trajectories) {
    if (!t.statistics.markov) continue;
    for (const auto& scales : t.statistics.markov->timescales) {
      for (std::size_t i = 0; i < scales.time_ns.size(); ++i) {
        table.add_row({t.plan.name, count(scales.windows), count(i + 1), cell(scales.time_ns[i]),
                       cell(scales.time_stderr_ns[i])});
      }
    }
  }
  return table.text();
}

std::string distances_csv(const EnvironmentsResult& result) {
  storage::Table table({"trajectory", "distance_low", "distance_high", "atoms"});
  for (const auto& t : result.trajectories) {
    const auto& histogram = t.statistics.distances.histogram;
    for (std::size_t bin = 0; bin < histogram.size(); ++bin) {
      if (histogram[bin] == 0) continue;
      table.add_row({t.plan.name, cell(static_cast<double>(bin) / 100.0),
                     cell(static_cast<double>(bin + 1) / 100.0), count(histogram[bin])});
    }
  }
  return table.text();
}

std::string particle_csv(const TrajectoryResult& trajectory,
                         const dynamics::EnvironmentDictionary& dictionary) {
  storage::Table table(
      {"atom", "element", "x_angstrom", "y_angstrom", "z_angstrom", "environment", "class"});
  for (std::size_t i = 0; i < trajectory.shown.atoms.size(); ++i) {
    const auto& atom = trajectory.shown.atoms[i];
    const std::uint8_t label = trajectory.shown_environments[i];
    const bool known = label != dynamics::no_label;
    table.add_row({count(i), atom.element, cell(atom.position_angstrom.x()),
                   cell(atom.position_angstrom.y()), cell(atom.position_angstrom.z()),
                   known ? dictionary.environments[label] : "",
                   known ? dictionary.classes[dictionary.class_of[label]] : ""});
  }
  return table.text();
}

std::string markov_text(dynamics::MarkovVerdict verdict) {
  switch (verdict) {
    case dynamics::MarkovVerdict::markovian:
      return "markovian";
    case dynamics::MarkovVerdict::not_markovian:
      return "not markovian";
    case dynamics::MarkovVerdict::undecided:
      break;
  }
  return "undecided";
}

std::string plateau_text(dynamics::PlateauVerdict verdict) {
  switch (verdict) {
    case dynamics::PlateauVerdict::reached:
      return "reached";
    case dynamics::PlateauVerdict::drifting:
      return "drifting";
    case dynamics::PlateauVerdict::too_short:
      break;
  }
  return "too short";
}

}  // namespace adatom::pipeline
