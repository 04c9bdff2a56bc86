#pragma once
// A run of LAMMPS: what it calculates, and which program does it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/minimise.h"
#include "adatom/energetics/support.h"
#include "adatom/energetics/wall.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/lammps_potential.h"

namespace adatom::md {

/// Langevin dynamics that brings the velocities to their temperature before anything is recorded.
struct LammpsThermalisation {
  std::int64_t steps = 20000;
  double timestep_fs = 1.0;
  double damping_ps = 100.0;
};

enum class LammpsVelocities {
  create,  ///< at the temperature, by LAMMPS; without drift unless atoms are held
  given    ///< those of the structure
};

/// The fixes wall/lj93, wall/lj126 and wall/lj1043.
struct LammpsWall {
  energetics::WallShape shape = {};
  std::string face = "zlo";  ///< the side of the atoms that it is on: xlo ... zhi
  double position_angstrom = 0.0;
};

/// Atoms tied to where they begin, each with the energy stiffness d^2 / 2: the fix spring/self.
struct LammpsSprings {
  std::vector<std::size_t> atoms;
  double stiffness_ev_per_angstrom2 = 0.0;
};

/// What else acts on the atoms.
struct LammpsSurroundings {
  std::vector<std::uint8_t> held = {};  ///< empty: none, else one flag for each atom
  std::vector<LammpsWall> walls = {};
  std::vector<LammpsSprings> springs = {};
  /// Lines put into the script as they are, before anything runs; of the group `all`, or `mobile`,
  /// which leaves out atoms that are held.
  std::vector<std::string> commands = {};
};

/// The same support as `energetics::make_surroundings` makes of these options.
/// @throws InputError: as there; a wall that is not across x, y or z
[[nodiscard]] LammpsSurroundings lammps_surroundings(const energetics::SupportOptions& options,
                                                     const crystal::Structure& structure);

enum class DumpContent { positions, velocities, forces };  ///< each with those before it

struct LammpsJob {
  crystal::Structure structure = {};
  LammpsPotential potential = {};
  LammpsSurroundings surroundings = {};
  std::optional<energetics::MinimiseOptions> minimisation = {};
  LammpsVelocities velocities = LammpsVelocities::create;
  std::optional<LammpsThermalisation> thermalisation = {};
  DynamicsOptions dynamics = {};
  std::int64_t steps = 0;       ///< of the dynamics; the first is step 0
  std::int64_t dump_every = 0;  ///< steps; 0: no trajectory
  std::int64_t thermo_every = 100;
  std::int64_t restart_every = 10000;  ///< what a killed run loses at most
  DumpContent dump_content = DumpContent::positions;
  double skin_angstrom = 1.0;  ///< neighbours are looked for again once an atom moved half of it
};

/// The program. Words are separated by blanks; there is no shell that would read them otherwise.
struct LammpsProgram {
  std::string binary = "lmp";  ///< found in PATH, unless there is a / in it
  std::string prefix = {};     ///< "mpirun -np 8"
  std::string arguments = {};  ///< "-sf omp"
};

/// Every reason why LAMMPS could not run it, all at once.
[[nodiscard]] std::vector<Complaint> check_job(const LammpsJob& job);

}  // namespace adatom::md
