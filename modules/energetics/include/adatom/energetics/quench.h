#pragma once
// A structure brought to its nearest minimum.
#include <memory>

#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/force_field.h"
#include "adatom/energetics/minimise.h"

namespace adatom::energetics {

struct Quenched {
  crystal::Structure structure;  ///< at rest: without velocities, in the order it had
  MinimiseResult minimum;
};

/// Atoms do not leave their places in lists, nor are they wrapped into the box; the box stays.
/// @throws InputError: an element that the potential lacks, overlapping atoms, options out of range
[[nodiscard]] Quenched quench(const crystal::Structure& structure,
                              std::shared_ptr<const EmbeddedAtomPotential> potential,
                              const Surroundings& surroundings, const ForceFieldOptions& field,
                              const MinimiseOptions& options, Progress& progress);

}  // namespace adatom::energetics
