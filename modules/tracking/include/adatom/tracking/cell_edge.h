#pragma once
// The dark edge of a gas cell's window, or of an aperture, within the frame.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::tracking {

struct CellEdgeOptions {
  double radius_max_px = 25.0;  ///< of the largest particle: nothing as small as one is an edge
  double dark_share = 0.5;      ///< the edge is darker than this share of the field's intensity

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct CellEdge {
  Grid<std::uint8_t> mask;   ///< 1 in the field, 0 at the edge and within its blur
  double covered = 0.0;      ///< share of the frame that is left out
  double field_level = 0.0;  ///< median of the field
  double edge_level = 0.0;   ///< and of what is dark
  double margin_px = 0.0;    ///< beyond half the intensity, left out as well: the edge's blur
};

/// A dark region that holds a corner of the frame and is longer along its border than any particle
/// that lies over the corner could be (a disc of radius r covers 2 sqrt(2) r of the two sides); no
/// more than half of the frame. Its outline is where the intensity is half way between the dark and
/// the field; from there on as far is left out as the intensity needs to come up to the field's.
/// @param frames of one size, some of the first ones: the median of each pixel is looked at, which
///        what moves is not in
/// @return nothing where there is none
/// @throws InputError: invalid options, no frame, frames of different sizes, values not finite
[[nodiscard]] std::optional<CellEdge> find_cell_edge(std::span<const Grid<double>> frames,
                                                     const CellEdgeOptions& options = {});

}  // namespace adatom::tracking
