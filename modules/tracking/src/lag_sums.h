#pragma once
// Squared distances summed lag by lag, and what is fitted to them.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/tracking/motion.h"

namespace adatom::tracking {

/// Sums over pairs, lag by lag (the first element is lag 1).
struct LagSums {
  explicit LagSums(std::int64_t lags)
      : sum(static_cast<std::size_t>(lags), 0.0), square(sum), count(sum) {}
  std::vector<double> sum;
  std::vector<double> square;
  std::vector<double> count;

  void add(std::size_t lag, double squared_distance) {
    sum[lag] += squared_distance;
    square[lag] += squared_distance * squared_distance;
    count[lag] += 1.0;
  }
};

[[nodiscard]] inline double squared_distance(const TrackPoint& a, const TrackPoint& b) {
  return (b.x_nm - a.x_nm) * (b.x_nm - a.x_nm) + (b.y_nm - a.y_nm) * (b.y_nm - a.y_nm);
}

/// The fit of ActiveMotion to all groups, with errors from leaving out one after the other.
[[nodiscard]] std::optional<ActiveMotion> fit_active_motion(std::span<const LagSums> groups,
                                                            std::int64_t lags, double frame_time_s);

}  // namespace adatom::tracking
