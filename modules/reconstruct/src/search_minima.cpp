#include "adatom/reconstruct/search_minima.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/physical_constants.h"
#include "adatom/energetics/energies.h"
#include "column_graph.h"
#include "column_moves.h"
#include "column_state.h"
#include "lattice_descent.h"

namespace adatom::reconstruct {
namespace {

/// Iterations between two looks at whether the user asked to stop.
constexpr std::int64_t iterations_at_once = 50;

/// What all restarts share.
struct SearchTask {
  const ColumnModel& start;
  std::span<const ObservedColumn> observed;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential;
  const energetics::ExternalField* support;
  const SearchOptions& options;
  ColumnGraph graph;
  ColumnPrices prices;
  double thermal_ev;
};

using ArrangementKey = std::vector<std::tuple<std::int64_t, std::int64_t, double>>;

/// Equal for arrangements that differ by a shift of the whole particle along the beam, unless a
/// support tells them apart.
ArrangementKey arrangement_key(const ColumnModel& model, const energetics::ExternalField* support) {
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
  for (const ModelColumn& column : model.columns) {
    if (column.atoms > 0) lowest = std::min(lowest, column.bottom);
  }
  if (support != nullptr) lowest = 0;
  ArrangementKey key;
  key.reserve(model.columns.size());
  for (const ModelColumn& column : model.columns) {
    if (column.atoms == 0) {
      key.emplace_back(0, 0, 0.0);
    } else {
      key.emplace_back(column.bottom - lowest, column.atoms, column.shift_angstrom);
    }
  }
  return key;
}

bool is_accepted(double change_ev, const SearchTask& task, RandomStream& random) {
  if (!std::isfinite(change_ev)) return false;
  const double exponent = std::min(0.0, -change_ev / task.thermal_ev);
  const double probability = std::exp(std::max(exponent, -700.0));
  if (task.options.acceptance == Acceptance::metropolis) return random.uniform() < probability;
  return probability > task.options.threshold;
}

/// Where a search begins. From counts alone nobody knows whether the particle's middle lies in a
/// plane of atoms or between two: the second search and those after it begin from columns
/// symmetrical about a plane a quarter, a half, three quarters of a spacing above the middle of
/// `start`. On a support, and off the lattice, all begin from `start`.
ColumnModel start_of(const SearchTask& task, std::int64_t restart) {
  const double share = 0.25 * static_cast<double>(restart % 4);
  ColumnModel model = task.start;
  if (share == 0.0 || task.support != nullptr || task.options.moves == SearchMoves::uniform) {
    return model;
  }
  double middle = 0.0;
  for (const ModelColumn& column : model.columns) {
    middle +=
        static_cast<double>(column.atoms) * 0.5 *
        (column.z_angstrom(column.bottom) + column.z_angstrom(column.bottom + column.atoms - 1));
  }
  middle /= static_cast<double>(model.atoms());
  for (ModelColumn& column : model.columns) {
    const double levels = share + (middle - column.z_angstrom(0)) / column.spacing_angstrom;
    column.bottom = std::llround(levels - 0.5 * static_cast<double>(column.atoms - 1));
  }
  return model;
}

ColumnState state_of(const SearchTask& task, const ColumnModel& start) {
  return {start, task.observed, task.potential, task.support, task.prices};
}

ColumnState first_state(const SearchTask& task, std::int64_t restart) {
  try {
    return state_of(task, start_of(task, restart));
  } catch (const InputError&) {
    return state_of(task, task.start);  // lattices of twins do not fit at every height
  }
}

/// One search, of its own random numbers.
class Restart {
 public:
  Restart(const SearchTask& task, std::int64_t number, const RandomStream& random)
      : task_(task), number_(number), random_(random), state_(first_state(task, number)) {}

  void run(Progress& progress) {
    const auto& options = task_.options;
    const bool on_lattice = options.moves == SearchMoves::lattice;
    const Counts counts = options.count_share > 0.0 ? Counts::free : Counts::fixed;
    if (on_lattice) descend_all();
    keep(0);
    ColumnModel best = state_.model();
    double lowest = state_.cost_ev();
    for (std::int64_t i = 1; i <= options.iterations; ++i) {
      if (iterate() && keep(i) && state_.cost_ev() < lowest - lower_by_ev) {
        lowest = state_.cost_ev();
        best = state_.model();
      }
      const bool last = i == options.iterations;
      if (i % iterations_at_once != 0 && !last) continue;
      stop_if_cancelled(progress);
      progress.advance(static_cast<std::size_t>(
          i % iterations_at_once == 0 ? iterations_at_once : i % iterations_at_once));
    }
    if (!on_lattice) return;
    return_to(best);
    sweep(state_, task_.graph, counts, task_.support, progress);
    keep(options.iterations);
  }

