#pragma once
// The powder rings of a phase: where they lie and how strong they are.
#include <array>
#include <string>
#include <vector>

#include "adatom/crystal/phase.h"

namespace adatom::crystal {

/// A family of equivalent reflections, which all have one d and one |F|^2.
struct Reflection {
  std::array<int, 3> hkl = {};
  int multiplicity = 0;  ///< members of the family; -h -k -l counted too
  double d_angstrom = 0.0;
  double s_per_angstrom = 0.0;               ///< 1/d
  double structure_factor2_angstrom2 = 0.0;  ///< |F|^2

  /// "111", "-111", "10 0 0".
  [[nodiscard]] std::string label() const;
};

struct ReflectionOptions {
  double s_max_per_angstrom = 1.0;
  double default_b_factor_angstrom2 = 0.5;  ///< of atoms whose phase gives none
};

/// All families up to s_max that are not extinct, by rising s (then by rising label). The structure
/// factor is
///
///   F(h) = sum_j o_j f_j(s) exp(-B_j s^2 / 4) exp(2 pi i h . x_j),   s = 1/d,
///
/// with the factors of scattering_factor.h for slow electrons (the relativistic mass multiplies
/// all alike). Extinct: |F| below 1e-6 of what atoms in phase would give.
///
/// Equivalent are reflections that a symmetry of the crystal maps onto one another. The Laue
/// group is found from the structure itself: the integer matrices with elements -1, 0, 1 that keep
/// the metric and |F| of every reflection. So 333 and 511, which coincide, are two families.
/// @throws InputError: an impossible phase, s_max outside (0, 10], more than 2e5 candidates
[[nodiscard]] std::vector<Reflection> find_reflections(const Phase& phase,
                                                       const ReflectionOptions& options = {});

/// What a family contributes to the whole of its ring (not to the azimuthal mean) per volume of
/// randomly oriented crystallites, but for a factor common to all rings of all phases:
///
///   M |F|^2 d / (2 V^2),   V the cell's volume.
///
/// A kinematic crystallite of volume v turned through the reflection by a changing excitation
/// error gives lambda^2 |F|^2 v / V^2 in all; of crystallites in all orientations a share d/2 per
/// excitation error has a given reciprocal-lattice point, spread over a sphere of radius 1/d, at
/// the flat Ewald sphere. (Vainshtein, Structure Analysis by Electron Diffraction, 1964, chapter
/// 3; International Tables B 2.5.4: the mean along the ring then goes with d^2.)
[[nodiscard]] double ring_strength_per_volume(const Reflection& reflection,
                                              double volume_angstrom3);

}  // namespace adatom::crystal
