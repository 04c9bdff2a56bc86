#pragma once
// Figures of environments and of what becomes of them, from made-up numbers.
#include <string>
#include <utility>
#include <vector>

#include "adatom/report/figure.h"

namespace adatom::report::testing {

/// Usual ones and odd ones, by name.
[[nodiscard]] std::vector<std::pair<std::string, Figure>> dynamics_figures();

}  // namespace adatom::report::testing
