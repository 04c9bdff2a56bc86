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
ADATOM_INLINE bool is_finite(float x) {
  return (std::bit_cast<std::uint32_t>(x) & 0x7f800000U) != 0x7f800000U;
}
struct LaneSums {
  float w[lanes] = {};
  float w2[lanes] = {};
  float wd[lanes] = {};
  float w2d[lanes] = {};
  float wd2[lanes] = {};
  float wu[lanes] = {};
  float wu2[lanes] = {};
  float wud[lanes] = {};
};

/// An entry of a bin without radii.
struct NoOffset {
  ADATOM_INLINE static void add(LaneSums&, std::size_t, std::size_t, float, float) {}
};

struct Offset {
  const float* offset;
  ADATOM_INLINE void add(LaneSums& sums, std::size_t lane, std::size_t i, float w, float wd) const {
    const float u = offset[i];
    const float wu = w * u;
    sums.wu[lane] += wu;
    sums.wu2[lane] += wu * u;
    sums.wud[lane] += wd * u;
  }
};

template <class Radius>
struct Entries {
  const float* frame;
  const std::uint32_t* pixel;
  const float* weight;
  Radius radius;
  float pivot;

  ADATOM_INLINE void add(std::size_t i, std::size_t lane, LaneSums& sums) const {
    const float x = frame[pixel[i]];
    const bool counts = is_finite(x);
    const float w = counts ? weight[i] : 0.0F;
    const float d = counts ? x - pivot : 0.0F;
    const float wd = w * d;
    sums.w[lane] += w;
    sums.w2[lane] += w * w;
    sums.wd[lane] += wd;
    sums.w2d[lane] += w * wd;
    sums.wd2[lane] += wd * d;
    radius.add(sums, lane, i, w, wd);
  }
};

ADATOM_INLINE void add_lanes(const LaneSums& part, BinSums& sums) {
  for (std::size_t k = 0; k < lanes; ++k) {
    sums.w += static_cast<double>(part.w[k]);
    sums.w2 += static_cast<double>(part.w2[k]);
    sums.wd += static_cast<double>(part.wd[k]);
    sums.w2d += static_cast<double>(part.w2d[k]);
    sums.wd2 += static_cast<double>(part.wd2[k]);
    sums.wu += static_cast<double>(part.wu[k]);
    sums.wu2 += static_cast<double>(part.wu2[k]);
    sums.wud += static_cast<double>(part.wud[k]);
  }
}

template <class Radius>
ADATOM_INLINE void sum_entries(const Entries<Radius>& entries, std::size_t count, BinSums& sums) {
  for (std::size_t block = 0; block < count; block += block_size) {
    const std::size_t end = std::min(block + block_size, count);
    LaneSums part;
    std::size_t i = block;
    for (; i + lanes <= end; i += lanes) {
      for (std::size_t k = 0; k < lanes; ++k) entries.add(i + k, k, part);
    }
    for (std::size_t k = 0; i < end; ++i, ++k) entries.add(i, k, part);
    add_lanes(part, sums);
  }
}

}  // namespace

ADATOM_CLONES void sum_bin(const float* frame, const std::uint32_t* pixel, const float* weight,
                           const float* offset, std::size_t count, BinSums& sums) {
  std::size_t first = 0;
  while (first < count && !is_finite(frame[pixel[first]])) ++first;
  sums = {};
  if (first == count) return;
  const float pivot = frame[pixel[first]];
  sums.pivot = static_cast<double>(pivot);
  if (offset == nullptr) {
    sum_entries(Entries<NoOffset>{frame, pixel, weight, {}, pivot}, count, sums);
  } else {
    sum_entries(Entries<Offset>{frame, pixel, weight, {offset}, pivot}, count, sums);
  }
}

}  // namespace adatom::diffraction
