#pragma once
// What an image must be so that fringes can be looked for in it.
#include "adatom/base/grid.h"

namespace adatom::diffraction {

/// @throws InputError: a side below 32 pixels, a pixel that is not finite, a pixel size that is not
/// positive
void require_fringe_image(const Grid<double>& image, double pixel_size_nm);
/// @throws InputError: fringes of this k are too fine for the pixels
void require_sampled(double k_per_nm, double pixel_size_nm);

}  // namespace adatom::diffraction
