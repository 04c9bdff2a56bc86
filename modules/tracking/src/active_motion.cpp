// Active motion: MSD = 4 D t + v^2 t^2 + 4 sigma^2.
#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Core>
#include <Eigen/LU>

#include "displacements.h"
#include "lag_sums.h"

namespace adatom::tracking {
namespace {

/// The sums of a track by the block of frames that a pair begins in.
std::vector<LagSums> block_sums(const Track& track, std::int64_t lags, std::size_t blocks) {
  std::vector<LagSums> sums(blocks, LagSums(lags));
  const std::int64_t first = track.points.front().frame;
  const std::int64_t length = track.points.back().frame - first + 1;
  for (std::int64_t lag = 1; lag <= lags; ++lag) {
    for_pairs(track, lag, [&](const TrackPoint& a, const TrackPoint& b) {
      const auto block =
          static_cast<std::size_t>((a.frame - first)) * blocks / static_cast<std::size_t>(length);
      sums[block].add(static_cast<std::size_t>(lag - 1), squared_distance(a, b));
    });
  }
  return sums;
}

struct MotionShares {
  double diffusion;       // D
  double squared_speed;   // v^2
  double noise_variance;  // sigma^2
};

/// Weighted least squares without negative parts: all sets of parts that are not zero are tried.
std::optional<MotionShares> fit_shares(const LagSums& sums, double frame_time_s) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  int lags = 0;
  for (std::size_t i = 0; i < sums.sum.size(); ++i) {
    if (sums.count[i] < 1.0 || sums.sum[i] <= 0.0) continue;
    const double frames = static_cast<double>(i + 1);
    const double t = frames * frame_time_s;
    const double msd = sums.sum[i] / sums.count[i];
    const double weight = sums.count[i] / (frames * msd * msd);
    const Eigen::Vector3d row(4.0 * t, t * t, 4.0);
    normal += weight * row * row.transpose();
    right += weight * msd * row;
    ++lags;
  }
  constexpr int least_lags = 4;
  if (lags < least_lags) return std::nullopt;
  // Scaled, as the three have units of their own.
  const Eigen::Vector3d scale = normal.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::Matrix3d matrix = scale.asDiagonal() * normal * scale.asDiagonal();
  const Eigen::Vector3d target = scale.asDiagonal() * right;
  double best = 0.0;  // gain over all zero
  Eigen::Vector3d solution = Eigen::Vector3d::Zero();
  for (int set = 1; set < 8; ++set) {
    Eigen::Matrix3d part = Eigen::Matrix3d::Identity();
    Eigen::Vector3d part_target = Eigen::Vector3d::Zero();
    for (int r = 0; r < 3; ++r) {
      if (((set >> r) & 1) == 0) continue;
      part_target[r] = target[r];
      for (int c = 0; c < 3; ++c) {
        if (((set >> c) & 1) != 0) part(r, c) = matrix(r, c);
      }
    }
    const Eigen::Vector3d x = part.fullPivLu().solve(part_target);
    if ((x.array() < 0.0).any() || !x.allFinite()) continue;
    const double gain = 2.0 * x.dot(target) - x.dot(matrix * x);
    if (gain > best) {
      best = gain;
      solution = x;
    }
  }
  solution = scale.asDiagonal() * solution;
  return MotionShares{solution[0], solution[1], solution[2]};
}

}  // namespace

std::optional<ActiveMotion> fit_active_motion(std::span<const LagSums> groups, std::int64_t lags,
                                              double frame_time_s) {
  LagSums all(lags);
  for (const auto& group : groups) {
    for (std::size_t i = 0; i < all.sum.size(); ++i) {
      all.sum[i] += group.sum[i];
      all.count[i] += group.count[i];
    }
  }
  const auto shares = fit_shares(all, frame_time_s);
  if (!shares) return std::nullopt;
  ActiveMotion result{.d_nm2_per_s = shares->diffusion,
                      .speed_nm_per_s = std::sqrt(shares->squared_speed),
                      .localisation_variance_nm2 = shares->noise_variance};
  std::vector<std::array<double, 2>> left_out;
  for (const auto& group : groups) {
    LagSums rest = all;
    for (std::size_t i = 0; i < all.sum.size(); ++i) {
      rest.sum[i] = std::max(0.0, rest.sum[i] - group.sum[i]);
      rest.count[i] -= group.count[i];
    }
    if (const auto part = fit_shares(rest, frame_time_s)) {
      left_out.push_back({part->diffusion, std::sqrt(part->squared_speed)});
    }
  }
  const auto count = static_cast<double>(left_out.size());
  if (count < 2.0) return result;
  std::array<double, 2> mean = {};
  for (const auto& values : left_out) {
    for (std::size_t k = 0; k < 2; ++k) mean[k] += values[k] / count;
  }
  std::array<double, 2> variance = {};
  for (const auto& values : left_out) {
    for (std::size_t k = 0; k < 2; ++k) {
      variance[k] += (values[k] - mean[k]) * (values[k] - mean[k]) * (count - 1.0) / count;
    }
  }
  result.d_stderr_nm2_per_s = std::sqrt(variance[0]);
  result.speed_stderr_nm_per_s = std::sqrt(variance[1]);
  return result;
}

std::optional<ActiveMotion> track_active_motion(const Track& track, double frame_time_s,
                                                std::int64_t max_lag_frames) {
  require_tracks({&track, 1}, frame_time_s);
  require_lag(max_lag_frames);
  if (track.points.empty()) return std::nullopt;
  constexpr std::size_t blocks = 10;
  return fit_active_motion(block_sums(track, max_lag_frames, blocks), max_lag_frames, frame_time_s);
}

}  // namespace adatom::tracking
