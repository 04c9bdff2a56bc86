#pragma once
// Particles as pictures, every atom coloured by the number of its neighbours.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/report/figure.h"
#include "adatom/report/model.h"

namespace adatom::pipeline {

/// How far neighbours may be, between the first and the second shell of an fcc crystal: 0.85 of the
/// lattice parameter (of the elements' mean, where the table has them), else of what the median
/// distance of nearest atoms would make it.
[[nodiscard]] double neighbour_reach_angstrom(const crystal::Structure& structure);

/// The number of neighbours of every atom.
[[nodiscard]] std::vector<std::size_t> coordination_numbers(const crystal::Structure& structure,
                                                            double reach_angstrom);

/// Spheres that touch their nearest neighbours.
/// @param side_angstrom of the square shown; empty: the particle fills it
[[nodiscard]] report::Figure draw_particle(const crystal::Structure& structure,
                                           const std::string& title, double reach_angstrom,
                                           std::optional<double> side_angstrom);

/// The same atoms in a model that the reader turns, coloured by their neighbours only.
[[nodiscard]] report::ModelFrame model_frame(const crystal::Structure& structure,
                                             const std::string& label, double reach_angstrom);

/// The side that shows the particle from any direction.
[[nodiscard]] double picture_side_angstrom(const crystal::Structure& structure,
                                           double reach_angstrom);

}  // namespace adatom::pipeline
