#pragma once
// Atoms in space.
#include <string>
#include <vector>

#include <Eigen/Core>

namespace adatom::crystal {

struct Atom {
  std::string element;  ///< symbol, "Au"
  Eigen::Vector3d position_angstrom = Eigen::Vector3d::Zero();
};

/// Positions in angstrom; the electron beam runs along z.
struct Structure {
  std::vector<Atom> atoms;
  Eigen::Matrix3d cell_angstrom = Eigen::Matrix3d::Zero();  ///< rows are the cell vectors; 0: none
  std::string comment;
};

}  // namespace adatom::crystal
