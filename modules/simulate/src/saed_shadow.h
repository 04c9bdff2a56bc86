#pragma once
// The shadow of the beam stop.
#include "adatom/base/grid.h"
#include "saed_render.h"

namespace adatom::simulate {

/// What part of the electrons reaches each pixel: 1 outside the shadow, options.transmission deep
/// inside, in between the error function of the distance to the edge, averaged over the pixel.
[[nodiscard]] Grid<double> beam_stop_transmission(const SaedOptions& options, SaedCentre disc);

}  // namespace adatom::simulate
