#pragma once
// Heights of atoms along a direction.
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::energetics {

[[nodiscard]] std::vector<double> heights_of(const crystal::Structure& structure,
                                             const Eigen::Vector3d& normal);

}  // namespace adatom::energetics
