#pragma once
// How fast particles really are: speeds at chosen lags, measured and corrected for the noise of
// localisation, and the share that is faster than a threshold.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/random.h"
#include "adatom/tracking/motion.h"

namespace adatom::tracking {

/// The errors of places: as the tracks give them, or times one factor that the motion of those at
/// rest shows (localisation_factor).
enum class NoiseSource { reported, measured };

struct SpeedOptions {
  std::vector<double> lags_frames = {1.0, 5.0, 25.0};
  double threshold_nm_per_s = 10.0;
  NoiseSource noise = NoiseSource::measured;
  std::optional<double> bin_nm_per_s = std::nullopt;  ///< empty: a fifth of the threshold
  double max_speed_nm_per_s = 200.0;  ///< of the histograms; what is faster is in the last bin
  double confidence = 0.95;
  std::int64_t replicates = 50;  ///< of the bootstrap by tracks; 0: no interval of the corrected

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct Share {
  double value = 0.0;
  double low = 0.0;
  double high = 1.0;
};

/// Speeds |displacement| / time at one lag, over all pairs of frames that far apart.
struct SpeedDistribution {
  std::int64_t lag_frames = 0;
  double lag_s = 0.0;
  std::int64_t displacements = 0;
  std::int64_t tracks = 0;
  double mean_nm_per_s = 0.0;
  double corrected_mean_nm_per_s = 0.0;
  double sigma_nm = 0.0;  ///< of a place along an axis, root of the mean square
  /// What particles at rest would seem to do: mean speed sigma sqrt(pi) / t, and the share faster
  /// than the threshold v, exp(-(v t)^2 / (4 sigma^2)), averaged over the errors there are.
  double rest_mean_nm_per_s = 0.0;
  double rest_share_faster = 0.0;
  std::vector<double> edges_nm_per_s;  ///< one more than bins
  std::vector<double> share;           ///< of the displacements in each bin
  std::vector<double> corrected_share;
  Share faster;            ///< than the threshold, as measured
  Share corrected_faster;  ///< noise taken out
  std::string warning;     ///< why the threshold means nothing at this lag; empty: it does
};

/// Intervals: Wilson's (J. Am. Stat. Assoc. 22 (1927) 209) for as many independent displacements as
/// the scatter between tracks allows. Corrected: nonparametric maximum likelihood of the true
/// distances under Rice's law; its scatter from bootstrapping tracks.
/// @throws InputError: invalid options, tracks that cannot be used
[[nodiscard]] std::vector<SpeedDistribution> speed_distributions(std::span<const Track> tracks,
                                                                 double frame_time_s,
                                                                 const SpeedOptions& options,
                                                                 const RandomStream& random);

/// Errors as the motion shows them over errors as given. With a_n = x_n+2 - 2 x_n+1 + x_n, sigma^2
/// = <a_n a_n+2>: neither diffusion nor a steady velocity gives that a mean, only the error of the
/// place that both share does. Products are weighted by one over their variance, from the errors as
/// given and what the other half of the track moves, so that places well known of particles at rest
/// tell, and few that are hardly known (where the border cuts a particle) do not.
/// Nothing where they do not tell: no five frames in a row, a covariance that is not above zero, or
/// a factor whose own standard error is more than a tenth of it.
[[nodiscard]] std::optional<double> localisation_factor(std::span<const Track> tracks);

}  // namespace adatom::tracking

namespace adatom {
template <>
struct EnumNames<tracking::NoiseSource> {
  static constexpr std::array names = {"reported", "measured"};
};
}  // namespace adatom
