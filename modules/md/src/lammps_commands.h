#pragma once
// Single parts of LAMMPS scripts.
#include <string>

#include "adatom/crystal/box.h"
#include "adatom/crystal/io/lammps_box.h"
#include "adatom/md/lammps_job.h"

namespace adatom::md {

[[nodiscard]] bool holds_atoms(const LammpsJob& job);

/// units, atom_style, boundary.
[[nodiscard]] std::string box_commands(const LammpsJob& job);

/// Groups `held` and `mobile`, the compute mobile_temperature, walls and springs.
[[nodiscard]] std::string surroundings_commands(const LammpsJob& job);

/// min_style, min_modify.
[[nodiscard]] std::string minimiser_commands(const energetics::MinimiseOptions& options);

/// The fixes `thermostat` (NVE: none) and `motion` (Nose-Hoover: none).
[[nodiscard]] std::string integrator_commands(const DynamicsOptions& options,
                                              const std::string& seed);

}  // namespace adatom::md
