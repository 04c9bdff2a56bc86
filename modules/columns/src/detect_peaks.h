#pragma once
// Bright blobs of a frame: the scale they have, and where they are.
#include <vector>

#include "adatom/base/grid.h"
#include "detect_noise.h"

namespace adatom::columns::detail {

struct Peak {
  double x = 0.0;
  double y = 0.0;
  double value = 0.0;
};

/// Local maxima among the 8 neighbours above `threshold`, refined by a parabola through the
/// neighbours along either axis; row by row.
[[nodiscard]] std::vector<Peak> local_maxima(const Grid<double>& map, double threshold);

/// Scale-normalised band-pass -sigma^2 Laplace(G_sigma * f): for a Gaussian blob of width rho its
/// maximum over sigma lies at sigma = rho (Lindeberg, Int. J. Computer Vision 30 (1998) 79).
[[nodiscard]] Grid<double> blob_response(const Grid<double>& smooth, double sigma_px);

/// Maxima of the blob response at `sigma_px` that stand `threshold` standard deviations of the
/// noise above zero. White noise of unit variance gives the response a variance of 1 / (2 pi
/// sigma^2).
[[nodiscard]] std::vector<Peak> find_blobs(const Grid<double>& image, const NoiseCurve& noise,
                                           double sigma_px, double threshold);

/// The sigma between `low_px` and `high_px` at which the blobs' squared responses sum up highest;
/// 0 when there is no blob at any. Looks at the liveliest part of a large image only.
[[nodiscard]] double blob_scale(const Grid<double>& image, const NoiseCurve& noise, double low_px,
                                double high_px, double threshold);

}  // namespace adatom::columns::detail
