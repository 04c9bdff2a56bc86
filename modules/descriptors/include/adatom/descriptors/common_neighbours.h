#pragma once
// The packing around each atom, by which neighbours of its neighbours are bonded.
#include <array>
#include <cstdint>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {

enum class Packing : std::uint8_t { other, fcc, hcp, bcc, icosahedral };

/// Common neighbour analysis (Honeycutt and Andersen, J. Phys. Chem. 91 (1987) 4950; signatures of
/// Faken and Jonsson, Comput. Mater. Sci. 2 (1994) 279): atoms at most `r_cut_angstrom` apart are
/// bonded. fcc: 12 bonds 421; hcp: 6 each of 421 and 422; icosahedral: 12 of 555; bcc: 6 of 444 and
/// 8 of 666.
/// @throws InputError: a cut-off beyond the neighbours' reach
[[nodiscard]] std::vector<Packing> common_neighbour_analysis(const NeighbourVectors& neighbours,
                                                             double r_cut_angstrom);

/// The same with a cut-off of each atom's own (Stukowski, Modelling Simul. Mater. Sci. Eng. 20
/// (2012) 045021, eqs. 3 and 4): (1 + sqrt(2)) / 2 times the mean distance of the 12 nearest
/// neighbours for fcc, hcp and icosahedra; for bcc times the lattice parameter that the 8 nearest
/// (over sqrt(3) / 2) and the next 6 have in the mean. These nearest neighbours count, and the atom
/// is `other` if one more lies within the cut-off, or where there are fewer.
/// @param neighbours should reach 1.3 lattice parameters (1.8 nearest neighbours' distances); an
/// atom whose cut-off is beyond their reach is `other`
[[nodiscard]] std::vector<Packing> adaptive_common_neighbour_analysis(
    const NeighbourVectors& neighbours);

}  // namespace adatom::descriptors

namespace adatom {
template <>
struct EnumNames<descriptors::Packing> {
  static constexpr std::array names = {"other", "fcc", "hcp", "bcc", "icosahedral"};
};
}  // namespace adatom
