#include "conditions/interval_speeds.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <unordered_map>

#include "adatom/numeric/blocking.h"
#include "track/track_rows.h"

namespace adatom::pipeline {
namespace {

struct TrackSum {
  double steps = 0.0;
  double speeds = 0.0;
};

/// One lag, with what was seen so far.
struct Lag {
  std::int64_t frames = 0;
  double seconds = 0.0;
  std::map<std::int64_t, TrackSum> tracks;
  std::vector<double> shares;  ///< interval by interval
  double now = 0.0;            ///< displacements that end in this frame
  double fast = 0.0;

  void add(std::int64_t track, double distance_nm, double threshold) {
    const double speed = distance_nm / seconds;
    TrackSum& sum = tracks[track];
    sum.steps += 1.0;
    sum.speeds += speed;
    now += 1.0;
    fast += speed > threshold ? 1.0 : 0.0;
  }
  void end_frame() {
    if (now > 0.0) shares.push_back(fast / now);
    now = 0.0;
    fast = 0.0;
  }
};

IntervalSpeeds result_of(const Lag& lag) {
  IntervalSpeeds result{.lag_frames = lag.frames};
  double steps = 0.0;
  double speeds = 0.0;
  for (const auto& [id, sum] : lag.tracks) {
    steps += sum.steps;
    speeds += sum.speeds;
  }
  result.displacements = static_cast<std::int64_t>(steps);
  result.intervals = static_cast<std::int64_t>(lag.shares.size());
  if (steps == 0.0) return result;
  result.mean_nm_per_s = speeds / steps;
  const auto count = static_cast<double>(lag.tracks.size());
  if (count > 1.0) {
    double squares = 0.0;
    for (const auto& [id, sum] : lag.tracks) {
      const double off = sum.speeds - result.mean_nm_per_s * sum.steps;
      squares += off * off;
    }
    result.mean_stderr_nm_per_s = std::sqrt(count / (count - 1.0) * squares) / steps;
  }
  const auto mean = numeric::mean_by_blocking(lag.shares);
  result.share_faster = mean.mean;
  result.share_faster_stderr = mean.standard_error;
  return result;
}

}  // namespace

std::vector<IntervalSpeeds> interval_speeds(const std::filesystem::path& tracks_csv,
                                            double frame_time_s,
                                            std::span<const double> lags_frames,
                                            double threshold_nm_per_s) {
  struct Place {
    std::int64_t frame;
    double x;
    double y;
  };
  std::vector<Lag> lags;
  std::int64_t longest = 0;
  for (const double frames : lags_frames) {
    Lag lag;
    lag.frames = std::llround(frames);
    lag.seconds = static_cast<double>(lag.frames) * frame_time_s;
    longest = std::max(longest, lag.frames);
    lags.push_back(std::move(lag));
  }
  std::unordered_map<std::int64_t, std::deque<Place>> recent;
  std::int64_t frame = 0;
  std::int64_t cleaned = 0;
  TrackRows rows(tracks_csv);
  while (const auto row = rows.next()) {
    if (row->frame != frame) {
      for (Lag& lag : lags) lag.end_frame();
      frame = row->frame;
      if (frame - cleaned > longest) {
        std::erase_if(
            recent, [&](const auto& track) { return track.second.back().frame < frame - longest; });
        cleaned = frame;
      }
    }
    if (row->at_edge) continue;
    std::deque<Place>& places = recent[row->id];
    while (!places.empty() && places.front().frame < frame - longest) places.pop_front();
    for (Lag& lag : lags) {
      const auto from = std::ranges::lower_bound(places, frame - lag.frames, {}, &Place::frame);
      if (from == places.end() || from->frame != frame - lag.frames) continue;
      lag.add(row->id, std::hypot(row->x_specimen_nm - from->x, row->y_specimen_nm - from->y),
              threshold_nm_per_s);
    }
    places.push_back({frame, row->x_specimen_nm, row->y_specimen_nm});
  }
  std::vector<IntervalSpeeds> results;
  for (Lag& lag : lags) {
    lag.end_frame();
    results.push_back(result_of(lag));
  }
  return results;
}

}  // namespace adatom::pipeline
