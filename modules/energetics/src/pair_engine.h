#pragma once
// Forces in double precision, each pair once.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/aligned_vector.h"
#include "adatom/crystal/box.h"
#include "adatom/energetics/embedded_atom.h"
#include "ghost_list.h"
#include "kernels.h"
#include "pair_table.h"

namespace adatom::energetics {

class PairEngine {
 public:
  PairEngine(std::shared_ptr<const EmbeddedAtomPotential> potential,
             std::vector<std::size_t> elements, const crystal::Box& box, const Kernels& kernels);

  /// @param half_list every pair once
  void take_list(GhostList half_list);
  /// As `LaneEngine::prune`.
  void prune(std::size_t level, std::span<const Eigen::Vector3d> positions, double reach_angstrom);
  /// The energy; overwrites `forces`. @throws InputError: atoms that overlap, too dense
  double evaluate(std::span<const Eigen::Vector3d> positions, std::span<Eigen::Vector3d> forces);

 private:
  void place(std::span<const Eigen::Vector3d> positions);
  [[nodiscard]] PairArguments arguments();

  std::shared_ptr<const EmbeddedAtomPotential> potential_;
  std::vector<std::size_t> elements_;
  crystal::Box box_;
  const Kernels& kernels_;
  PairTable table_;
  AlignedVector<double> rows_;
  struct List {
    std::vector<std::uint32_t> first;
    std::vector<std::uint32_t> partner;
  };
  std::array<List, list_levels> lists_;
  std::vector<Ghost> ghosts_;
  AlignedVector<double> position_;
  AlignedVector<double> force_;
  AlignedVector<double> near_vector_;
  AlignedVector<double> near_row_;
  std::vector<double> near_u_;
  std::vector<double> density_;
  std::vector<double> embedding_;
  std::vector<double> slope_;
  std::vector<std::uint32_t> near_first_;
  std::vector<std::uint32_t> near_partner_;
  std::vector<std::uint32_t> element_;
};

/// @throws InputError naming the closest two atoms and the distance that is too small
[[noreturn]] void complain_of_overlap(const EmbeddedAtomPotential& potential,
                                      std::span<const Eigen::Vector3d> positions,
                                      const crystal::Box& box);

/// Energies and slopes of the embedding of each atom. @throws InputError: a density beyond the
/// table's
void embed(const EmbeddedAtomPotential& potential, std::span<const std::size_t> elements,
           std::span<const double> densities, std::span<double> energies, std::span<double> slopes);

}  // namespace adatom::energetics
