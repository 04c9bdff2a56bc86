#include "image_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/error.h"

namespace adatom::diffraction {

void require_fringe_image(const Grid<double>& image, double pixel_size_nm) {
  constexpr std::size_t least_side = 32;
  if (image.width() < least_side || image.height() < least_side) {
    throw InputError({.what = "the image is too small for lattice fringes",
                      .where = "",
                      .why = fmt::format("it has {} x {} pixels, at least {} each way are needed",
                                         image.width(), image.height(), least_side),
                      .remedy = "use a larger part of the image"});
  }
  if (!(pixel_size_nm > 0.0) || !std::isfinite(pixel_size_nm)) {
    throw InputError({.what = "the pixel size is not positive",
                      .where = "",
                      .why = fmt::format("it is {} nm", pixel_size_nm),
                      .remedy = "give the side of a pixel"});
  }
  if (!std::ranges::all_of(image.values(), [](double value) { return std::isfinite(value); })) {
    throw InputError({.what = "a pixel is no number",
                      .where = "",
                      .why = "Fourier transforms spread it over the whole image",
                      .remedy = "replace it or cut it away"});
  }
}

void require_sampled(double k_per_nm, double pixel_size_nm) {
  if (k_per_nm * pixel_size_nm < 0.45) return;
  throw InputError({.what = "the pixels are too large for the fringes",
                    .where = fmt::format("{:.4g} angstrom", 10.0 / k_per_nm),
                    .why = fmt::format("a pixel is {:.4g} angstrom; a fringe needs 2.2 pixels",
                                       10.0 * pixel_size_nm),
                    .remedy = "check the pixel size, or leave the fringe out"});
}

}  // namespace adatom::diffraction
