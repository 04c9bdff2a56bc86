#pragma once
// The space that atoms live in: open, or periodic along some of three vectors.
#include <array>

#include <Eigen/Core>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Without any periodic direction the cell means nothing. Any triclinic cell is allowed.
struct Box {
  Eigen::Matrix3d cell_angstrom = Eigen::Matrix3d::Zero();  ///< rows are the cell vectors
  Eigen::Vector3d origin_angstrom = Eigen::Vector3d::Zero();
  std::array<bool, 3> periodic = {false, false, false};

  [[nodiscard]] bool open() const { return !periodic[0] && !periodic[1] && !periodic[2]; }
};

/// @throws InputError: a periodic direction whose cell vectors span no volume
[[nodiscard]] Box box_of(const Structure& structure);

}  // namespace adatom::crystal
