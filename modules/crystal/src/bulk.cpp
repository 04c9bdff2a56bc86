#include "adatom/crystal/bulk.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/crystal/select.h"
#include "adatom/crystal/zone_axis_cell.h"
#include "size_check.h"

namespace adatom::crystal {
namespace {

ZoneAxis normal_of(SlabFace face) {
  switch (face) {
    case SlabFace::face_100:
      break;
    case SlabFace::face_110:
      return ZoneAxis::axis_110;
    case SlabFace::face_111:
      return ZoneAxis::axis_111;
  }
  return ZoneAxis::axis_100;
}

}  // namespace

Structure phase_cell(const Phase& phase) {
  require_possible(phase);
  // G = A A^T with A lower triangular: a along x, b in the xy plane.
  const Eigen::Matrix3d cell = phase.cell.metric_angstrom2().llt().matrixL();
  Structure structure;
  structure.cell_angstrom = cell;
  structure.periodic = {true, true, true};
  structure.comment = phase.name;
  for (const auto& atom : phase.atoms) {
    structure.atoms.push_back({.element = atom.element,
                               .position_angstrom = cell.transpose() * atom.fraction,
                               .rms_displacement_angstrom = {},
                               .occupancy = atom.occupancy});
  }
  return structure;
}

Structure bulk_cell(const FccCrystal& crystal, ZoneAxis axis) {
  require_lattice(crystal, "crystal");
  Structure cell = fcc_zone_axis_cell(crystal, axis);
  cell.periodic = {true, true, true};
  return cell;
}

Structure build_slab(const FccCrystal& crystal, SlabFace face, const SlabSize& size) {
  if (size.layers < 1 || !std::isfinite(size.vacuum_angstrom) || size.vacuum_angstrom < 0.0) {
    throw InputError({.what = "a slab needs a layer or more, and no negative vacuum",
                      .where = "slab",
                      .why = {},
                      .remedy = {}});
  }
  const Structure cell = bulk_cell(crystal, normal_of(face));
  // The layers of the cell, and how far they are apart.
  constexpr double same = 1e-6;
  std::vector<double> heights;
  for (const auto& atom : cell.atoms) {
    const double z = atom.position_angstrom.z();
    const bool known = std::any_of(heights.begin(), heights.end(),
                                   [&](double h) { return std::abs(h - z) < same; });
    if (!known) heights.push_back(z);
  }
  std::sort(heights.begin(), heights.end());
  const auto per_cell = static_cast<std::int64_t>(heights.size());
  const double spacing = cell.cell_angstrom(2, 2) / static_cast<double>(per_cell);
  require_few_enough(static_cast<double>(size.layers) * static_cast<double>(cell.atoms.size()),
                     "slab");
  Structure column;
  for (std::int64_t layer = 0; layer < size.layers; ++layer) {
    const double height = heights[static_cast<std::size_t>(layer % per_cell)];
    for (const auto& atom : cell.atoms) {
      if (std::abs(atom.position_angstrom.z() - height) > same) continue;
      column.atoms.push_back(atom);
      column.atoms.back().position_angstrom.z() =
          size.vacuum_angstrom + spacing * static_cast<double>(layer);
    }
  }
  column.cell_angstrom = cell.cell_angstrom;
  column.cell_angstrom(2, 2) =
      spacing * static_cast<double>(size.layers - 1) + 2.0 * size.vacuum_angstrom;
  if (column.cell_angstrom(2, 2) == 0.0) column.cell_angstrom(2, 2) = spacing;
  column.periodic = {true, true, false};
  return repeated(column, {size.cells_x, size.cells_y, 1});
}

}  // namespace adatom::crystal
