#include "masked_boxes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/parallel.h"

namespace adatom::diffraction {

MaskedGrid reduce(const Grid<double>& frame, const Mask& mask, std::size_t factor) {
  const std::size_t width = frame.width() / factor;
  const std::size_t height = frame.height() / factor;
  MaskedGrid small{Grid<double>(width, height), Mask(width, height), factor};
  parallel_for(height, [&](std::size_t y) {
    for (std::size_t x = 0; x < width; ++x) {
      double sum = 0.0;
      std::size_t count = 0;
      for (std::size_t j = y * factor; j < (y + 1) * factor; ++j) {
        for (std::size_t i = x * factor; i < (x + 1) * factor; ++i) {
          if ((!mask.empty() && mask(i, j) == 0) || !std::isfinite(frame(i, j))) continue;
          sum += frame(i, j);
          ++count;
        }
      }
      if (2 * count < factor * factor || count == 0) continue;
      small.values(x, y) = sum / static_cast<double>(count);
      small.counts(x, y) = 1;
    }
  });
  return small;
}

Grid<double> box_mean(const Grid<double>& values, const Mask& counts, std::size_t radius) {
  const std::size_t width = values.width();
  const std::size_t height = values.height();
  // Sums over everything above and to the left.
  Grid<double> sum(width + 1, height + 1);
  Grid<double> count(width + 1, height + 1);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double one = counts(x, y) != 0 ? 1.0 : 0.0;
      const double value = counts(x, y) != 0 ? values(x, y) : 0.0;
      sum(x + 1, y + 1) = value + sum(x, y + 1) + sum(x + 1, y) - sum(x, y);
      count(x + 1, y + 1) = one + count(x, y + 1) + count(x + 1, y) - count(x, y);
    }
  }
  Grid<double> mean(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t top = y - std::min(y, radius);
    const std::size_t bottom = std::min(y + radius + 1, height);
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t left = x - std::min(x, radius);
      const std::size_t right = std::min(x + radius + 1, width);
      const double n =
          count(right, bottom) - count(left, bottom) - count(right, top) + count(left, top);
      const double all = sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top);
      if (n > 0.5) mean(x, y) = all / n;
    }
  }
  return mean;
}

}  // namespace adatom::diffraction
