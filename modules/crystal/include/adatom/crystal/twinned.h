#pragma once
// Particles of several twinned fcc crystals around a five-fold axis: icosahedra and decahedra.
// Both are centred on zero and throw InputError for sizes that are none, or above ten million
// atoms.
#include <cstdint>

#include "adatom/base/options.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The symmetry axis of an icosahedron that points along z, the beam.
enum class IcosahedronAxis { two_fold, three_fold, five_fold };

/// Mackay's icosahedron: `shells` complete shells around one atom (Mackay, Acta Cryst. 15 (1962)
/// 916), (10 n^3 + 15 n^2 + 11 n + 3) / 3 atoms: 13, 55, 147, 309, 561, 923, ... for n = 1, 2, ...
/// Twenty fcc tetrahedra do not fill space: neighbours along a radius are at the crystal's distance
/// a / sqrt 2, those within a shell 5.146 % farther apart. (Scaled by 0.976, the volume per atom is
/// the crystal's: then the strains are -2.4 % and +2.6 %.)
[[nodiscard]] Structure build_icosahedron(const FccCrystal& crystal, std::int64_t shells,
                                          IcosahedronAxis axis = IcosahedronAxis::two_fold);

/// A decahedron as (m, n, p) names it: m and n atoms along the edges of its {100} faces at right
/// angles to the five-fold axis and along it, and p - 1 layers of re-entrant notch at its five
/// corners (Marks, Philos. Mag. A 49 (1984) 81). p = 1 is Ino's decahedron, with n = 1 too the
/// pentagonal bipyramid. (2, 2, 2) has 75 atoms, (2, 3, 2) 101, (3, 2, 2) 146, (7, 1, 3) 1086,
/// (5, 4, 4) 1734. The five-fold axis is along z. Neighbours along z and along the edges of the
/// five crystals' common axis are at the crystal's distance a / sqrt 2, those around the axis
/// 1.807 % farther apart.
struct DecahedronSize {
  std::int64_t m = 5;
  std::int64_t n = 4;
  std::int64_t p = 4;
};
[[nodiscard]] Structure build_decahedron(const FccCrystal& crystal, const DecahedronSize& size);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::IcosahedronAxis> {
  static constexpr std::array names = {"two_fold", "three_fold", "five_fold"};
};
}  // namespace adatom
