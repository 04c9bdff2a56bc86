#include "adatom/base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace adatom {
namespace {

// Known answers published with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, KnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t f = 0xffffffff;
  EXPECT_EQ(philox4x32({f, f, f, f}, {f, f}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, SubstreamsDoNotDependOnWhatWasDrawn) {
  RandomStream a(7);
  const RandomStream b(7);
  for (int i = 0; i < 10; ++i) a.bits();
  RandomStream from_a = a.substream(3).substream(1);
  RandomStream from_b = b.substream(3).substream(1);
  RandomStream other = b.substream(1).substream(3);
  EXPECT_EQ(from_a.bits(), from_b.bits());
  EXPECT_NE(from_a.bits(), other.bits());
}

// Mean and variance of n draws lie within 5 standard errors of the law's.
TEST(RandomStream, MomentsOfTheLaws) {
  constexpr int n = 200000;
  RandomStream stream(1);
  for (const double mean : {0.3, 4.0, 9.9, 10.1, 60.0, 2e4}) {
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < n; ++i) {
      const double d = static_cast<double>(stream.poisson(mean)) - mean;
      sum += d;
      squares += d * d;
    }
    EXPECT_NEAR(sum / n, 0.0, 5.0 * std::sqrt(mean / n)) << mean;
    // Var of the squared deviation of a Poisson variable: mean + 2 mean^2.
    EXPECT_NEAR(squares / n, mean, 5.0 * std::sqrt((mean + 2 * mean * mean) / n)) << mean;
  }
  double sum = 0.0;
  double fourth = 0.0;
  for (int i = 0; i < n; ++i) {
    const double z = stream.normal();
    sum += z;
    fourth += z * z * z * z;
  }
  EXPECT_NEAR(sum / n, 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(fourth / n, 3.0, 5.0 * std::sqrt(96.0 / n));  // Var(z^4) = 105 - 9
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream stream(2);
  std::array<int, 6> seen{};
  for (int i = 0; i < 60000; ++i) ++seen[stream.below(6)];
  for (const int count : seen) EXPECT_NEAR(count, 10000, 5 * std::sqrt(10000.0));
  EXPECT_EQ(stream.below(1), 0U);
}

}  // namespace
}  // namespace adatom
