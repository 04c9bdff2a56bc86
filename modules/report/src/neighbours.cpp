#include "neighbours.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace adatom::report {

double typical_spacing(std::span<const double> x, std::span<const double> y) {
  constexpr std::size_t most = 400;
  const std::size_t count = x.size();
  if (count < 2) return 0.0;
  const std::size_t stride = (count + most - 1) / most;
  std::vector<double> nearest;
  for (std::size_t i = 0; i < count; i += stride) {
    double best = std::numeric_limits<double>::max();
    for (std::size_t j = 0; j < count; ++j) {
      if (j != i) best = std::min(best, std::hypot(x[j] - x[i], y[j] - y[i]));
    }
    nearest.push_back(best);
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle;
}

}  // namespace adatom::report
