#include "local_state.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::energetics {
namespace {

/// A pair beyond it counts as an overlap, so that sums stay inside their quantum's range.
constexpr double largest_pair_ev = 1e4;

/// A density beyond it counts as an overlap: that of sixteen neighbours as close as can be.
double largest_density(const EmbeddedAtomPotential& potential) {
  double largest = 1e-6;
  const double first = potential.closest_angstrom();
  const double end = potential.cutoff_angstrom();
  for (std::size_t a = 0; a < potential.elements().size(); ++a) {
    for (std::size_t b = 0; b < potential.elements().size(); ++b) {
      for (int i = 0; i < 200; ++i) {
        const double r = first + (end - first) * i / 200.0;
        largest = std::max(largest, std::abs(potential.density(a, b, r).value));
      }
    }
  }
  return 16.0 * largest;
}

void require_finite(std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i].allFinite()) continue;
    throw InputError(Complaint{"a position is not finite", "atom " + std::to_string(i + 1), "",
                               "check the structure"});
  }
}

std::span<const Eigen::Vector3d> finite(std::span<const Eigen::Vector3d> positions) {
  require_finite(positions);
  return positions;
}

}  // namespace

LocalState::LocalState(std::shared_ptr<const EmbeddedAtomPotential> given_potential,
                       std::span<const Eigen::Vector3d> positions)
    : potential(std::move(given_potential)),
      values(potential),
      cells(finite(positions), potential->cutoff_angstrom()),
      // A hundred eV an atom: metals have up to ten.
      energies(100.0 * (static_cast<double>(positions.size()) + 1000.0) + 10 * largest_pair_ev),
      most_density(largest_density(*potential)),
      densities(most_density),
      closest_u(potential->closest_angstrom() * potential->closest_angstrom()) {}

/// Checks the lists and makes them those of atoms that leave and arrive.
void LocalState::take(const AtomChange& wanted) {
  if (wanted.moved.size() != wanted.to_angstrom.size() ||
      wanted.added_elements.size() != wanted.added_angstrom.size()) {
    throw std::invalid_argument("LocalEnergy: lists of different lengths");
  }
  require_finite(wanted.to_angstrom);
  require_finite(wanted.added_angstrom);
  ++trial;
  pending = false;
  change = 0;
  leaving.clear();
  arriving.clear();
  touched.clear();
  const auto leave = [this](std::uint32_t atom) {
    if (atom >= sites.size() || !sites[atom].is_there || leaves(atom)) {
      throw std::invalid_argument("LocalEnergy: an atom is not there, or named twice");
    }
    leaves_in[atom] = trial;
    leaving.push_back(atom);
  };
  for (std::size_t k = 0; k < wanted.moved.size(); ++k) {
    leave(wanted.moved[k]);
    arriving.push_back({wanted.moved[k], {wanted.to_angstrom[k], sites[wanted.moved[k]].element}});
  }
  for (const auto atom : wanted.removed) leave(atom);
  for (std::size_t k = 0; k < wanted.added_elements.size(); ++k) {
    if (wanted.added_elements[k] >= potential->elements().size()) {
      throw std::invalid_argument("LocalEnergy: the potential lacks this element");
    }
    arriving.push_back({static_cast<std::uint32_t>(sites.size() + k),
                        {wanted.added_angstrom[k], wanted.added_elements[k]}});
  }
}

void LocalState::take_leaving() {
  for (const auto atom : leaving) {
    const Site& site = sites[atom];
    change -= site.embedding;
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (other.atom == atom) return;
      const bool both = leaves(other.atom);
      if (both && other.atom < atom) return;  // counted from the other side
      const auto pair = values.at(site.element, other.element, u);
      change -= energies.whole(pair.energy_ev);
      if (!both) touch(other.atom, -densities.whole(pair.density_at_b));
    });
  }
}

bool LocalState::take_arriving() {
  bool overlap = false;
  for (auto& arrival : arriving) {
    Site& site = arrival.site;
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (overlap || leaves(other.atom)) return;
      if (u < closest_u) {
        overlap = true;
        return;
      }
      const auto pair = values.at(site.element, other.element, u);
      if (pair.energy_ev > largest_pair_ev) {
        overlap = true;
        return;
      }
      change += energies.whole(pair.energy_ev);
      site.density += densities.whole(pair.density_at_a);
      touch(other.atom, densities.whole(pair.density_at_b));
    });
    if (overlap) return false;
  }
  return take_pairs_of_arriving();
}

bool LocalState::take_pairs_of_arriving() {
  const double reach_u = potential->cutoff_angstrom() * potential->cutoff_angstrom();
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      Site& a = arriving[i].site;
      Site& b = arriving[j].site;
      const double u = (a.position - b.position).squaredNorm();
      if (u >= reach_u) continue;
      if (u < closest_u) return false;
      const auto pair = values.at(a.element, b.element, u);
      if (pair.energy_ev > largest_pair_ev) return false;
      change += energies.whole(pair.energy_ev);
      a.density += densities.whole(pair.density_at_a);
      b.density += densities.whole(pair.density_at_b);
    }
  }
  return true;
}

bool LocalState::take_embedding() {
  for (auto& atom : touched) {
    const Site& site = sites[atom.atom];
    if (!embed(site.element, site.density + atom.density_change, atom.embedding)) return false;
    change += atom.embedding - site.embedding;
  }
  for (auto& arrival : arriving) {
    Site& site = arrival.site;
    if (!embed(site.element, site.density, site.embedding)) return false;
    change += site.embedding;
  }
  return true;
}

/// All atoms at once: each pair from its first atom.
void LocalState::start(std::span<const std::size_t> elements,
                       std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (elements[i] >= potential->elements().size()) {
      throw std::invalid_argument("LocalEnergy: the potential lacks this element");
    }
    add_site({positions[i], elements[i]});
    cells.insert(static_cast<std::uint32_t>(i), elements[i], positions[i]);
  }
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    Site& site = sites[i];
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (other.atom <= i) return;
      const bool close = u < closest_u;
      const auto pair = close ? PairValues{} : values.at(site.element, other.element, u);
      if (close || pair.energy_ev > largest_pair_ev) {
        throw InputError(
            Complaint{"atoms overlap",
                      "atoms " + std::to_string(i + 1) + " and " + std::to_string(other.atom + 1),
                      shortest(std::sqrt(u)) + " angstrom apart",
                      "remove one of them, or check the structure's unit of length"});
      }
      total += energies.whole(pair.energy_ev);
      site.density += densities.whole(pair.density_at_a);
      sites[other.atom].density += densities.whole(pair.density_at_b);
    });
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    Site& site = sites[i];
    if (!embed(site.element, site.density, site.embedding)) {
      throw InputError(Complaint{"an atom is outside the potential's table",
                                 "atom " + std::to_string(i + 1),
                                 "its density is " + shortest(densities.value(site.density)),
                                 "check whether atoms are too close"});
    }
    total += site.embedding;
  }
}

}  // namespace adatom::energetics
