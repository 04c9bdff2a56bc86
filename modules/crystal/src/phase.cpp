#include "adatom/crystal/phase.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <stdexcept>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/scattering_factor.h"
#include "phase_table.h"

namespace adatom::crystal {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const auto end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

double number(std::string_view cell) {
  const auto value = parse_double(cell);
  // The table is part of the program; tests read all of it.
  if (!value) throw std::logic_error("phases.csv: no number: " + std::string(cell));
  return *value;
}

Phase read_head(std::span<const std::string_view> cells) {
  return {.name = std::string(cells[1]),
          .space_group = std::string(cells[2]),
          .cell = {.a_angstrom = number(cells[3]),
                   .b_angstrom = number(cells[4]),
                   .c_angstrom = number(cells[5]),
                   .alpha_deg = number(cells[6]),
                   .beta_deg = number(cells[7]),
                   .gamma_deg = number(cells[8])},
          .atoms = {},
          .source = std::string(cells[9])};
}

CellAtom read_atom(std::span<const std::string_view> cells) {
  CellAtom atom{.element = std::string(cells[1]),
                .fraction = {number(cells[2]), number(cells[3]), number(cells[4])},
                .occupancy = number(cells[5])};
  if (!cells[6].empty()) atom.b_factor_angstrom2 = number(cells[6]);
  return atom;
}

std::vector<Phase> read_table() {
  std::vector<Phase> phases;
  for (const auto line : split(phase_table, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const auto cells = split(line, ',');
    if (cells[0] == "phase" && cells.size() == 10) {
      phases.push_back(read_head(cells));
    } else if (cells[0] == "atom" && cells.size() == 7 && !phases.empty()) {
      phases.back().atoms.push_back(read_atom(cells));
    } else {
      throw std::logic_error("phases.csv: " + std::string(line));
    }
  }
  return phases;
}

bool is_between(double value, double above, double up_to) {
  return std::isfinite(value) && value > above && value <= up_to;
}

}  // namespace

Eigen::Matrix3d UnitCell::metric_angstrom2() const {
  // The cosine of 90 degrees is 0, not the 6e-17 that the rounded angle gives.
  const auto cosine = [](double degrees) {
    return degrees == 90.0 ? 0.0 : std::cos(degrees * std::numbers::pi / 180.0);
  };
  const double ab = a_angstrom * b_angstrom * cosine(gamma_deg);
  const double ac = a_angstrom * c_angstrom * cosine(beta_deg);
  const double bc = b_angstrom * c_angstrom * cosine(alpha_deg);
  Eigen::Matrix3d metric;
  metric << a_angstrom * a_angstrom, ab, ac,  //
      ab, b_angstrom * b_angstrom, bc,        //
      ac, bc, c_angstrom * c_angstrom;
  return metric;
}

Eigen::Matrix3d UnitCell::vectors_angstrom() const {
  const Eigen::Matrix3d metric = metric_angstrom2();
  // metric = L L^T with L lower triangular, whose rows are the edges.
  return metric.llt().matrixL();
}

double UnitCell::volume_angstrom3() const {
  return std::sqrt(std::max(metric_angstrom2().determinant(), 0.0));
}

std::optional<Phase> find_phase(std::string_view name) {
  for (auto& phase : read_table()) {
    if (phase.name == name) return std::move(phase);
  }
  return std::nullopt;
}

std::vector<std::string> phase_names() {
  std::vector<std::string> names;
  for (auto& phase : read_table()) names.push_back(std::move(phase.name));
  return names;
}

Structure unit_cell_structure(const Phase& phase) {
  constexpr double b_per_u2 = 8.0 * std::numbers::pi * std::numbers::pi;
  Structure structure;
  structure.cell_angstrom = phase.cell.vectors_angstrom();
  structure.periodic = {true, true, true};
  structure.comment = phase.name;
  for (const auto& atom : phase.atoms) {
    Atom placed{.element = atom.element,
                .position_angstrom = structure.cell_angstrom.transpose() * atom.fraction,
                .occupancy = atom.occupancy};
    if (atom.b_factor_angstrom2) {
      placed.rms_displacement_angstrom = std::sqrt(*atom.b_factor_angstrom2 / b_per_u2);
    }
    structure.atoms.push_back(std::move(placed));
  }
  return structure;
}

void require_possible(const Phase& phase) {
  std::vector<Complaint> complaints;
  const auto complain = [&](std::string what, std::string why) {
    complaints.push_back({std::move(what), "phase " + phase.name, std::move(why), ""});
  };
  const UnitCell& cell = phase.cell;
  constexpr double longest_angstrom = 1000.0;
  const bool lengths = is_between(cell.a_angstrom, 0.0, longest_angstrom) &&
                       is_between(cell.b_angstrom, 0.0, longest_angstrom) &&
                       is_between(cell.c_angstrom, 0.0, longest_angstrom);
  const bool angles = is_between(cell.alpha_deg, 0.0, 180.0) &&
                      is_between(cell.beta_deg, 0.0, 180.0) &&
                      is_between(cell.gamma_deg, 0.0, 180.0);
  if (!lengths || !angles || !(cell.volume_angstrom3() > 0.0)) {
    complain("the unit cell has no volume", "");
  }
  if (phase.atoms.empty()) complain("no atoms", "");
  for (const auto& atom : phase.atoms) {
    if (!find_scattering_factor(atom.element)) {
      complain("no scattering factor", "element '" + atom.element + "'");
    }
    if (!atom.fraction.allFinite()) complain("an atom's position is not finite", atom.element);
    if (!is_between(atom.occupancy, 0.0, 1.0)) {
      complain("an occupancy outside (0, 1]", shortest(atom.occupancy));
    }
    const double b = atom.b_factor_angstrom2.value_or(0.0);
    if (!std::isfinite(b) || b < 0.0) complain("a B factor that is negative", shortest(b));
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
}

}  // namespace adatom::crystal
