#pragma once
// One frame of `adatom phase-map`: what it shows, and how that is kept on the disk.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/asymmetry.h"
#include "adatom/diffraction/fringe_search.h"
#include "adatom/diffraction/lattice_strain.h"
#include "adatom/diffraction/phase_map.h"
#include "mobility/state_file.h"
#include "phase_map/particle_directions.h"
#include "phase_map/phase_map_options.h"

namespace adatom::pipeline {

/// A particle with the direction it was looked at along.
struct MappedParticle {
  std::int64_t number = 0;                 ///< on the map of this frame
  std::optional<std::int64_t> track = {};  ///< of tracks.csv
  double direction_rad = 0.0;
  diffraction::ParticleAsymmetry moments;
};

/// Strain maps in the order of strain_names.
constexpr std::size_t strain_map_count = 8;
constexpr std::array<const char*, strain_map_count> strain_names = {
    "strain_xx",        "strain_yy",        "strain_xy",        "rotation_rad",
    "strain_xx_stderr", "strain_yy_stderr", "strain_xy_stderr", "rotation_stderr_rad"};

struct MappedFrame {
  std::vector<diffraction::Fringe> fringes;
  std::vector<diffraction::FringeAmplitude> amplitudes;  ///< of the fringes
  std::vector<diffraction::Fringe> others;
  std::vector<diffraction::PhaseArea> phases;
  std::vector<MappedParticle> particles;
  std::vector<std::string> warnings;
  diffraction::PhaseLabels labels;
  std::vector<Grid<float>> amplitude;  ///< of each phase
  std::vector<Grid<float>> strain;     ///< empty, or as strain_names
};

/// What is the same for all frames.
struct PhaseMapPlan {
  PhaseMapCommandOptions options;
  std::vector<crystal::Phase> phases;
  std::vector<diffraction::FringeFamily> families;
  std::vector<diffraction::Fringe> given;  ///< fringes; empty: found in each frame
  ParticleDirections directions;
  Grid<std::int32_t> particles;  ///< empty: those of the map
  double pixel_size_nm = 0.0;
};

/// A frame without any fringes of the phases has an empty map.
/// @throws InputError: as find_fringes, map_phases, map_strain; Interrupted
[[nodiscard]] MappedFrame map_frame(const Grid<double>& image, std::int64_t frame,
                                    const PhaseMapPlan& plan, Progress& progress);

/// "no fringes of Cu, Cu2O; other peaks: 2.087 angstrom at 31 deg, ..."
[[nodiscard]] std::string what_is_there(const MappedFrame& frame, const PhaseMapPlan& plan);

[[nodiscard]] SavedState to_state(const MappedFrame& frame);
/// Nothing: it is not of this size.
[[nodiscard]] std::optional<MappedFrame> from_state(const SavedState& state, std::size_t width,
                                                    std::size_t height, std::size_t phase_count);

}  // namespace adatom::pipeline
