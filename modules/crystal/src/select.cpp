#include "adatom/crystal/select.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "adatom/base/error.h"
#include "size_check.h"

namespace adatom::crystal {
namespace {

/// Entry i of the new list is entry atoms[i] of the old one; lists may be empty.
template <class T>
std::vector<T> select(const std::vector<T>& list, std::span<const std::size_t> atoms,
                      std::size_t width = 1) {
  std::vector<T> chosen;
  if (list.empty()) return chosen;
  chosen.reserve(atoms.size() * width);
  for (const std::size_t atom : atoms) {
    for (std::size_t k = 0; k < width; ++k) chosen.push_back(list.at(atom * width + k));
  }
  return chosen;
}

template <class T>
void extend(std::vector<T>& list, std::size_t size, const T& value) {
  if (!list.empty()) list.resize(size, value);
}

}  // namespace

Structure select_atoms(const Structure& structure, std::span<const std::size_t> atoms) {
  Structure chosen;
  chosen.cell_angstrom = structure.cell_angstrom;
  chosen.comment = structure.comment;
  chosen.origin_angstrom = structure.origin_angstrom;
  chosen.periodic = structure.periodic;
  chosen.timestep = structure.timestep;
  chosen.time_ps = structure.time_ps;
  if (!atoms.empty() && structure.atoms.empty()) (void)structure.atoms.at(atoms.front());
  chosen.atoms = select(structure.atoms, atoms);
  chosen.velocities_angstrom_per_ps = select(structure.velocities_angstrom_per_ps, atoms);
  chosen.ids = select(structure.ids, atoms);
  chosen.images = select(structure.images, atoms);
  for (const auto& column : structure.columns) {
    AtomColumn picked{column.name, column.width, {}};
    std::visit([&](const auto& values) { picked.values = select(values, atoms, column.width); },
               column.values);
    chosen.columns.push_back(std::move(picked));
  }
  return chosen;
}

Structure with_atoms(Structure structure, std::span<const Atom> atoms) {
  structure.atoms.insert(structure.atoms.end(), atoms.begin(), atoms.end());
  const std::size_t count = structure.atoms.size();
  extend(structure.velocities_angstrom_per_ps, count, Eigen::Vector3d(Eigen::Vector3d::Zero()));
  extend(structure.images, count, Eigen::Vector3i(Eigen::Vector3i::Zero()));
  if (!structure.ids.empty()) {
    auto next = *std::max_element(structure.ids.begin(), structure.ids.end());
    while (structure.ids.size() < count) structure.ids.push_back(++next);
  }
  for (auto& column : structure.columns) {
    std::visit([&](auto& values) { values.resize(count * column.width); }, column.values);
  }
  return structure;
}

Structure repeated(const Structure& structure, std::array<std::int64_t, 3> counts) {
  double copies = 1.0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const bool cell = !structure.cell_angstrom.row(static_cast<Eigen::Index>(k)).isZero(0.0);
    if (counts[k] < 1 || (counts[k] > 1 && !cell)) {
      throw InputError({.what = "the structure cannot be repeated " + std::to_string(counts[k]) +
                                " times along vector " + std::to_string(k + 1),
                        .where = "repeat",
                        .why = cell ? "once is the least" : "it has no such cell vector",
                        .remedy = {}});
    }
    copies *= static_cast<double>(counts[k]);
  }
  require_few_enough(copies * static_cast<double>(structure.atoms.size()), "repeat");
  const auto total = static_cast<std::size_t>(copies);
  std::vector<std::size_t> atoms;
  atoms.reserve(total * structure.atoms.size());
  for (std::size_t copy = 0; copy < total; ++copy) {
    for (std::size_t i = 0; i < structure.atoms.size(); ++i) atoms.push_back(i);
  }
  Structure whole = select_atoms(structure, atoms);
  whole.ids.clear();
  std::size_t atom = 0;
  for (std::int64_t u = 0; u < counts[0]; ++u) {
    for (std::int64_t v = 0; v < counts[1]; ++v) {
      for (std::int64_t w = 0; w < counts[2]; ++w) {
        const Eigen::Vector3d moved =
            structure.cell_angstrom.transpose() *
            Eigen::Vector3d(static_cast<double>(u), static_cast<double>(v), static_cast<double>(w));
        for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
          whole.atoms[atom++].position_angstrom += moved;
        }
      }
    }
  }
  for (std::size_t k = 0; k < counts.size(); ++k) {
    whole.cell_angstrom.row(static_cast<Eigen::Index>(k)) *= static_cast<double>(counts[k]);
  }
  return whole;
}

}  // namespace adatom::crystal
