#include "size_check.h"

#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::crystal {

void require_lattice(const FccCrystal& crystal, const char* where) {
  require_length(crystal.lattice_parameter_angstrom, "the lattice parameter", where);
}

void require_few_enough(double atoms, const char* where) {
  if (atoms <= most_sites) return;
  throw InputError({.what = "the crystal is too large",
                    .where = where,
                    .why = "it would hold more than ten million atoms",
                    .remedy = "choose a smaller size"});
}

void require_length(double value_angstrom, const char* what, const char* where) {
  if (std::isfinite(value_angstrom) && value_angstrom > 0.0) return;
  throw InputError({.what = std::string(what) + " must be positive",
                    .where = where,
                    .why = "it is " + shortest(value_angstrom) + " angstrom",
                    .remedy = {}});
}

}  // namespace adatom::crystal
