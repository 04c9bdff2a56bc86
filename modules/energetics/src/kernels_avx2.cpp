// Built with -march=x86-64-v3: called only where the processor has AVX2 and FMA.
#if defined(__AVX2__)
#include <immintrin.h>

#include "kernels.h"
#include "row_values.h"

namespace adatom::energetics {
namespace avx2 {

#include "plain_appender.h"

struct Lanes {
  using Floats = __m256;
  using Integers = __m256i;
  static constexpr std::size_t count = 8;
  static constexpr std::size_t segments = 8;
  static constexpr std::size_t degree = 10;

  static Floats all(float value) { return _mm256_set1_ps(value); }
  static Floats load(const float* p) { return _mm256_load_ps(p); }
  static void store(float* p, Floats v) { _mm256_store_ps(p, v); }
  static Floats gather_slopes(const float* places, const std::int32_t* n) {
    const auto* bytes = reinterpret_cast<const __m256i*>(n);
    return _mm256_i32gather_ps(places + 3, _mm256_loadu_si256(bytes), 1);
  }
  /// Four numbers of each of eight atoms, of which three are wanted: eight short loads and a
  /// transposition, which is faster than three gathers.
  static void gather(const float* p, const std::int32_t* n, Floats& x, Floats& y, Floats& z) {
    const Floats a = two(p, n);
    const Floats b = two(p, n + 1);
    const Floats c = two(p, n + 2);
    const Floats d = two(p, n + 3);
    const Floats ab = _mm256_unpacklo_ps(a, b);
    const Floats cd = _mm256_unpacklo_ps(c, d);
    x = _mm256_shuffle_ps(ab, cd, _MM_SHUFFLE(1, 0, 1, 0));
    y = _mm256_shuffle_ps(ab, cd, _MM_SHUFFLE(3, 2, 3, 2));
    z = _mm256_shuffle_ps(_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d),
                          _MM_SHUFFLE(1, 0, 1, 0));
  }
  static Floats two(const float* p, const std::int32_t* n) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(one(p, n[0])), one(p, n[4]), 1);
  }
  static __m128 one(const float* p, std::int32_t bytes) {
    return _mm_load_ps(p + static_cast<std::uint32_t>(bytes) / sizeof(float));
  }
  static Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  static Floats subtract(Floats a, Floats b) { return _mm256_sub_ps(a, b); }
  static Floats multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats multiply_add(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats smaller(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static Integers truncate(Floats a) { return _mm256_cvttps_epi32(a); }
  static Floats to_floats(Integers a) { return _mm256_cvtepi32_ps(a); }
  static Floats where_less(Floats value, Floats a, Floats b) {
    return _mm256_and_ps(_mm256_cmp_ps(a, b, _CMP_LT_OQ), value);
  }
  static Floats add_where_less(Floats sum, Floats value, Floats a, Floats b) {
    return _mm256_add_ps(sum, where_less(value, a, b));
  }
  static float least(Floats a) {
    alignas(32) float values[count];
    store(values, a);
    float smallest = values[0];
    for (const float value : values) smallest = value < smallest ? value : smallest;
    return smallest;
  }

  struct Appender : PlainAppender<count> {
    using PlainAppender<count>::PlainAppender;
    void add(const std::int32_t* neighbours, Floats u, float limit) {
      alignas(32) float values[count];
      store(values, u);
      PlainAppender<count>::add(neighbours, values, limit);
    }
  };

  /// One register; the instruction that looks into it takes the low three bits of an index.
  struct Table {
    Table() = default;
    explicit Table(const float* p) : values(_mm256_loadu_ps(p)) {}
    [[nodiscard]] Floats of(Integers index) const {
      return _mm256_permutevar8x32_ps(values, index);
    }
    Floats values;
  };
};

#include "lane_kernel.h"
#include "pair_kernel.h"

}  // namespace avx2

const Kernels avx2_kernels = {"AVX2",
                              avx2::pair_prune,
                              avx2::pair_densities,
                              avx2::pair_forces,
                              avx2::Lanes::count,
                              avx2::Lanes::segments,
                              avx2::Lanes::degree,
                              avx2::lane_prune,
                              avx2::lane_densities,
                              avx2::lane_forces};

}  // namespace adatom::energetics
#endif
