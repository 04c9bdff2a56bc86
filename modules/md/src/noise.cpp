// Built with -fno-math-errno, without which square roots are not taken many at a time.
#include "noise.h"

#include <bit>
#include <cmath>
#include <cstddef>

#include "adatom/base/cpu_clones.h"

namespace adatom::md {
namespace {

// Counters that go through the rounds side by side; each gives four deviates.
constexpr std::size_t lanes = 64;

struct Words {
  std::uint32_t w[4][lanes];
};

inline __attribute__((always_inline)) void philox_rounds(Words& words, std::uint32_t key0,
                                                         std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::uint64_t a = std::uint64_t{0xD2511F53U} * words.w[0][l];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * words.w[2][l];
      const std::uint32_t next0 = static_cast<std::uint32_t>(b >> 32U) ^ words.w[1][l] ^ key0;
      const std::uint32_t next2 = static_cast<std::uint32_t>(a >> 32U) ^ words.w[3][l] ^ key1;
      words.w[1][l] = static_cast<std::uint32_t>(b);
      words.w[3][l] = static_cast<std::uint32_t>(a);
      words.w[0][l] = next0;
      words.w[2][l] = next2;
    }
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
}

/// log(x) of a normal x in (0, 1]: with x = m 2^e and m from sqrt(1/2) to sqrt(2), e log 2 and a
/// polynomial in m - 1 (Moshier, Cephes, logf: relative error below 2e-7).
inline __attribute__((always_inline)) float log_of(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  // 0x3f3504f3 is sqrt(1/2).
  const std::int32_t shifted = bits - 0x3f3504f3;
  const std::int32_t exponent = shifted >> 23;
  const float m = std::bit_cast<float>(bits - (exponent << 23)) - 1.0F;
  float p = 7.0376836292e-2F;
  p = p * m - 1.1514610310e-1F;
  p = p * m + 1.1676998740e-1F;
  p = p * m - 1.2420140846e-1F;
  p = p * m + 1.4249322787e-1F;
  p = p * m - 1.6668057665e-1F;
  p = p * m + 2.0000714765e-1F;
  p = p * m - 2.4999993993e-1F;
  p = p * m + 3.3333331174e-1F;
  const float square = m * m;
  return static_cast<float>(exponent) * 0.693147180560F + (m - 0.5F * square + p * square * m);
}

/// Two deviates from two uniform words.
inline __attribute__((always_inline)) void box_muller(std::uint32_t a, std::uint32_t b,
                                                      float& first, float& second) {
  // In (0, 1]: about (a + 1/2) / 2^32; the signed conversion is one instruction.
  const float u = (static_cast<float>(static_cast<std::int32_t>(a >> 1U)) + 0.5F) * 0x1p-31F;
  const float radius = __builtin_sqrtf(-2.0F * log_of(u));
  // The angle in quarters of a turn: two bits, and a rest in (-1/2, 1/2) quarter.
  const std::uint32_t quarter = b >> 30U;
  const float rest =
      (static_cast<float>(static_cast<std::int32_t>((b << 2U) >> 1U)) * 0x1p-31F - 0.5F) *
      1.57079632679F;
  const float t = rest * rest;
  // Moshier, Cephes, sinf and cosf.
  const float sine =
      rest + rest * t * ((-1.9515295891e-4F * t + 8.3321608736e-3F) * t - 1.6666654611e-1F);
  const float cosine =
      1.0F - 0.5F * t +
      t * t * ((2.443315711809948e-5F * t - 1.388731625493765e-3F) * t + 4.166664568298827e-2F);
  // Choices by masks and sign bits: with branches the loop would not be done many at a time.
  const std::uint32_t odd = 0U - (quarter & 1U);
  const auto sine_bits = std::bit_cast<std::uint32_t>(sine);
  const auto cosine_bits = std::bit_cast<std::uint32_t>(cosine);
  const std::uint32_t x = (sine_bits & odd) | (cosine_bits & ~odd);
  const std::uint32_t y = (cosine_bits & odd) | (sine_bits & ~odd);
  first = radius * std::bit_cast<float>(x ^ (((quarter + 1U) & 2U) << 30U));
  second = radius * std::bit_cast<float>(y ^ ((quarter & 2U) << 30U));
}

ADATOM_CLONES void fill_blocks(std::uint64_t seed, std::uint64_t step, float* deviates,
                               std::size_t blocks) {
  for (std::size_t block = 0; block < blocks; ++block) {
    Words words;
    for (std::size_t l = 0; l < lanes; ++l) {
      words.w[0][l] = static_cast<std::uint32_t>(block * lanes + l);
      words.w[1][l] = static_cast<std::uint32_t>(step);
      words.w[2][l] = static_cast<std::uint32_t>(step >> 32U);
      words.w[3][l] = 0x6d64U;  // apart from other uses of the same seed
    }
    philox_rounds(words, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U));
    float* out = deviates + block * 4 * lanes;
    for (std::size_t l = 0; l < lanes; ++l) {
      box_muller(words.w[0][l], words.w[1][l], out[l], out[lanes + l]);
    }
    for (std::size_t l = 0; l < lanes; ++l) {
      box_muller(words.w[2][l], words.w[3][l], out[2 * lanes + l], out[3 * lanes + l]);
    }
  }
}

}  // namespace

void fill_normal(std::uint64_t seed, std::int64_t step, std::span<float> deviates) {
  fill_blocks(seed, static_cast<std::uint64_t>(step), deviates.data(),
              deviates.size() / (4 * lanes));
}

}  // namespace adatom::md