  SearchResult result = {};

 private:
  void descend_all() {
    std::vector<std::size_t> all(state_.model().columns.size());
    for (std::size_t c = 0; c < all.size(); ++c) all[c] = c;
    descend(state_, task_.graph, all);
  }

  /// True: another arrangement was accepted.
  bool iterate() {
    ++result.tried;
    const double before = state_.cost_ev();
    state_.mark();
    if (!make_move(state_, task_.graph, task_.options, random_)) return false;
    if (task_.options.moves == SearchMoves::lattice) {
      descend(state_, task_.graph, state_.changed());
    }
    if (state_.changed().empty()) return false;
    if (is_accepted(state_.cost_ev() - before, task_, random_)) {
      ++result.accepted;
      return true;
    }
    state_.undo();
    return false;
  }

  void return_to(const ColumnModel& model) {
    std::vector<Placement> placements;
    for (std::size_t c = 0; c < model.columns.size(); ++c) {
      const ModelColumn& column = model.columns[c];
      const Placement to{c, column.bottom, column.atoms, column.shift_angstrom};
      if (to != state_.placement(c)) placements.push_back(to);
    }
    if (placements.empty()) return;
    state_.try_placements(placements);
    state_.accept();
  }

  /// False: it is known already.
  bool keep(std::int64_t iteration) {
    if (!known_.insert(arrangement_key(state_.model(), task_.support)).second) return false;
    result.candidates.push_back({.restart = number_,
                                 .iteration = iteration,
                                 .energy_ev = state_.energy_ev(),
                                 .count_price_ev = state_.price_ev(),
                                 .ranking_ev = state_.cost_ev(),
                                 .model = state_.model()});
    return true;
  }

  const SearchTask& task_;
  std::int64_t number_;
  RandomStream random_;
  ColumnState state_;
  std::set<ArrangementKey> known_ = {};
};

void require_columns(const ColumnModel& start, std::span<const ObservedColumn> observed) {
  if (start.columns.size() != observed.size()) {
    throw InputError(
        Complaint{"the start and the observation differ in their columns", "search",
                  std::to_string(start.columns.size()) + " and " + std::to_string(observed.size()),
                  "give the observation of each column of the start"});
  }
  if (start.atoms() > 0) return;
  throw InputError(Complaint{"the start has no atoms", "search", "", "check the counts"});
}

/// The lowest first; of equals that which came first.
void merge(std::vector<SearchResult>& results, const energetics::ExternalField* support,
           SearchResult& all) {
  std::set<ArrangementKey> known;
  for (SearchResult& one : results) {
    all.accepted += one.accepted;
    all.tried += one.tried;
    for (Candidate& candidate : one.candidates) {
      if (!known.insert(arrangement_key(candidate.model, support)).second) continue;
      all.candidates.push_back(std::move(candidate));
    }
  }
  std::ranges::stable_sort(all.candidates, {}, &Candidate::ranking_ev);
}

}  // namespace

SearchResult search_minima(
    const ColumnModel& start, std::span<const ObservedColumn> observed,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const energetics::ExternalField* support, const SearchOptions& options,
    const RandomStream& random, Progress& progress) {
  require_valid(options.validate());
  require_columns(start, observed);
  const double thermal_ev = boltzmann_ev_per_k * options.temperature_k;
  const auto elements = energetics::element_numbers(*potential, build_structure(start));
  SearchResult result;
  result.start_energy_ev = ColumnState(start, observed, potential, support, {}).energy_ev();
  result.crystal_atom_ev =
      crystal_energy_ev(*potential, elements.front(), start.lattice_parameter_angstrom);
  const SearchTask task{start,
                        observed,
                        potential,
                        support,
                        options,
                        make_column_graph(start, potential->cutoff_angstrom()),
                        {options.count_price_ev.value_or(2.0 * thermal_ev), result.crystal_atom_ev},
                        thermal_ev};
  const auto restarts = static_cast<std::size_t>(options.restarts);
  progress.begin("search", restarts * static_cast<std::size_t>(options.iterations));
  std::vector<SearchResult> results(restarts);
  parallel_for(restarts, [&](std::size_t i) {
    stop_if_cancelled(progress);
    Restart one(task, static_cast<std::int64_t>(i), random.substream(i));
    one.run(progress);
    results[i] = std::move(one.result);
  });
  merge(results, support, result);
  return result;
}

}  // namespace adatom::reconstruct
