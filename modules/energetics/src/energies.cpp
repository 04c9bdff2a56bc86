#include "adatom/energetics/energies.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::energetics {
namespace {

using crystal::Box;
using crystal::NeighbourList;

/// From atom `entry` of the list to atom `i`, angstrom.
Eigen::Vector3d separation(std::span<const Eigen::Vector3d> positions, const Box& box,
                           const NeighbourList& list, std::size_t i, std::size_t entry) {
  Eigen::Vector3d d = positions[i] - positions[list.atom[entry]];
  if (!list.shift.empty()) {
    d -= box.cell_angstrom.transpose() * list.shift[entry].cast<double>();
  }
  return d;
}

/// Calls `see(i, j, d, r)` for every pair within the cut-off, d from j to i.
template <class See>
void for_each_pair(std::span<const Eigen::Vector3d> positions, const Box& box,
                   const NeighbourList& list, double cutoff_angstrom, const See& see) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    for (std::size_t entry = list.first[i]; entry < list.first[i + 1]; ++entry) {
      const Eigen::Vector3d d = separation(positions, box, list, i, entry);
      const double r = d.norm();
      if (r < cutoff_angstrom) see(i, list.atom[entry], d, r);
    }
  }
}

[[noreturn]] void complain_of_overlap(std::size_t i, std::size_t j, double r, double closest) {
  throw InputError(Complaint{
      "atoms overlap", "atoms " + std::to_string(i + 1) + " and " + std::to_string(j + 1),
      shortest(r) + " angstrom apart, the potential is made for " + shortest(closest) + " and more",
      "remove one of them, or check the structure's unit of length"});
}

void require_density(const EmbeddedAtomPotential& potential, std::size_t element, double density,
                     std::size_t atom) {
  const double largest = potential.largest_density(element);
  if (density <= largest) return;
  throw InputError(
      Complaint{"an atom is outside the potential's table", "atom " + std::to_string(atom + 1),
                "its density is " + shortest(density) + ", the table ends at " + shortest(largest),
                "check whether atoms are too close, or take a potential with a longer table"});
}

}  // namespace

Energies calculate_energies(const EmbeddedAtomPotential& potential,
                            std::span<const std::size_t> elements,
                            std::span<const Eigen::Vector3d> positions_angstrom, const Box& box) {
  const std::size_t count = positions_angstrom.size();
  if (elements.size() != count) throw std::invalid_argument("energies: one element for each atom");
  const double cutoff = potential.cutoff_angstrom();
  const double closest = potential.closest_angstrom();
  const auto list = crystal::find_half_neighbours(positions_angstrom, box, cutoff);
  Energies result;
  result.per_atom_ev.assign(count, 0.0);
  result.forces_ev_per_angstrom.assign(count, Eigen::Vector3d::Zero());
  std::vector<double> densities(count, 0.0);
  for_each_pair(positions_angstrom, box, list, cutoff,
                [&](std::size_t i, std::size_t j, const Eigen::Vector3d&, double r) {
                  if (r < closest) complain_of_overlap(i, j, r, closest);
                  const std::size_t a = elements[i];
                  const std::size_t b = elements[j];
                  densities[i] += potential.density(a, b, r).value;
                  densities[j] += potential.density(b, a, r).value;
                  const double half = 0.5 * potential.pair(a, b, r).value;
                  result.per_atom_ev[i] += half;
                  result.per_atom_ev[j] += half;
                });
  std::vector<double> slopes(count, 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    require_density(potential, elements[i], densities[i], i);
    const auto embedding = potential.embedding(elements[i], densities[i]);
    slopes[i] = embedding.slope;
    result.per_atom_ev[i] += embedding.value;
    result.total_ev += result.per_atom_ev[i];
  }
  for_each_pair(positions_angstrom, box, list, cutoff,
                [&](std::size_t i, std::size_t j, const Eigen::Vector3d& d, double r) {
                  const std::size_t a = elements[i];
                  const std::size_t b = elements[j];
                  const double slope = potential.pair(a, b, r).slope +
                                       slopes[i] * potential.density(a, b, r).slope +
                                       slopes[j] * potential.density(b, a, r).slope;
                  const Eigen::Vector3d force = -slope / r * d;
                  result.forces_ev_per_angstrom[i] += force;
                  result.forces_ev_per_angstrom[j] -= force;
                  result.virial_ev += d * force.transpose();
                });
  return result;
}

std::vector<std::size_t> element_numbers(const EmbeddedAtomPotential& potential,
                                         const crystal::Structure& structure) {
  const auto& known = potential.elements();
  std::vector<std::size_t> numbers;
  numbers.reserve(structure.atoms.size());
  std::set<std::string> lacking;
  for (const auto& atom : structure.atoms) {
    const auto found = std::ranges::find(known, atom.element);
    if (found == known.end()) lacking.insert(atom.element);
    numbers.push_back(static_cast<std::size_t>(found - known.begin()));
  }
  if (lacking.empty()) return numbers;
  const auto list = [](const auto& symbols) {
    std::string text;
    for (const auto& symbol : symbols) text += (text.empty() ? "" : ", ") + symbol;
    return text;
  };
  throw InputError(Complaint{"the potential lacks elements of the structure", potential.name(),
                             list(lacking) + "; it has " + list(known),
                             "name a potential that has all of them"});
}

std::vector<Eigen::Vector3d> positions_of(const crystal::Structure& structure) {
  std::vector<Eigen::Vector3d> positions;
  positions.reserve(structure.atoms.size());
  for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
  return positions;
}

}  // namespace adatom::energetics
