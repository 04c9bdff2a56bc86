#pragma once
// What a slice of atoms does to a wave.
#include <cstddef>
#include <span>
#include <vector>

#include "atom_amplitude.h"
#include "wave.h"

namespace adatom::simulate {

/// An atom as a slice sees it, in the frame of the grid.
struct SliceAtom {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  std::size_t element = 0;  ///< which of the builder's amplitudes
  double occupancy = 1.0;
};

/// Makes transmission functions on one grid. One object may serve several threads.
///
/// t = 1 + F^-1[ sum_j g_j(k) exp(-2 pi i k.r_j) ] within the band: exact for any position of an
/// atom between the grid points. Atoms closer to each other than `overlap_angstrom` act one after
/// the other: their transmission functions are multiplied, and the product cut off at the band.
class TransmissionBuilder {
 public:
  static constexpr double overlap_angstrom = 1.5;

  /// `space` with the band of transmission functions.
  TransmissionBuilder(const WaveSpace& space, std::span<const AtomAmplitude> amplitudes);

  /// From one row of t to the next.
  [[nodiscard]] std::size_t stride() const { return stride_; }
  /// Rows of nx values, stride() apart. Positions are taken modulo the grid's lengths.
  void build(std::span<const SliceAtom> atoms, Amplitudes& t) const;

 private:
  void build_group(std::span<const SliceAtom> atoms, Amplitudes& t) const;

  const WaveSpace& space_;
  std::size_t stride_;
  std::size_t half_y_;               ///< the largest of all rows
  std::vector<Amplitudes> spectra_;  ///< g of each element by band_x and k_y = 0, 1, .., -1
};

/// Atoms in groups within which none is closer to another than `distance`; in the atoms' order.
[[nodiscard]] std::vector<std::vector<SliceAtom>> separate(std::span<const SliceAtom> atoms,
                                                           double length_x, double length_y,
                                                           double distance);

}  // namespace adatom::simulate
