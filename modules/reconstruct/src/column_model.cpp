#include "adatom/reconstruct/column_model.h"

namespace adatom::reconstruct {

std::int64_t ColumnModel::atoms() const {
  std::int64_t sum = 0;
  for (const ModelColumn& column : columns) sum += column.atoms;
  return sum;
}

crystal::Structure build_structure(const ColumnModel& model) {
  crystal::Structure structure;
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> grains;
  for (const ModelColumn& column : model.columns) {
    for (std::int64_t level = column.bottom; level < column.bottom + column.atoms; ++level) {
      crystal::Atom atom;
      atom.element = model.element;
      atom.position_angstrom = {column.x_angstrom, column.y_angstrom, column.z_angstrom(level)};
      structure.atoms.push_back(atom);
      ids.push_back(column.column_id);
      grains.push_back(column.grain);
    }
  }
  structure.columns.push_back({.name = "column_id", .width = 1, .values = std::move(ids)});
  structure.columns.push_back({.name = "grain", .width = 1, .values = std::move(grains)});
  return structure;
}

}  // namespace adatom::reconstruct
