#include "track/track_sorter.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <span>
#include <type_traits>
#include <utility>

namespace adatom::pipeline {
namespace {

static_assert(std::is_trivially_copyable_v<TrackedPoint>);
constexpr std::size_t merged_at_once = 64;
constexpr std::size_t buffer_points = 256;

void put(ScratchFile& file, const std::vector<TrackedPoint>& points) {
  file.append(std::as_bytes(std::span(points)));
}

}  // namespace

/// A run, some points at a time.
class TrackSorter::RunReader {
 public:
  RunReader(const ScratchFile& file, Run run) : file_(&file), left_(run) {}
  /// nullptr at the end.
  const TrackedPoint* next() {
    if (at_ == buffer_.size()) {
      const std::int64_t count = std::min<std::int64_t>(left_.count, buffer_points);
      if (count == 0) return nullptr;
      buffer_.resize(static_cast<std::size_t>(count));
      file_->read(left_.first * static_cast<std::int64_t>(sizeof(TrackedPoint)),
                  std::as_writable_bytes(std::span(buffer_)));
      left_ = {left_.first + count, left_.count - count};
      at_ = 0;
    }
    return &buffer_[at_++];
  }

 private:
  const ScratchFile* file_;
  Run left_;
  std::vector<TrackedPoint> buffer_;
  std::size_t at_ = 0;
};

TrackSorter::TrackSorter(std::filesystem::path folder, std::size_t run_points)
    : folder_(std::move(folder)), run_points_(run_points), file_(folder_) {}

void TrackSorter::add(const TrackedPoint& tracked) {
  open_.push_back(tracked);
  ++points_;
  if (open_.size() == run_points_) end_run();
}

void TrackSorter::end_run() {
  std::ranges::stable_sort(open_, {}, &TrackedPoint::id);
  const std::int64_t first = runs_.empty() ? 0 : runs_.back().first + runs_.back().count;
  runs_.push_back({first, static_cast<std::int64_t>(open_.size())});
  put(file_, open_);
  open_.clear();
}

void TrackSorter::sort() {
  if (!open_.empty()) end_run();
  open_ = {};
  while (runs_.size() > 1) merge_runs();
}

/// Every 64 runs to one. Of equal ids the earlier run comes first: it has the earlier frames.
void TrackSorter::merge_runs() {
  ScratchFile merged(folder_);
  std::vector<Run> runs;
  std::int64_t written = 0;
  for (std::size_t begin = 0; begin < runs_.size(); begin += merged_at_once) {
    const std::size_t end = std::min(runs_.size(), begin + merged_at_once);
    std::vector<RunReader> readers;
    for (std::size_t i = begin; i < end; ++i) readers.emplace_back(file_, runs_[i]);
    using Head = std::pair<std::int64_t, std::size_t>;  // id, reader
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    std::vector<const TrackedPoint*> points(readers.size());
    const auto advance = [&](std::size_t reader) {
      points[reader] = readers[reader].next();
      if (points[reader] != nullptr) heads.emplace(points[reader]->id, reader);
    };
    for (std::size_t i = 0; i < readers.size(); ++i) advance(i);
    const std::int64_t first = written;
    std::vector<TrackedPoint> buffer;
    while (!heads.empty()) {
      const std::size_t reader = heads.top().second;
      heads.pop();
      buffer.push_back(*points[reader]);
      ++written;
      advance(reader);
      if (buffer.size() < buffer_points && !heads.empty()) continue;
      put(merged, buffer);
      buffer.clear();
    }
    runs.push_back({first, written - first});
  }
  file_ = std::move(merged);
  runs_ = std::move(runs);
}

void TrackSorter::for_batches(const std::function<void(const TrackBatch&)>& each,
                              std::size_t points) const {
  if (runs_.empty()) return;
  TrackBatch batch;
  std::size_t held = 0;
  const auto hand_over = [&] {
    std::erase_if(batch.inner, [](const auto& track) { return track.points.empty(); });
    each(batch);
    batch = {};
    held = 0;
  };
  RunReader reader(file_, runs_.front());
  while (const TrackedPoint* tracked = reader.next()) {
    if (batch.tracks.empty() || batch.tracks.back().id != tracked->id) {
      if (held >= points) hand_over();
      batch.tracks.push_back({.id = tracked->id, .points = {}});
      batch.inner.push_back(batch.tracks.back());
    }
    batch.tracks.back().points.push_back(tracked->point);
    if (tracked->at_edge == 0) batch.inner.back().points.push_back(tracked->point);
    ++held;
  }
  hand_over();
}

}  // namespace adatom::pipeline
