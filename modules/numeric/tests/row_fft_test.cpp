#include "adatom/numeric/row_fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

ComplexFloats random_row(std::size_t length, std::uint64_t seed) {
  RandomStream random(seed);
  ComplexFloats row(length);
  for (auto& value : row) {
    const double re = random.normal();
    value = ComplexFloat(std::complex<double>(re, random.normal()));
  }
  return row;
}

/// The definition, summed term by term in double precision.
std::complex<double> slow_transform(const ComplexFloats& row, std::size_t k, double sign) {
  std::complex<double> sum = 0.0;
  const std::size_t n = row.size();
  for (std::size_t x = 0; x < n; ++x) {
    const double turn = static_cast<double>(k * x % n) / static_cast<double>(n);
    sum += std::complex<double>(row[x]) * std::polar(1.0, sign * 2.0 * std::numbers::pi * turn);
  }
  return sum;
}

class RowFftLengths : public testing::TestWithParam<std::size_t> {};

// A sum of n terms of size sqrt 2 in single precision: rounding is 6e-8 of sqrt(2 n) for each of a
// few passes; ten times that covers the largest of them. A wrong sign or a lost term is of order
// one.
TEST_P(RowFftLengths, BothDirectionsAreTheDefinition) {
  const std::size_t n = GetParam();
  const RowFft fft(n);
  EXPECT_EQ(fft.length(), n);
  const ComplexFloats row = random_row(n, 5);
  const double rounding = 6e-7 * std::sqrt(2.0 * static_cast<double>(n));
  ComplexFloats to(n);
  ComplexFloats from = row;
  fft.forward(from.data(), to.data());
  for (std::size_t k = 0; k < n; ++k) {
    EXPECT_LT(std::abs(std::complex<double>(to[k]) - slow_transform(row, k, -1.0)), rounding) << k;
  }
  from = row;
  fft.inverse(from.data(), to.data());
  for (std::size_t k = 0; k < n; ++k) {
    EXPECT_LT(std::abs(std::complex<double>(to[k]) - slow_transform(row, k, 1.0)), rounding) << k;
  }
}

// Neither direction scales: there and back is n times the row.
TEST_P(RowFftLengths, ThereAndBackIsLengthTimesTheRow) {
  const std::size_t n = GetParam();
  const RowFft fft(n);
  const ComplexFloats row = random_row(n, 6);
  ComplexFloats from = row;
  ComplexFloats to(n);
  fft.forward(from.data(), to.data());
  fft.inverse(to.data(), from.data());
  const auto scale = static_cast<float>(n);
  for (std::size_t x = 0; x < n; ++x) EXPECT_LT(std::abs(from[x] / scale - row[x]), 4e-6F) << x;
}

INSTANTIATE_TEST_SUITE_P(, RowFftLengths,
                         testing::Values(1, 2, 3, 7, 8, 25, 64, 81, 100, 160, 211));

// Rows that begin inside a buffer, at any multiple of 16 bytes, give the same bytes.
TEST(RowFft, RowsMayBeginAnywhereOn16Bytes) {
  constexpr std::size_t n = 96;
  const RowFft fft(n);
  const ComplexFloats row = random_row(n, 7);
  ComplexFloats from = row;
  ComplexFloats expected(n);
  fft.forward(from.data(), expected.data());
  for (const std::size_t offset : {2U, 4U, 6U}) {
    ComplexFloats long_from(n + 8);
    ComplexFloats long_to(n + 8, ComplexFloat(3.0F));
    std::copy(row.begin(), row.end(), long_from.begin() + static_cast<std::ptrdiff_t>(offset));
    fft.forward(long_from.data() + offset, long_to.data() + offset);
    for (std::size_t k = 0; k < n; ++k) EXPECT_EQ(long_to[offset + k], expected[k]);
    EXPECT_EQ(long_to[offset - 1], ComplexFloat(3.0F));
    EXPECT_EQ(long_to[offset + n], ComplexFloat(3.0F));
  }
}

TEST(RowFft, ServesSeveralThreadsAtOnce) {
  constexpr std::size_t n = 320;
  const RowFft shared(n);
  ComplexFloats from = random_row(n, 8);
  ComplexFloats expected(n);
  shared.forward(from.data(), expected.data());
  const ThreadLimit threads(4);
  std::vector<char> same(64, 0);
  parallel_for(same.size(), [&](std::size_t i) {
    // Planning beside execution: the planner is not safe across threads by itself.
    const RowFft own(n + 2 * i);
    ComplexFloats row = random_row(n, 8);
    ComplexFloats to(n);
    shared.forward(row.data(), to.data());
    same[i] = to == expected ? 1 : 0;
  });
  for (std::size_t i = 0; i < same.size(); ++i) EXPECT_EQ(same[i], 1) << i;
}

TEST(RowFft, MovedPlansWork) {
  RowFft fft(16);
  RowFft other(3);
  other = std::move(fft);
  EXPECT_EQ(other.length(), 16U);
  ComplexFloats from(16, ComplexFloat(1.0F));
  ComplexFloats to(16);
  other.forward(from.data(), to.data());
  EXPECT_EQ(to[0], ComplexFloat(16.0F));
  EXPECT_EQ(to[5], ComplexFloat(0.0F));
}

TEST(RowFft, RefusesLengthsThatAreNone) {
  EXPECT_THROW(RowFft(0), InputError);
  EXPECT_THROW(RowFft((std::size_t{1} << 30) + 1), InputError);
}

TEST(AlignedMemory, BeginsOnACacheLine) {
  for (const std::size_t n : {1U, 3U, 17U, 1000U}) {
    const ComplexFloats values(n);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0U);
  }
}

/// 2^a, 3 2^a, 5 2^a or 25 2^a.
bool is_fast(std::size_t n) {
  while (n % 2 == 0) n /= 2;
  return n == 1 || n == 3 || n == 5 || n == 25;
}

TEST(FastRowLength, IsTheNextOfItsKind) {
  for (std::size_t n = 1; n < 3000; ++n) {
    std::size_t expected = n;
    while (!is_fast(expected)) ++expected;
    EXPECT_EQ(fast_row_length(n), expected) << n;
  }
  // The gaps between them never exceed a third.
  for (std::size_t n = 2; n < 3000; ++n) EXPECT_LE(3 * (fast_row_length(n) - n), n) << n;
  EXPECT_EQ(fast_row_length(0), 1U);
}

}  // namespace
}  // namespace adatom::numeric
