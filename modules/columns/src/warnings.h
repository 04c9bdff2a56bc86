#pragma once
// What a user should know about a finished fit.
#include <span>
#include <string>
#include <vector>

#include "adatom/columns/fit.h"

namespace adatom::columns {

[[nodiscard]] std::vector<std::string> list_warnings(const FitResult& result,
                                                     const Grid<double>& image,
                                                     std::span<const Position> start,
                                                     double pixel_size_angstrom,
                                                     const FitOptions& options);

}  // namespace adatom::columns
