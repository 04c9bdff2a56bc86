#pragma once
// Pieces of a perfect fcc crystal. Coordinates are crystal coordinates (cube axes along x, y, z)
// unless a function says otherwise; every builder throws InputError for sizes below one atom or
// above ten million sites.
#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

struct FccCrystal {
  std::string element = "Au";
  double lattice_parameter_angstrom = 4.0786;
};

/// The crystal of an element in the table. @throws InputError: no fcc metal of the table
[[nodiscard]] FccCrystal fcc_crystal(const std::string& element);

/// An octahedron of {111} faces with `length` atoms along each edge, less `cutoff` layers of {100}
/// at each of the six tips: length (2 length^2 + 1) / 3 - cutoff (cutoff + 1) (2 cutoff + 1) atoms.
/// (4, 1) has 38 atoms, (7, 2) 201, (9, 4) 309, (10, 3) 586, (12, 4) 976; length = 3 cutoff + 1 is
/// the regular truncated octahedron, length = 2 cutoff + 1 the cuboctahedron. Centred on zero.
/// @throws InputError unless length >= 1 and 0 <= cutoff <= (length - 1) / 2
[[nodiscard]] Structure build_truncated_octahedron(const FccCrystal& crystal, std::int64_t length,
                                                   std::int64_t cutoff);

/// The truncated octahedron (2 shells + 1, shells): {111} and {100} faces of equal edges. It has
/// the icosahedron's numbers of atoms: 13, 55, 147, 309, 561, 923, ...
/// @throws InputError for a negative number
[[nodiscard]] Structure build_cuboctahedron(const FccCrystal& crystal, std::int64_t shells);

/// All sites within `radius_angstrom` (inclusive) of zero, which is a site.
[[nodiscard]] Structure build_sphere(const FccCrystal& crystal, double radius_angstrom);

/// Size of a wedge: as seen along the beam, and how thick it gets.
struct WedgeSize {
  double width_angstrom = 30.0;      ///< along x
  double height_angstrom = 30.0;     ///< along y
  double thickness_angstrom = 40.0;  ///< along z at its thick end, x = width
};

/// A wedge on a flat base (z = 0), its thickness growing linearly along x from one atom to the
/// full value: the sites with 0 <= x < width, 0 <= y < height, 0 <= z <= thickness x / width.
/// @param rotation crystal to image coordinates; the result is in image coordinates
[[nodiscard]] Structure build_wedge(const FccCrystal& crystal, const WedgeSize& size,
                                    const Eigen::Matrix3d& rotation);

}  // namespace adatom::crystal
