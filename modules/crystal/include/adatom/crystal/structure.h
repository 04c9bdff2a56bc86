#pragma once
// Atoms in space.
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace adatom::crystal {

struct Atom {
  std::string element;  ///< symbol, "Au"
  Eigen::Vector3d position_angstrom = Eigen::Vector3d::Zero();
  /// Thermal displacement along one axis (standard deviation), where the file tells it.
  std::optional<double> rms_displacement_angstrom = {};
  double occupancy = 1.0;  ///< the share of such sites that hold the atom, 0 to 1
};

/// Positions in angstrom; the electron beam runs along z.
struct Structure {
  std::vector<Atom> atoms;
  Eigen::Matrix3d cell_angstrom = Eigen::Matrix3d::Zero();  ///< rows are the cell vectors; 0: none
  std::string comment;
};

}  // namespace adatom::crystal
