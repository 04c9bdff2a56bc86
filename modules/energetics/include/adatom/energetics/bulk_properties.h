#pragma once
// What a potential says of a perfect crystal: numbers to hold against measured ones.
#include <cstddef>

#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

/// 1 eV/angstrom^3 in GPa, and 1 eV/angstrom^2 in J/m^2 (exact).
constexpr double gpa_per_ev_per_angstrom3 = 160.2176634;
constexpr double joule_per_m2_per_ev_per_angstrom2 = 16.02176634;

/// The fcc crystal of one element, at rest.
struct BulkProperties {
  double lattice_angstrom = 0.0;  ///< of the cube, where the pressure is zero
  double cohesive_ev = 0.0;       ///< per atom, against atoms far apart; positive
  double bulk_modulus_gpa = 0.0;  ///< -V dP/dV
  double c11_gpa = 0.0;
  double c12_gpa = 0.0;
  double c44_gpa = 0.0;
};

/// The lattice constant by bisection of the pressure, moduli by central differences of the stress
/// by strain (+-1e-4). The deepest minimum is taken; only fcc is looked at, also where the element
/// crystallises otherwise (Co).
/// @throws InputError: no minimum between the closest distance and the cut-off
[[nodiscard]] BulkProperties bulk_properties(const EmbeddedAtomPotential& potential,
                                             std::size_t element = 0);

}  // namespace adatom::energetics
