#pragma once
// Atoms in space.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
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

/// A quantity of each atom beyond those of `Structure`, as a file names it. Atom by atom, `width`
/// values each.
struct AtomColumn {
  std::string name;
  std::size_t width = 1;
  std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values =
      {};
};

/// Positions in angstrom; the electron beam runs along z. Of the optional lists each is empty or
/// has one entry for each atom.
struct Structure {
  std::vector<Atom> atoms = {};
  Eigen::Matrix3d cell_angstrom = Eigen::Matrix3d::Zero();  ///< rows are the cell vectors; 0: none
  std::string comment = {};
  Eigen::Vector3d origin_angstrom = Eigen::Vector3d::Zero();  ///< the cell's corner
  std::array<bool, 3> periodic = {false, false, false};       ///< along each cell vector
  std::vector<Eigen::Vector3d> velocities_angstrom_per_ps = {};
  std::vector<std::int64_t> ids = {};        ///< empty: 1, 2, 3, ...
  std::vector<Eigen::Vector3i> images = {};  ///< cells that each atom went through
  std::vector<AtomColumn> columns = {};
  std::optional<std::int64_t> timestep = {};  ///< of a trajectory
  std::optional<double> time_ps = {};
};

}  // namespace adatom::crystal
