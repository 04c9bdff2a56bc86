#include <algorithm>
#include <array>

#include "adatom/crystal/io/lammps_box.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "io/append_number.h"
#include "io/check_lists.h"
#include "io/column_text.h"

namespace adatom::crystal {
namespace {

/// Of a tilted box LAMMPS writes the bounds of what encloses it (manual, "Howto triclinic").
void append_box(std::string& text, const LammpsBox& box, const std::array<bool, 3>& periodic) {
  const double xy = box.cell_angstrom(1, 0);
  const double xz = box.cell_angstrom(2, 0);
  const double yz = box.cell_angstrom(2, 1);
  const bool tilted = box.tilted();
  text += tilted ? "ITEM: BOX BOUNDS xy xz yz" : "ITEM: BOX BOUNDS";
  for (const bool wraps : periodic) text += wraps ? " pp" : " ff";
  text += '\n';
  Eigen::Vector3d low = box.origin_angstrom;
  Eigen::Vector3d high = low + box.cell_angstrom.diagonal();
  if (tilted) {
    low.x() += std::min({0.0, xy, xz, xy + xz});
    high.x() += std::max({0.0, xy, xz, xy + xz});
    low.y() += std::min(0.0, yz);
    high.y() += std::max(0.0, yz);
  }
  const std::array tilts = {xy, xz, yz};
  for (Eigen::Index k = 0; k < 3; ++k) {
    append_number(text, low(k));
    text += ' ';
    append_number(text, high(k));
    if (tilted) {
      text += ' ';
      append_number(text, tilts[static_cast<std::size_t>(k)]);
    }
    text += '\n';
  }
}

void append_names(std::string& text, const Structure& structure) {
  text += "ITEM: ATOMS id type element x y z";
  if (!structure.images.empty()) text += " ix iy iz";
  if (!structure.velocities_angstrom_per_ps.empty()) text += " vx vy vz";
  if (has_displacements(structure)) text += " rms_displacement";
  if (has_occupancies(structure)) text += " occupancy";
  for (const auto& column : structure.columns) {
    if (column.name == "type") continue;
    if (column.name == "forces" && column.width == 3) {
      text += " fx fy fz";
      continue;
    }
    const std::string name = plain_name(column.name);
    for (std::size_t k = 1; k <= column.width; ++k) {
      text += ' ' + name;
      if (column.width > 1) text += '[' + std::to_string(k) + ']';
    }
  }
  text += '\n';
}

}  // namespace

std::string format_dump_snapshot(const Structure& given, const LammpsDumpOptions& options) {
  check_lists(given);
  const LammpsBox box = lammps_box(given);
  const Structure structure = in_lammps_box(given, box);
  const LammpsTypes types = lammps_types(structure, options.elements);
  std::string text;
  if (structure.time_ps) {
    text += "ITEM: TIME\n";
    append_number(text, *structure.time_ps);
    text += '\n';
  }
  text += "ITEM: TIMESTEP\n" + std::to_string(structure.timestep.value_or(0)) +
          "\nITEM: NUMBER OF ATOMS\n" + std::to_string(structure.atoms.size()) + '\n';
  append_box(text, box, structure.periodic);
  append_names(text, structure);
  const bool displacements = has_displacements(structure);
  const bool occupancies = has_occupancies(structure);
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const Atom& atom = structure.atoms[i];
    append_number(text,
                  structure.ids.empty() ? static_cast<std::int64_t>(i) + 1 : structure.ids[i]);
    text += ' ';
    append_number(text, types.of_atoms[i]);
    text += ' ' + atom.element;
    append_vector(text, atom.position_angstrom);
    if (!structure.images.empty()) append_vector(text, structure.images[i]);
    if (!structure.velocities_angstrom_per_ps.empty()) {
      append_vector(text, structure.velocities_angstrom_per_ps[i]);
    }
    if (displacements) append_displacement(text, atom);
    if (occupancies) append_vector(text, std::array{atom.occupancy});
    for (const auto& column : structure.columns) {
      if (column.name != "type") append_column(text, column, i);
    }
    text += '\n';
  }
  return text;
}

}  // namespace adatom::crystal
