#include "adatom/crystal/io/lammps_box.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::crystal {
namespace {

constexpr double margin_angstrom = 10.0;

/// A unit vector at right angles to those given, which are unit vectors themselves.
Eigen::Vector3d perpendicular(const std::vector<Eigen::Vector3d>& given) {
  if (given.size() == 2) return given[0].cross(given[1]).normalized();
  Eigen::Vector3d best = Eigen::Vector3d::Zero();
  for (int k = 0; k < 3; ++k) {
    Eigen::Vector3d candidate = Eigen::Vector3d::Unit(k);
    for (const auto& vector : given) candidate -= candidate.dot(vector) * vector;
    if (candidate.norm() > best.norm() + 1e-9) best = candidate;
  }
  return best.normalized();
}

/// Gives a length to directions that have none and are not periodic.
void complete(const Structure& structure, Eigen::Matrix3d& cell, Eigen::Vector3d& origin) {
  std::vector<Eigen::Vector3d> given;
  std::vector<Eigen::Index> missing;
  for (Eigen::Index k = 0; k < 3; ++k) {
    if (!cell.row(k).isZero(0.0)) {
      given.emplace_back(cell.row(k).normalized());
    } else if (!structure.periodic[static_cast<std::size_t>(k)]) {
      missing.push_back(k);
    }
  }
  if (missing.empty()) return;
  if (missing.size() == 3) {
    cell.setIdentity();
  } else {
    for (const auto k : missing) {
      given.push_back(perpendicular(given));
      cell.row(k) = given.back();
    }
  }
  if (cell.determinant() == 0.0) return;
  const Eigen::Matrix3d to_shares = cell.inverse().transpose();
  for (const auto k : missing) {
    double low = 0.0;
    double high = 0.0;
    for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
      const double share = to_shares.row(k).dot(structure.atoms[i].position_angstrom - origin);
      low = i == 0 ? share : std::min(low, share);
      high = i == 0 ? share : std::max(high, share);
    }
    const Eigen::RowVector3d unit = cell.row(k);
    origin += (low - margin_angstrom) * unit.transpose();
    cell.row(k) = (high - low + 2.0 * margin_angstrom) * unit;
  }
}

bool is_restricted(const Eigen::Matrix3d& cell) {
  return cell(0, 1) == 0.0 && cell(0, 2) == 0.0 && cell(1, 2) == 0.0 && cell(0, 0) > 0.0 &&
         cell(1, 1) > 0.0 && cell(2, 2) > 0.0;
}

void turn(LammpsBox& box) {
  const Eigen::Vector3d a = box.cell_angstrom.row(0);
  const Eigen::Vector3d b = box.cell_angstrom.row(1);
  const Eigen::Vector3d x = a.normalized();
  const Eigen::Vector3d z = a.cross(b).normalized();
  box.rotation << x.transpose(), z.cross(x).transpose(), z.transpose();
  box.cell_angstrom = (box.cell_angstrom * box.rotation.transpose()).eval();
  box.cell_angstrom(0, 1) = box.cell_angstrom(0, 2) = box.cell_angstrom(1, 2) = 0.0;
  box.origin_angstrom = (box.rotation * box.origin_angstrom).eval();
}

/// Takes whole vectors off others, until no tilt is more than half a length.
void reduce_tilts(const Structure& structure, LammpsBox& box) {
  const auto reduce = [&](Eigen::Index vector, Eigen::Index by) {
    if (!structure.periodic[static_cast<std::size_t>(by)]) return;
    const double tilt = box.cell_angstrom(vector, by) / box.cell_angstrom(by, by);
    if (std::abs(tilt) <= 0.5) return;
    const double times = std::round(tilt);
    constexpr double most = 1e6;
    if (!(std::abs(times) <= most)) {
      throw InputError({.what = "the cell is too flat for LAMMPS",
                        .where = "Lattice",
                        .why = "one vector is along another to a millionth",
                        .remedy = "give other vectors of the same lattice"});
    }
    box.cell_angstrom.row(vector) -= times * box.cell_angstrom.row(by);
    box.basis.row(vector) -= static_cast<int>(times) * box.basis.row(by);
  };
  reduce(1, 0);
  reduce(2, 1);
  reduce(2, 0);
}

