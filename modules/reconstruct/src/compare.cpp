#include "adatom/reconstruct/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::reconstruct {
namespace {

using Points = std::vector<Eigen::Vector3d>;

// The reach of neighbours in bonds of an fcc crystal; 3.4 angstrom in gold.
constexpr double reach_in_bonds = 1.179;

Points places_of(const crystal::Structure& structure) {
  Points places;
  for (const auto& atom : structure.atoms) places.push_back(atom.position_angstrom);
  return places;
}

/// As seen along the beam.
Points flat(const crystal::Structure& structure) {
  Points places = places_of(structure);
  for (auto& place : places) place.z() = 0.0;
  return places;
}

/// Which linked group every point is in, numbered by first appearance.
std::vector<std::size_t> linked_groups(const Points& points, double reach) {
  std::vector<std::size_t> parent(points.size());
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const auto list = crystal::find_half_neighbours(points, crystal::Box{}, reach);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (auto k = list.first[i]; k < list.first[i + 1]; ++k) {
      const std::size_t one = root(i);
      const std::size_t two = root(list.atom[k]);
      parent[std::max(one, two)] = std::min(one, two);
    }
  }
  std::vector<std::size_t> number(points.size());
  std::size_t groups = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    number[i] = root(i) == i ? groups++ : number[root(i)];
  }
  return number;
}

/// Adds the columns of these points, with their numbers of atoms in `atoms`.
void add_columns(const Points& points, double reach, std::int64_t ComparedColumn::*atoms,
                 std::vector<std::size_t>& column_of, std::vector<ComparedColumn>& columns) {
  const std::size_t before = columns.size();
  column_of = linked_groups(points, reach);
  for (std::size_t i = 0; i < points.size(); ++i) {
    column_of[i] += before;
    if (column_of[i] >= columns.size()) columns.resize(column_of[i] + 1);
    ComparedColumn& column = columns[column_of[i]];
    column.x_angstrom += points[i].x();
    column.y_angstrom += points[i].y();
    ++(column.*atoms);
  }
  for (std::size_t c = before; c < columns.size(); ++c) {
    columns[c].x_angstrom /= static_cast<double>(columns[c].*atoms);
    columns[c].y_angstrom /= static_cast<double>(columns[c].*atoms);
  }
}

std::vector<ComparedColumn> columns_of(const crystal::Structure& a, const crystal::Structure& b,
                                       double reach) {
  std::vector<ComparedColumn> columns;
  std::vector<std::size_t> column_of;
  const Points of_a = flat(a);
  add_columns(of_a, reach, &ComparedColumn::atoms_a, column_of, columns);
  Points both = of_a;
  const Points of_b = flat(b);
  both.insert(both.end(), of_b.begin(), of_b.end());
  const auto list = crystal::find_neighbours(both, crystal::Box{}, reach);
  Points alone;
  for (std::size_t j = of_a.size(); j < both.size(); ++j) {
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t column = columns.size();
    for (auto k = list.first[j]; k < list.first[j + 1]; ++k) {
      if (list.atom[k] >= of_a.size()) continue;
      const double distance = (both[list.atom[k]] - both[j]).squaredNorm();
      if (distance >= nearest) continue;
      nearest = distance;
      column = column_of[list.atom[k]];
    }
    if (column < columns.size()) {
      ++columns[column].atoms_b;
    } else {
      alone.push_back(both[j]);
    }
  }
  std::vector<std::size_t> others;
  add_columns(alone, reach, &ComparedColumn::atoms_b, others, columns);
  std::ranges::sort(columns, [](const ComparedColumn& one, const ComparedColumn& two) {
    return one.y_angstrom != two.y_angstrom ? one.y_angstrom < two.y_angstrom
                                            : one.x_angstrom < two.x_angstrom;
  });
  return columns;
}

