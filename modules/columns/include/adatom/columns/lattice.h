#pragma once
// A two-dimensional lattice through column positions: its vectors with their standard errors.
// Against the known lattice of the material they give the true pixel size.
#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/columns/model.h"

namespace adatom::columns {

/// Where a position stands: origin of its group + indices[0] a + indices[1] b.
struct LatticeSite {
  std::size_t group = 0;
  std::array<std::int64_t, 2> indices{};
};

/// positions = origin[group] + i a + j b. Positions that follow the same a and b but are connected
/// only across a fault, or by a basis of several atoms, form groups with an origin each.
struct Lattice {
  Eigen::Vector2d a{0.0, 0.0};  ///< angstrom, the shortest vector, x >= 0 (y > 0 where x = 0)
  Eigen::Vector2d b{0.0, 0.0};  ///< angstrom, the next one, 60 to 120 degrees on from a (y down)
  Eigen::Vector2d a_stderr_angstrom{0.0, 0.0};
  Eigen::Vector2d b_stderr_angstrom{0.0, 0.0};
  double a_length_angstrom = 0.0;
  double b_length_angstrom = 0.0;
  double angle_rad = 0.0;  ///< between a and b
  double a_length_stderr_angstrom = 0.0;
  double b_length_stderr_angstrom = 0.0;
  double angle_stderr_rad = 0.0;
  double rms_angstrom = 0.0;      ///< of the distances from the lattice, over the positions on it
  std::vector<Position> origins;  ///< one per group, the largest group first
  /// For each position its site; empty for those that do not lie on the lattice (another grain).
  std::vector<std::optional<LatticeSite>> sites;
  std::size_t positions_on_lattice = 0;
  std::vector<std::string> warnings;
};

/// Least squares over all positions on the lattice that most of them follow. The vectors come from
/// the commonest differences between near positions; a position farther than `tolerance` of the
/// shortest vector from its site is not on the lattice. Standard errors assume independent position
/// errors of equal size, which the residuals give.
/// @throws InputError: fewer than 4 positions, non-finite ones, tolerance outside (0, 0.5), or no
///         two-dimensional lattice in them
[[nodiscard]] Lattice fit_lattice(std::span<const Position> positions, double tolerance = 0.2);

}  // namespace adatom::columns
