#pragma once
// The nearest image of a vector in a periodic box.
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::dynamics {

/// Exact for any cell: its periodic vectors are reduced first (Minkowski; Nguyen and Stehle, ACM
/// Trans. Algorithms 5 (2009) 46), after which the nearest image is one step at most from the one
/// that rounding finds.
class MinimumImage {
 public:
  /// @throws InputError: a cell that spans no volume
  explicit MinimumImage(const crystal::Box& box);

  [[nodiscard]] bool open() const { return shifts_.empty(); }
  /// Rows: reduced vectors; unit vectors across them stand for directions that are open.
  [[nodiscard]] const Eigen::Matrix3d& cell_angstrom() const { return cell_; }
  /// fractions = inverse * vector; those of periodic directions are rounded.
  [[nodiscard]] const Eigen::Matrix3d& inverse() const { return inverse_; }
  /// 1 for a periodic direction, 0 for an open one.
  [[nodiscard]] const Eigen::Vector3d& rounded() const { return rounded_; }
  /// Vectors at most so long after rounding are the nearest images.
  [[nodiscard]] double safe_angstrom() const { return safe_; }

  [[nodiscard]] Eigen::Vector3d nearest(const Eigen::Vector3d& vector) const;

 private:
  Eigen::Matrix3d cell_ = Eigen::Matrix3d::Identity();
  Eigen::Matrix3d inverse_ = Eigen::Matrix3d::Identity();
  Eigen::Vector3d rounded_ = Eigen::Vector3d::Zero();
  double safe_ = 0.0;
  std::vector<Eigen::Vector3d> shifts_;  ///< to the images around
};

}  // namespace adatom::dynamics
