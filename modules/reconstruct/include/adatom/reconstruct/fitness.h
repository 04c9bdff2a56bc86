#pragma once
// Which candidate is best: energy and misfit weighed against each other.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::reconstruct {

struct FitnessOptions {
  double temperature_k = 673.0;
  /// Weight of chi, eV; not given: `default_alpha_ev`.
  std::optional<double> alpha_ev = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// What is known of a candidate.
struct FitnessInput {
  double energy_ev = 0.0;  ///< quenched energy of the time-averaged structure
  double energy_stderr_ev = 0.0;
  std::int64_t atoms = 0;
  double chi = 0.0;  ///< of `measure_misfit`
};

struct RankedCandidate {
  std::size_t index = 0;  ///< among the candidates as given
  double energy_per_atom_ev = 0.0;
  double energy_per_atom_stderr_ev = 0.0;
  double chi = 0.0;
  double fitness_ev = 0.0;      ///< f = E / atoms + alpha chi
  double free_energy_ev = 0.0;  ///< atoms of the frame times (f - f of the best)
  double free_energy_stderr_ev = 0.0;
};

/// From `from` up to `to` the candidate `index` has the lowest f.
struct AlphaRange {
  std::size_t index = 0;
  double from_ev = 0.0;
  std::optional<double> to_ev = {};  ///< nothing: however large alpha is
};

struct FitnessResult {
  double alpha_ev = 0.0;
  std::vector<RankedCandidate> ranked =
      {};  ///< the best first; equal ones by lower chi, then index
  /// Which candidate is best for which alpha >= 0, from 0 upwards.
  std::vector<AlphaRange> ranges = {};
  AlphaRange best_range = {};  ///< that of the first in `ranked`
  /// Candidates whose f is above the best's by less than two standard errors of the difference.
  std::size_t indistinguishable = 0;
  /// |E / atoms| / (alpha chi) of the best. Yu et al. (ACS Nano 10 (2016) 4031) ask for 1 to 10 of
  /// their |E| / (alpha chi^2), with chi^2 what chi is here. Nothing: chi is zero.
  std::optional<double> balance = {};
  /// Spread of E / atoms among the candidates over that of alpha chi: what the choice depends on.
  /// Nothing: chi is the same for all.
  std::optional<double> spread_balance = {};
};

/// k_B T columns / (2 atoms): then atoms f = E - k_B T ln(likelihood), the posterior's logarithm.
/// @throws InputError: none of either
[[nodiscard]] double default_alpha_ev(std::int64_t columns, std::int64_t atoms,
                                      double temperature_k);

/// @param columns, atoms of the frame: how many columns, and the sum of their counts
/// @param crystal_atom_ev what an atom more or less is worth (`SearchResult::crystal_atom_ev`): E /
/// atoms then stands for (E - crystal_atom_ev (atoms - atoms of the frame)) / atoms of the frame,
/// the same for the frame's number of atoms. Not given: E / atoms as published, by which an atom
/// that is bound more weakly than the mean is better left out.
/// @throws InputError: no candidates, one without atoms, options out of range, numbers not finite
[[nodiscard]] FitnessResult rank_candidates(std::span<const FitnessInput> candidates,
                                            std::int64_t columns, std::int64_t atoms,
                                            const FitnessOptions& options,
                                            std::optional<double> crystal_atom_ev = {});

}  // namespace adatom::reconstruct
