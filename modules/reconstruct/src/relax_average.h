#pragma once
// What a relaxation was on average, brought to rest.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/reconstruct/relax.h"
#include "rigid_motion.h"

namespace adatom::reconstruct {

/// Moves positions to their minimum and returns its energy, eV; of what they are is said in
/// warnings.
using BringToRest =
    std::function<double(std::vector<Eigen::Vector3d>& positions, const std::string& of_what)>;

struct AverageConditions {
  std::span<const std::uint8_t> held = {};  ///< flags of the atoms; empty: none is held
  double reach_angstrom = 0.0;              ///< of the potential
};

/// What lays a frame best on the start; nothing where atoms are held.
[[nodiscard]] RigidMotion motion_onto_start(std::span<const Eigen::Vector3d> positions_angstrom,
                                            std::span<const Eigen::Vector3d> start_angstrom,
                                            std::span<const std::uint8_t> held);

/// @param end where the relaxation of `candidate` ended
/// @param warnings gets what is to be said of the averages
[[nodiscard]] RelaxResult average_relaxation(const crystal::Structure& candidate,
                                             const RelaxState& end,
                                             const AverageConditions& conditions,
                                             const BringToRest& bring_to_rest,
                                             std::vector<std::string>& warnings);

}  // namespace adatom::reconstruct
