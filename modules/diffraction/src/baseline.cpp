#include "adatom/diffraction/baseline.h"

#include <algorithm>

namespace adatom::diffraction {

std::vector<double> snip_baseline(std::span<const double> values, int half_window) {
  std::vector<double> base(values.begin(), values.end());
  std::vector<double> next = base;
  const auto count = static_cast<std::ptrdiff_t>(base.size());
  for (std::ptrdiff_t w = half_window; w >= 1; --w) {
    for (std::ptrdiff_t i = w; i + w < count; ++i) {
      const auto at = [&](std::ptrdiff_t j) { return base[static_cast<std::size_t>(j)]; };
      next[static_cast<std::size_t>(i)] = std::min(at(i), 0.5 * (at(i - w) + at(i + w)));
    }
    base = next;
  }
  return base;
}

}  // namespace adatom::diffraction
