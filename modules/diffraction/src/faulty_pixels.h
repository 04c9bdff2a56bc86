#pragma once
// Parts of find_mask: each marks pixels that have no reason yet.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/diffraction/find_mask.h"

namespace adatom::diffraction {

using Reasons = Grid<std::uint8_t>;

[[nodiscard]] inline bool counts(const Reasons& reasons, std::size_t x, std::size_t y) {
  return reasons(x, y) == static_cast<std::uint8_t>(MaskReason::counts);
}
inline void mark(Reasons& reasons, std::size_t x, std::size_t y, MaskReason why) {
  if (counts(reasons, x, y)) reasons(x, y) = static_cast<std::uint8_t>(why);
}

/// Rows and columns at the edges and within (normal polarity).
void mark_lines(const Grid<double>& frame, std::size_t margin, Reasons& reasons,
                std::vector<std::string>& warnings);

/// Hot and dead pixels of the mean of frames; `constant`: 1 where no frame differs, empty
/// if there are too few to tell.
void mark_faulty(const Grid<double>& mean, const Grid<std::uint8_t>& constant, double sigmas,
                 Reasons& reasons);

/// @param brightest of each pixel over the frames
/// @returns the counts from which on pixels are saturated
std::optional<double> mark_saturated(const Grid<double>& brightest, std::optional<double> given,
                                     std::size_t margin, Reasons& reasons);

/// How far the bright side of the frame's values reaches beyond the dark side, in [-1, 1].
[[nodiscard]] double brightness_skew(const Grid<double>& frame, const Reasons& reasons);

}  // namespace adatom::diffraction
