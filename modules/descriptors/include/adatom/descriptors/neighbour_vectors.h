#pragma once
// Where each atom's neighbours are: found once for a frame, used by all descriptors.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/aligned_vector.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::descriptors {

/// Neighbours of atom i are entries begin(i) to end(i), in the order of atoms; in periodic boxes
/// every image of an atom is one, its own images too. The atom itself is none.
struct NeighbourVectors {
  double reach_angstrom = 0.0;  ///< all neighbours at most so far away are there, no others
  std::size_t first_atom = 0;   ///< of those whose neighbours are here; 0 unless a part was found
  std::size_t frame_atoms = 0;  ///< of the whole frame, among whom neighbours are numbered
  std::vector<std::size_t> first;  ///< entry of each of those, and the end
  std::vector<std::uint32_t> atom;
  std::vector<double> x_angstrom;  ///< from the atom to the neighbour
  std::vector<double> y_angstrom;
  std::vector<double> z_angstrom;
  std::vector<double> distance_angstrom;

  /// How many atoms' neighbours are here.
  [[nodiscard]] std::size_t atoms() const { return first.empty() ? 0 : first.size() - 1; }
  [[nodiscard]] std::size_t begin(std::size_t i) const { return first[i - first_atom]; }
  [[nodiscard]] std::size_t end(std::size_t i) const { return first[i - first_atom + 1]; }
};

/// Finds neighbours of a part of the atoms at a time: those of a whole frame reach further than a
/// processor's cache, and are slower to come back to. Spectra (soap.h) take such parts, the other
/// descriptors a whole frame. Can be used from several threads.
class NeighbourSearch {
 public:
  /// @throws InputError: a position that is not finite
  NeighbourSearch(std::span<const Eigen::Vector3d> positions_angstrom, const crystal::Box& box,
                  double reach_angstrom);

  /// Neighbours of atoms `begin` to `end` - 1. A list may be handed in again, to use its memory.
  void find(std::size_t begin, std::size_t end, NeighbourVectors& neighbours) const;

 private:
  void find_among_few(std::size_t begin, std::size_t end, NeighbourVectors& neighbours) const;
  void find_in_list(std::size_t begin, std::size_t end, NeighbourVectors& neighbours) const;

  double reach_angstrom_;
  std::size_t atoms_;
  AlignedVector<double> x_;
  AlignedVector<double> y_;
  AlignedVector<double> z_;
  bool every_pair_;
  crystal::NeighbourList list_;  ///< unless every pair is looked at
  Eigen::Matrix3d cell_angstrom_;
};

/// Pairs at most `reach_angstrom` apart. A list may be handed in again, to use its memory.
/// @throws InputError: a position that is not finite
void find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                            const crystal::Box& box, double reach_angstrom,
                            NeighbourVectors& neighbours);
[[nodiscard]] NeighbourVectors find_neighbour_vectors(
    std::span<const Eigen::Vector3d> positions_angstrom, const crystal::Box& box,
    double reach_angstrom);

}  // namespace adatom::descriptors
