#pragma once
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// @throws InputError: a list of the structure that has neither no entry nor one for each atom
void check_lists(const Structure& structure);

}  // namespace adatom::crystal
