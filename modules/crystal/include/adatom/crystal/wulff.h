#pragma once
// The equilibrium shape of a crystal, by Wulff's construction (Z. Kristallogr. 34 (1901) 449).
#include <array>
#include <cstdint>
#include <span>

#include "adatom/base/options.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The energy of a facet and of all that the cube's symmetry makes of it, in any unit.
struct FacetEnergy {
  std::array<int, 3> miller = {1, 1, 1};
  double energy = 1.0;
};

/// Which of the shapes is taken when none has exactly the number of atoms asked for.
enum class WulffRounding { closest, below, above };
/// What the shape is centred on: an atom, or the octahedral hole of the lattice.
enum class WulffCentre { atom, hole };

struct WulffOptions {
  WulffRounding rounding = WulffRounding::closest;
  WulffCentre centre = WulffCentre::atom;
};

/// A piece of an fcc crystal whose outermost atomic planes lie at distances from the centre in the
/// ratio of their energies: of planes hkl, d apart, those are filled whose distance is at most
/// lambda energy(hkl) + d / 2. Growing lambda gives a sequence of shapes; of them that with
/// `atoms` atoms, or next to it, is built (of two equally near the smaller). With an atom in the
/// centre it is what ASE's wulff_construction gives.
/// @throws InputError: no facet, hkl = 000, an energy that is not positive, fewer than one atom or
/// more than ten million, or none so small for `below`
[[nodiscard]] Structure build_wulff(const FccCrystal& crystal, std::span<const FacetEnergy> facets,
                                    std::int64_t atoms, const WulffOptions& options = {});

/// Atoms of the crystal in the volume of a sphere, rounded, at least 1.
[[nodiscard]] std::int64_t atoms_in_sphere(const FccCrystal& crystal, double diameter_angstrom);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::WulffRounding> {
  static constexpr std::array names = {"closest", "below", "above"};
};
template <>
struct EnumNames<crystal::WulffCentre> {
  static constexpr std::array names = {"atom", "hole"};
};
}  // namespace adatom
