// Mean square displacements.
#include <algorithm>
#include <cmath>

#include "adatom/base/parallel.h"
#include "adatom/tracking/motion_sums.h"
#include "displacements.h"
#include "lag_sums.h"

namespace adatom::tracking {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
/// A few dozen groups of tracks are enough for the errors of the active motion.
constexpr std::size_t jackknife_groups = 60;

LagSums sums_of(const Track& track, std::int64_t lags) {
  LagSums sums(lags);
  for (std::int64_t lag = 1; lag <= lags; ++lag) {
    for_pairs(track, lag, [&](const TrackPoint& a, const TrackPoint& b) {
      sums.add(static_cast<std::size_t>(lag - 1), squared_distance(a, b));
    });
  }
  return sums;
}

}  // namespace

std::vector<MsdPoint> track_msd(const Track& track, double frame_time_s,
                                std::int64_t max_lag_frames) {
  require_tracks({&track, 1}, frame_time_s);
  require_lag(max_lag_frames);
  const LagSums sums = sums_of(track, max_lag_frames);
  std::vector<MsdPoint> points;
  for (std::int64_t lag = 1; lag <= max_lag_frames; ++lag) {
    const auto i = static_cast<std::size_t>(lag - 1);
    const double count = sums.count[i];
    if (count < 1.0) continue;
    const double mean = sums.sum[i] / count;
    const double variance = std::max(0.0, sums.square[i] / count - mean * mean);
    const double independent = count / static_cast<double>(lag);
    points.push_back(
        {.lag_frames = lag,
         .lag_s = static_cast<double>(lag) * frame_time_s,
         .msd_nm2 = mean,
         .stderr_nm2 = independent > 2.0 ? std::sqrt(variance / (independent - 1.0)) : unknown,
         .pairs = static_cast<std::int64_t>(count),
         .tracks = 1});
  }
  return points;
}

/// The scatter between tracks is that of s - c m, with s and c a track's sum and pairs and m the
/// mean over all: known only at the end, so that sums are kept of u = s - c p, p the first track's
/// mean.
struct MsdSums::Lag {
  double sum = 0.0;
  double count = 0.0;
  double tracks = 0.0;
  double pivot = 0.0;
  double square = 0.0;  // u^2
  double cross = 0.0;   // u c
  double weight = 0.0;  // c^2

  void add(double s, double c) {
    if (!(c > 0.0)) return;
    if (tracks == 0.0) pivot = s / c;
    sum += s;
    count += c;
    tracks += 1.0;
    const double u = s - c * pivot;
    square += u * u;
    cross += u * c;
    weight += c * c;
  }
  [[nodiscard]] double scatter() const {
    const double shift = sum / count - pivot;
    return std::max(0.0, square - 2.0 * shift * cross + shift * shift * weight);
  }
};

MsdSums::MsdSums(double frame_time_s, std::int64_t max_lag_frames)
    : frame_time_s_(frame_time_s), max_lag_frames_(max_lag_frames) {
  require_tracks({}, frame_time_s);
  require_lag(max_lag_frames);
  lags_.resize(static_cast<std::size_t>(max_lag_frames));
}

MsdSums::~MsdSums() = default;

void MsdSums::add(std::span<const Track> tracks) {
  require_tracks(tracks, frame_time_s_);
  constexpr std::size_t at_once = 256;
  std::vector<LagSums> sums;
  for (std::size_t begin = 0; begin < tracks.size(); begin += at_once) {
    const auto part = tracks.subspan(begin, std::min(at_once, tracks.size() - begin));
    sums.assign(part.size(), LagSums(max_lag_frames_));
    parallel_for(part.size(), [&](std::size_t i) { sums[i] = sums_of(part[i], max_lag_frames_); });
    for (const auto& one : sums) {
      for (std::size_t k = 0; k < lags_.size(); ++k) lags_[k].add(one.sum[k], one.count[k]);
      if (groups_.size() < jackknife_groups) groups_.emplace_back(max_lag_frames_);
      auto& group = groups_[tracks_ % jackknife_groups];
      for (std::size_t k = 0; k < lags_.size(); ++k) {
        group.sum[k] += one.sum[k];
        group.count[k] += one.count[k];
      }
      ++tracks_;
    }
  }
}

std::vector<MsdPoint> MsdSums::msd() const {
  std::vector<MsdPoint> points;
  for (std::size_t k = 0; k < lags_.size(); ++k) {
    const Lag& of = lags_[k];
    if (of.count < 1.0) continue;
    const auto lag = static_cast<std::int64_t>(k) + 1;
    const double error = std::sqrt(of.scatter() * of.tracks / (of.tracks - 1.0)) / of.count;
    points.push_back({.lag_frames = lag,
                      .lag_s = static_cast<double>(lag) * frame_time_s_,
                      .msd_nm2 = of.sum / of.count,
                      .stderr_nm2 = of.tracks > 1.0 ? error : unknown,
                      .pairs = static_cast<std::int64_t>(of.count),
                      .tracks = static_cast<std::int64_t>(of.tracks)});
  }
  return points;
}

std::optional<ActiveMotion> MsdSums::active_motion() const {
  return fit_active_motion(groups_, max_lag_frames_, frame_time_s_);
}

std::vector<MsdPoint> ensemble_msd(std::span<const Track> tracks, double frame_time_s,
                                   std::int64_t max_lag_frames) {
  MsdSums sums(frame_time_s, max_lag_frames);
  sums.add(tracks);
  return sums.msd();
}

std::optional<ActiveMotion> ensemble_active_motion(std::span<const Track> tracks,
                                                   double frame_time_s,
                                                   std::int64_t max_lag_frames) {
  MsdSums sums(frame_time_s, max_lag_frames);
  sums.add(tracks);
  return sums.active_motion();
}

}  // namespace adatom::tracking
