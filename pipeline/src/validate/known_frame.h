#pragma once
// Frames of known particles.
#include <cstdint>
#include <filesystem>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "adatom/pipeline/say.h"
#include "adatom/simulate/incoherent.h"
#include "adatom/simulate/scs_library.h"
#include "validate/validate_options.h"

namespace adatom::pipeline {

struct KnownFrame {
  Grid<double> image;  ///< fraction of the incident beam
  double pixel_size_angstrom = 0.0;
  crystal::Structure structure;  ///< at rest, in the image's coordinates, without drift
  /// Where the image shows its columns: with the drift at the time the scan is there.
  std::vector<simulate::TrueColumn> columns;
};

/// One frame without noise, as the dose has nothing to do with it. Multislice images are kept in
/// `folder` under what they depend on, and their finished rows while they are made.
/// @param library of the cross-sections: incoherent images, and the columns' own
/// @throws InputError as the simulations; Interrupted
[[nodiscard]] KnownFrame image_particle(const crystal::Structure& structure,
                                        const CaseOptions& options, double temperature_k,
                                        const ImagingOptions& imaging,
                                        const simulate::ScsLibrary& library, std::uint64_t seed,
                                        const std::filesystem::path& folder, Progress& progress);

/// The frame as the microscope records it with the dose.
[[nodiscard]] Grid<double> with_noise(const KnownFrame& frame, double dose_per_angstrom2,
                                      const RandomStream& random);

}  // namespace adatom::pipeline
