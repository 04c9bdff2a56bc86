#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/numeric/fft.h"
#include "adatom/preprocess/register.h"
#include "finite.h"

namespace adatom::preprocess {
namespace {

using numeric::Complex;

/// exp(-2 pi i k shift) for each index; the highest frequency of an even length keeps its real
/// part, so that a real image stays real.
std::vector<Complex> phases(std::size_t count, std::size_t length, double shift) {
  std::vector<Complex> list(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = -2.0 * std::numbers::pi * numeric::frequency(i, length) * shift;
    list[i] = 2 * i == length ? Complex(std::cos(angle), 0.0) : std::polar(1.0, angle);
  }
  return list;
}

}  // namespace

Grid<double> displaced(const Grid<double>& image, double dx_px, double dy_px) {
  require_usable(image, 1, "displacement");
  if (!std::isfinite(dx_px) || !std::isfinite(dy_px)) {
    throw InputError({.what = "a displacement must be finite",
                      .where = "displacement",
                      .why = {},
                      .remedy = {}});
  }
  if (dx_px == 0.0 && dy_px == 0.0) return image;
  // Mirrored at its right and lower edges the image continues without a jump, so that no ringing
  // comes in from there.
  const std::size_t width = 2 * image.width();
  const std::size_t height = 2 * image.height();
  Grid<double> mirrored(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      mirrored(x, y) =
          image(x < image.width() ? x : width - 1 - x, y < image.height() ? y : height - 1 - y);
    }
  }
  const numeric::RealFft2d transform(width, height);
  Grid<Complex> spectrum = transform.forward(mirrored);
  const auto along_x = phases(spectrum.width(), width, dx_px);
  const auto along_y = phases(spectrum.height(), height, dy_px);
  for (std::size_t v = 0; v < spectrum.height(); ++v) {
    for (std::size_t u = 0; u < spectrum.width(); ++u) spectrum(u, v) *= along_x[u] * along_y[v];
  }
  const Grid<double> moved = transform.inverse(std::move(spectrum));
  Grid<double> result(image.width(), image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) result(x, y) = moved(x, y);
  }
  return result;
}

}  // namespace adatom::preprocess
