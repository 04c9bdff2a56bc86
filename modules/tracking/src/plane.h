#pragma once
// Single-precision images: what every pixel of a frame is touched with.
#include <cstddef>

#include "adatom/base/aligned_vector.h"

namespace adatom::tracking {

/// Row-major, with room for one more vector at the end, so that whole vectors may be read anywhere.
class Plane {
 public:
  /// Keeps its memory where it is large enough; the values are then what they were.
  void resize(std::size_t width, std::size_t height);
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  [[nodiscard]] std::size_t size() const { return width_ * height_; }
  float* row(std::size_t y) { return values_.data() + y * width_; }
  [[nodiscard]] const float* row(std::size_t y) const { return values_.data() + y * width_; }

 private:
  std::size_t width_ = 0;
  std::size_t height_ = 0;
  AlignedVector<float> values_;
};

/// Of every eighth pixel along both sides; at least 5 x 5 pixels.
[[nodiscard]] double mean_of(const Plane& plane);

/// Convolution with a Gaussian cut at 3 sigma, mirrored at the border; only every `row_step`-th row
/// of the result is made.
/// @return the standard deviation that white noise of 1 has afterwards
double smooth(const Plane& image, double sigma_px, Plane& result, std::size_t row_step = 1);

}  // namespace adatom::tracking
