#pragma once
// The weighted sums of the pixels of one bin: the loop that integration spends its time in.
#include <cstddef>
#include <cstdint>

namespace adatom::diffraction {

/// Over the pixels of a bin that are finite, with weight w, value d + pivot, and u the radius of
/// the pixel's centre from the middle of the bin, in bins.
struct BinSums {
  double pivot = 0.0;
  double w = 0.0;
  double w2 = 0.0;
  double wd = 0.0;
  double w2d = 0.0;
  double wd2 = 0.0;
  double wu = 0.0;
  double wu2 = 0.0;
  double wud = 0.0;
};

/// Entry i is pixel[i] with weight[i] and u = offset[i]; with no offsets u is 0. The pivot is the
/// first finite pixel, so that d, summed in single precision over 1024 entries at a time, is of the
/// size of the spread.
void sum_bin(const float* frame, const std::uint32_t* pixel, const float* weight,
             const float* offset, std::size_t count, BinSums& sums);

}  // namespace adatom::diffraction
