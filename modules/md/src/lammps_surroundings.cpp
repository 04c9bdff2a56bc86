#include <algorithm>
#include <array>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/energetics/springs.h"
#include "adatom/md/lammps_job.h"

namespace adatom::md {
namespace {

using energetics::SupportOptions;
using energetics::SupportWall;

/// The one axis that the normal lies along: 0, 1, 2.
Eigen::Index axis_of(const Eigen::Vector3d& normal) {
  for (Eigen::Index axis = 0; axis < 3; ++axis) {
    if (std::abs(normal(axis)) == normal.cwiseAbs().sum()) return axis;
  }
  throw InputError({.what = "a wall that LAMMPS cannot have",
                    .where = "support.normal",
                    .why = "its walls stand across x, y or z",
                    .remedy = "turn the structure so that the normal is along an axis, or take the "
                              "native engine"});
}

LammpsWall make_wall(const SupportOptions& options, const crystal::Structure& structure) {
  constexpr std::array lower = {"xlo", "ylo", "zlo"};
  constexpr std::array upper = {"xhi", "yhi", "zhi"};
  const Eigen::Vector3d normal(options.normal[0], options.normal[1], options.normal[2]);
  const Eigen::Index axis = axis_of(normal);
  const double sign = normal(axis) > 0.0 ? 1.0 : -1.0;
  LammpsWall wall;
  // The kinds come in the order of the options' names, which have "none" before them.
  wall.shape = {.kind = static_cast<energetics::WallKind>(static_cast<int>(options.wall) - 1),
                .epsilon_ev = options.wall_epsilon_ev,
                .sigma_angstrom = options.wall_sigma_angstrom,
                .cutoff_angstrom = options.wall_cutoff_angstrom};
  wall.face = (sign > 0.0 ? lower : upper)[static_cast<std::size_t>(axis)];
  double lowest = std::numeric_limits<double>::infinity();
  for (const auto& atom : structure.atoms) {
    lowest = std::min(lowest, sign * atom.position_angstrom(axis));
  }
  const double resting = lowest - energetics::wall_distance_angstrom(wall.shape);
  wall.position_angstrom = sign * options.wall_position_angstrom.value_or(resting);
  return wall;
}

}  // namespace

LammpsSurroundings lammps_surroundings(const SupportOptions& options,
                                       const crystal::Structure& structure) {
  const auto native = energetics::make_surroundings(options, structure);
  LammpsSurroundings surroundings;
  surroundings.held = native.held;
  if (options.wall != SupportWall::none) surroundings.walls = {make_wall(options, structure)};
  for (const auto& field : native.fields) {
    const auto* const springs = dynamic_cast<const energetics::Springs*>(field.get());
    if (springs == nullptr) continue;
    LammpsSprings tied;
    tied.stiffness_ev_per_angstrom2 = options.spring_ev_per_angstrom2;
    for (const auto& spring : springs->springs()) tied.atoms.push_back(spring.atom);
    surroundings.springs.push_back(std::move(tied));
  }
  return surroundings;
}

}  // namespace adatom::md
