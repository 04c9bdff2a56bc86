#pragma once
// Smoothing filters over images. Results do not depend on the number of threads.
#include <cstddef>

#include "adatom/base/grid.h"

namespace adatom::numeric {

/// What stands beyond the image's border.
/// mirror: the image reflected about the border's outer side (d c b a | a b c d | d c b a).
/// normalised: nothing; the weights inside are scaled up to a sum of one.
enum class Edge { mirror, normalised };

/// Convolution with a Gaussian of standard deviation `sigma_px` pixels, sampled at the pixels, cut
/// at 5 sigma (where it has fallen below 4e-6) and normalised to a sum of one. Zero: a copy.
/// @throws InputError: sigma negative, not finite or above 1e5; empty image
[[nodiscard]] Grid<double> gaussian_filter(const Grid<double>& image, double sigma_px, Edge edge);

/// Band-pass: gaussian_filter(inner) - gaussian_filter(outer). Suppresses what is finer than the
/// inner and smoother than the outer width; a constant image gives zero.
/// @throws InputError: as above, or outer not above inner
[[nodiscard]] Grid<double> difference_of_gaussians(const Grid<double>& image, double inner_px,
                                                   double outer_px, Edge edge);

/// The median of the (2 radius + 1)^2 pixels about each one, mirrored at the border.
/// @throws InputError: empty image, radius above 100
[[nodiscard]] Grid<double> median_filter(const Grid<double>& image, std::size_t radius_px);

}  // namespace adatom::numeric
