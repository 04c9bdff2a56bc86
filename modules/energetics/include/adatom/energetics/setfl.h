#pragma once
// Any embedded-atom potential as a table that LAMMPS runs.
#include <cstdint>
#include <optional>
#include <string>

#include "adatom/base/options.h"
#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

struct SetflOptions {
  std::int64_t distances = 5000;
  std::int64_t densities = 40000;
  /// eV^2 for SMATB. Too small, and LAMMPS goes on in a straight line without a word where atoms
  /// are compressed. Not given: 240, or where the potential's own table ends before.
  std::optional<double> largest_density = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct Setfl {
  std::string text;
  std::string pair_style;  ///< eam/alloy, or eam/fs where the density depends on both elements
  /// The largest difference between the potential and what LAMMPS interpolates, in the middle of
  /// the intervals, from the potential's closest distance, and from 1/1000 of the largest density,
  /// on.
  double pair_error_ev = 0.0;
  double embedding_error_ev = 0.0;
};

/// In the form setfl; the largest density and the errors stand in its comments. SMATB with the
/// usual grid is followed to 1e-7 eV an atom.
[[nodiscard]] Setfl format_setfl(const EmbeddedAtomPotential& potential,
                                 const SetflOptions& options = {});

}  // namespace adatom::energetics
