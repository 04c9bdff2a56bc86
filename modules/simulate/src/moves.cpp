#include "moves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace adatom::simulate {
namespace {

double distance(const TrueColumn& a, const TrueColumn& b) {
  return std::hypot(a.x_angstrom - b.x_angstrom, a.y_angstrom - b.y_angstrom);
}

double median_nearest_distance(std::span<const TrueColumn> columns) {
  std::vector<double> nearest;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    double smallest = std::numeric_limits<double>::max();
    for (std::size_t j = 0; j < columns.size(); ++j) {
      if (i != j) smallest = std::min(smallest, distance(columns[i], columns[j]));
    }
    nearest.push_back(smallest);
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle;
}

}  // namespace

std::vector<std::vector<std::size_t>> column_neighbours(std::span<const TrueColumn> columns) {
  std::vector<std::vector<std::size_t>> neighbours(columns.size());
  if (columns.size() < 2) return neighbours;
  const double reach = 1.3 * median_nearest_distance(columns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      if (i != j && distance(columns[i], columns[j]) <= reach) neighbours[i].push_back(j);
    }
  }
  return neighbours;
}

std::vector<std::size_t> outline(std::span<const std::vector<std::size_t>> neighbours) {
  std::map<std::size_t, std::size_t> histogram;
  for (const auto& list : neighbours) ++histogram[list.size()];
  std::size_t common = 0;
  std::size_t most = 0;
  for (const auto& [count, columns] : histogram) {
    if (columns >= most) {  // of equally common numbers the larger one: the inside
      common = count;
      most = columns;
    }
  }
  std::vector<std::size_t> edge;
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    if (neighbours[i].size() < common) edge.push_back(i);
  }
  if (edge.empty()) {
    for (std::size_t i = 0; i < neighbours.size(); ++i) edge.push_back(i);
  }
  return edge;
}

bool move_one_atom(std::span<TrueColumn> columns, std::span<const std::size_t> edge,
                   std::span<const std::vector<std::size_t>> neighbours, RandomStream& random) {
  std::vector<std::size_t> donors;
  for (const std::size_t i : edge) {
    if (columns[i].atom_count > 0) donors.push_back(i);
  }
  if (donors.empty()) return false;
  const std::size_t from = donors[random.below(donors.size())];
  std::vector<std::size_t> takers;
  for (const std::size_t i : edge) {
    const bool has_room =
        std::any_of(neighbours[i].begin(), neighbours[i].end(),
                    [&](std::size_t j) { return columns[j].atom_count > columns[i].atom_count; });
    if (i != from && has_room) takers.push_back(i);
  }
  if (takers.empty()) return false;
  const std::size_t to = takers[random.below(takers.size())];
  --columns[from].atom_count;
  ++columns[to].atom_count;
  return true;
}

}  // namespace adatom::simulate
