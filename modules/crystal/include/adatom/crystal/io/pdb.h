#pragma once
// Structures in the format of the Protein Data Bank, which every viewer of molecules reads.
#include <cstddef>
#include <optional>
#include <string>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

struct PdbOptions {
  /// Number of the model, from 1 on, where a file holds several: the structure comes between MODEL
  /// and ENDMDL, without END, which readers (ASE) take for one more that is empty. Empty: a whole
  /// file.
  std::optional<std::size_t> model = {};
};

/// As text in version 3.3 of the format: CRYST1 (space group P 1) where a direction is periodic,
/// and a HETATM record for each atom with position, occupancy and B = 8 pi^2 u^2 (0: not known).
/// Cells are turned by `lammps_box`, as the format wants a along x and b in the xy plane. The
/// format keeps three digits of an angstrom. Numbers of atoms beyond 99999 are hybrid-36 (A0000,
/// A0001, ...; Grosse-Kunstleve, cci.lbl.gov/hybrid_36), which the readers that know it take as
/// numbers.
/// @throws InputError: positions that the columns cannot hold (-999 to 9999 angstrom), more than
/// 87440031 atoms
[[nodiscard]] std::string format_pdb(const Structure& structure, const PdbOptions& options = {});

}  // namespace adatom::crystal
