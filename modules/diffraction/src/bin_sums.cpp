#include "bin_sums.h"

#include <algorithm>
#include <bit>

#include "adatom/base/cpu_clones.h"

namespace adatom::diffraction {
namespace {

#define ADATOM_INLINE inline __attribute__((always_inline))

constexpr std::size_t lanes = 16;
constexpr std::size_t block_size = 64 * lanes;

// By their bits, as this raises nothing and becomes vectors.
ADATOM_INLINE bool is_finite(double x) {
  return (std::bit_cast<std::uint64_t>(x) & 0x7ff0000000000000U) != 0x7ff0000000000000U;
}
ADATOM_INLINE bool is_finite(float x) {
  return (std::bit_cast<std::uint32_t>(x) & 0x7f800000U) != 0x7f800000U;
}
ADATOM_INLINE bool is_finite(std::uint16_t) { return true; }

ADATOM_INLINE float difference(double x, double pivot) { return static_cast<float>(x - pivot); }
ADATOM_INLINE float difference(float x, float pivot) { return x - pivot; }
ADATOM_INLINE float difference(std::uint16_t x, std::uint16_t pivot) {
  return static_cast<float>(static_cast<int>(x) - static_cast<int>(pivot));
}

struct LaneSums {
  float w[lanes] = {};
  float w2[lanes] = {};
  float wd[lanes] = {};
  float w2d[lanes] = {};
  float wd2[lanes] = {};
};

template <class T>
ADATOM_INLINE void add(LaneSums& sums, std::size_t lane, T x, T pivot, float weight) {
  const bool counts = is_finite(x);
  const float w = counts ? weight : 0.0F;
  const float d = counts ? difference(x, pivot) : 0.0F;
  const float wd = w * d;
  sums.w[lane] += w;
  sums.w2[lane] += w * w;
  sums.wd[lane] += wd;
  sums.w2d[lane] += w * wd;
  sums.wd2[lane] += wd * d;
}

template <class T>
ADATOM_INLINE void sum_pixels(const T* frame, const std::uint32_t* pixel, const float* weight,
                              std::size_t count, BinSums& sums) {
  std::size_t first = 0;
  while (first < count && !is_finite(frame[pixel[first]])) ++first;
  sums = {};
  if (first == count) return;
  const T pivot = frame[pixel[first]];
  sums.pivot = static_cast<double>(pivot);
  for (std::size_t block = 0; block < count; block += block_size) {
    const std::size_t end = std::min(block + block_size, count);
    LaneSums part;
    std::size_t i = block;
    for (; i + lanes <= end; i += lanes) {
      for (std::size_t k = 0; k < lanes; ++k) {
        add(part, k, frame[pixel[i + k]], pivot, weight[i + k]);
      }
    }
    for (std::size_t k = 0; i < end; ++i, ++k) add(part, k, frame[pixel[i]], pivot, weight[i]);
    for (std::size_t k = 0; k < lanes; ++k) {
      sums.w += static_cast<double>(part.w[k]);
      sums.w2 += static_cast<double>(part.w2[k]);
      sums.wd += static_cast<double>(part.wd[k]);
      sums.w2d += static_cast<double>(part.w2d[k]);
      sums.wd2 += static_cast<double>(part.wd2[k]);
    }
  }
}

}  // namespace

ADATOM_CLONES void sum_bin(const double* frame, const std::uint32_t* pixel, const float* weight,
                           std::size_t count, BinSums& sums) {
  sum_pixels(frame, pixel, weight, count, sums);
}
ADATOM_CLONES void sum_bin(const float* frame, const std::uint32_t* pixel, const float* weight,
                           std::size_t count, BinSums& sums) {
  sum_pixels(frame, pixel, weight, count, sums);
}
ADATOM_CLONES void sum_bin(const std::uint16_t* frame, const std::uint32_t* pixel,
                           const float* weight, std::size_t count, BinSums& sums) {
  sum_pixels(frame, pixel, weight, count, sums);
}

}  // namespace adatom::diffraction
