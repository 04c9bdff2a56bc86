#pragma once
// tracks.csv line by line: what is drawn or summed up afterwards needs no more of it at a time.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "track/track_lines.h"

namespace adatom::pipeline {

/// A particle of a track in one frame.
struct TrackRow {
  std::int64_t frame = 0;
  std::int64_t id = 0;
  double x_nm = 0.0;  ///< in the frame
  double y_nm = 0.0;
  double x_specimen_nm = 0.0;  ///< without the drift
  double y_specimen_nm = 0.0;
  double radius_nm = 0.0;
  double axis_ratio = 1.0;  ///< long over short axis
  double angle_rad = 0.0;   ///< of the long one
  bool at_edge = false;
};

/// Rows in the order of frames.
class TrackRows {
 public:
  /// @throws InputError: missing, or no such table
  explicit TrackRows(const std::filesystem::path& file);
  /// @throws InputError: a line that is none of this table's
  [[nodiscard]] std::optional<TrackRow> next();

 private:
  TrackLines lines_;
  std::vector<std::size_t> columns_;  ///< where the fields of a row stand
};

/// The same, all rows of one frame at a time.
class TrackFrames {
 public:
  explicit TrackFrames(const std::filesystem::path& file) : rows_(file), ahead_(rows_.next()) {}
  /// The rows of `frame`; frames are asked for in their order, those left out are skipped.
  [[nodiscard]] std::vector<TrackRow> of(std::int64_t frame);

 private:
  TrackRows rows_;
  std::optional<TrackRow> ahead_;
};

}  // namespace adatom::pipeline
