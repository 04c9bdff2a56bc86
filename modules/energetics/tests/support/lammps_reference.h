#pragma once
// The same atoms given to LAMMPS, as a reference that nobody here made.
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::energetics::testing {

/// `lmp` on the PATH (or $ADATOM_LMP); empty: not on this machine.
std::string lammps_program();

struct LammpsCase {
  /// Open (boundary s s s), or periodic in all directions of a cell that LAMMPS takes as it is:
  /// lower triangular, or orthogonal and periodic in some. Atom types are the elements in
  /// alphabetical order, their masses those of the table of elements.
  crystal::Structure structure;
  std::string pair_style;               ///< "eam/alloy"
  std::vector<std::string> pair_coeff;  ///< "* * gold.setfl Au"
  std::string commands = "run 0";       ///< after set-up: "minimize 0 1e-6 1000 10000"
  std::string before = {};              ///< lines before them: fixes, computes, velocities
};

/// In the order of the structure's atoms, in the state after the commands.
struct LammpsAnswer {
  double energy_ev = 0.0;
  std::vector<Eigen::Vector3d> positions_angstrom;
  std::vector<Eigen::Vector3d> forces_ev_per_angstrom;
  std::vector<double> per_atom_ev;
  Eigen::Matrix3d pressure_bar = Eigen::Matrix3d::Zero();
  /// Of a minimisation, as its log says: "energy tolerance".
  std::string stopping_criterion;
  std::int64_t iterations = 0;
  std::int64_t evaluations = 0;
  std::string log;
};

/// @throws std::runtime_error with the end of the log: the program ended with an error
LammpsAnswer run_lammps(const LammpsCase& reference);

}  // namespace adatom::energetics::testing

/// Leaves the test as skipped, with a message, where there is no LAMMPS.
#define ADATOM_REQUIRE_LAMMPS()                                                           \
  if (adatom::energetics::testing::lammps_program().empty()) {                            \
    GTEST_SKIP() << "no lmp on the PATH (Debian: apt install lammps; or set ADATOM_LMP)"; \
  }                                                                                       \
  static_assert(true)
