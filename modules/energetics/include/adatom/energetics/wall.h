#pragma once
// Flat Lennard-Jones walls, as the fixes wall/lj93, wall/lj126 and wall/lj1043 of LAMMPS.
#include <array>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/external_field.h"

namespace adatom::energetics {

/// At a distance r from the wall, less the value at the cut-off:
///   lj93    eps (2/15 (s/r)^9 - (s/r)^3): a half-space of Lennard-Jones atoms
///   lj126   4 eps ((s/r)^12 - (s/r)^6)
///   lj1043  2 pi eps (2/5 (s/r)^10 - (s/r)^4 - sqrt(2)/3 s^3 / (r + 0.61/sqrt(2) s)^3): a
///   crystal's
///           surface (Magda, Tirrell and Davis, J. Chem. Phys. 83 (1985) 1888)
enum class WallKind { lj93, lj126, lj1043 };

struct WallShape {
  WallKind kind = WallKind::lj93;
  double epsilon_ev = 0.1;
  double sigma_angstrom = 2.6;
  double cutoff_angstrom = 10.0;
};

/// Energy and slope at a distance r > 0.
[[nodiscard]] ValueSlope wall_energy(const WallShape& shape, double r_angstrom);

/// Where the energy is lowest.
[[nodiscard]] double wall_distance_angstrom(const WallShape& shape);

class LennardJonesWall final : public ExternalField {
 public:
  /// @param point on the wall
  /// @param normal from the wall to the atoms, of any length
  /// @throws InputError: no direction, a length that is not positive, a cut-off before the minimum
  LennardJonesWall(const WallShape& shape, const Eigen::Vector3d& point_angstrom,
                   const Eigen::Vector3d& normal);
  /// @throws InputError: an atom on or behind the wall
  double add(std::span<const Eigen::Vector3d> positions_angstrom,
             std::span<Eigen::Vector3d> forces_ev_per_angstrom) const override;

 private:
  WallShape shape_;
  Eigen::Vector3d point_;
  Eigen::Vector3d normal_;
};

}  // namespace adatom::energetics

namespace adatom {
template <>
struct EnumNames<energetics::WallKind> {
  static constexpr std::array names = {"lj93", "lj126", "lj1043"};
};
}  // namespace adatom
