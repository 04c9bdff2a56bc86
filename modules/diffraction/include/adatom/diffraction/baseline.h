#pragma once
// What lies under the peaks of a profile, without a model of either.
#include <span>
#include <vector>

namespace adatom::diffraction {

/// SNIP (Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396; here without their logarithms, which
/// need counts, and with the window shrinking, Morhac et al., Nucl. Instrum. Methods A 401 (1997)
/// 113): each value is replaced by the mean of its neighbours at +-w where that is lower, for w
/// from the half window down to 1. Convex backgrounds stay; a peak is cut off if the window is
/// wider than it. Noise lowers the baseline by about its standard deviation: smooth first.
/// @param values finite
[[nodiscard]] std::vector<double> snip_baseline(std::span<const double> values, int half_window);

}  // namespace adatom::diffraction
