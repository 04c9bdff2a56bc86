// Distributions of displacements.
#include <algorithm>
#include <cmath>

#include "adatom/tracking/motion_sums.h"
#include "displacements.h"

namespace adatom::tracking {

VanHoveSums::VanHoveSums(double frame_time_s, std::int64_t lag_frames) {
  require_tracks({}, frame_time_s);
  require_lag(lag_frames);
  shape_.lag_frames = lag_frames;
  shape_.lag_s = static_cast<double>(lag_frames) * frame_time_s;
}

void VanHoveSums::measure(std::span<const Track> tracks) {
  require_tracks(tracks, shape_.lag_s);
  for (const auto& track : tracks) {
    for_pairs(track, shape_.lag_frames, [&](const TrackPoint& a, const TrackPoint& b) {
      for (const double step : {b.x_nm - a.x_nm, b.y_nm - a.y_nm}) {
        const double square = step * step;
        square_ += square;
        fourth_ += square * square;
        farthest_ = std::max(farthest_, std::abs(step));
        ++shape_.displacements;
      }
    });
  }
}

void VanHoveSums::choose_bins(std::optional<double> bin_nm) {
  if (shape_.displacements == 0) return;
  const auto count = static_cast<double>(shape_.displacements);
  shape_.variance_nm2 = square_ / count;
  if (farthest_ == 0.0) return;
  shape_.non_gaussian = fourth_ / (3.0 * count * shape_.variance_nm2 * shape_.variance_nm2) - 1.0;
  constexpr double scott = 3.49;
  constexpr double most_bins_a_side = 1000.0;
  const double bin = bin_nm.value_or(scott * std::sqrt(shape_.variance_nm2) / std::cbrt(count));
  shape_.bin_nm = std::max(bin, farthest_ / most_bins_a_side);
  const auto half = static_cast<std::int64_t>(std::ceil(farthest_ / shape_.bin_nm));
  counts_.assign(static_cast<std::size_t>(2 * half + 1), 0);
  for (std::int64_t i = -half; i <= half; ++i) {
    shape_.centres_nm.push_back(static_cast<double>(i) * shape_.bin_nm);
  }
}

void VanHoveSums::count(std::span<const Track> tracks) {
  if (counts_.empty()) return;
  const auto half = static_cast<std::int64_t>(counts_.size() / 2);
  for (const auto& track : tracks) {
    for_pairs(track, shape_.lag_frames, [&](const TrackPoint& a, const TrackPoint& b) {
      for (const double step : {b.x_nm - a.x_nm, b.y_nm - a.y_nm}) {
        ++counts_[static_cast<std::size_t>(std::lround(step / shape_.bin_nm) + half)];
      }
    });
  }
}

VanHove VanHoveSums::distribution() const {
  VanHove result = shape_;
  for (const std::int64_t count : counts_) {
    result.density_per_nm.push_back(static_cast<double>(count) /
                                    (static_cast<double>(shape_.displacements) * shape_.bin_nm));
  }
  return result;
}

VanHove van_hove(std::span<const Track> tracks, double frame_time_s, std::int64_t lag_frames,
                 std::optional<double> bin_nm) {
  VanHoveSums sums(frame_time_s, lag_frames);
  sums.measure(tracks);
  sums.choose_bins(bin_nm);
  sums.count(tracks);
  return sums.distribution();
}

}  // namespace adatom::tracking
