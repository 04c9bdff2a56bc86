#include "adatom/reconstruct/ensemble.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/physical_constants.h"

namespace adatom::reconstruct {
namespace {

/// The levels that a column fills: [bottom, top).
struct FilledLevels {
  std::int64_t bottom = 0;
  std::int64_t top = 0;
};

/// Whole levels that a column off the lattice is nearest to.
std::int64_t levels_off(const ModelColumn& column) {
  if (column.spacing_angstrom <= 0.0) return 0;
  return std::llround(column.shift_angstrom / column.spacing_angstrom);
}

std::vector<FilledLevels> filled_levels(const ColumnModel& model) {
  std::vector<FilledLevels> filled;
  filled.reserve(model.columns.size());
  for (const ModelColumn& column : model.columns) {
    const std::int64_t bottom = column.bottom + levels_off(column);
    filled.push_back({bottom, bottom + column.atoms});
  }
  return filled;
}

/// The levels turned upside down about a plane on which the first filled column has the lattice's
/// sites on sites; nothing where the other columns' sites then are not on sites.
std::optional<std::vector<FilledLevels>> mirror_images(const ColumnModel& model,
                                                       std::vector<FilledLevels> filled) {
  constexpr double tolerance = 0.2;  // of the spacing
  const auto first = std::find_if(model.columns.begin(), model.columns.end(),
                                  [](const ModelColumn& column) { return column.atoms > 0; });
  if (first == model.columns.end() || first->spacing_angstrom <= 0.0) return std::nullopt;
  for (std::size_t c = 0; c < filled.size(); ++c) {
    const ModelColumn& column = model.columns[c];
    if (column.atoms == 0) continue;
    if (column.spacing_angstrom <= 0.0) return std::nullopt;
    const double levels =
        2.0 * (first->z_origin_angstrom - column.z_origin_angstrom) / column.spacing_angstrom;
    const auto whole = std::llround(levels);
    if (std::abs(levels - static_cast<double>(whole)) > tolerance) return std::nullopt;
    filled[c] = {whole - filled[c].top + 1, whole - filled[c].bottom + 1};
  }
  return filled;
}

struct LevelOverlap {
  std::int64_t shift = 0;
  std::int64_t atoms = 0;  ///< on sites that the other model fills, too
};

/// The whole shift of all columns at which most atoms are on sites of `onto`; of equal ones the
/// smallest.
LevelOverlap best_shift(const std::vector<FilledLevels>& of,
                        const std::vector<FilledLevels>& onto) {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = std::numeric_limits<std::int64_t>::min();
  for (std::size_t c = 0; c < of.size(); ++c) {
    if (of[c].top == of[c].bottom || onto[c].top == onto[c].bottom) continue;
    low = std::min(low, onto[c].bottom - of[c].top + 1);
    high = std::max(high, onto[c].top - of[c].bottom - 1);
  }
  LevelOverlap best;
  for (std::int64_t shift = low; shift <= high; ++shift) {
    std::int64_t atoms = 0;
    for (std::size_t c = 0; c < of.size(); ++c) {
      const auto bottom = std::max(of[c].bottom + shift, onto[c].bottom);
      const auto top = std::min(of[c].top + shift, onto[c].top);
      atoms += std::max<std::int64_t>(0, top - bottom);
    }
    if (atoms > best.atoms || (atoms == best.atoms && std::abs(shift) < std::abs(best.shift))) {
      best = {shift, atoms};
    }
  }
  return best;
}

std::vector<FilledLevels> laid_over(const EnsembleMember& member,
                                    const std::vector<FilledLevels>& chosen,
                                    EnsembleSymmetry symmetry) {
  auto filled = filled_levels(member.model);
  auto best = best_shift(filled, chosen);
  if (symmetry == EnsembleSymmetry::shift_and_mirror) {
    if (auto turned = mirror_images(member.model, filled)) {
      const auto other = best_shift(*turned, chosen);
      if (other.atoms > best.atoms) {
        best = other;
        filled = std::move(*turned);
      }
    }
  }
  for (FilledLevels& levels : filled) {
    levels.bottom += best.shift;
    levels.top += best.shift;
  }
  return filled;
}

void require_same_columns(std::span<const EnsembleMember> members, std::size_t chosen) {
  if (chosen >= members.size()) {
    throw InputError(
        {.what = "an ensemble without the chosen model", .where = {}, .why = {}, .remedy = {}});
  }
  const auto& columns = members[chosen].model.columns;
  for (const EnsembleMember& member : members) {
    const bool same = std::equal(
        columns.begin(), columns.end(), member.model.columns.begin(), member.model.columns.end(),
        [](const ModelColumn& a, const ModelColumn& b) { return a.column_id == b.column_id; });
    if (!same || !std::isfinite(member.free_energy_ev) || !(member.free_energy_stderr_ev >= 0.0)) {
      throw InputError({.what = same ? "a free energy of an ensemble is not a number"
                                     : "models of an ensemble do not have the same columns",
                        .where = {},
                        .why = {},
                        .remedy = {}});
    }
  }
}

/// exp(-F / kT) of all, adding up to 1.
std::vector<double> boltzmann_weights(std::span<const double> free_energies_ev, double kt_ev) {
  const double lowest = *std::min_element(free_energies_ev.begin(), free_energies_ev.end());
  // Below it nothing is left of a weight, and exp() would underflow.
  constexpr double most = 600.0;
  std::vector<double> weights;
  double sum = 0.0;
  for (const double energy : free_energies_ev) {
    const double exponent = (energy - lowest) / kt_ev;
    weights.push_back(exponent < most ? std::exp(-exponent) : 0.0);
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

std::vector<double> weights_of(std::span<const EnsembleMember> members,
                               const EnsembleOptions& options, const RandomStream& random) {
  const double kt_ev = boltzmann_ev_per_k * options.temperature_k;
  std::vector<double> energies;
  for (const auto& member : members) energies.push_back(member.free_energy_ev);
  const bool exact = std::all_of(members.begin(), members.end(), [](const EnsembleMember& member) {
    return member.free_energy_stderr_ev == 0.0;
  });
  if (exact) return boltzmann_weights(energies, kt_ev);
  std::vector<double> mean(members.size(), 0.0);
  for (std::int64_t draw = 0; draw < options.draws; ++draw) {
    RandomStream stream = random.substream(static_cast<std::uint64_t>(draw));
    std::vector<double> drawn = energies;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      drawn[i] += members[i].free_energy_stderr_ev * stream.normal();
    }
    const auto weights = boltzmann_weights(drawn, kt_ev);
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += weights[i] / static_cast<double>(options.draws);
    }
  }
  return mean;
}

}  // namespace

void EnsembleOptions::describe(OptionVisitor& v) {
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "at which candidates weigh exp(-F / kT)",
           .min = 1e-3,
           .max = 1e4},
          temperature_k);
  v.visit({.name = "symmetry", .help = "which candidates are the same particle"}, symmetry);
  v.visit({.name = "alternative_probability",
           .help = "from which on empty sites of the chosen model are named",
           .min = 1e-6,
           .max = 1.0},
          alternative_probability);
  v.visit({.name = "draws",
           .help = "of the free energies within their standard errors",
           .min = 1,
           .max = 1e6},
          draws);
}

