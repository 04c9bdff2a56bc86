#include "md/md_summary.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/storage/csv.h"
#include "md/thermalisation_forecast.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;

constexpr double ps_per_fs = 1e-3;

double mean_temperature(std::span<const md::Thermo> rows) {
  double sum = 0.0;
  for (const auto& row : rows) sum += row.temperature_k;
  return sum / static_cast<double>(rows.size());
}

/// Least squares, meV per atom and ns.
double drift_of(std::span<const md::Thermo> rows, std::size_t atoms) {
  if (rows.size() < 2) return 0.0;
  double time = 0.0;
  double energy = 0.0;
  const auto count = static_cast<double>(rows.size());
  for (const auto& row : rows) {
    time += row.time_ps / count;
    energy += (row.conserved_ev - rows.front().conserved_ev) / count;
  }
  double product = 0.0;
  double square = 0.0;
  for (const auto& row : rows) {
    const double t = row.time_ps - time;
    product += t * (row.conserved_ev - rows.front().conserved_ev - energy);
    square += t * t;
  }
  return square > 0.0 ? 1e6 * product / square / static_cast<double>(atoms) : 0.0;
}

/// The last tenth, at least one row.
std::span<const md::Thermo> tail_of(const std::vector<md::Thermo>& rows) {
  const std::size_t count = std::max<std::size_t>(rows.size() / 10, 1);
  return std::span(rows).last(count);
}

numeric::BlockedMean mean_of(std::span<const md::Thermo> rows, double (*value)(const md::Thermo&)) {
  std::vector<double> series;
  for (const auto& row : rows) series.push_back(value(row));
  return series.empty() ? numeric::BlockedMean{} : numeric::mean_by_blocking(series);
}

void warn_of_temperature(ReplicaSummary& s, double measured, const char* what) {
  // Fluctuations of a temperature are sqrt(2 / (3 N)) of it; smaller misses than 5 % are none.
  const double scatter = s.temperature_k * std::sqrt(2.0 / (3.0 * static_cast<double>(s.atoms)));
  const double miss = std::abs(measured - s.temperature_k);
  if (miss <= 0.05 * s.temperature_k || miss <= 4.0 * scatter) return;
  s.warnings.push_back(fmt::format("{}: {} at {:.0f} K instead of {} K", s.name, what, measured,
                                   shortest(s.temperature_k)));
}

void add_warnings(ReplicaSummary& s, const MdOptions& options) {
  const auto end = s.facts.find("minimisation_end");
  if (end != s.facts.end() && end->second.find("tolerance") == std::string::npos) {
    s.warnings.push_back(fmt::format("{}: the minimisation ended by {}", s.name, end->second));
  }
  if (s.thermalised_k) warn_of_temperature(s, *s.thermalised_k, "the thermalisation ended");
  if (options.dynamics.ensemble != md::Ensemble::nve && s.steps > 0) {
    warn_of_temperature(s, s.temperature.mean, "the averages are taken");
  }
  if (s.steps > 0 && !s.potential_ev.determined) {
    s.warnings.push_back(s.name +
                         ": the production is too short to tell the errors of its averages");
  }
}

ordered_json json_of(const numeric::BlockedMean& mean) {
  return {{"mean", json_number(mean.mean)},
          {"stderr", mean.determined ? json_number(mean.standard_error) : ordered_json()},
          {"block_rows", mean.block_length}};
}

}  // namespace