Eigen::Vector3i whole(const Eigen::Vector3d& image) {
  constexpr double most = 1e9;
  if (!((image.array().abs() <= most).all())) {
    throw InputError({.what = "an atom went through too many cells for LAMMPS",
                      .where = "images",
                      .why = {},
                      .remedy = "wrap the positions"});
  }
  return image.array().round().cast<int>();
}

const std::vector<std::int64_t>* type_column(const Structure& structure) {
  for (const auto& column : structure.columns) {
    if (column.name != "type" || column.width != 1) continue;
    return std::get_if<std::vector<std::int64_t>>(&column.values);
  }
  return nullptr;
}

/// The elements of the types in the structure's own column; none: it cannot be used.
std::vector<std::string> own_type_elements(const Structure& structure) {
  const auto* types = type_column(structure);
  if (types == nullptr || types->size() != structure.atoms.size()) return {};
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < types->size(); ++i) {
    constexpr std::int64_t most_types = 1000;
    const std::int64_t type = (*types)[i];
    if (type < 1 || type > most_types) return {};
    const auto at = static_cast<std::size_t>(type - 1);
    if (at >= elements.size()) elements.resize(at + 1);
    if (!elements[at].empty() && elements[at] != structure.atoms[i].element) return {};
    elements[at] = structure.atoms[i].element;
  }
  return elements;
}

}  // namespace

LammpsBox lammps_box(const Structure& structure) {
  LammpsBox box;
  box.cell_angstrom = structure.cell_angstrom;
  box.origin_angstrom = structure.origin_angstrom;
  complete(structure, box.cell_angstrom, box.origin_angstrom);
  const double volume = box.cell_angstrom.determinant();
  constexpr double least_volume_angstrom3 = 1e-3;  // smaller than any atom
  if (!(std::abs(volume) > least_volume_angstrom3) || !std::isfinite(volume)) {
    throw InputError({.what = "LAMMPS needs a cell",
                      .where = "Lattice",
                      .why = "the three cell vectors span no volume",
                      .remedy = "give three cell vectors, or none"});
  }
  if (!is_restricted(box.cell_angstrom)) {
    if (volume < 0.0) {
      box.origin_angstrom += box.cell_angstrom.row(2).transpose();
      box.cell_angstrom.row(2) *= -1.0;
      box.basis(2, 2) = -1;
    }
    turn(box);
  }
  reduce_tilts(structure, box);
  return box;
}

Structure in_lammps_box(Structure structure, const LammpsBox& box) {
  if (box.rotation != Eigen::Matrix3d::Identity()) {
    structure = rotated(std::move(structure), box.rotation);
  }
  structure.cell_angstrom = box.cell_angstrom;
  structure.origin_angstrom = box.origin_angstrom;
  if (box.basis != Eigen::Matrix3i::Identity() && !structure.images.empty()) {
    // n cell = n' basis cell for all cells; the inverse of such a basis is whole.
    const Eigen::Matrix3d inverse = box.basis.cast<double>().inverse();
    for (auto& image : structure.images) image = whole(inverse.transpose() * image.cast<double>());
  }
  return structure;
}

LammpsTypes lammps_types(const Structure& structure, std::span<const std::string> elements) {
  LammpsTypes types{.elements = {elements.begin(), elements.end()}, .of_atoms = {}};
  types.of_atoms.reserve(structure.atoms.size());
  if (elements.empty()) types.elements = own_type_elements(structure);
  if (elements.empty() && !types.elements.empty()) {
    for (const auto type : *type_column(structure)) {
      types.of_atoms.push_back(static_cast<int>(type));
    }
    return types;
  }
  if (elements.empty()) {
    std::set<std::string> found;
    for (const auto& atom : structure.atoms) found.insert(atom.element);
    types.elements.assign(found.begin(), found.end());
  }
  for (const auto& atom : structure.atoms) {
    const auto found = std::ranges::find(types.elements, atom.element);
    if (found == types.elements.end()) {
      throw InputError({.what = "no atom type is " + atom.element,
                        .where = "elements of the types",
                        .why = "the structure has such atoms",
                        .remedy = "name every element of the structure"});
    }
    types.of_atoms.push_back(static_cast<int>(found - types.elements.begin()) + 1);
  }
  return types;
}

}  // namespace adatom::crystal
