#pragma once
// Atoms sorted into the bins of a grid, so that those near a point are found without asking all.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::crystal {

/// Bins along one direction of the grid.
struct GridAxis {
  enum class End { open, periodic, folded };  // folded: bins `count` apart share their atoms
  End end = End::open;
  std::int64_t count = 1;
  std::int64_t reach = 1;  ///< bins to each side that hold everything within the distance asked for
  double low = 0.0;        ///< fractional coordinate where bin 0 starts
  double per_fraction = 1.0;
};

/// Atoms in the order of their bins. Periodic directions are those of the box; the others get
/// vectors at right angles to them.
class CellGrid {
 public:
  /// @throws InputError: a position that is not finite; a cell without volume; a reach that is
  /// negative or not finite
  CellGrid(std::span<const Eigen::Vector3d> positions_angstrom, const Box& box,
           double reach_angstrom);

  [[nodiscard]] const std::array<GridAxis, 3>& axes() const { return axes_; }
  /// Atoms of a bin: first(bin) to first(bin + 1) in the order of bins; bins along the last axis
  /// are neighbours in memory.
  [[nodiscard]] std::uint32_t first(std::int64_t bin) const {
    return first_[static_cast<std::size_t>(bin)];
  }
  [[nodiscard]] std::int64_t bins() const { return static_cast<std::int64_t>(first_.size()) - 1; }
  /// The atom at each place, and its coordinates, moved into the cell.
  [[nodiscard]] const std::vector<std::uint32_t>& atoms() const { return atoms_; }
  [[nodiscard]] const std::array<std::vector<double>, 3>& coordinates() const {
    return coordinates_;
  }
  /// Cells by which each atom (not place) lies outside; empty: none does.
  [[nodiscard]] const std::vector<Eigen::Vector3i>& cells_outside() const { return outside_; }

 private:
  void choose_bins(std::span<const Eigen::Vector3d> fractions, double reach_angstrom);
  void wrap(std::vector<Eigen::Vector3d>& positions, std::vector<Eigen::Vector3d>& fractions,
            double reach_angstrom);
  void sort(std::span<const Eigen::Vector3d> positions, std::span<const Eigen::Vector3d> fractions);
  [[nodiscard]] std::int64_t bin_of(const Eigen::Vector3d& fraction) const;

  Eigen::Matrix3d cell_;            // rows are vectors
  Eigen::Vector3d height_;          // distance of opposite faces
  std::array<bool, 3> periodic_{};  // and with images that matter
  std::array<GridAxis, 3> axes_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> atoms_;
  std::array<std::vector<double>, 3> coordinates_;
  std::vector<Eigen::Vector3i> outside_;
};

}  // namespace adatom::crystal
