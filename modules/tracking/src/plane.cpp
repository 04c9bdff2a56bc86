#include "plane.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/cpu_clones.h"
#include "lanes.h"

namespace adatom::tracking {
namespace {

// sum += weight (a + b)
ADATOM_CLONES
void add_pair(const float* a, const float* b, float weight, float* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += weight * (a[i] + b[i]);
}

ADATOM_CLONES
void scale_row(const float* a, float weight, float* result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) result[i] = weight * a[i];
}

std::size_t mirrored(std::ptrdiff_t i, std::size_t n) {
  const auto last = static_cast<std::ptrdiff_t>(n) - 1;
  while (i < 0 || i > last) i = i < 0 ? -1 - i : 2 * last + 1 - i;
  return static_cast<std::size_t>(i);
}

std::vector<float> half_gaussian(double sigma) {
  const auto radius = static_cast<std::size_t>(std::ceil(3.0 * sigma));
  std::vector<float> kernel(radius + 1);
  double sum = 0.0;
  for (std::size_t k = 0; k <= radius; ++k) {
    const double u = static_cast<double>(k) / sigma;
    kernel[k] = static_cast<float>(std::exp(-0.5 * u * u));
    sum += (k == 0 ? 1.0 : 2.0) * static_cast<double>(kernel[k]);
  }
  for (float& weight : kernel) weight = static_cast<float>(static_cast<double>(weight) / sum);
  return kernel;
}

}  // namespace

void Plane::resize(std::size_t width, std::size_t height) {
  width_ = width;
  height_ = height;
  if (values_.size() < width * height + lanes) values_.resize(width * height + lanes);
}

double smooth(const Plane& image, double sigma_px, Plane& result, std::size_t row_step) {
  const std::size_t width = image.width();
  const std::size_t height = image.height();
  result.resize(width, height);
  const std::vector<float> kernel = half_gaussian(sigma_px);
  const std::size_t radius = kernel.size() - 1;
  std::vector<float> line(width + 2 * radius);
  float* middle = line.data() + radius;
  for (std::size_t y = 0; y < height; y += row_step) {
    const auto here = static_cast<std::ptrdiff_t>(y);
    scale_row(image.row(y), kernel[0], middle, width);
    for (std::size_t k = 1; k <= radius; ++k) {
      const auto step = static_cast<std::ptrdiff_t>(k);
      add_pair(image.row(mirrored(here - step, height)), image.row(mirrored(here + step, height)),
               kernel[k], middle, width);
    }
    for (std::size_t k = 1; k <= radius; ++k) {
      const auto step = static_cast<std::ptrdiff_t>(k);
      line[radius - k] = middle[mirrored(-step, width)];
      line[radius + width - 1 + k] =
          middle[mirrored(static_cast<std::ptrdiff_t>(width) - 1 + step, width)];
    }
    float* out = result.row(y);
    scale_row(middle, kernel[0], out, width);
    for (std::size_t k = 1; k <= radius; ++k) {
      add_pair(middle - k, middle + k, kernel[k], out, width);
    }
  }
  double squares = 0.0;
  for (std::size_t k = 0; k <= radius; ++k) {
    const auto weight = static_cast<double>(kernel[k]);
    squares += (k == 0 ? 1.0 : 2.0) * weight * weight;
  }
  return squares;
}

double mean_of(const Plane& plane) {
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t y = 4; y < plane.height(); y += 8) {
    for (std::size_t x = 4; x < plane.width(); x += 8) {
      sum += static_cast<double>(plane.row(y)[x]);
      count += 1.0;
    }
  }
  return sum / count;
}

}  // namespace adatom::tracking
