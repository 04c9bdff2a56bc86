#pragma once
// From detections in the order of frames to whole tracks, in memory that depends on the length of
// the video in nothing but the length of a single track: sorted on the disk.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "adatom/tracking/motion.h"
#include "track/scratch_file.h"

namespace adatom::pipeline {

/// One detection of a track.
struct TrackedPoint {
  std::int64_t id = 0;
  tracking::TrackPoint point;  ///< without the drift
  std::int64_t at_edge = 0;
};

/// Whole tracks, some of all.
struct TrackBatch {
  std::vector<tracking::Track> tracks;
  /// The same without what the border of the frame or of the mask cuts: places there are known
  /// badly, and with a bias. Tracks of which nothing is left are not here.
  std::vector<tracking::Track> inner;
};

/// Merge sort: runs that fit into memory, then merged, 64 at a time.
class TrackSorter {
 public:
  /// @param folder for a file of 64 bytes a detection, twice that while runs are merged
  /// @param run_points what is sorted in memory
  explicit TrackSorter(std::filesystem::path folder, std::size_t run_points = 1U << 14U);
  /// @param tracked after those of its track that are added already
  void add(const TrackedPoint& tracked);
  /// When all are added.
  void sort();
  [[nodiscard]] std::int64_t points() const { return points_; }
  /// Calls each() with all tracks by id, as many at a time as have `points` points, and one more.
  void for_batches(const std::function<void(const TrackBatch&)>& each,
                   std::size_t points = 1U << 14U) const;

 private:
  struct Run {
    std::int64_t first;
    std::int64_t count;
  };
  class RunReader;
  void end_run();
  void merge_runs();

  std::filesystem::path folder_;
  std::size_t run_points_;
  std::int64_t points_ = 0;
  std::vector<TrackedPoint> open_;  ///< the run that grows
  ScratchFile file_;
  std::vector<Run> runs_;
};

}  // namespace adatom::pipeline
