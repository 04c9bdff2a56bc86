// Built with -march=x86-64-v4: called only where the processor has it.
#if defined(__AVX512F__)
#include <immintrin.h>

#include "near_atoms.h"

namespace adatom::descriptors {

std::size_t find_near_avx512(const AtomCoordinates& atoms, std::size_t from, double square_of_reach,
                             std::uint32_t* near) {
  const __m512d x = _mm512_set1_pd(atoms.x[from]);
  const __m512d y = _mm512_set1_pd(atoms.y[from]);
  const __m512d z = _mm512_set1_pd(atoms.z[from]);
  const __m512d reach = _mm512_set1_pd(square_of_reach);
  const auto within = [&](std::size_t j) -> unsigned {
    const __m512d dx = _mm512_sub_pd(_mm512_loadu_pd(atoms.x + j), x);
    const __m512d dy = _mm512_sub_pd(_mm512_loadu_pd(atoms.y + j), y);
    const __m512d dz = _mm512_sub_pd(_mm512_loadu_pd(atoms.z + j), z);
    const __m512d square = _mm512_add_pd(
        _mm512_add_pd(_mm512_mul_pd(dx, dx), _mm512_mul_pd(dy, dy)), _mm512_mul_pd(dz, dz));
    return _mm512_cmp_pd_mask(square, reach, _CMP_LE_OQ);
  };
  __m512i number = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i step = _mm512_set1_epi32(static_cast<int>(near_step));
  std::size_t found = 0;
  for (std::size_t j = 0; j < atoms.count; j += near_step) {
    unsigned mask = within(j) | within(j + 8) << 8;
    if (atoms.count - j < near_step) mask &= (1U << (atoms.count - j)) - 1U;
    if (from - j < near_step) mask &= ~(1U << (from - j));
    const auto chosen = static_cast<__mmask16>(mask);
    _mm512_storeu_si512(near + found, _mm512_maskz_compress_epi32(chosen, number));
    found += static_cast<std::size_t>(__builtin_popcount(mask));
    number = _mm512_add_epi32(number, step);
  }
  return found;
}

}  // namespace adatom::descriptors
#endif
