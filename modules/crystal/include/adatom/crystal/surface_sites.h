#pragma once
// Which atoms are at the surface, and where more of them would sit.
#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The median distance of atoms to their nearest neighbour.
/// @throws InputError: no two atoms within 4 angstrom
[[nodiscard]] double typical_bond_angstrom(const Structure& structure);

/// Neighbours of each atom up to 1.2 bonds away, which is halfway between the first and the second
/// shell of an fcc crystal.
[[nodiscard]] std::vector<std::uint32_t> coordination_numbers(const Structure& structure,
                                                              double bond_angstrom);

/// Atoms with fewer than 11 neighbours (of 12): {111} facets have 9, {100} facets 8; next to a
/// vacancy inside an atom keeps 11.
[[nodiscard]] std::vector<bool> surface_atoms(const Structure& structure, double bond_angstrom);

/// Hollow sites: on {111} between three atoms where the fcc stacking goes on, on {100} between
/// four.
enum class HollowSite { any, facet_111, facet_100 };

/// The places a bond away from three neighbouring surface atoms (or from a corner of a square of
/// four), none nearer than 0.8 bonds to an atom and with no atom but those three (four) within 1.2
/// bonds: so none beside steps and adatoms. Places may exclude each other.
[[nodiscard]] std::vector<Eigen::Vector3d> hollow_sites(const Structure& structure,
                                                        double bond_angstrom, HollowSite kind);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::HollowSite> {
  static constexpr std::array names = {"any", "111", "100"};
};
}  // namespace adatom
