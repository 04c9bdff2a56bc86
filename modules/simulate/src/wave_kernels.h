#pragma once
// The inner loops of the multislice, on rows of complex numbers.
#include <complex>
#include <cstddef>
#include <cstdint>

namespace adatom::simulate {

using Amplitude = std::complex<float>;

/// a[i] *= b[i].
void multiply(Amplitude* a, const Amplitude* b, std::size_t count);
/// a[i] *= s b[i].
void multiply_scaled(Amplitude* a, const Amplitude* b, Amplitude s, std::size_t count);
/// a[i] += s b[i].
void add_scaled(Amplitude* a, const Amplitude* b, Amplitude s, std::size_t count);
/// to[x * to_stride + y] = from[y * from_stride + x] for x < columns, y < rows.
void transpose(const Amplitude* from, std::size_t from_stride, Amplitude* to, std::size_t to_stride,
               std::size_t columns, std::size_t rows);
/// The sum of weight[i] |a[i]|^2, always in the same order.
double weighted_norm(const Amplitude* a, const float* weight, std::size_t count);
/// bins[bin[i]] += |a[i]|^2.
void add_to_bins(const Amplitude* a, const std::uint16_t* bin, std::size_t count, double* bins);

}  // namespace adatom::simulate
