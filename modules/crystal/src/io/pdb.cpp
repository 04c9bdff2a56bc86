#include "adatom/crystal/io/pdb.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string_view>

#include "adatom/base/error.h"
#include "adatom/crystal/io/lammps_box.h"

namespace adatom::crystal {
namespace {

constexpr double deg_per_rad = 180.0 / std::numbers::pi;

/// A record may be as long as a line of 80.
template <class... Values>
void append_record(std::string& text, const char* format, Values... values) {
  std::array<char, 96> record{};
  const int size = std::snprintf(record.data(), record.size(), format, values...);
  text.append(record.data(), std::min(static_cast<std::size_t>(size), record.size() - 1));
}

void append_title(std::string& text, const std::string& comment) {
  if (comment.empty()) return;
  constexpr std::size_t longest = 70;
  text += "TITLE     ";
  for (const char c : comment.substr(0, longest)) text += c >= ' ' && c < 127 ? c : '?';
  text += '\n';
}

void append_cell(std::string& text, const Eigen::Matrix3d& cell) {
  const auto angle_deg = [&](Eigen::Index i, Eigen::Index j) {
    const double cosine = cell.row(i).normalized().dot(cell.row(j).normalized());
    return deg_per_rad * std::acos(std::clamp(cosine, -1.0, 1.0));
  };
  append_record(text, "CRYST1%9.3f%9.3f%9.3f%7.2f%7.2f%7.2f P 1           1\n", cell.row(0).norm(),
                cell.row(1).norm(), cell.row(2).norm(), angle_deg(1, 2), angle_deg(0, 2),
                angle_deg(0, 1));
}

/// Five characters: decimal to 99999, then with a capital letter first, then with a small one.
std::string serial(std::size_t number) {
  constexpr std::size_t decimals = 100'000;
  constexpr std::size_t letters = 26UL * 36 * 36 * 36 * 36;
  if (number < decimals) {
    std::string text = std::to_string(number);
    return std::string(5 - text.size(), ' ') + text;
  }
  std::size_t rest = number - decimals;
  const bool is_small = rest >= letters;
  if (is_small) rest -= letters;
  if (rest >= letters) {
    throw InputError({.what = "too many atoms for a PDB file",
                      .where = "PDB",
                      .why = "the columns hold numbers to 87440031",
                      .remedy = "write extended XYZ"});
  }
  rest += 10UL * 36 * 36 * 36 * 36;
  std::string text(5, ' ');
  for (std::size_t k = 5; k-- > 0; rest /= 36) {
    const auto digit = static_cast<char>(rest % 36);
    const char letter = is_small ? 'a' : 'A';
    text[k] = static_cast<char>(digit < 10 ? '0' + digit : letter + (digit - 10));
  }
  return text;
}

void append_atom(std::string& text, const Atom& atom, std::size_t number) {
  for (const double x : atom.position_angstrom) {
    if (x > -999.9995 && x < 9999.9995) continue;
    throw InputError({.what = "an atom too far away for a PDB file",
                      .where = "atom " + std::to_string(number),
                      .why = "the columns hold -999.999 to 9999.999 angstrom",
                      .remedy = "move the structure, or write extended XYZ"});
  }
  std::string symbol = atom.element.substr(0, 2);
  for (char& c : symbol) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  // The element's symbol is right-justified in the first two of the name's four columns.
  const std::string name = (symbol.size() == 1 ? ' ' + symbol : symbol) + "  ";
  constexpr double b_per_u2 = 8.0 * std::numbers::pi * std::numbers::pi;
  const double u = atom.rms_displacement_angstrom.value_or(0.0);
  const Eigen::Vector3d& r = atom.position_angstrom;
  append_record(text, "HETATM%s %s %3s A   1    %8.3f%8.3f%8.3f%6.2f%6.2f          %2s\n",
                serial(number).c_str(), name.c_str(), symbol.c_str(), r.x(), r.y(), r.z(),
                atom.occupancy, b_per_u2 * u * u, symbol.c_str());
}

}  // namespace

std::string format_pdb(const Structure& given, const PdbOptions& options) {
  const bool has_cell = std::ranges::any_of(given.periodic, [](bool wraps) { return wraps; });
  const Structure structure = has_cell ? in_lammps_box(given, lammps_box(given)) : given;
  std::string text;
  if (!options.model) append_title(text, structure.comment);
  if (has_cell) append_cell(text, structure.cell_angstrom);
  if (options.model) append_record(text, "MODEL     %4zu\n", *options.model);
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    append_atom(text, structure.atoms[i], i + 1);
  }
  text += options.model ? "ENDMDL\n" : "END\n";
  return text;
}

}  // namespace adatom::crystal
