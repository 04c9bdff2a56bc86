#include "adatom/reconstruct/fitness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/physical_constants.h"

namespace adatom::reconstruct {
namespace {

/// A candidate's fitness by alpha: energy + alpha chi.
struct FitnessLine {
  double energy_ev = 0.0;
  double chi = 0.0;
};

void require_finite(std::span<const FitnessInput> candidates) {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const FitnessInput& one = candidates[i];
    if (one.atoms >= 1 && std::isfinite(one.energy_ev) && std::isfinite(one.chi) &&
        std::isfinite(one.energy_stderr_ev) && one.energy_stderr_ev >= 0.0) {
      continue;
    }
    throw InputError({.what = "candidate " + std::to_string(i + 1) + " has no energy, chi or atoms",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
}

FitnessLine line_of(const FitnessInput& candidate, std::int64_t frame_atoms,
                    std::optional<double> crystal_atom_ev) {
  if (!crystal_atom_ev) {
    return {candidate.energy_ev / static_cast<double>(candidate.atoms), candidate.chi};
  }
  const auto more = static_cast<double>(candidate.atoms - frame_atoms);
  return {(candidate.energy_ev - *crystal_atom_ev * more) / static_cast<double>(frame_atoms),
          candidate.chi};
}

/// Which line is lowest, from alpha = 0 upwards: chi falls from one to the next.
std::vector<AlphaRange> lower_envelope(std::span<const FitnessLine> lines) {
  const auto before = [&](std::size_t a, std::size_t b) {
    if (lines[a].energy_ev != lines[b].energy_ev) return lines[a].energy_ev < lines[b].energy_ev;
    if (lines[a].chi != lines[b].chi) return lines[a].chi < lines[b].chi;
    return a < b;
  };
  std::vector<std::size_t> all(lines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::size_t now = *std::min_element(all.begin(), all.end(), before);
  std::vector<AlphaRange> ranges = {{.index = now, .from_ev = 0.0}};
  for (;;) {
    double crossing = std::numeric_limits<double>::infinity();
    std::size_t next = now;
    for (const std::size_t i : all) {
      if (!(lines[i].chi < lines[now].chi)) continue;
      const double at =
          (lines[i].energy_ev - lines[now].energy_ev) / (lines[now].chi - lines[i].chi);
      // Of several that cross at the same place the flattest goes on.
      if (at > crossing || (at == crossing && !(lines[i].chi < lines[next].chi))) continue;
      crossing = at;
      next = i;
    }
    if (next == now) return ranges;
    ranges.back().to_ev = crossing;
    ranges.push_back({.index = next, .from_ev = crossing});
    now = next;
  }
}

/// The alphas for which one line is below all others; empty (from above to) for none.
AlphaRange range_of(std::size_t index, std::span<const FitnessLine> lines) {
  AlphaRange range{.index = index, .from_ev = 0.0};
  const FitnessLine& own = lines[index];
  for (const FitnessLine& other : lines) {
    const double steeper = other.chi - own.chi;
    if (steeper > 0.0) {
      range.from_ev = std::max(range.from_ev, (own.energy_ev - other.energy_ev) / steeper);
    } else if (steeper < 0.0) {
      const double to = (other.energy_ev - own.energy_ev) / -steeper;
      if (!range.to_ev || to < *range.to_ev) range.to_ev = to;
    }
  }
  return range;
}

double spread(std::span<const FitnessLine> lines, double FitnessLine::*of) {
  double mean = 0.0;
  for (const auto& line : lines) mean += line.*of / static_cast<double>(lines.size());
  double sum = 0.0;
  for (const auto& line : lines) sum += (line.*of - mean) * (line.*of - mean);
  return std::sqrt(sum / static_cast<double>(lines.size()));
}

}  // namespace

void FitnessOptions::describe(OptionVisitor& v) {
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "at which misfit and energy are weighed",
           .min = 1e-3,
           .max = 1e4},
          temperature_k);
  v.visit({.name = "alpha_ev",
           .unit = "eV",
           .help = "weight of chi in the fitness; not given: k_B T columns / (2 atoms)",
           .min = 0.0,
           .max = 1e6},
          alpha_ev);
}

std::vector<OptionIssue> FitnessOptions::validate() const { return check_ranges(*this); }

double default_alpha_ev(std::int64_t columns, std::int64_t atoms, double temperature_k) {
  if (columns < 1 || atoms < 1) {
    throw InputError({.what = "no columns or no atoms, so no weight of their misfit",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
  return 0.5 * boltzmann_ev_per_k * temperature_k * static_cast<double>(columns) /
         static_cast<double>(atoms);
}

FitnessResult rank_candidates(std::span<const FitnessInput> candidates, std::int64_t columns,
                              std::int64_t atoms, const FitnessOptions& options,
                              std::optional<double> crystal_atom_ev) {
  require_valid(options.validate());
  if (candidates.empty()) {
    throw InputError(
        {.what = "no candidates to choose from", .where = {}, .why = {}, .remedy = {}});
  }
  require_finite(candidates);
  FitnessResult result;
  const double standard = default_alpha_ev(columns, atoms, options.temperature_k);
  std::vector<FitnessLine> lines;
  result.alpha_ev = options.alpha_ev.value_or(standard);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    lines.push_back(line_of(candidates[i], atoms, crystal_atom_ev));
    const std::int64_t shared_by = crystal_atom_ev ? atoms : candidates[i].atoms;
    const double error = candidates[i].energy_stderr_ev / static_cast<double>(shared_by);
    result.ranked.push_back({.index = i,
                             .energy_per_atom_ev = lines[i].energy_ev,
                             .energy_per_atom_stderr_ev = error,
                             .chi = lines[i].chi,
                             .fitness_ev = lines[i].energy_ev + result.alpha_ev * lines[i].chi,
                             .free_energy_stderr_ev = static_cast<double>(atoms) * error});
  }
  std::sort(result.ranked.begin(), result.ranked.end(),
            [](const RankedCandidate& a, const RankedCandidate& b) {
              if (a.fitness_ev != b.fitness_ev) return a.fitness_ev < b.fitness_ev;
              return a.chi != b.chi ? a.chi < b.chi : a.index < b.index;
            });
  const RankedCandidate best = result.ranked.front();
  for (RankedCandidate& one : result.ranked) {
    one.free_energy_ev = static_cast<double>(atoms) * (one.fitness_ev - best.fitness_ev);
    const double error = std::hypot(one.free_energy_stderr_ev, best.free_energy_stderr_ev);
    if (one.index != best.index && one.free_energy_ev < 2.0 * error) ++result.indistinguishable;
  }
  result.ranges = lower_envelope(lines);
  result.best_range = range_of(best.index, lines);
  const double weighed = result.alpha_ev * best.chi;
  if (weighed > 0.0) result.balance = std::abs(best.energy_per_atom_ev) / weighed;
  const double chi_spread = result.alpha_ev * spread(lines, &FitnessLine::chi);
  if (chi_spread > 0.0) result.spread_balance = spread(lines, &FitnessLine::energy_ev) / chi_spread;
  return result;
}

}  // namespace adatom::reconstruct
