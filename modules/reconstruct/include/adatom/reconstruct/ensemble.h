#pragma once
// How sure each atom of the chosen model is: what the near-best candidates agree on.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/base/random.h"
#include "adatom/reconstruct/column_model.h"

namespace adatom::reconstruct {

/// Which candidates are the same particle: those shifted along the beam; or their mirror images
/// across the beam, too, which a projection cannot tell apart. With a support below the particle
/// mirror images are different particles.
enum class EnsembleSymmetry { shift, shift_and_mirror };

struct EnsembleOptions {
  double temperature_k = 673.0;
  EnsembleSymmetry symmetry = EnsembleSymmetry::shift_and_mirror;
  /// Sites that the chosen model leaves empty are named from this probability on.
  double alternative_probability = 0.05;
  /// Draws of the free energies within their standard errors over which weights are averaged.
  std::int64_t draws = 1000;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct EnsembleMember {
  ColumnModel model = {};
  double free_energy_ev = 0.0;  ///< `RankedCandidate::free_energy_ev`; differences count
  double free_energy_stderr_ev = 0.0;
};

/// A site of the lattice.
struct SiteProbability {
  std::size_t column = 0;  ///< index in the models' columns
  std::int64_t column_id = 0;
  std::int64_t level = 0;
  double probability = 0.0;
  Eigen::Vector3d position_angstrom = Eigen::Vector3d::Zero();
};

struct EnsembleResult {
  std::vector<double> weights = {};  ///< of each member; they add up to 1
  double effective_members = 0.0;    ///< 1 / sum of squared weights
  /// Occupation probability of each atom's site of the chosen model, in the order of
  /// `build_structure`.
  std::vector<double> confidence = {};
  /// Sites not in the chosen model, the most probable first.
  std::vector<SiteProbability> alternatives = {};
  double expected_wrong_atoms = 0.0;  ///< sum of 1 - confidence
};

/// Each member weighs exp(-F / kT); where F is uncertain, the mean of the weights over normal
/// draws. Sites are a column and a level; a column off the lattice counts at its nearest level.
/// Members are laid over the chosen model where most atoms agree.
/// @param chosen index of the model whose atoms are asked for
/// @throws InputError: no members, models of different columns, options out of range
[[nodiscard]] EnsembleResult measure_confidence(std::span<const EnsembleMember> members,
                                                std::size_t chosen, const EnsembleOptions& options,
                                                const RandomStream& random);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::EnsembleSymmetry> {
  static constexpr std::array names = {"shift", "shift_and_mirror"};
};
}  // namespace adatom
