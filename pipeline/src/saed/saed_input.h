#pragma once
// The patterns and the phases that `adatom saed` is given.
#include <optional>
#include <string>
#include <vector>

#include "adatom/crystal/phase.h"
#include "adatom/diffraction/phase_fraction.h"
#include "adatom/image/load.h"
#include "saed/saed_options.h"

namespace adatom::pipeline {

/// What `phases` names: of the program's table, or the one of a file whose name ends in .cif.
/// @throws InputError: unknown (says which there are), the same twice, none at all, no CIF
[[nodiscard]] std::vector<crystal::Phase> read_phases(const std::string& names);

/// All of the program's table.
[[nodiscard]] std::vector<crystal::Phase> known_phases();

/// "Cu: 111 200; Cu2O: 111". @throws InputError: not of this form
[[nodiscard]] std::vector<diffraction::PhaseRings> read_fraction_rings(const std::string& text);

/// Scale and time of a series.
struct SaedScale {
  std::optional<double> s_per_px;  ///< 1/angstrom; as given, else as the file says
  double frame_time_s = 0.0;       ///< of a single frame 0
};

/// @throws InputError: a series whose frame time is not known, pixels that are not square
[[nodiscard]] SaedScale saed_scale(const image::FrameSeries& series, const SaedOptions& options);

}  // namespace adatom::pipeline
