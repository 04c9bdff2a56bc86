#pragma once
// Inner loops over one row of pixels. All tables are padded with zeros, so that every loop runs
// over whole blocks of `lanes` values and needs no remainder.
#include <cstddef>

namespace adatom::columns {

inline constexpr std::size_t lanes = 8;

/// `count` rounded up to whole blocks.
[[nodiscard]] constexpr std::size_t whole_blocks(std::size_t count) {
  return (count + lanes - 1) / lanes * lanes;
}

/// sums[k] = sum of q * u_k for the three tables u_k = u + k * stride.
void dot_three(const double* q, const double* u, std::size_t stride, std::size_t count,
               double sums[3]);

/// t_k = weight * u_k for `tables` tables.
void multiply_tables(const double* weight, const double* u, std::size_t u_stride, double* t,
                     std::size_t t_stride, std::size_t tables, std::size_t count);

/// sums[a][b] = sum of t_a * u_b for a, b < 2.
void dot_two_by_two(const double* t, std::size_t t_stride, const double* u, std::size_t u_stride,
                    std::size_t count, double sums[3][3]);

/// sums[a][b] = sum of t_a * u_b for a, b < 3.
void dot_three_by_three(const double* t, std::size_t t_stride, const double* u,
                        std::size_t u_stride, std::size_t count, double sums[3][3]);

/// row += a * u0.
void add_scaled(double* row, const double* u0, double a, std::size_t count);

/// row += a * u0 + b * u2.
void add_two_scaled(double* row, const double* u0, double a, const double* u2, double b,
                    std::size_t count);

}  // namespace adatom::columns
