#pragma once
// --with of `convert`: quantities of atoms as columns of a structure.
#include <optional>
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::pipeline {

constexpr std::string_view atom_columns_help =
    "structures: columns to add, as in coordination,cna,q4,q6: number of neighbours, adaptive "
    "common neighbour analysis (fcc, hcp, bcc, icosahedral, other), bond order q0 to q12 and "
    "averaged_q0 to averaged_q12";

/// @param words names with commas between them
/// @param r_cut_angstrom of neighbours, not for cna, which adapts; empty: (1 + sqrt(2)) / 2 of the
/// median distance of nearest neighbours
/// @throws InputError: an unknown name, atoms without neighbours
void add_atom_columns(crystal::Structure& structure, const std::string& words,
                      std::optional<double> r_cut_angstrom);

}  // namespace adatom::pipeline
