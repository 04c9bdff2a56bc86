#include "adatom/simulate/project.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::simulate {
namespace {

/// Which group each item belongs to, groups joined pair by pair.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t item) {
    while (parent_[item] != item) {
      parent_[item] = parent_[parent_[item]];
      item = parent_[item];
    }
    return item;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

struct Cell {
  long long x = 0;
  long long y = 0;
  bool operator==(const Cell&) const = default;
};
struct CellHash {
  std::size_t operator()(const Cell& cell) const {
    return static_cast<std::size_t>(cell.x) * 0x9E3779B97F4A7C15ULL +
           static_cast<std::size_t>(cell.y) * 0xC2B2AE3D27D4EB4FULL;
  }
};

void check_atoms(const crystal::Structure& structure, double tolerance) {
  if (!(tolerance > 0.0) || !std::isfinite(tolerance)) {
    throw InputError({.what = "the column tolerance must be positive",
                      .where = "projection",
                      .why = "it is " + shortest(tolerance) + " angstrom",
                      .remedy = {}});
  }
  if (structure.atoms.empty()) {
    throw InputError({.what = "the specimen holds no atom", .where = {}, .why = {}, .remedy = {}});
  }
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const auto& p = structure.atoms[i].position_angstrom;
    // 1e6 angstrom: far beyond any specimen, and cells still count exactly.
    if (p.allFinite() && p.cwiseAbs().maxCoeff() < 1e6) continue;
    throw InputError(
        {.what = "an atom's position cannot be used",
         .where = "atom " + std::to_string(i + 1),
         .why = shortest(p.x()) + ", " + shortest(p.y()) + ", " + shortest(p.z()) + " angstrom",
         .remedy = "positions must lie within 0.1 mm of the origin"});
  }
}

Groups group_atoms(const std::vector<crystal::Atom>& atoms, double tolerance) {
  Groups groups(atoms.size());
  std::unordered_map<Cell, std::vector<std::size_t>, CellHash> cells;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto& p = atoms[i].position_angstrom;
    const Cell own{std::llround(std::floor(p.x() / tolerance)),
                   std::llround(std::floor(p.y() / tolerance))};
    for (long long dy = -1; dy <= 1; ++dy) {
      for (long long dx = -1; dx <= 1; ++dx) {
        const auto found = cells.find({own.x + dx, own.y + dy});
        if (found == cells.end()) continue;
        for (const std::size_t j : found->second) {
          const auto difference = (p - atoms[j].position_angstrom).head<2>();
          if (difference.norm() <= tolerance) groups.join(i, j);
        }
      }
    }
    cells[own].push_back(i);
  }
  return groups;
}

void sort_by_rows(std::vector<TrueColumn>& columns, double tolerance) {
  std::sort(columns.begin(), columns.end(),
            [](const TrueColumn& a, const TrueColumn& b) { return a.y_angstrom < b.y_angstrom; });
  for (std::size_t begin = 0; begin < columns.size();) {
    std::size_t end = begin + 1;
    while (end < columns.size() &&
           columns[end].y_angstrom - columns[end - 1].y_angstrom <= tolerance) {
      ++end;
    }
    std::stable_sort(
        columns.begin() + static_cast<std::ptrdiff_t>(begin),
        columns.begin() + static_cast<std::ptrdiff_t>(end),
        [](const TrueColumn& a, const TrueColumn& b) { return a.x_angstrom < b.x_angstrom; });
    begin = end;
  }
}

}  // namespace

std::vector<TrueColumn> project_columns(const crystal::Structure& structure,
                                        double tolerance_angstrom, const ScsLibrary& library) {
  check_atoms(structure, tolerance_angstrom);
  Groups groups = group_atoms(structure.atoms, tolerance_angstrom);
  std::unordered_map<std::size_t, std::size_t> index;
  std::vector<TrueColumn> columns;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const auto [entry, is_new] = index.emplace(groups.find(i), columns.size());
    if (is_new) columns.emplace_back();
    TrueColumn& column = columns[entry->second];
    column.x_angstrom += structure.atoms[i].position_angstrom.x();
    column.y_angstrom += structure.atoms[i].position_angstrom.y();
    ++column.atom_count;
  }
  for (TrueColumn& column : columns) {
    column.x_angstrom /= static_cast<double>(column.atom_count);
    column.y_angstrom /= static_cast<double>(column.atom_count);
    column.scs_angstrom2 = library.at(column.atom_count);
  }
  sort_by_rows(columns, tolerance_angstrom);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].column_id = static_cast<std::int64_t>(i);
  }
  return columns;
}

}  // namespace adatom::simulate
