#pragma once
// Sixteen single-precision numbers at a time, as the compiler's own vectors: they become one, two
// or four registers by instruction set. What is computed lane by lane is the same for each of them.
#include <cstddef>
#include <cstdint>

namespace adatom::tracking {

inline constexpr std::size_t lanes = 16;

using Lanes = float __attribute__((vector_size(lanes * sizeof(float))));
using IntLanes = std::int32_t __attribute__((vector_size(lanes * sizeof(std::int32_t))));
using LooseLanes =
    float __attribute__((vector_size(lanes * sizeof(float)), aligned(sizeof(float)), may_alias));

/// `count` rounded up to whole vectors.
[[nodiscard]] constexpr std::size_t whole_lanes(std::size_t count) {
  return (count + lanes - 1) / lanes * lanes;
}

// By reference, as vectors have no calling convention that holds for all instruction sets.
#define ADATOM_INLINE inline __attribute__((always_inline))

ADATOM_INLINE void load(const float* from, Lanes& to) {
  to = *reinterpret_cast<const LooseLanes*>(from);
}
ADATOM_INLINE void store(const Lanes& from, float* to) {
  *reinterpret_cast<LooseLanes*>(to) = from;
}

/// x, but not below 0 and not above 1.
ADATOM_INLINE void unit_lanes(const Lanes& x, Lanes& result) {
  const Lanes zero{};
  const Lanes one = zero + 1.0F;
  const Lanes positive = x > zero ? x : zero;
  result = positive < one ? positive : one;
}

/// exp(x) for x <= 0 to 2e-7 relative; below -80 what is left of it is of no use.
ADATOM_INLINE void exp_lanes(const Lanes& x, Lanes& result) {
  constexpr float round_shift = 12582912.0F;  // 1.5 * 2^23: adding it rounds to whole numbers
  const Lanes low = Lanes{} - 80.0F;
  const Lanes t = (x < low ? low : x) * 1.44269504F;
  const Lanes shifted = t + round_shift;
  const Lanes f = (t - (shifted - round_shift)) * 0.69314718F;
  Lanes p = f * 1.98412698e-4F + 1.38888889e-3F;
  p = p * f + 8.33333333e-3F;
  p = p * f + 4.16666667e-2F;
  p = p * f + 1.66666667e-1F;
  p = p * f + 0.5F;
  p = p * f + 1.0F;
  p = p * f + 1.0F;
  const IntLanes n = reinterpret_cast<IntLanes>(shifted) << 23;
  const IntLanes bits = reinterpret_cast<IntLanes>(p) + n;
  result = reinterpret_cast<Lanes>(bits);
}

/// 1 / sqrt(x) for x > 0 in full precision: a guess from the exponent, then Newton.
ADATOM_INLINE void inverse_sqrt_lanes(const Lanes& x, Lanes& result) {
  const IntLanes guess = 0x5f375a86 - (reinterpret_cast<IntLanes>(x) >> 1);
  Lanes y = reinterpret_cast<Lanes>(guess);
  const Lanes half = x * 0.5F;
  y = y * (1.5F - half * y * y);
  y = y * (1.5F - half * y * y);
  y = y * (1.5F - half * y * y);
  result = y;
}

/// Natural logarithm of x > 0 to 3e-7 absolute for x near 1 (to 1e-6 relative elsewhere).
ADATOM_INLINE void log_lanes(const Lanes& x, Lanes& result) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)).
  const IntLanes bits = reinterpret_cast<IntLanes>(x);
  const IntLanes e = (bits - 0x3f3504f3) >> 23;
  const IntLanes mantissa = bits - (e << 23);
  const Lanes m = reinterpret_cast<Lanes>(mantissa);
  const Lanes exponent = __builtin_convertvector(e, Lanes);
  const Lanes u = (m - 1.0F) / (m + 1.0F);
  const Lanes q = u * u;
  Lanes p = q * 0.22222222F + 0.28571429F;
  p = p * q + 0.4F;
  p = p * q + 0.66666667F;
  p = p * q + 2.0F;
  result = exponent * 0.69314718F + u * p;
}

/// The normal distribution: its density at z, and the probability below z (to 1e-7; Abramowitz and
/// Stegun, eq. 7.1.26).
ADATOM_INLINE void normal_lanes(const Lanes& z, Lanes& density, Lanes& below) {
  const Lanes zero{};
  Lanes e;
  exp_lanes(z * z * -0.5F, e);
  const Lanes a = (z < zero ? -z : z) * 0.70710678F;
  const Lanes t = 1.0F / (1.0F + 0.3275911F * a);
  Lanes p = t * 1.061405429F - 1.453152027F;
  p = p * t + 1.421413741F;
  p = p * t - 0.284496736F;
  p = p * t + 0.254829592F;
  const Lanes tail = 0.5F * p * t * e;
  density = e * 0.39894228F;
  below = z < zero ? tail : 1.0F - tail;
}

}  // namespace adatom::tracking
