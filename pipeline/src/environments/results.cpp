#include "environments/results.h"

#include <algorithm>
#include <cmath>

namespace adatom::pipeline {
namespace {

/// The mean of values that the trajectories have, and its standard error.
struct MeanOf {
  double mean = 0.0;
  double standard_error = 0.0;
};

template <class Value>
MeanOf mean_of(const std::vector<const TrajectoryResult*>& used, std::size_t label,
               const Value& value) {
  const auto count = static_cast<double>(used.size());
  double mean = 0.0;
  for (const auto* t : used) mean += value(t->statistics.populations[label]) / count;
  double squares = 0.0;
  for (const auto* t : used) {
    const double off = value(t->statistics.populations[label]) - mean;
    squares += off * off;
  }
  return {mean, used.size() < 2 ? 0.0 : std::sqrt(squares / (count * (count - 1.0)))};
}

}  // namespace

bool EnvironmentsResult::all_single() const {
  return std::all_of(trajectories.begin(), trajectories.end(),
                     [](const TrajectoryResult& t) { return t.plan.is_single(); });
}

std::vector<dynamics::Population> mean_populations(
    const std::vector<TrajectoryResult>& trajectories) {
  std::vector<const TrajectoryResult*> used;
  for (const auto& t : trajectories) {
    if (!t.plan.is_single()) used.push_back(&t);
  }
  if (used.empty()) {
    for (const auto& t : trajectories) used.push_back(&t);
  }
  if (used.size() == 1) return used.front()->statistics.populations;
  std::vector<dynamics::Population> means;
  for (std::size_t label = 0; label < used.front()->statistics.populations.size(); ++label) {
    using dynamics::Population;
    const auto atoms = mean_of(used, label, [](const Population& p) { return p.atoms; });
    const auto share = mean_of(used, label, [](const Population& p) { return p.fraction; });
    const auto start = mean_of(used, label, [](const Population& p) { return p.start_fraction; });
    const auto start_atoms = mean_of(
        used, label, [](const Population& p) { return static_cast<double>(p.start_atoms); });
    means.push_back({.label = static_cast<std::uint8_t>(label),
                     .atoms = atoms.mean,
                     .atoms_stderr = atoms.standard_error,
                     .fraction = share.mean,
                     .fraction_stderr = share.standard_error,
                     .determined = true,
                     .start_atoms = static_cast<std::uint32_t>(std::lround(start_atoms.mean)),
                     .start_fraction = start.mean});
  }
  return means;
}

}  // namespace adatom::pipeline
