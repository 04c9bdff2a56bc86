#include "within_reach.h"

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::descriptors {

void require_reach(const NeighbourVectors& neighbours, double r_cut_angstrom) {
  if (r_cut_angstrom > 0.0 && r_cut_angstrom <= neighbours.reach_angstrom) return;
  throw InputError({.what = "a cut-off of " + shortest(r_cut_angstrom) + " angstrom",
                    .where = "neighbours",
                    .why = "they are known from 0 to " + shortest(neighbours.reach_angstrom),
                    .remedy = "choose a cut-off in that range"});
}

}  // namespace adatom::descriptors
