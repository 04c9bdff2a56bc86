#pragma once
// Which share of which pixel lies in which bin.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/diffraction/geometry.h"
#include "adatom/diffraction/integrate.h"

namespace adatom::diffraction {

/// Compressed sparse rows: those of bin i are [begin[i], begin[i + 1]), ordered by pixel.
struct SplitMatrix {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> pixel;
  std::vector<float> weight;
  /// Radius of the pixel's centre from the middle of the bin, in bins. Only where the spread of
  /// pixels gives the errors.
  std::vector<float> offset;
  /// Sum over pixels of the products of their weights in bin i and i + 1.
  std::vector<double> next_product;

  [[nodiscard]] std::size_t bins() const { return begin.size() - 1; }
  [[nodiscard]] std::size_t bytes() const {
    return pixel.size() * sizeof(std::uint32_t) + (weight.size() + offset.size()) * sizeof(float) +
           begin.size() * sizeof(std::size_t);
  }
};

/// Bin (sector, radius) is sector * radii + radius. Sector k holds azimuths from k to k + 1 times
/// 360 / sectors degrees.
struct PolarBins {
  double s_min = 0.0;
  double s_step = 1.0;
  std::size_t radii = 1;
  std::size_t sectors = 1;
};

/// s of the farthest corner of a pixel that counts; 0: none does. An empty mask: all count.
[[nodiscard]] double farthest_corner(std::size_t width, std::size_t height,
                                     const Geometry& geometry, const Mask& mask);

/// What of a pixel lies outside of the radii is in no bin. The pixel that holds the centre is taken
/// as a disc of its area.
[[nodiscard]] SplitMatrix split_pixels(std::size_t width, std::size_t height,
                                       const RoundPattern& map, const Mask& mask,
                                       const IntegrateOptions& options, const PolarBins& bins);

}  // namespace adatom::diffraction
