#pragma once
// The bins that options ask for, checked against what there is to integrate.
#include <cstddef>

#include "split_matrix.h"

namespace adatom::diffraction {

/// One sector.
/// @throws InputError: options, a mask of another size, no pixel that counts, too many bins
[[nodiscard]] PolarBins radial_bins(std::size_t width, std::size_t height, const Geometry& geometry,
                                    const Mask& mask, const IntegrateOptions& options);

/// @throws InputError: no pixel is in any bin
void require_pixels(const SplitMatrix& matrix);

/// @throws InputError: the sizes differ
void require_frame(std::size_t width, std::size_t height, std::size_t expected_width,
                   std::size_t expected_height);

}  // namespace adatom::diffraction
