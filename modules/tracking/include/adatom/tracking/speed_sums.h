#pragma once
// What speeds.h says of all tracks together, for tracks that come a few at a time: only sums are
// kept, so that memory grows neither with their length nor with their number.
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "adatom/tracking/speeds.h"

namespace adatom::tracking {

/// localisation_factor.
class LocalisationSums {
 public:
  /// @throws InputError: tracks that cannot be used
  void add(std::span<const Track> tracks);
  [[nodiscard]] std::optional<double> factor() const;
  /// From the scatter between tracks; infinite where there is no factor.
  [[nodiscard]] double factor_stderr() const;

 private:
  double seen_ = 0.0;
  double given_ = 0.0;
  double seen_squares_ = 0.0;
  double products_ = 0.0;
  double given_squares_ = 0.0;
};

/// speed_distributions. The bootstrap draws tracks while there are no more than 1000; of more,
/// groups of every thousandth one, which scatter alike.
class SpeedSums {
 public:
  /// @param factor errors of places are those of the tracks times this
  /// @throws InputError: invalid options, no frame time
  SpeedSums(double frame_time_s, const SpeedOptions& options, double factor = 1.0);
  ~SpeedSums();
  SpeedSums(const SpeedSums&) = delete;
  SpeedSums& operator=(const SpeedSums&) = delete;
  /// @throws InputError: tracks that cannot be used
  void add(std::span<const Track> tracks);
  [[nodiscard]] std::vector<SpeedDistribution> distributions(const RandomStream& random) const;

 private:
  class Lag;
  double frame_time_s_;
  SpeedOptions options_;
  std::vector<std::unique_ptr<Lag>> lags_;
};

}  // namespace adatom::tracking
