#pragma once
// Points in a plane, found by where they are.
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace adatom::reconstruct::detail {

class PlanePoints {
 public:
  /// @param cell_angstrom about the distance of neighbours, and the longest reach of a query
  PlanePoints(std::vector<Eigen::Vector2d> points_angstrom, double cell_angstrom);

  [[nodiscard]] std::size_t size() const { return points_.size(); }
  [[nodiscard]] const Eigen::Vector2d& operator[](std::size_t i) const { return points_[i]; }
  /// The point nearest to `at` within `reach_angstrom` <= the cell.
  [[nodiscard]] std::optional<std::size_t> nearest(const Eigen::Vector2d& at,
                                                   double reach_angstrom) const;
  /// All within `reach_angstrom` <= the cell, by rising index.
  [[nodiscard]] std::vector<std::size_t> within(const Eigen::Vector2d& at,
                                                double reach_angstrom) const;

 private:
  using Cell = std::pair<std::int64_t, std::int64_t>;
  [[nodiscard]] Cell cell_of(const Eigen::Vector2d& at) const;
  [[nodiscard]] std::span<const std::pair<Cell, std::size_t>> in_cell(const Cell& cell) const;

  std::vector<Eigen::Vector2d> points_;
  double cell_;
  std::vector<std::pair<Cell, std::size_t>> sorted_;  // by cell
};

}  // namespace adatom::reconstruct::detail
