#pragma once
// Which way the support lies.
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::reconstruct {

/// The direction from the support to the particle: below it along the beam ("beam": z), or beside
/// it in the plane of the image, as an angle from x towards y, which is clockwise on the screen
/// ("90": the support is above the particle in the picture, since y runs down).
struct SupportNormal {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitZ();  ///< of length 1

  [[nodiscard]] bool along_beam() const { return direction.z() > 0.5; }
};

/// @throws InputError: neither "beam" nor a number between -360 and 360
[[nodiscard]] SupportNormal parse_support_normal(std::string_view text);

/// How high above the plane through zero the lowest atom is.
/// @throws InputError: no atoms
[[nodiscard]] double lowest_atom_angstrom(const crystal::Structure& structure,
                                          const SupportNormal& normal);

}  // namespace adatom::reconstruct
