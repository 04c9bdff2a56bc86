#include "track/track_rows.h"

#include "track/track_tables.h"

namespace adatom::pipeline {

TrackRows::TrackRows(const std::filesystem::path& file) : lines_(file, tracks_header()) {
  for (const char* name : {"frame", "particle_id", "x_nm", "y_nm", "x_specimen_nm", "y_specimen_nm",
                           "radius_nm", "axis_ratio", "angle_rad", "at_edge"}) {
    columns_.push_back(lines_.column(name));
  }
}

std::optional<TrackRow> TrackRows::next() {
  if (!lines_.next()) return std::nullopt;
  return TrackRow{.frame = lines_.whole(columns_[0]),
                  .id = lines_.whole(columns_[1]),
                  .x_nm = lines_.number(columns_[2]),
                  .y_nm = lines_.number(columns_[3]),
                  .x_specimen_nm = lines_.number(columns_[4]),
                  .y_specimen_nm = lines_.number(columns_[5]),
                  .radius_nm = lines_.number(columns_[6]),
                  .axis_ratio = lines_.number(columns_[7]),
                  .angle_rad = lines_.number(columns_[8]),
                  .at_edge = lines_.whole(columns_[9]) != 0};
}

std::vector<TrackRow> TrackFrames::of(std::int64_t frame) {
  std::vector<TrackRow> rows;
  for (; ahead_ && ahead_->frame <= frame; ahead_ = rows_.next()) {
    if (ahead_->frame == frame) rows.push_back(*ahead_);
  }
  return rows;
}

}  // namespace adatom::pipeline
