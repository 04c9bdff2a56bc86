#pragma once
// Columns given by a caller must be usable.
#include <cstddef>
#include <span>
#include <string>

#include "adatom/columns/model.h"

namespace adatom::columns {

/// @throws InputError: empty image, pixel size not positive, a column that is not finite or whose
///   width is not positive
void check_columns(std::size_t width, std::size_t height, double pixel_size_angstrom,
                   std::span<const Column> columns, const std::string& where);

}  // namespace adatom::columns
