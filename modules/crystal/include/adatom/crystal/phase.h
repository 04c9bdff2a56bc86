#pragma once
// Crystal structures of phases, as powder diffraction needs them.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Any crystal system.
struct UnitCell {
  double a_angstrom = 1.0;
  double b_angstrom = 1.0;
  double c_angstrom = 1.0;
  double alpha_deg = 90.0;
  double beta_deg = 90.0;
  double gamma_deg = 90.0;

  /// G_ij = a_i . a_j in angstrom^2. Its inverse is the metric of the reciprocal lattice:
  /// (1/d)^2 = h^T G^-1 h.
  [[nodiscard]] Eigen::Matrix3d metric_angstrom2() const;
  [[nodiscard]] double volume_angstrom3() const;
  /// The edges in rows: a along x, b in the xy plane, c above it.
  [[nodiscard]] Eigen::Matrix3d vectors_angstrom() const;
};

struct CellAtom {
  std::string element;
  Eigen::Vector3d fraction = Eigen::Vector3d::Zero();  ///< of the cell's edges
  double occupancy = 1.0;
  /// B = 8 pi^2 <u^2>, isotropic; nothing: not known.
  std::optional<double> b_factor_angstrom2 = std::nullopt;
};

struct Phase {
  std::string name;         ///< "Cu2O"
  std::string space_group;  ///< Hermann-Mauguin, for the reader only
  UnitCell cell;
  std::vector<CellAtom> atoms;  ///< all of the cell
  std::string source;           ///< where the structure was published
};

/// A phase of the table data/phases.csv. Nothing: not in it.
[[nodiscard]] std::optional<Phase> find_phase(std::string_view name);

/// The names in the table, in its order.
[[nodiscard]] std::vector<std::string> phase_names();

/// The atoms of one cell, periodic, with displacement and occupancy; the phase's name is the
/// comment.
[[nodiscard]] Structure unit_cell_structure(const Phase& phase);

/// Complains about a phase that cannot be: a cell without volume, no atoms, an element without
/// scattering factor, an occupancy outside (0, 1], a negative B.
/// @throws InputError with all of it
void require_possible(const Phase& phase);

}  // namespace adatom::crystal