void count_columns(CompareResult& result) {
  result.columns_exact.all = static_cast<std::int64_t>(result.columns.size());
  result.columns_within_one.all = result.columns_exact.all;
  for (const auto& column : result.columns) {
    const std::int64_t error = std::abs(column.atoms_b - column.atoms_a);
    result.sum_of_count_errors += error;
    if (error == 0) ++result.columns_exact.right;
    if (error <= 1) ++result.columns_within_one.right;
  }
}

void count_surface(CompareResult& result) {
  const auto& classes = result.classes_a.classes;
  result.surface_at_site.all = static_cast<std::int64_t>(result.classes_a.surface_atoms());
  result.surface_right.all = result.surface_at_site.all;
  result.all_classes_right.all = static_cast<std::int64_t>(classes.size());
  for (const auto& pair : result.pairs) {
    const bool same = classes[pair.a] == result.classes_b.classes[pair.b];
    if (same) ++result.all_classes_right.right;
    if (classes[pair.a] == SurfaceClass::bulk) continue;
    ++result.surface_at_site.right;
    if (same) ++result.surface_right.right;
  }
}

/// What of 0, 1, ..., count - 1 is not in `used`.
std::vector<std::size_t> others_than(const std::vector<std::size_t>& used, std::size_t count) {
  std::vector<bool> there(count, false);
  for (const std::size_t i : used) there[i] = true;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < count; ++i) {
    if (!there[i]) others.push_back(i);
  }
  return others;
}

crystal::Structure moved_structure(const crystal::Structure& structure, const Motion& motion) {
  crystal::Structure out;
  out.atoms = structure.atoms;
  out.ids = structure.ids;
  for (auto& atom : out.atoms) atom.position_angstrom = motion(atom.position_angstrom);
  return out;
}

void require_atoms(const crystal::Structure& structure, const char* which) {
  if (!structure.atoms.empty()) return;
  throw InputError(
      {.what = "there are no atoms to compare", .where = which, .why = {}, .remedy = {}});
}

}  // namespace

void CompareOptions::describe(OptionVisitor& v) {
  align.describe(v);
  v.visit({.name = "column_tolerance_angstrom",
           .unit = "angstrom",
           .help = "atoms are of one column if they are this near to one another across the beam",
           .min = 1e-3,
           .max = 10},
          column_tolerance_angstrom);
}

std::vector<OptionIssue> CompareOptions::validate() const { return check_ranges(*this); }

double Share::value() const {
  if (all == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(right) / static_cast<double>(all);
}

CompareResult compare(const crystal::Structure& a, const crystal::Structure& b,
                      const CompareOptions& options) {
  require_valid(options.validate());
  require_atoms(a, "the first structure");
  require_atoms(b, "the second structure");
  CompareResult result;
  // Of structures as they stand in space: periodic images are not matched.
  result.classes_a = classify_surface(a);
  result.classes_b = classify_surface(b);
  const auto places = places_of(a);
  const auto alignment =
      align(places, places_of(b), result.classes_a.reach_angstrom / reach_in_bonds, options.align);
  result.motion = alignment.motion;
  result.moved_b = moved_structure(b, result.motion);
  result.pairs = alignment.pairs;
  std::vector<std::size_t> used_a;
  std::vector<std::size_t> used_b;
  for (const auto& pair : result.pairs) {
    used_a.push_back(pair.a);
    used_b.push_back(pair.b);
    result.largest_distance_angstrom =
        std::max(result.largest_distance_angstrom, pair.distance_angstrom);
    if (a.atoms[pair.a].element != b.atoms[pair.b].element) ++result.other_elements;
  }
  result.rmsd_angstrom = alignment.rmsd_angstrom;
  if (result.pairs.empty()) {
    result.rmsd_angstrom = std::numeric_limits<double>::quiet_NaN();
    result.largest_distance_angstrom = std::numeric_limits<double>::quiet_NaN();
  }
  result.missing = others_than(used_a, a.atoms.size());
  result.extra = others_than(used_b, b.atoms.size());
  result.columns = columns_of(a, result.moved_b, options.column_tolerance_angstrom);
  count_columns(result);
  count_surface(result);
  return result;
}

}  // namespace adatom::reconstruct
