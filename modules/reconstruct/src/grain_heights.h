#pragma once
// How the heights of neighbouring grains go together.
#include <cstdint>
#include <string>
#include <vector>

#include "grow_grains.h"
#include "plane_points.h"
#include "projected_crystal.h"

namespace adatom::reconstruct::detail {

struct GrainHeights {
  std::vector<std::int64_t> offset = {};  ///< of each grain's site (0, 0), in sixths, 0 to 5
  std::vector<std::string> warnings = {};
};

/// The first grain's offset is 0. Columns that two grains share have one height; along [110], pairs
/// of columns across a boundary a short vector of the lattice apart (0.612 a) differ by half a
/// spacing, those 0.707 a apart by none, as everywhere in close-packed layers.
[[nodiscard]] GrainHeights relate_heights(const PlanePoints& points,
                                          const ProjectedCrystal& crystal,
                                          const std::vector<GrownGrain>& grains);

}  // namespace adatom::reconstruct::detail
