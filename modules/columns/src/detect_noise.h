#pragma once
// How noisy the pixels of a frame are, by their brightness.
#include <vector>

#include "adatom/base/grid.h"

namespace adatom::columns::detail {

/// The standard deviation of a pixel against the (smoothed) brightness there: rises or stays.
class NoiseCurve {
 public:
  /// From the mixed second difference of the image, which columns wider than two pixels leave
  /// nearly empty (Immerkaer, Computer Vision and Image Understanding 64 (1996) 300), in bins of
  /// brightness. Pixels about which the image is exactly flat (masked) are left out.
  explicit NoiseCurve(const Grid<double>& image);

  [[nodiscard]] double sigma(double brightness) const;

 private:
  std::vector<double> brightness_;
  std::vector<double> variance_;
};

/// Is the image exactly flat over the 3 x 3 pixels about each one? Such pixels carry no noise.
[[nodiscard]] Grid<unsigned char> flat_pixels(const Grid<double>& image);

/// Linear interpolation in a table with ascending `x`, constant beyond its ends.
[[nodiscard]] double interpolate(const std::vector<double>& x, const std::vector<double>& y,
                                 double at);

}  // namespace adatom::columns::detail
