#pragma once
// The response of a frame to a filter matched to an atom, and what it is where no atom is.
#include <cstdint>
#include <vector>

#include "adatom/base/grid.h"
#include "plane.h"

namespace adatom::tracking {

/// A pixel whose response is above (below) that of all pixels around it.
struct ResponsePeak {
  std::size_t x = 0;
  std::size_t y = 0;
  double response = 0.0;
};

struct ResponsePeaks {
  std::vector<ResponsePeak> bright;  ///< sorted by falling response
  std::vector<double> dark;          ///< minus the response of minima, falling
  /// Spread of the response below zero, whose place is no atom's: 1 if the noise was all.
  double null_sigma = 1.0;
  /// How many maxima a Gaussian random field of this size and smoothness has: times
  /// t exp(-t^2 / 2) above t of its standard deviations.
  double field_maxima = 0.0;
};

/// Variance of the pixels' own noise, over 16 px around: from mixed second differences, to which
/// slopes, edges along a row or a column and the noise of whole lines give nothing.
void noise_variance(const Plane& data, Plane& variance);

/// Means of the lines that differ from those above and below, taken out: the noise of a scan whose
/// detector or probe wanders slower than a pixel and faster than a line.
void flatten_lines(Plane& data);

/// Least squares amplitude of a Gaussian of `width_px` on a constant under a Gaussian window of
/// twice that width, over its standard error; a slope changes nothing.
void atom_response(const Plane& data, const Plane& variance, double width_px, Plane& response);

/// @param mask as of detect_atoms
[[nodiscard]] ResponsePeaks find_peaks(const Plane& response, const Grid<std::uint8_t>& mask,
                                       double width_px);

/// How many bright peaks noise and texture of the support make: as many as dark ones, whose squares
/// fall off exponentially on the tail, and at least as many as a Gaussian field of that smoothness.
class FalsePeaks {
 public:
  explicit FalsePeaks(const ResponsePeaks& peaks);
  /// Of at least this response.
  [[nodiscard]] double beyond(double response) const;
  /// -d beyond / d response, on the tail.
  [[nodiscard]] double density(double response) const;

 private:
  [[nodiscard]] double field_beyond(double response) const;
  const ResponsePeaks* peaks_;
  double tail_ = 0.0;    ///< how many dark ones it is made of
  double begin2_ = 0.0;  ///< square of the response where it begins
  double scale_ = 0.0;   ///< 0: there is none
};

/// For each of the bright peaks the share of false ones among those at least as high: dark ones are
/// as many as the support and the noise make bright ones, and there are at least as many as a
/// Gaussian field of the same spread has. Rises along the list.
[[nodiscard]] std::vector<double> false_discovery_rates(const ResponsePeaks& peaks);

}  // namespace adatom::tracking
