#pragma once
// The middle of a particle.
#include <span>

#include <Eigen/Core>

#include "minimum_image.h"

namespace adatom::dynamics {

/// In a periodic box as distances_from_centre (radial.h) says.
[[nodiscard]] Eigen::Vector3d centre_of_mass(std::span<const Eigen::Vector3d> positions,
                                             std::span<const double> masses,
                                             const MinimumImage& image);

}  // namespace adatom::dynamics
