#include "wave_kernels.h"

#include <cstring>

#include "adatom/base/cpu_clones.h"

namespace adatom::simulate {
namespace {

// Eight complex numbers, real and imaginary parts in turn.
constexpr std::size_t lanes = 8;
using Block = float __attribute__((vector_size(2 * lanes * sizeof(float))));
using LooseBlock = float
    __attribute__((vector_size(2 * lanes * sizeof(float)), aligned(sizeof(float)), may_alias));
constexpr Block signs = {-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1};

// The compiler's own product of complex numbers looks after infinities, which is slow.
Amplitude product(Amplitude a, Amplitude b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

#define ADATOM_LOAD(pointer) (*reinterpret_cast<const LooseBlock*>(pointer))
#define ADATOM_STORE(pointer) (*reinterpret_cast<LooseBlock*>(pointer))
// Macros: a function that is not itself cloned would not be inlined into the clones.
#define ADATOM_REAL_PARTS(b) \
  __builtin_shufflevector(b, b, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14)
#define ADATOM_IMAGINARY_PARTS(b) \
  __builtin_shufflevector(b, b, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15)
#define ADATOM_SWAPPED_PARTS(b) \
  __builtin_shufflevector(b, b, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#define ADATOM_PRODUCT(a, b) \
  ((a)*ADATOM_REAL_PARTS(b) + ADATOM_SWAPPED_PARTS(a) * signs * ADATOM_IMAGINARY_PARTS(b))

ADATOM_CLONES
void multiply(Amplitude* a, const Amplitude* b, std::size_t count) {
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Block left = ADATOM_LOAD(a + i);
    const Block right = ADATOM_LOAD(b + i);
    ADATOM_STORE(a + i) = ADATOM_PRODUCT(left, right);
  }
  for (; i < count; ++i) a[i] = product(a[i], b[i]);
}

ADATOM_CLONES
void multiply_scaled(Amplitude* a, const Amplitude* b, Amplitude s, std::size_t count) {
  const float re = s.real();
  const float im = s.imag();
  const Block scale_re = Block{} + re;
  const Block scale_im = (Block{} + im) * signs;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Block left = ADATOM_LOAD(a + i);
    const Block factor = ADATOM_LOAD(b + i);
    const Block right = factor * scale_re + ADATOM_SWAPPED_PARTS(factor) * scale_im;
    ADATOM_STORE(a + i) = ADATOM_PRODUCT(left, right);
  }
  for (; i < count; ++i) a[i] = product(a[i], product(b[i], s));
}

ADATOM_CLONES
void add_scaled(Amplitude* a, const Amplitude* b, Amplitude s, std::size_t count) {
  const float re = s.real();
  const float im = s.imag();
  const Block scale_re = Block{} + re;
  const Block scale_im = (Block{} + im) * signs;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Block right = ADATOM_LOAD(b + i);
    const Block sum = ADATOM_LOAD(a + i) + right * scale_re;
    ADATOM_STORE(a + i) = sum + ADATOM_SWAPPED_PARTS(right) * scale_im;
  }
  for (; i < count; ++i) a[i] += product(b[i], s);
}

ADATOM_CLONES
void transpose(const Amplitude* from, std::size_t from_stride, Amplitude* to, std::size_t to_stride,
               std::size_t columns, std::size_t rows) {
  // Both sides stay within a few cache lines; a number moves as eight bytes.
  constexpr std::size_t tile = 8;
  for (std::size_t y0 = 0; y0 < rows; y0 += tile) {
    const std::size_t y1 = y0 + tile < rows ? y0 + tile : rows;
    for (std::size_t x0 = 0; x0 < columns; x0 += tile) {
      const std::size_t x1 = x0 + tile < columns ? x0 + tile : columns;
      for (std::size_t x = x0; x < x1; ++x) {
        for (std::size_t y = y0; y < y1; ++y) {
          std::memcpy(to + x * to_stride + y, from + y * from_stride + x, sizeof(Amplitude));
        }
      }
    }
  }
}

ADATOM_CLONES
double weighted_norm(const Amplitude* a, const float* weight, std::size_t count) {
  // Eight sums side by side, in double precision.
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const float re = a[i + l].real();
      const float im = a[i + l].imag();
      sums[l] += static_cast<double>(weight[i + l] * (re * re + im * im));
    }
  }
  for (; i < count; ++i) {
    const float re = a[i].real();
    const float im = a[i].imag();
    sums[0] += static_cast<double>(weight[i] * (re * re + im * im));
  }
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

void add_to_bins(const Amplitude* a, const std::uint16_t* bin, std::size_t count, double* bins) {
  for (std::size_t i = 0; i < count; ++i) {
    const float re = a[i].real();
    const float im = a[i].imag();
    bins[bin[i]] += static_cast<double>(re * re + im * im);
  }
}

}  // namespace adatom::simulate
