#pragma once
// Two-dimensional Fourier transforms. The plan's effort is fixed (FFTW_ESTIMATE), so that the same
// input gives the same bytes from run to run.
#include <complex>
#include <cstddef>
#include <memory>

#include "adatom/base/grid.h"

namespace adatom::numeric {

using Complex = std::complex<double>;

/// Transform of real images of one size. Construction from several threads is safe, and so is the
/// use of one object by several threads.
/// forward: F(u, v) = sum over x, y of f(x, y) exp(-2 pi i (u x / width + v y / height)),
/// u in [0, width / 2], v in [0, height): a grid of (width / 2 + 1) by height; the rest follows
/// from F(-u, -v) = conj F(u, v). inverse(forward(f)) = f.
class RealFft2d {
 public:
  /// @throws InputError: a side of zero or above 2^30
  RealFft2d(std::size_t width, std::size_t height);
  ~RealFft2d();
  RealFft2d(RealFft2d&&) noexcept;
  RealFft2d& operator=(RealFft2d&&) noexcept;

  /// @throws InputError: `image` has another size than the plan
  [[nodiscard]] Grid<Complex> forward(const Grid<double>& image) const;
  /// Divides by width * height. @throws InputError: `spectrum` has another size than the plan
  [[nodiscard]] Grid<double> inverse(Grid<Complex> spectrum) const;

  [[nodiscard]] std::size_t width() const;
  [[nodiscard]] std::size_t height() const;

 private:
  struct Plans;
  std::unique_ptr<Plans> plans_;
};

/// Transform of complex images of one size, in place; conventions as above with u in [0, width).
class ComplexFft2d {
 public:
  /// @throws InputError: a side of zero or above 2^30
  ComplexFft2d(std::size_t width, std::size_t height);
  ~ComplexFft2d();
  ComplexFft2d(ComplexFft2d&&) noexcept;
  ComplexFft2d& operator=(ComplexFft2d&&) noexcept;

  /// @throws InputError: `values` has another size than the plan
  void forward(Grid<Complex>& values) const;
  /// Divides by width * height. @throws InputError: `values` has another size than the plan
  void inverse(Grid<Complex>& values) const;

  [[nodiscard]] std::size_t width() const;
  [[nodiscard]] std::size_t height() const;

 private:
  struct Plans;
  std::unique_ptr<Plans> plans_;
};

/// The signed frequency, cycles per pixel in (-1/2, 1/2], of index `k` of a transform of length
/// `n`.
[[nodiscard]] double frequency(std::size_t k, std::size_t n);

/// The smallest length >= n whose only prime factors are 2, 3, 5 and 7: transforms fast.
[[nodiscard]] std::size_t fast_length(std::size_t n);

}  // namespace adatom::numeric
