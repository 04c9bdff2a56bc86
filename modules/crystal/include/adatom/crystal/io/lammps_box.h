#pragma once
// Cells as LAMMPS wants them: the first vector along x, the second in the xy plane.
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// A structure's cell in LAMMPS's restricted form (manual, "Howto triclinic"), and how it came to
/// it. Positions and velocities turn with `rotation`: r' = rotation r.
struct LammpsBox {
  Eigen::Matrix3d cell_angstrom = Eigen::Matrix3d::Zero();  ///< lower triangular, diagonal > 0
  Eigen::Vector3d origin_angstrom = Eigen::Vector3d::Zero();
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  /// cell_angstrom = basis (the structure's cell) rotation^T.
  Eigen::Matrix3i basis = Eigen::Matrix3i::Identity();

  [[nodiscard]] bool tilted() const {
    return cell_angstrom(1, 0) != 0.0 || cell_angstrom(2, 0) != 0.0 || cell_angstrom(2, 1) != 0.0;
  }
};

/// Nothing turns where the cell has the form already. Else a left-handed cell first becomes
/// right-handed (its third vector is reversed, the corner moves to its other end, so that the same
/// space is filled), then everything is turned, and the tilts of periodic directions are brought to
/// half a length at most, as LAMMPS wants them: other vectors of the same lattice. Where the
/// structure has no cell vector, and is not periodic, one is made that reaches 10 angstrom beyond
/// the atoms.
/// @throws InputError: vectors that span no volume
[[nodiscard]] LammpsBox lammps_box(const Structure& structure);

/// The structure with this box as its cell: positions, velocities, the column "forces" and images
/// follow.
[[nodiscard]] Structure in_lammps_box(Structure structure, const LammpsBox& box);

/// Atom types 1, 2, ...
struct LammpsTypes {
  std::vector<std::string> elements;  ///< of each type; "" : no atom has it
  std::vector<int> of_atoms;
};

/// Types by `elements` where it is given, else by the structure's integer column "type" where it
/// has one in which each type is one element (as readers make it of files that have several types
/// of an element), else by element in alphabetical order.
/// @throws InputError: an atom whose element is not among `elements`
[[nodiscard]] LammpsTypes lammps_types(const Structure& structure,
                                       std::span<const std::string> elements = {});

}  // namespace adatom::crystal
