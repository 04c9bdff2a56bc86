#pragma once
// Forces in single precision, many atoms at a time, each pair in both directions.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/aligned_vector.h"
#include "adatom/energetics/embedded_atom.h"
#include "ghost_list.h"
#include "kernels.h"

namespace adatom::energetics {

enum class Wanted { forces, energy_too };

/// One element only.
class LaneEngine {
 public:
  /// @throws InputError: several elements, or functions that are too rough for its tables
  LaneEngine(std::shared_ptr<const EmbeddedAtomPotential> potential, std::size_t element,
             const Kernels& kernels);

  /// @param list every pair in both directions
  /// @param positions at which it was made
  void take_list(const GhostList& list, std::span<const Eigen::Vector3d> positions);
  /// Takes the middle of these positions as the origin of single precision.
  void centre(std::span<const Eigen::Vector3d> positions);
  /// Makes list `level` (0: the one taken; forces are of the last) of the pairs of the list before
  /// it that are within reach now.
  void prune(std::size_t level, std::span<const Eigen::Vector3d> positions, double reach_angstrom);
  /// The energy (zero if not wanted); nothing if two atoms are closer than the tables go.
  /// @throws InputError: too dense
  [[nodiscard]] std::optional<double> evaluate(std::span<const Eigen::Vector3d> positions,
                                               std::span<Eigen::Vector3d> forces, Wanted wanted);

 private:
  void place(std::span<const Eigen::Vector3d> positions);
  void put(std::size_t place, const Eigen::Vector3d& position);

  std::shared_ptr<const EmbeddedAtomPotential> potential_;
  std::vector<std::size_t> elements_;
  const Kernels& kernels_;
  LaneArguments arguments_{};
  AlignedVector<float> tables_;
  std::size_t groups_ = 0;
  Eigen::Vector3d origin_ = Eigen::Vector3d::Zero();
  std::vector<std::uint32_t> place_of_;  ///< of each atom
  std::vector<Ghost> ghosts_;
  std::vector<std::uint32_t> first_;  ///< of each group in all lists
  struct List {
    std::vector<std::uint32_t> last;
    AlignedVector<std::int32_t> neighbour;
  };
  std::array<List, list_levels> lists_;
  AlignedVector<float> places_, density_, force_x_, force_y_, force_z_, energy_, scratch_;
  std::vector<double> densities_, embedding_, slopes_;
};

}  // namespace adatom::energetics
