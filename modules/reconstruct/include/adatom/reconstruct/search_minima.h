#pragma once
// The search for local minima of the energy among arrangements of columns along the beam.
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/external_field.h"
#include "adatom/reconstruct/column_model.h"
#include "adatom/reconstruct/observed_column.h"

namespace adatom::reconstruct {

/// By whole lattice spacings, or uniformly in [-a, a] as published.
enum class SearchMoves { lattice, uniform };
/// Accept where exp(-dE / kT) is above a fixed threshold (published), or with that probability.
enum class Acceptance { threshold, metropolis };

struct SearchOptions {
  SearchMoves moves = SearchMoves::lattice;
  Acceptance acceptance = Acceptance::threshold;
  double threshold = 0.9;
  double temperature_k = 673.0;
  std::int64_t iterations = 2000;
  /// Searches of their own random numbers, side by side. Without a support the second and those
  /// after it begin from columns symmetrical about other planes than those of `start`.
  std::int64_t restarts = 4;
  /// Share of the moves that change a column's number of atoms (at the price of its count).
  double count_share = 0.05;
  /// Share of the moves that move a whole layer of a facet from one side to the other, or a patch
  /// of columns up or down.
  double layer_share = 0.3;
  /// Price of one unit of -ln p of a count, eV; not given: 2 k_B T (why: README).
  std::optional<double> count_price_ev = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// An accepted local minimum; with uniform moves an accepted arrangement.
struct Candidate {
  std::int64_t restart = 0;
  std::int64_t iteration = 0;
  double energy_ev = 0.0;       ///< rigid lattice, support included, without the price
  double count_price_ev = 0.0;  ///< of counts that differ from the observed ones
  /// Energy and price, less `crystal_atom_ev` for each atom more than at the start: what the search
  /// makes small.
  double ranking_ev = 0.0;
  ColumnModel model = {};
};

struct SearchResult {
  /// Distinct but for shifts of the whole particle (told apart with a support), by `ranking_ev`,
  /// lowest first. Mirror images about a plane across the beam are distinct.
  std::vector<Candidate> candidates = {};
  double start_energy_ev = 0.0;
  /// Energy of an atom in the endless crystal, eV: what an atom at a kink is bound by, and what the
  /// energies of different numbers of atoms are compared with.
  double crystal_atom_ev = 0.0;
  std::int64_t accepted = 0;
  std::int64_t tried = 0;
};

/// @param start as of `start_model`
/// @param observed of each column of `start`, in the same order
/// @param support what acts on the atoms besides each other (a wall); may be null
/// @throws InputError: options out of range, atoms that overlap in `start` or that the support
/// refuses, an element that the potential lacks; Interrupted
[[nodiscard]] SearchResult search_minima(
    const ColumnModel& start, std::span<const ObservedColumn> observed,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const energetics::ExternalField* support, const SearchOptions& options,
    const RandomStream& random, Progress& progress);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::SearchMoves> {
  static constexpr std::array names = {"lattice", "uniform"};
};
template <>
struct EnumNames<reconstruct::Acceptance> {
  static constexpr std::array names = {"threshold", "metropolis"};
};
}  // namespace adatom
