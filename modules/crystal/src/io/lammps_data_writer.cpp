#include <array>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/io/lammps_box.h"
#include "adatom/crystal/io/lammps_data.h"
#include "io/append_number.h"
#include "io/check_lists.h"

namespace adatom::crystal {
namespace {

void append_title(std::string& text, const std::string& comment) {
  for (const char c : comment) text += c == '\n' || c == '\r' ? ' ' : c;
  if (comment.empty()) text += "atoms, written by adatom";
  text += '\n';
}

void append_box(std::string& text, const LammpsBox& box) {
  constexpr std::array names = {" xlo xhi\n", " ylo yhi\n", " zlo zhi\n"};
  for (Eigen::Index k = 0; k < 3; ++k) {
    append_number(text, box.origin_angstrom(k));
    text += ' ';
    append_number(text, box.origin_angstrom(k) + box.cell_angstrom(k, k));
    text += names[static_cast<std::size_t>(k)];
  }
  if (!box.tilted()) return;
  append_number(text, box.cell_angstrom(1, 0));
  text += ' ';
  append_number(text, box.cell_angstrom(2, 0));
  text += ' ';
  append_number(text, box.cell_angstrom(2, 1));
  text += " xy xz yz\n";
}

void append_masses(std::string& text, const std::vector<std::string>& elements) {
  text += "\nMasses\n\n";
  for (std::size_t type = 0; type < elements.size(); ++type) {
    // LAMMPS wants a mass of every type, even if no atom has it.
    const std::string& symbol = elements[type].empty() ? elements.back() : elements[type];
    const auto element = find_element(symbol);
    if (!element || element->mass_u == 0.0) {
      throw InputError({.what = "no mass is known for \"" + symbol + '"',
                        .where = "atom type " + std::to_string(type + 1),
                        .why = element ? "the element has no stable isotope" : "no such element",
                        .remedy = {}});
    }
    append_number(text, type + 1);
    text += ' ';
    append_number(text, element->mass_u);
    text += " # " + symbol + '\n';
  }
}

}  // namespace

std::string format_lammps_data(const Structure& given, const LammpsDataOptions& options) {
  check_lists(given);
  const LammpsBox box = lammps_box(given);
  const Structure structure = in_lammps_box(given, box);
  const LammpsTypes types = lammps_types(structure, options.elements);
  const auto id = [&](std::size_t i) {
    return structure.ids.empty() ? static_cast<std::int64_t>(i) + 1 : structure.ids[i];
  };
  std::string text;
  append_title(text, structure.comment);
  text += '\n' + std::to_string(structure.atoms.size()) + " atoms\n" +
          std::to_string(types.elements.size()) + " atom types\n\n";
  append_box(text, box);
  append_masses(text, types.elements);
  text += "\nAtoms # atomic\n\n";
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    append_number(text, id(i));
    text += ' ';
    append_number(text, types.of_atoms[i]);
    append_vector(text, structure.atoms[i].position_angstrom);
    if (!structure.images.empty()) append_vector(text, structure.images[i]);
    text += '\n';
  }
  if (structure.velocities_angstrom_per_ps.empty()) return text;
  text += "\nVelocities\n\n";
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    append_number(text, id(i));
    append_vector(text, structure.velocities_angstrom_per_ps[i]);
    text += '\n';
  }
  return text;
}

}  // namespace adatom::crystal
