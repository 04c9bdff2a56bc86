#pragma once
// The atoms of a `LocalEnergy` and the change that is tried.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/energetics/local_energy.h"
#include "atom_cells.h"
#include "pair_values.h"

namespace adatom::energetics {

/// Multiples of a power of two, whose sums are exact.
struct Quantum {
  /// @param largest that sums may become; twice as much is still counted
  explicit Quantum(double largest) : per_unit(std::exp2(62.0 - std::ceil(std::log2(largest)))) {}
  [[nodiscard]] std::int64_t whole(double value) const {
    return static_cast<std::int64_t>(value * per_unit + (value < 0.0 ? -0.5 : 0.5));
  }
  [[nodiscard]] double value(std::int64_t whole_number) const {
    return static_cast<double>(whole_number) / per_unit;
  }
  double per_unit;
};

/// What `LocalEnergy` knows of its atoms, and of the change that is tried.
struct LocalState {
  struct Site {
    Eigen::Vector3d position;
    std::size_t element;
    std::int64_t density = 0;
    std::int64_t embedding = 0;
    bool is_there = true;
  };
  struct Arrival {
    std::uint32_t atom;
    Site site;
  };
  /// An atom that stays, near those that change.
  struct Touched {
    std::uint32_t atom;
    std::int64_t density_change;
    std::int64_t embedding;  ///< afterwards
  };

  LocalState(std::shared_ptr<const EmbeddedAtomPotential> given_potential,
             std::span<const Eigen::Vector3d> positions);

  std::shared_ptr<const EmbeddedAtomPotential> potential;
  PairValueTable values;
  AtomCells cells;
  Quantum energies;
  double most_density;
  Quantum densities;
  double closest_u;
  std::vector<Site> sites;
  std::int64_t total = 0;

  // The change that is tried.
  bool pending = false;
  std::int64_t change = 0;
  std::vector<std::uint32_t> leaving;
  std::vector<Arrival> arriving;
  std::vector<Touched> touched;
  /// Of each atom: the trial in which it leaves, or is touched and where in the list.
  std::vector<std::uint64_t> leaves_in;
  std::vector<std::uint64_t> touched_in;
  std::vector<std::uint32_t> touched_at;
  std::uint64_t trial = 0;

  [[nodiscard]] bool leaves(std::uint32_t atom) const { return leaves_in[atom] == trial; }

  void add_site(const Site& site) {
    sites.push_back(site);
    leaves_in.push_back(0);
    touched_in.push_back(0);
    touched_at.push_back(0);
  }

  void touch(std::uint32_t atom, std::int64_t density_change) {
    if (touched_in[atom] != trial) {
      touched_in[atom] = trial;
      touched_at[atom] = static_cast<std::uint32_t>(touched.size());
      touched.push_back({atom, 0, 0});
    }
    touched[touched_at[atom]].density_change += density_change;
  }

  /// False: beyond the potential's table.
  [[nodiscard]] bool embed(std::size_t element, std::int64_t density,
                           std::int64_t& embedding) const {
    const double rho = densities.value(density);
    if (rho > std::min(potential->largest_density(element), most_density)) return false;
    embedding = energies.whole(potential->embedding(element, rho).value);
    return true;
  }

  void take(const AtomChange& wanted);
  void take_leaving();
  [[nodiscard]] bool take_arriving();
  [[nodiscard]] bool take_pairs_of_arriving();
  [[nodiscard]] bool take_embedding();
  void start(std::span<const std::size_t> elements, std::span<const Eigen::Vector3d> positions);
};

}  // namespace adatom::energetics
