#pragma once
// Where the minimisation begins.
#include <optional>
#include <span>
#include <vector>

#include "raster.h"
#include "scene.h"

namespace adatom::columns {

/// Positions (pixels), one width for all and heights to begin with. The width is searched from
/// `width` (or a quarter of the distance of neighbours) in factors of sqrt(2); the positions are
/// the ones given, or these moved to the maximum nearby, whichever fits better.
[[nodiscard]] Scene find_start(const Raster& image, std::span<const PixelColumn> positions,
                               std::optional<double> width, std::size_t background_terms);

/// The median distance of a position to its nearest neighbour; nothing with one position only.
[[nodiscard]] std::optional<double> typical_distance(std::span<const PixelColumn> positions);

}  // namespace adatom::columns
