#pragma once
// The energy of one structure, and how it is told.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/force_field.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

struct FrameEnergy {
  std::size_t frame = 0;
  crystal::Structure structure;
  energetics::Energies energies;  ///< forces with those of the support; zero on held atoms
  double support_ev = 0.0;        ///< not in `energies`
  double largest_force_ev_per_angstrom = 0.0;
  std::size_t largest_force_atom = 0;
  std::optional<double> pressure_gpa = {};  ///< of atoms at rest; periodic in all directions

  [[nodiscard]] double total_ev() const { return energies.total_ev + support_ev; }
};

/// @throws InputError: as `calculate_energies`; atoms that are only partly there; no atoms; another
/// number of atoms than the surroundings are for
[[nodiscard]] FrameEnergy frame_energy(const energetics::EmbeddedAtomPotential& potential,
                                       const energetics::Surroundings& surroundings,
                                       crystal::Structure structure);

/// A line each, for people.
[[nodiscard]] std::string energy_text(const FrameEnergy& energy);

/// A row for each frame.
[[nodiscard]] storage::Table energy_table();
void add_frame(const FrameEnergy& energy, storage::Table& table);

/// A row for each atom.
[[nodiscard]] storage::Table atom_table();
void add_atoms(const FrameEnergy& energy, storage::Table& table);

}  // namespace adatom::pipeline