ReplicaSummary summarise(const Replica& replica, const MdOptions& options,
                         const std::vector<md::Thermo>& thermalisation,
                         const std::vector<md::Thermo>& production,
                         std::map<std::string, std::string> facts) {
  ReplicaSummary s;
  s.name = replica.name;
  s.file = replica.input->file;
  s.atoms = replica.input->structure.atoms.size();
  s.temperature_k = replica.temperature_k;
  s.seed = replica.seed;
  s.steps = options.steps;
  s.time_ps = static_cast<double>(s.steps) * options.dynamics.timestep_fs * ps_per_fs;
  s.facts = std::move(facts);
  if (const auto relaxed = s.facts.find("relaxed_ev"); relaxed != s.facts.end()) {
    s.relaxed_ev = parse_double(relaxed->second);
  }
  if (!thermalisation.empty()) s.thermalised_k = mean_temperature(tail_of(thermalisation));
  s.averages_from_ps = options.discard_ps.value_or(0.5 * s.time_ps);
  const auto first = std::find_if(production.begin(), production.end(), [&](const md::Thermo& row) {
    return row.time_ps >= s.averages_from_ps * (1.0 - 1e-12);
  });
  const std::span<const md::Thermo> used(first, production.end());
  s.temperature = mean_of(used, [](const md::Thermo& row) { return row.temperature_k; });
  s.potential_ev = mean_of(used, [](const md::Thermo& row) { return row.potential_ev; });
  s.total_ev =
      mean_of(used, [](const md::Thermo& row) { return row.kinetic_ev + row.potential_ev; });
  s.drift_mev_per_atom_ns = drift_of(production, s.atoms);
  add_warnings(s, options);
  return s;
}

std::optional<std::string> precision_text(const std::vector<ReplicaSummary>& summaries) {
  std::optional<double> energy;
  std::optional<double> force;
  const auto take = [](const ReplicaSummary& summary, const char* name,
                       std::optional<double>& largest) {
    const auto fact = summary.facts.find(name);
    if (fact == summary.facts.end()) return;
    const auto value = parse_double(fact->second);
    if (value && *value >= largest.value_or(0.0)) largest = value;
  };
  for (const auto& summary : summaries) {
    take(summary, "mixed_energy_error_ev_per_atom", energy);
    take(summary, "mixed_force_error_ev_per_angstrom", force);
  }
  if (!energy || !force) return {};
  return fmt::format(
      "Mixed precision: at the end energies differ from those in double precision by at most "
      "{:.1e} eV per atom, forces by at most {:.1e} eV/angstrom.",
      *energy, *force);
}

std::string summary_json(const ReplicaSummary& s, const MdOptions& options) {
  ordered_json json;
  json["structure"] = s.file;
  json["atoms"] = s.atoms;
  json["potential"] = options.potential;
  json["engine"] = options.engine == MdEngine::native ? "native" : "lammps";
  json["temperature_k"] = s.temperature_k;
  json["seed"] = s.seed;
  json["steps"] = s.steps;
  json["time_ps"] = s.time_ps;
  for (const auto& [name, text] : s.facts) {
    const auto number = parse_double(text);
    json[name] = number ? json_number(*number) : ordered_json(text);
  }
  if (s.thermalised_k) json["thermalised_k"] = json_number(*s.thermalised_k);
  json["averages_from_ps"] = s.averages_from_ps;
  json["averages"] = {{"temperature_k", json_of(s.temperature)},
                      {"potential_ev", json_of(s.potential_ev)},
                      {"total_ev", json_of(s.total_ev)}};
  json["conserved_drift_mev_per_atom_ns"] = json_number(s.drift_mev_per_atom_ns);
  json["warnings"] = s.warnings;
  return json_text(json);
}

std::string summary_csv(const std::vector<ReplicaSummary>& summaries) {
  using storage::cell;
  storage::Table table({"run", "structure", "atoms", "temperature_k", "seed", "time_ps",
                        "relaxed_ev", "mean_temperature_k", "mean_temperature_stderr_k",
                        "potential_ev", "potential_stderr_ev", "total_ev", "total_stderr_ev"});
  const auto error = [](const numeric::BlockedMean& mean) {
    return mean.determined ? cell(mean.standard_error) : std::string("nan");
  };
  for (const auto& s : summaries) {
    table.add_row({s.name, s.file, cell(static_cast<long long>(s.atoms)), cell(s.temperature_k),
                   cell(static_cast<long long>(s.seed)), cell(s.time_ps),
                   s.relaxed_ev ? cell(*s.relaxed_ev) : "nan", cell(s.temperature.mean),
                   error(s.temperature), cell(s.potential_ev.mean), error(s.potential_ev),
                   cell(s.total_ev.mean), error(s.total_ev)});
  }
  return table.text();
}

}  // namespace adatom::pipeline
