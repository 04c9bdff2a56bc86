#pragma once
// A particle as columns of atoms along the beam: what the search changes.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::reconstruct {

/// Atoms of one column stand at z = z_origin + shift + spacing * level, level = bottom, bottom + 1,
/// ..., bottom + atoms - 1.
struct ModelColumn {
  std::int64_t column_id = 0;
  std::int64_t grain = 0;  ///< the lattice that it belongs to
  /// Integer coordinates in the grain's two-dimensional lattice of columns.
  std::int64_t u = 0;
  std::int64_t v = 0;
  double x_angstrom = 0.0;  ///< of the lattice, not as measured
  double y_angstrom = 0.0;
  double z_origin_angstrom = 0.0;  ///< the height of level 0: what the column's parity says
  double spacing_angstrom = 0.0;   ///< along the beam
  std::int64_t bottom = 0;         ///< level of the lowest atom
  std::int64_t atoms = 0;          ///< may be 0
  double shift_angstrom = 0.0;     ///< off the lattice along the beam (uniform displacements)

  [[nodiscard]] double z_angstrom(std::int64_t level) const {
    return z_origin_angstrom + shift_angstrom + spacing_angstrom * static_cast<double>(level);
  }
  friend bool operator==(const ModelColumn&, const ModelColumn&) = default;
};

struct ColumnModel {
  std::string element = "Au";
  double lattice_parameter_angstrom = 4.0786;  ///< of the crystal, not of the image
  std::vector<ModelColumn> columns = {};       ///< one for each observed column, in their order

  [[nodiscard]] std::int64_t atoms() const;
};

/// The atoms, column by column from the bottom, with the per-atom integer columns "column_id" and
/// "grain"; beam along z, open space.
[[nodiscard]] crystal::Structure build_structure(const ColumnModel& model);

}  // namespace adatom::reconstruct
