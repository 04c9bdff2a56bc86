#include "adatom/crystal/surface_sites.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::crystal {
namespace {

// In bonds.
constexpr double first_shell = 1.2;
constexpr double overlap = 0.8;
constexpr double same_place = 0.35;

std::vector<Eigen::Vector3d> positions_of(const Structure& structure) {
  std::vector<Eigen::Vector3d> positions;
  positions.reserve(structure.atoms.size());
  for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
  return positions;
}

Eigen::Vector3d shifted(const Eigen::Vector3d& position, const NeighbourList& list,
                        std::size_t entry, const Box& box) {
  if (list.shift.empty()) return position;
  return position + box.cell_angstrom.transpose() * list.shift[entry].cast<double>();
}

/// A place a bond away from three atoms, and what it would be.
struct Candidate {
  Eigen::Vector3d place;
  Eigen::Vector3d below;  // where the atom under a {111} place of hcp stacking would be
  bool square = false;
};

/// Both places at a distance of a bond from a (the origin), b and c.
void add_candidates(const Eigen::Vector3d& a, const Eigen::Vector3d& b, const Eigen::Vector3d& c,
                    double bond, bool square, std::vector<Candidate>& list) {
  const Eigen::Vector3d normal = (b - a).cross(c - a);
  const double area2 = normal.squaredNorm();
  if (area2 < 1e-3 * bond * bond * bond * bond) return;
  // The centre of the circle through the three.
  const Eigen::Vector3d centre = a + (normal.cross(b - a) * (c - a).squaredNorm() +
                                      (c - a).cross(normal) * (b - a).squaredNorm()) /
                                         (2.0 * area2);
  const double height2 = bond * bond - (centre - a).squaredNorm();
  if (height2 <= 0.0) return;
  const Eigen::Vector3d up = normal / std::sqrt(area2) * std::sqrt(height2);
  list.push_back({centre + up, centre - up, square});
  list.push_back({centre - up, centre + up, square});
}

/// From every triangle of neighbouring surface atoms, and every right angle of them.
std::vector<Candidate> list_candidates(const Structure& structure, double bond, HollowSite kind) {
  const auto positions = positions_of(structure);
  const Box box = box_of(structure);
  const auto list = find_neighbours(positions, box, first_shell * bond);
  const auto surface = surface_atoms(structure, bond);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (!surface[i]) continue;
    for (auto e = list.first[i]; e < list.first[i + 1]; ++e) {
      if (!surface[list.atom[e]]) continue;
      const Eigen::Vector3d b = shifted(positions[list.atom[e]], list, e, box);
      for (auto f = e + 1; f < list.first[i + 1]; ++f) {
        if (!surface[list.atom[f]]) continue;
        const Eigen::Vector3d c = shifted(positions[list.atom[f]], list, f, box);
        const double distance = (c - b).norm() / bond;
        // Places met from several corners become one later.
        if (distance < first_shell && kind != HollowSite::facet_100) {
          add_candidates(positions[i], b, c, bond, false, candidates);
        }
        if (distance > 1.3 && distance < 1.55 && kind != HollowSite::facet_111) {
          add_candidates(positions[i], b, c, bond, true, candidates);
        }
      }
    }
  }
  return candidates;
}

}  // namespace

double typical_bond_angstrom(const Structure& structure) {
  const auto positions = positions_of(structure);
  const Box box = box_of(structure);
  constexpr double reach = 4.0;
  const auto list = find_neighbours(positions, box, reach);
  std::vector<double> nearest;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    double least = reach + 1.0;
    for (auto e = list.first[i]; e < list.first[i + 1]; ++e) {
      const Eigen::Vector3d other = shifted(positions[list.atom[e]], list, e, box);
      least = std::min(least, (other - positions[i]).norm());
    }
    if (least <= reach) nearest.push_back(least);
  }
  if (nearest.empty()) {
    throw InputError({.what = "the structure has no bond",
                      .where = "neighbours",
                      .why = "no two atoms are within 4 angstrom",
                      .remedy = {}});
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle;
}

std::vector<std::uint32_t> coordination_numbers(const Structure& structure, double bond_angstrom) {
  const auto list =
      find_neighbours(positions_of(structure), box_of(structure), first_shell * bond_angstrom);
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i + 1 < list.first.size(); ++i) {
    numbers.push_back(list.first[i + 1] - list.first[i]);
  }
  return numbers;
}

std::vector<bool> surface_atoms(const Structure& structure, double bond_angstrom) {
  constexpr std::uint32_t inside = 11;
  std::vector<bool> surface;
  for (const auto number : coordination_numbers(structure, bond_angstrom)) {
    surface.push_back(number < inside);
  }
  return surface;
}

std::vector<Eigen::Vector3d> hollow_sites(const Structure& structure, double bond_angstrom,
                                          HollowSite kind) {
  const auto candidates = list_candidates(structure, bond_angstrom, kind);
  // Atoms, places, and what is to be empty below them, all in one list of neighbours.
  auto points = positions_of(structure);
  const std::size_t atoms = points.size();
  for (const auto& candidate : candidates) points.push_back(candidate.place);
  for (const auto& candidate : candidates) points.push_back(candidate.below);
  const Box box = box_of(structure);
  const auto list = find_neighbours(points, box, first_shell * bond_angstrom);
  const auto distance = [&](std::size_t point, std::size_t entry) {
    return (shifted(points[list.atom[entry]], list, entry, box) - points[point]).norm() /
           bond_angstrom;
  };
  std::vector<Eigen::Vector3d> sites;
  std::vector<bool> taken(candidates.size(), false);
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    const std::size_t point = atoms + k;
    std::size_t touching = 0;
    bool good = true;
    for (auto e = list.first[point]; e < list.first[point + 1] && good; ++e) {
      const std::size_t other = list.atom[e];
      if (other < atoms) {
        ++touching;
        good = distance(point, e) >= overlap;
      } else if (other < atoms + candidates.size() && taken[other - atoms]) {
        good = distance(point, e) > same_place;
      }
    }
    if (!good || touching != (candidates[k].square ? 4U : 3U)) continue;
    if (!candidates[k].square) {
      const std::size_t below = point + candidates.size();
      for (auto e = list.first[below]; e < list.first[below + 1]; ++e) {
        if (list.atom[e] < atoms && distance(below, e) < same_place) good = false;
      }
    }
    if (!good) continue;
    taken[k] = true;
    sites.push_back(candidates[k].place);
  }
  return sites;
}

}  // namespace adatom::crystal
