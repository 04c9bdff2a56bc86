#pragma once
// What the builders refuse.
#include "adatom/crystal/nanoparticle.h"

namespace adatom::crystal {

// A builder makes at most so many atoms.
constexpr double most_sites = 1e7;

/// @param where what is built, "sphere"
/// @throws InputError unless the lattice parameter is positive
void require_lattice(const FccCrystal& crystal, const char* where);

/// @throws InputError for more than ten million
void require_few_enough(double atoms, const char* where);

/// @param what the length, "the radius"
/// @throws InputError unless it is positive
void require_length(double value_angstrom, const char* what, const char* where);

}  // namespace adatom::crystal
