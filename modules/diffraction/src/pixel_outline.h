#pragma once
// One pixel over radius and azimuth, and its share in each bin.
#include <array>
#include <cstddef>
#include <vector>

#include "split_matrix.h"

namespace adatom::diffraction {

/// A corner of a pixel: its radius in bins from the first edge, its azimuth in sectors.
struct PolarPoint {
  double radius = 0.0;
  double azimuth = 0.0;
};

struct BinShare {
  std::size_t bin = 0;
  double share = 0.0;
};

/// Makes the shares of pixels one by one, with memory of its own.
class PixelSplitter {
 public:
  /// `px_per_bin`: width of a bin in pixels.
  PixelSplitter(const PolarBins& bins, double px_per_bin);
  /// All to the bin of the centre.
  void split_none(const PolarPoint& centre, std::vector<BinShare>& shares);
  void split_box(const PolarPoint& centre, const std::array<PolarPoint, 4>& corners,
                 std::vector<BinShare>& shares);
  void split_outline(const std::array<PolarPoint, 4>& corners, std::vector<BinShare>& shares);

 private:
  bool outline(const std::array<PolarPoint, 4>& corners);
  void split_sectors();
  void add_area(const std::vector<PolarPoint>& polygon, std::ptrdiff_t sector);
  void split_disc(std::vector<BinShare>& shares) const;
  void put(std::ptrdiff_t radius, std::ptrdiff_t sector, double share,
           std::vector<BinShare>& shares) const;

  struct Piece {
    std::ptrdiff_t radius = 0;
    std::ptrdiff_t sector = 0;
    double area = 0.0;
  };
  std::ptrdiff_t radii_;
  std::ptrdiff_t sectors_;
  double origin_;  ///< radius of the centre in bins from the first edge
  double disc_;    ///< radius of a disc of a pixel's area, in bins
  std::vector<PolarPoint> polygon_;
  std::vector<PolarPoint> slice_;
  std::vector<PolarPoint> half_;
  std::vector<double> areas_;
  std::vector<Piece> pieces_;
};

}  // namespace adatom::diffraction
