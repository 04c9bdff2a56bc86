#pragma once
// Particles whose atoms are known: the truth of a validation.
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "validate/validate_options.h"

namespace adatom::pipeline {

/// The particle in each frame, beam along z. Atoms that move go from a place of few neighbours to
/// a free place of the lattice with at least three.
/// @throws InputError: a file that cannot be read, a particle without atoms or free places
[[nodiscard]] std::vector<crystal::Structure> build_particle(const CaseOptions& options,
                                                             const RandomStream& random);

}  // namespace adatom::pipeline
