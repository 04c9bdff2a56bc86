#pragma once
// Mask and geometry of a ring pattern together: each needs the other.
#include <span>

#include "adatom/diffraction/find_geometry.h"
#include "adatom/diffraction/find_mask.h"

namespace adatom::diffraction {

struct FindPatternOptions {
  FindMaskOptions mask;
  FindGeometryOptions geometry;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct PatternResult {
  MaskResult mask;
  GeometryResult geometry;
};

/// find_mask, find_geometry of the frames' mean, add_beam_stop, and find_geometry with all masked.
/// @param frames the first ones of a series, in which the pattern moves by less than the width of
/// a ring; or one
/// @throws InputError: as those
[[nodiscard]] PatternResult find_pattern(std::span<const Grid<double>> frames, const Mask& given,
                                         const FindPatternOptions& options = {});

}  // namespace adatom::diffraction
