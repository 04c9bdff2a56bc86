#pragma once
// Atoms as the eye sees them: projected, cut open, without those behind others.
#include <array>
#include <cstddef>
#include <vector>

#include "adatom/report/figure_atoms.h"

namespace adatom::report {

/// x to the right, y down, both from the middle of all atoms, in angstrom.
struct Ball {
  double x;
  double y;
  double nearness;
  double radius;
  std::size_t kind;
};

/// @throws InputError if arrays differ in length or a kind is not there
void require_whole(const ShownAtoms& atoms, std::size_t kinds);

/// From the nearest to the farthest, equally near ones in their order; atoms beyond all planes of
/// `cut` are left out, all of them without planes are not.
/// @throws InputError if a direction of view or of a plane is missing
[[nodiscard]] std::vector<Ball> project(const ShownAtoms& atoms, const AtomFigureOptions& options,
                                        const std::vector<CutPlane>& cut);

/// Those of which something is seen in a square of `side`.
[[nodiscard]] std::vector<Ball> seen_balls(const std::vector<Ball>& balls, double side,
                                           double units_per_angstrom);

}  // namespace adatom::report
