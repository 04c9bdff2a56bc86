#pragma once
// Checks that several steps share.
#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/grid.h"

namespace adatom::preprocess {

/// Throws InputError if a pixel is not finite or a side is shorter than `smallest`.
inline void require_usable(const Grid<double>& image, std::size_t smallest, const char* step) {
  if (image.width() < smallest || image.height() < smallest) {
    throw InputError({.what = "the image is too small",
                      .where = step,
                      .why = std::to_string(image.width()) + " x " +
                             std::to_string(image.height()) + " pixels, at least " +
                             std::to_string(smallest) + " x " + std::to_string(smallest) +
                             " are needed",
                      .remedy = {}});
  }
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (std::isfinite(image.values()[i])) continue;
    throw InputError({.what = "a pixel is not a finite number",
                      .where = step,
                      .why = "pixel (" + std::to_string(i % image.width()) + ", " +
                             std::to_string(i / image.width()) + ')',
                      .remedy = "turn on the replacement of outliers"});
  }
}

}  // namespace adatom::preprocess
