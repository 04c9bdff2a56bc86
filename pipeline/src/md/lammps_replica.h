#pragma once
// One replica by LAMMPS.
#include <filesystem>
#include <memory>

#include "adatom/base/progress.h"
#include "adatom/energetics/embedded_atom.h"
#include "md/replica.h"

namespace adatom::pipeline {

/// Runs LAMMPS in `folder/lammps`, going on from its restart files, and makes the files of
/// `run_native` from what it wrote.
/// @param potential null: the option's text is LAMMPS's own commands
/// @throws InputError, SystemFailure: as `md::run_lammps`; Interrupted
void run_by_lammps(const Replica& replica, const MdOptions& options,
                   const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                   const std::filesystem::path& folder, Progress& progress);

/// The words of `--lammps-command`: the last is the program, what stands before it starts it.
[[nodiscard]] md::LammpsProgram lammps_program(const MdOptions& options);

}  // namespace adatom::pipeline
