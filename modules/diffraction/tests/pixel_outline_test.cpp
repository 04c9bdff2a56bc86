#include "pixel_outline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>

#include "adatom/base/random.h"

namespace adatom::diffraction {
namespace {

/// Corners of a pixel of a round pattern of unit scale, its azimuths in sectors.
std::array<PolarPoint, 4> corners_of(double x, double y, std::size_t sectors) {
  std::array<PolarPoint, 4> corners;
  const double dx[] = {-0.5, 0.5, 0.5, -0.5};
  const double dy[] = {-0.5, -0.5, 0.5, 0.5};
  for (std::size_t k = 0; k < 4; ++k) {
    const double px = x + dx[k];
    const double py = y + dy[k];
    corners[k] = {std::hypot(px, py),
                  std::atan2(py, px) / (2.0 * std::numbers::pi) * static_cast<double>(sectors)};
  }
  return corners;
}

/// Shares of the pixel's area over radius and azimuth, counted on a fine raster.
std::map<std::size_t, double> counted(double x, double y, const PolarBins& bins) {
  constexpr std::size_t fine = 800;
  std::map<std::size_t, double> shares;
  double all = 0.0;
  for (std::size_t j = 0; j < fine; ++j) {
    for (std::size_t i = 0; i < fine; ++i) {
      const double px = x - 0.5 + (static_cast<double>(i) + 0.5) / fine;
      const double py = y - 0.5 + (static_cast<double>(j) + 0.5) / fine;
      const double r = std::hypot(px, py);
      const double turn = std::atan2(py, px) / (2.0 * std::numbers::pi);
      const auto k = static_cast<std::size_t>((turn < 0.0 ? turn + 1.0 : turn) *
                                              static_cast<double>(bins.sectors));
      const auto bin = static_cast<std::size_t>((r - bins.s_min) / bins.s_step);
      shares[k * bins.radii + bin] += 1.0 / r;
      all += 1.0 / r;
    }
  }
  for (auto& [bin, share] : shares) share /= all;
  return shares;
}

// So far from the centre sides are straight over radius and azimuth to 1/(8 r) pixels; the raster
// is as good as 1/800 of the length of an edge, twice.
TEST(PixelOutline, SharesAreThoseOfAFineRaster) {
  RandomStream random(2);
  for (const std::size_t sectors : {std::size_t{1}, std::size_t{18001}}) {
    for (const double width : {1.0, 0.37}) {
      PolarBins bins{.s_min = 2990.0,
                     .s_step = width,
                     .radii = static_cast<std::size_t>(20.0 / width),
                     .sectors = sectors};
      PixelSplitter splitter(bins, width);
      for (int n = 0; n < 6; ++n) {
        const double azimuth = 2.0 * std::numbers::pi * random.uniform();
        const double x = 3000.0 * std::cos(azimuth);
        const double y = 3000.0 * std::sin(azimuth);
        auto corners = corners_of(x, y, sectors);
        for (PolarPoint& corner : corners) corner.radius = (corner.radius - 2990.0) / width;
        std::vector<BinShare> shares;
        splitter.split_outline(corners, shares);
        auto expected = counted(x, y, bins);
        double sum = 0.0;
        for (const BinShare& share : shares) {
          EXPECT_NEAR(share.share, expected[share.bin], 2e-3) << share.bin;
          sum += share.share;
        }
        EXPECT_NEAR(sum, 1.0, 1e-6);
      }
    }
  }
}

// Wherever the centre lies in, on a side or at a corner of a pixel, and over the jump of the
// azimuth: all of the pixel is somewhere.
TEST(PixelOutline, PixelsAtTheCentreAreWhole) {
  const PolarBins bins{.s_min = 0.0, .s_step = 0.1, .radii = 40, .sectors = 7};
  PixelSplitter splitter(bins, 0.1);
  for (const double x : {0.0, 0.5, 1.0, -0.5, -0.2, -1.7}) {
    for (const double y : {0.0, 0.5, -0.5, 0.3, 1.0}) {
      auto corners = corners_of(x, y, bins.sectors);
      for (PolarPoint& corner : corners) corner.radius /= 0.1;
      std::vector<BinShare> shares;
      splitter.split_outline(corners, shares);
      double sum = 0.0;
      for (const BinShare& share : shares) {
        EXPECT_GT(share.share, 0.0);
        sum += share.share;
      }
      EXPECT_NEAR(sum, 1.0, 1e-5) << x << ' ' << y;
      splitter.split_box({10.0 * std::hypot(x, y), std::atan2(y, x) * 7.0 / (2 * std::numbers::pi)},
                         corners, shares);
      sum = 0.0;
      for (const BinShare& share : shares) sum += share.share;
      EXPECT_NEAR(sum, 1.0, 1e-5) << x << ' ' << y;
    }
  }
}

// A pixel with a corner at the centre is a quarter of a small disc there.
TEST(PixelOutline, CornerAtTheCentreHasTheAzimuthsOfItsNeighbours) {
  const PolarBins bins{.s_min = 0.0, .s_step = 0.25, .radii = 40, .sectors = 4};
  PixelSplitter splitter(bins, 0.25);
  auto corners = corners_of(0.5, 0.5, 4);
  for (PolarPoint& corner : corners) corner.radius /= 0.25;
  std::vector<BinShare> shares;
  splitter.split_outline(corners, shares);
  // Over radius and azimuth: up to 1 the full right angle, then straight lines to the far corner.
  for (const BinShare& share : shares) {
    EXPECT_LT(share.bin, 40U);  // all in the first sector
    const double full = 0.25 / (1.0 + 0.5 * (std::numbers::sqrt2 - 1.0));
    if (share.bin < 4) {
      EXPECT_NEAR(share.share, full, 1e-9);
    }
  }
}

}  // namespace
}  // namespace adatom::diffraction
