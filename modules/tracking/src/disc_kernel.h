#pragma once
// The blurred ellipse and its derivatives on a small patch of pixels.
#include <array>
#include <cstddef>
#include <vector>

#include "adatom/base/aligned_vector.h"

namespace adatom::tracking {

/// A pixel that does not count: outside the mask, the frame or the patch.
inline constexpr float no_value = -1e30F;

/// Variance of a pixel whose expected value is m: floor + gain m, and never below `least`.
struct Noise {
  double floor = 0.0;
  double gain = 1.0;
  double least = 1e-6;
  [[nodiscard]] double variance(double mean) const {
    const double v = floor + gain * mean;
    return v > least ? v : least;
  }
};

/// Of one body. Its outline is r^2 = u' A u, A = exp(-2 [[e1, e2], [e2, -e1]]), of area pi r^2; the
/// longer semi-axis is r exp(e), the shorter r exp(-e), e = hypot(e1, e2).
struct Shape {
  double x = 0.0;
  double y = 0.0;
  double radius = 1.0;
  double contrast = 0.0;
  double level = 1.0;  ///< of the background, relative to what it is thought to be
  double e1 = 0.0;
  double e2 = 0.0;
  double blur = 1.0;  ///< s.d. of the edge, the pixel's own width with it
};
inline constexpr std::size_t shape_parameters = 8;

/// Pixels from (x0, y0) of the frame on, in rows of `stride` (whole vectors, padded with no_value).
/// The expected value of a pixel is level (base + weight contrast P), P the share of the body.
struct Patch {
  std::ptrdiff_t x0 = 0;
  std::ptrdiff_t y0 = 0;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t stride = 0;
  AlignedVector<float> data;
  AlignedVector<float> base;
  AlignedVector<float> weight;

  void resize(std::ptrdiff_t x, std::ptrdiff_t y, std::size_t w, std::size_t h);
};

/// Sums of a step: for parameters in the order of Shape, the gradient of -log L, and the Fisher
/// matrix (lower triangle, row by row).
struct NormalSums {
  std::array<double, shape_parameters> gradient{};
  std::array<double, shape_parameters*(shape_parameters + 1) / 2> matrix{};
  double chi2 = 0.0;
  double pixels = 0.0;
  [[nodiscard]] double at(std::size_t i, std::size_t j) const {
    return i >= j ? matrix[i * (i + 1) / 2 + j] : matrix[j * (j + 1) / 2 + i];
  }
};

/// The pixels within `reach` of the centre count. The blur, the last parameter, is left out.
void add_normal_sums(const Patch& patch, const Shape& shape, const Noise& noise, double reach,
                     NormalSums& sums);
void add_normal_sums_with_blur(const Patch& patch, const Shape& shape, const Noise& noise,
                               double reach, NormalSums& sums);

/// P on a patch: `share` has height rows of stride values.
void render_share(const Shape& shape, std::ptrdiff_t x0, std::ptrdiff_t y0, std::size_t stride,
                  std::size_t height, float* share);

/// -2 log L of a row of pixels but for a constant: sum of (data - model)^2 / v + log v.
double minus_two_log_likelihood(const float* data, const float* model, const Noise& noise,
                                std::size_t count);

}  // namespace adatom::tracking
