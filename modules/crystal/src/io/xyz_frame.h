#pragma once
#include <optional>
#include <string>

#include "adatom/crystal/structure.h"
#include "io/text_lines.h"

namespace adatom::crystal {

/// The next structure of an extended XYZ text; nothing at its end. Fails as parse_extended_xyz.
[[nodiscard]] std::optional<Structure> next_xyz_frame(TextLines& lines);

}  // namespace adatom::crystal
