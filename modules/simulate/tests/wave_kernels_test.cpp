#include "wave_kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "adatom/base/random.h"

namespace adatom::simulate {
namespace {

using Wide = std::complex<double>;

std::vector<Amplitude> random_values(std::size_t count, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<Amplitude> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double re = random.normal();
    values.emplace_back(static_cast<float>(re), static_cast<float>(random.normal()));
  }
  return values;
}

// Lengths around the eight numbers a register holds, from places that no register begins at; what
// stands before and behind stays. Rounding: values up to about 4, three operations.
constexpr double rounding = 1e-5;

TEST(WaveKernels, ProductsAndSums) {
  const Amplitude s(0.3F, -1.2F);
  for (std::size_t count = 0; count < 35; ++count) {
    for (const std::size_t at : {1U, 2U, 8U}) {
      const auto a = random_values(count + 2 * at, 1);
      const auto b = random_values(count + 2 * at, 2);
      auto product = a;
      auto scaled = a;
      auto sum = a;
      multiply(product.data() + at, b.data() + 1, count);
      multiply_scaled(scaled.data() + at, b.data() + 1, s, count);
      add_scaled(sum.data() + at, b.data() + 1, s, count);
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (i < at || i >= at + count) {
          EXPECT_EQ(product[i], a[i]);
          EXPECT_EQ(scaled[i], a[i]);
          EXPECT_EQ(sum[i], a[i]);
          continue;
        }
        const Wide left(a[i]);
        const Wide right(b[i - at + 1]);
        EXPECT_LT(std::abs(Wide(product[i]) - left * right), rounding);
        EXPECT_LT(std::abs(Wide(scaled[i]) - left * right * Wide(s)), rounding);
        EXPECT_LT(std::abs(Wide(sum[i]) - (left + right * Wide(s))), rounding);
      }
    }
  }
}

TEST(WaveKernels, TransposesAnyRectangle) {
  for (const std::size_t columns : {0U, 1U, 7U, 8U, 9U, 20U}) {
    for (const std::size_t rows : {0U, 1U, 3U, 8U, 17U}) {
      const std::size_t from_stride = columns + 3;
      const std::size_t to_stride = rows + 2;
      const auto from = random_values(from_stride * (rows + 1), 3);
      const Amplitude untouched(99.0F);
      std::vector<Amplitude> to(to_stride * (columns + 1), untouched);
      transpose(from.data(), from_stride, to.data(), to_stride, columns, rows);
      for (std::size_t x = 0; x <= columns; ++x) {
        for (std::size_t y = 0; y < to_stride; ++y) {
          const bool moved = x < columns && y < rows;
          EXPECT_EQ(to[x * to_stride + y], moved ? from[y * from_stride + x] : untouched);
        }
      }
    }
  }
}

TEST(WaveKernels, NormsAndBins) {
  for (std::size_t count = 0; count < 35; ++count) {
    const auto a = random_values(count, 4);
    std::vector<float> weight;
    std::vector<std::uint16_t> bin;
    std::array<double, 3> expected = {};
    double norm = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      weight.push_back(0.1F * static_cast<float>(i));
      bin.push_back(static_cast<std::uint16_t>(i % 3));
      norm += static_cast<double>(weight[i]) * std::norm(Wide(a[i]));
      expected[i % 3] += std::norm(Wide(a[i]));
    }
    std::array<double, 3> bins = {1.0, 2.0, 3.0};
    add_to_bins(a.data(), bin.data(), count, bins.data());
    // Each square is of single precision.
    EXPECT_NEAR(weighted_norm(a.data(), weight.data(), count), norm, 3e-7 * (norm + 1.0));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(bins[i] - static_cast<double>(i) - 1.0, expected[i], 3e-7 * (expected[i] + 1.0));
    }
  }
}

}  // namespace
}  // namespace adatom::simulate
