#pragma once
// What tracks say of how particles move: mean square displacements, diffusion, active motion.
// The drift of the field is taken out before.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace adatom::tracking {

struct TrackPoint {
  std::int64_t frame = 0;
  double x_nm = 0.0;
  double y_nm = 0.0;
  double x_stderr_nm = 0.0;
  double y_stderr_nm = 0.0;
  double radius_nm = 0.0;
};

/// Points in the order of frames; frames may be missing.
struct Track {
  std::int64_t id = 0;
  std::vector<TrackPoint> points;
};

/// Mean square displacement at one lag. Pairs of frames that far apart; gaps only mean fewer pairs.
struct MsdPoint {
  std::int64_t lag_frames = 0;
  double lag_s = 0.0;
  double msd_nm2 = 0.0;     ///< 4 D t + 4 sigma^2 for a Brownian particle
  double stderr_nm2 = 0.0;  ///< NaN where there is too little to tell
  std::int64_t pairs = 0;
  std::int64_t tracks = 0;
};

/// Lags without a pair are left out. The error takes pairs that overlap for pairs / lag ones.
/// @throws InputError: points out of order or not finite, no frame time, no lag
[[nodiscard]] std::vector<MsdPoint> track_msd(const Track& track, double frame_time_s,
                                              std::int64_t max_lag_frames);
/// Over all pairs of all tracks; the error is from the scatter between tracks.
[[nodiscard]] std::vector<MsdPoint> ensemble_msd(std::span<const Track> tracks, double frame_time_s,
                                                 std::int64_t max_lag_frames);

/// Covariance estimator (Vestergaard, Blainey and Flyvbjerg, Phys. Rev. E 89 (2014) 022726):
/// D = <dx^2> / (2 dt) + <dx_n dx_n+1> / dt, sigma^2 = R <dx^2> + (2 R - 1) <dx_n dx_n+1>.
struct Diffusion {
  double d_nm2_per_s = 0.0;  ///< mean of both axes; may be negative
  double stderr_nm2_per_s = std::numeric_limits<double>::quiet_NaN();
  double localisation_variance_nm2 = 0.0;  ///< per axis, as the motion itself shows
  std::int64_t steps = 0;                  ///< between neighbouring frames
  std::int64_t step_pairs = 0;             ///< neighbouring steps
  std::int64_t tracks = 0;
};

/// One track; the error is the paper's, for a Brownian particle. Nothing below three frames in a
/// row.
/// @param blur R of the paper: 1/6 for an exposure as long as the frame time, 0 for a short one
[[nodiscard]] std::optional<Diffusion> track_diffusion(const Track& track, double frame_time_s,
                                                       double blur = 0.0);
/// All steps of all tracks; the error is from the scatter between tracks (nothing with one).
[[nodiscard]] std::optional<Diffusion> ensemble_diffusion(std::span<const Track> tracks,
                                                          double frame_time_s, double blur = 0.0);

/// MSD = 4 D t + v^2 t^2 + 4 sigma^2, none below zero.
struct ActiveMotion {
  double d_nm2_per_s = 0.0;
  double d_stderr_nm2_per_s = std::numeric_limits<double>::quiet_NaN();
  double speed_nm_per_s = 0.0;  ///< v
  double speed_stderr_nm_per_s = std::numeric_limits<double>::quiet_NaN();
  double localisation_variance_nm2 = 0.0;  ///< per axis
};

/// Least squares in D, v^2 and sigma^2, weighted by pairs / (lag MSD^2). Errors: the jackknife over
/// blocks of the track (or over tracks). Nothing with fewer than four lags.
[[nodiscard]] std::optional<ActiveMotion> track_active_motion(const Track& track,
                                                              double frame_time_s,
                                                              std::int64_t max_lag_frames);
[[nodiscard]] std::optional<ActiveMotion> ensemble_active_motion(std::span<const Track> tracks,
                                                                 double frame_time_s,
                                                                 std::int64_t max_lag_frames);

/// Displacements along x and y at one lag (van Hove's self part).
struct VanHove {
  std::int64_t lag_frames = 0;
  double lag_s = 0.0;
  double bin_nm = 0.0;
  std::vector<double> centres_nm;
  std::vector<double> density_per_nm;
  double variance_nm2 = 0.0;
  /// <dx^4> / (3 <dx^2>^2) - 1: 0 for a normal distribution, above it for mixed populations.
  double non_gaussian = 0.0;
  std::int64_t displacements = 0;  ///< both axes
};

/// @param bin_nm empty: 3.49 s n^(-1/3) (Scott, Biometrika 66 (1979) 605), at most 2000 bins
[[nodiscard]] VanHove van_hove(std::span<const Track> tracks, double frame_time_s,
                               std::int64_t lag_frames,
                               std::optional<double> bin_nm = std::nullopt);

}  // namespace adatom::tracking
