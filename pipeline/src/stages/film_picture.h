#pragma once
// Frames of the film as pictures.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/crystal/structure.h"
#include "stages/film_frames.h"

namespace adatom::pipeline {

/// Pixels of a side of the pictures.
inline constexpr std::size_t film_side_px = 480;

struct FilmView {
  double side_angstrom = 40.0;   ///< of what is shown, about the origin
  double radius_angstrom = 1.4;  ///< of the atoms
};

/// Shows all of these structures, about the middles of their atoms.
[[nodiscard]] FilmView view_of(const std::vector<crystal::Structure>& models);

/// Shaded spheres in the colours of the frame's column color, on white, seen as in the figures;
/// red, green, blue of each pixel. The frame of a model has a dark border; a bar below tells how
/// far the film is.
/// @param done from 0 to 1
[[nodiscard]] std::vector<std::uint8_t> draw_film_frame(const FilmFrame& frame,
                                                        const FilmView& view, double done);

}  // namespace adatom::pipeline