std::vector<OptionIssue> EnsembleOptions::validate() const { return check_ranges(*this); }

EnsembleResult measure_confidence(std::span<const EnsembleMember> members, std::size_t chosen,
                                  const EnsembleOptions& options, const RandomStream& random) {
  require_valid(options.validate());
  require_same_columns(members, chosen);
  const ColumnModel& model = members[chosen].model;
  const auto own = filled_levels(model);
  EnsembleResult result;
  result.weights = weights_of(members, options, random);
  std::map<std::pair<std::size_t, std::int64_t>, double> occupied;
  double squares = 0.0;
  for (std::size_t m = 0; m < members.size(); ++m) {
    const auto filled = laid_over(members[m], own, options.symmetry);
    for (std::size_t c = 0; c < filled.size(); ++c) {
      for (auto level = filled[c].bottom; level < filled[c].top; ++level) {
        occupied[{c, level}] += result.weights[m];
      }
    }
    squares += result.weights[m] * result.weights[m];
  }
  result.effective_members = 1.0 / squares;
  for (std::size_t c = 0; c < own.size(); ++c) {
    for (auto level = own[c].bottom; level < own[c].top; ++level) {
      const auto site = occupied.find({c, level});
      result.confidence.push_back(std::min(1.0, site->second));
      result.expected_wrong_atoms += 1.0 - result.confidence.back();
      occupied.erase(site);
    }
  }
  for (const auto& [site, probability] : occupied) {
    if (probability < options.alternative_probability) continue;
    const ModelColumn& column = model.columns[site.first];
    result.alternatives.push_back(
        {.column = site.first,
         .column_id = column.column_id,
         .level = site.second,
         .probability = std::min(1.0, probability),
         .position_angstrom = {column.x_angstrom, column.y_angstrom,
                               column.z_angstrom(site.second - levels_off(column))}});
  }
  std::stable_sort(result.alternatives.begin(), result.alternatives.end(),
                   [](const SiteProbability& a, const SiteProbability& b) {
                     return a.probability > b.probability;
                   });
  return result;
}

}  // namespace adatom::reconstruct
