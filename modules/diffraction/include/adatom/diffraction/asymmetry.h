#pragma once
// Particles of a phase map, and how one-sided their phases lie.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/diffraction/phase_map.h"

namespace adatom::diffraction {

/// Particles of a map.
struct MapParticles {
  Grid<std::int32_t> number;  ///< 1, 2, ... by falling area; 0: none
  std::size_t count = 0;
};

/// Regions of any phase that touch, with the holes within them; those smaller than `area_min_nm2`
/// are none. @throws InputError: pixel size not positive
[[nodiscard]] MapParticles find_map_particles(const PhaseLabels& labels, double pixel_size_nm,
                                              double area_min_nm2);

/// One phase of a particle along a direction n.
///
///   asymmetry = sum over the particle of c n.(r - r0)  /  (1/2 sum over it of |n.(r - r0)|),
///
/// c 1 where the phase is and else 0, r0 the particle's centroid: 0 for a phase that is spread
/// evenly or like a mirror image, 1 where it fills all that lies ahead of the centroid and nothing
/// behind, -1 the other way round.
/// offset = sum of c n.(r - r0) / sum of c: how far the phase's centroid lies ahead.
struct PhaseAsymmetry {
  double area_nm2 = 0.0;  ///< of the phase within the particle
  double share = 0.0;     ///< of the particle's area
  double share_stderr = 0.0;
  double asymmetry = 0.0;
  double asymmetry_stderr = 0.0;
  double offset_nm = 0.0;  ///< 0 where there is nothing of the phase
  double offset_stderr_nm = 0.0;
};

struct ParticleAsymmetry {
  double x_nm = 0.0;  ///< centroid
  double y_nm = 0.0;
  double area_nm2 = 0.0;
  std::vector<PhaseAsymmetry> phases;
};

/// fixed: the outline is given. mapped: it is that of the map, and moves with it in replicates.
enum class OutlineKind { fixed, mapped };

/// Standard errors are standard deviations over the map's replicates (phase_map.h), whose particle
/// is the same outline, or where it is mapped: what of any phase lies within 1.5 kernels of it, and
/// the holes of the map.
/// @param particles numbers of the map's size; `number` picks one
/// @param direction_rad of n, from x to the right towards y down
/// @throws InputError: particles of another size than the map, or no such particle
[[nodiscard]] ParticleAsymmetry phase_asymmetry(const PhaseMapResult& map,
                                                const Grid<std::int32_t>& particles,
                                                std::int32_t number, OutlineKind outline,
                                                double pixel_size_nm, double direction_rad);

}  // namespace adatom::diffraction
