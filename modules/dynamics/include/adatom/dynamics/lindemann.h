#pragma once
// The Lindemann index: how much the distances between atoms fluctuate.
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::dynamics {

/// The distances of all pairs are kept, 16 bytes for each: 800 MB at the limit.
inline constexpr std::size_t most_lindemann_atoms = 10000;

/// Indices of a set of atoms over some frames.
struct LindemannIndices {
  /// q_i = 1 / (N - 1) sum over j != i of sqrt(<r_ij^2> - <r_ij>^2) / <r_ij>, averages over all
  /// frames (population variance); 0 for a single atom.
  std::vector<double> of_atoms;
  /// Mean of all q_i, which is that over all pairs (Berry, in the form of Zhou, Karplus, Ball and
  /// Berry, J. Chem. Phys. 116 (2002) 2323, equations 2 and 3).
  double global = 0.0;
};

/// Running averages of all pair distances and of their squares (Welford, Technometrics 4 (1962)
/// 419), exact to 1e-10 after 1e5 frames and more. Memory does not depend on the number of frames;
/// results do not depend on the number of threads.
class LindemannSums {
 public:
  /// @throws InputError: no atom, or more than most_lindemann_atoms
  explicit LindemannSums(std::size_t atoms);

  /// One frame more. In a periodic box the distance is that of the nearest image, in the cell of
  /// this frame.
  /// @throws InputError: another number of atoms, a position that is not finite
  void add(std::span<const Eigen::Vector3d> positions_angstrom, const crystal::Box& box);
  /// The frames of `later` too (Chan, Golub and LeVeque, COMPSTAT 1982, 30).
  void add(const LindemannSums& later);
  void clear();

  [[nodiscard]] std::size_t atoms() const { return atoms_; }
  [[nodiscard]] std::size_t frames() const { return frames_; }
  /// Zero where there is no frame. Atoms that always are in one place count as at rest.
  [[nodiscard]] LindemannIndices indices() const;
  /// For every atom the mean of sqrt(<r^2> - <r>^2) / <r> over the other atoms of its own group.
  [[nodiscard]] std::vector<double> indices_within(std::span<const std::size_t> groups) const;
  /// The median over the atoms of the mean distance to the atom that is nearest on average.
  [[nodiscard]] double nearest_distance_angstrom() const;

  /// All that it holds, to be stored; `restore` takes it back, to the bit.
  [[nodiscard]] std::vector<double> numbers() const;
  /// @throws InputError: not so many numbers
  void restore(std::span<const double> numbers);

 private:
  /// Where the pairs (i, j > i) begin.
  [[nodiscard]] std::size_t row(std::size_t i) const { return i * (2 * atoms_ - i - 1) / 2; }

  std::size_t atoms_;
  std::size_t frames_ = 0;
  std::vector<double> mean_angstrom_;     ///< of each pair, row by row of the upper triangle
  std::vector<double> square_angstrom2_;  ///< summed squares of differences from the mean
};

}  // namespace adatom::dynamics
