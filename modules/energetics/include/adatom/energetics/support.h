#pragma once
// What a particle rests on: a wall, layers that springs hold or that never move.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/force_field.h"

namespace adatom::energetics {

enum class SupportWall { none, lj93, lj126, lj1043 };

/// Layers lie across `normal`, the lowest first: so many atomic layers, or all atoms within so many
/// angstrom of the lowest. Of the layers held and those on springs, held wins.
struct SupportOptions {
  std::vector<double> normal = {0.0, 0.0, 1.0};  ///< from the support to the particle
  SupportWall wall = SupportWall::none;
  double wall_epsilon_ev = 0.1;
  double wall_sigma_angstrom = 2.6;
  double wall_cutoff_angstrom = 10.0;
  /// Along the normal from the origin; not given: the lowest atom lies in the wall's minimum.
  std::optional<double> wall_position_angstrom = {};
  std::int64_t held_layers = 0;
  double held_angstrom = 0.0;
  std::int64_t spring_layers = 0;
  double spring_angstrom = 0.0;
  double spring_ev_per_angstrom2 = 1.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Springs hold atoms where they are in `structure`, so a run that goes on needs the structure it
/// began with.
/// @throws InputError: bad options; layers that cannot be told apart; an atom behind the wall
[[nodiscard]] Surroundings make_surroundings(const SupportOptions& options,
                                             const crystal::Structure& structure);

/// The atomic layer of each atom, 0 the lowest. Heights between which more than 0.7 angstrom lie
/// are those of two layers; where single atoms stand in the gaps (steps, atoms on the facets beside
/// it) layers end where the density of heights is lowest.
/// @throws InputError: a layer, of the lowest `layers_wanted`, thicker than 1.4 angstrom (by
/// density: more than a tenth of its atoms outside 1.4 angstrom), so that heights do not tell
/// layers apart
[[nodiscard]] std::vector<std::size_t> find_layers(const crystal::Structure& structure,
                                                   const Eigen::Vector3d& normal,
                                                   std::size_t layers_wanted);

/// "wall lj93, 12 atoms held", for logs.
[[nodiscard]] std::string describe_support(const SupportOptions& options,
                                           const Surroundings& surroundings);

}  // namespace adatom::energetics

namespace adatom {
template <>
struct EnumNames<energetics::SupportWall> {
  static constexpr std::array names = {"none", "lj93", "lj126", "lj1043"};
};
}  // namespace adatom
