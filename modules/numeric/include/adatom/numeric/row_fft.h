#pragma once
// One-dimensional Fourier transforms in single precision, for those who lay out their own passes
// over an array. The plan's effort is fixed (FFTW_ESTIMATE, a row at a time): the same input gives
// the same bytes from run to run, and for one dimension a measured plan is hardly faster.
#include <complex>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace adatom::numeric {

/// Memory that begins on a cache line.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
  void deallocate(T* p, std::size_t /*n*/) { ::operator delete(p, alignment); }
  template <class U>
  bool operator==(const AlignedAllocator<U>& /*other*/) const {
    return true;
  }
};

using ComplexFloat = std::complex<float>;
using ComplexFloats = std::vector<ComplexFloat, AlignedAllocator<ComplexFloat>>;

/// Transform of rows of one length, in place; neither direction scales. Rows begin at a multiple of
/// 16 bytes. One object may serve several threads.
class RowFft {
 public:
  /// @throws InputError: a length of zero or above 2^30
  explicit RowFft(std::size_t length);
  ~RowFft();
  RowFft(RowFft&&) noexcept;
  RowFft& operator=(RowFft&&) noexcept;

  /// F(k) = sum over x of f(x) exp(-2 pi i k x / length).
  void forward(ComplexFloat* row) const;
  /// f(x) = sum over k of F(k) exp(+2 pi i k x / length).
  void inverse(ComplexFloat* row) const;
  [[nodiscard]] std::size_t length() const;

 private:
  struct Plans;
  std::unique_ptr<Plans> plans_;
};

}  // namespace adatom::numeric
