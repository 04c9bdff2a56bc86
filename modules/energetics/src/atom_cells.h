#pragma once
// Which atoms are near a point, while atoms come and go.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace adatom::energetics {

/// Cells of the size of the reach over the space that atoms took at first. Atoms outside belong to
/// the cells at its border, which is right, only slower.
class AtomCells {
 public:
  struct Entry {
    double x, y, z;
    std::uint32_t atom;
    std::uint32_t element;
  };

  AtomCells(std::span<const Eigen::Vector3d> positions_angstrom, double reach_angstrom)
      : reach_squared_(reach_angstrom * reach_angstrom), per_angstrom_(1.0 / reach_angstrom) {
    Eigen::Vector3d high = Eigen::Vector3d::Zero();
    if (!positions_angstrom.empty()) low_ = high = positions_angstrom[0];
    for (const auto& position : positions_angstrom) {
      low_ = low_.cwiseMin(position);
      high = high.cwiseMax(position);
    }
    for (int axis = 0; axis < 3; ++axis) {
      // No more cells than atoms could fill: a few far away make no giant of it.
      const double cells = (high[axis] - low_[axis]) * per_angstrom_;
      counts_[static_cast<std::size_t>(axis)] =
          1 + static_cast<std::size_t>(std::min(cells, most_cells));
    }
    cells_.resize(counts_[0] * counts_[1] * counts_[2]);
  }

  void insert(std::uint32_t atom, std::size_t element, const Eigen::Vector3d& position) {
    cells_[cell_of(position)].push_back(
        {position.x(), position.y(), position.z(), atom, static_cast<std::uint32_t>(element)});
  }

  void remove(std::uint32_t atom, const Eigen::Vector3d& position) {
    auto& cell = cells_[cell_of(position)];
    const auto found =
        std::ranges::find_if(cell, [atom](const Entry& entry) { return entry.atom == atom; });
    *found = cell.back();
    cell.pop_back();
  }

  /// `see(entry, squared distance)` for every atom nearer than the reach.
  template <class See>
  void for_each_near(const Eigen::Vector3d& position, const See& see) const {
    std::array<std::size_t, 3> first{};
    std::array<std::size_t, 3> last{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::size_t at = index(position, axis);
      first[axis] = at > 0 ? at - 1 : 0;
      last[axis] = std::min(at + 1, counts_[axis] - 1);
    }
    for (std::size_t i = first[0]; i <= last[0]; ++i) {
      for (std::size_t j = first[1]; j <= last[1]; ++j) {
        for (std::size_t k = first[2]; k <= last[2]; ++k) {
          for (const Entry& entry : cells_[(i * counts_[1] + j) * counts_[2] + k]) {
            const double dx = position.x() - entry.x;
            const double dy = position.y() - entry.y;
            const double dz = position.z() - entry.z;
            const double u = dx * dx + dy * dy + dz * dz;
            if (u < reach_squared_) see(entry, u);
          }
        }
      }
    }
  }

 private:
  static constexpr double most_cells = 100.0;

  [[nodiscard]] std::size_t index(const Eigen::Vector3d& position, std::size_t axis) const {
    const auto a = static_cast<Eigen::Index>(axis);
    const double place = (position[a] - low_[a]) * per_angstrom_;
    const double last = static_cast<double>(counts_[axis] - 1);
    return static_cast<std::size_t>(std::clamp(place, 0.0, last));
  }
  [[nodiscard]] std::size_t cell_of(const Eigen::Vector3d& position) const {
    return (index(position, 0) * counts_[1] + index(position, 1)) * counts_[2] + index(position, 2);
  }

  double reach_squared_;
  double per_angstrom_;
  Eigen::Vector3d low_ = Eigen::Vector3d::Zero();
  std::array<std::size_t, 3> counts_{};
  std::vector<std::vector<Entry>> cells_;
};

}  // namespace adatom::energetics
