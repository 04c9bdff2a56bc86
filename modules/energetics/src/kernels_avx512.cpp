// Built with -march=x86-64-v4: called only where the processor has AVX-512.
#if defined(__AVX512F__)
#include <immintrin.h>

#include "kernels.h"
#include "row_values.h"

namespace adatom::energetics {
namespace avx512 {

struct Lanes {
  using Floats = __m512;
  using Integers = __m512i;
  static constexpr std::size_t count = 16;
  static constexpr std::size_t segments = 32;
  static constexpr std::size_t degree = 5;

  static Floats all(float value) { return _mm512_set1_ps(value); }
  static Floats load(const float* p) { return _mm512_load_ps(p); }
  static void store(float* p, Floats v) { _mm512_store_ps(p, v); }
  static Floats gather_slopes(const float* places, const std::int32_t* n) {
    return _mm512_i32gather_ps(_mm512_loadu_si512(n), places + 3, 1);
  }
  /// Four numbers of each of sixteen atoms, of which three are wanted: sixteen short loads and a
  /// transposition, which is twice as fast as three gathers.
  static void gather(const float* p, const std::int32_t* n, Floats& x, Floats& y, Floats& z) {
    const Floats a = four(p, n);
    const Floats b = four(p, n + 1);
    const Floats c = four(p, n + 2);
    const Floats d = four(p, n + 3);
    const Floats ab = _mm512_unpacklo_ps(a, b);
    const Floats cd = _mm512_unpacklo_ps(c, d);
    x = _mm512_shuffle_ps(ab, cd, _MM_SHUFFLE(1, 0, 1, 0));
    y = _mm512_shuffle_ps(ab, cd, _MM_SHUFFLE(3, 2, 3, 2));
    z = _mm512_shuffle_ps(_mm512_unpackhi_ps(a, b), _mm512_unpackhi_ps(c, d),
                          _MM_SHUFFLE(1, 0, 1, 0));
  }
  static Floats four(const float* p, const std::int32_t* n) {
    Floats all = _mm512_castps128_ps512(one(p, n[0]));
    all = _mm512_insertf32x4(all, one(p, n[4]), 1);
    all = _mm512_insertf32x4(all, one(p, n[8]), 2);
    return _mm512_insertf32x4(all, one(p, n[12]), 3);
  }
  static __m128 one(const float* p, std::int32_t bytes) {
    return _mm_load_ps(p + static_cast<std::uint32_t>(bytes) / sizeof(float));
  }
  static Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static Floats subtract(Floats a, Floats b) { return _mm512_sub_ps(a, b); }
  static Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static Floats multiply_add(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  static Floats smaller(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static Integers truncate(Floats a) { return _mm512_cvttps_epi32(a); }
  static Floats to_floats(Integers a) { return _mm512_cvtepi32_ps(a); }
  static Floats where_less(Floats value, Floats a, Floats b) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), value);
  }
  static Floats add_where_less(Floats sum, Floats value, Floats a, Floats b) {
    return _mm512_mask_add_ps(sum, _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), sum, value);
  }
  static float least(Floats a) { return _mm512_reduce_min_ps(a); }

  /// Appends to its own list of each atom the neighbours with u below a limit.
  struct Appender {
    explicit Appender(std::int32_t* list) : out(list) {}
    void add(const std::int32_t* neighbours, Floats u, float limit) {
      const __mmask16 near = _mm512_cmp_ps_mask(u, all(limit), _CMP_LT_OQ);
      _mm512_mask_i32scatter_epi32(out, near, at, _mm512_load_si512(neighbours), 4);
      at = _mm512_mask_add_epi32(at, near, at, _mm512_set1_epi32(static_cast<int>(count)));
    }
    /// Fills up with `nobody`, and returns how many vectors there are.
    std::uint32_t finish(std::int32_t nobody) {
      const int largest = _mm512_reduce_max_epi32(at) / static_cast<int>(count);
      for (int k = _mm512_reduce_min_epi32(at) / static_cast<int>(count); k < largest; ++k) {
        const __m512i entry = _mm512_set1_epi32(k * static_cast<int>(count) + 15);
        const __mmask16 missing = _mm512_cmp_epi32_mask(at, entry, _MM_CMPINT_LE);
        _mm512_mask_store_epi32(out + static_cast<std::size_t>(k) * count, missing,
                                _mm512_set1_epi32(nobody));
      }
      return static_cast<std::uint32_t>(largest);
    }
    std::int32_t* out;
    Integers at = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  };

  /// Two registers; the instruction that looks into them takes the low five bits of an index.
  struct Table {
    Table() = default;
    explicit Table(const float* p) : low(_mm512_loadu_ps(p)), high(_mm512_loadu_ps(p + 16)) {}
    [[nodiscard]] Floats of(Integers index) const {
      return _mm512_permutex2var_ps(low, index, high);
    }
    Floats low;
    Floats high;
  };
};

#include "lane_kernel.h"
#include "pair_kernel.h"

}  // namespace avx512

const Kernels avx512_kernels = {"AVX-512",
                                avx512::pair_prune,
                                avx512::pair_densities,
                                avx512::pair_forces,
                                avx512::Lanes::count,
                                avx512::Lanes::segments,
                                avx512::Lanes::degree,
                                avx512::lane_prune,
                                avx512::lane_densities,
                                avx512::lane_forces};

}  // namespace adatom::energetics
#endif
