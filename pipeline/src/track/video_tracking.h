#pragma once
// A video to tracks: frames are read and searched side by side, linked one after another.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "adatom/base/error.h"
#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/image/load.h"
#include "adatom/tracking/link.h"
#include "track/field_mask.h"
#include "track/track_options.h"
#include "track/track_tables.h"
#include "track/workspace_pool.h"

namespace adatom::pipeline {

/// Pixel size and frame time in use. @throws InputError: no frame time is known
[[nodiscard]] VideoScale scale_of(const image::FrameSeries& series, const TrackOptions& options);

/// What is looked for in a frame.
struct FrameSearch {
  FrameSearch(const TrackOptions& options, double pixel_size_nm);
  /// @throws InputError: invalid options
  void check() const;
  [[nodiscard]] std::string yaml() const;  ///< what the result depends on

  TrackedKind kind;
  tracking::DetectOptions bodies;
  tracking::AtomOptions atoms;
};

/// What a frame shows; complaints say which frame it is.
[[nodiscard]] SearchedFrame search_frame(const image::FrameSeries& series, std::size_t frame,
                                         const Grid<std::uint8_t>& mask, const FrameSearch& search,
                                         tracking::DetectWorkspace& workspace);

/// Writes tracks.csv, events.csv, drift.csv and detections.csv while frames are read, and a state
/// to go on from: after an interruption, or when the video has become longer.
class VideoTracking {
 public:
  VideoTracking(const TrackOptions& options, const image::FrameSeries& series,
                std::filesystem::path folder);

  /// All frames that can be read; the complaint about the first that cannot, if one is there.
  /// @throws Interrupted, with the state on the disk
  [[nodiscard]] std::optional<InputError> follow(Progress& progress);

  [[nodiscard]] const VideoScale& scale() const { return scale_; }
  /// Where particles are looked for.
  [[nodiscard]] const FieldMask& field() const { return field_; }
  [[nodiscard]] std::size_t frames() const { return read_; }         ///< that were read
  [[nodiscard]] std::size_t found_frames() const { return found_; }  ///< of these by earlier calls
  [[nodiscard]] double max_step_nm() const { return scale_.pixel_size_nm * linker_.max_step_px(); }

 private:
  class Tables;
  void save(Tables& tables);
  void restore(const tracking::LinkOptions& linking);

  const image::FrameSeries& series_;
  std::filesystem::path folder_;
  VideoScale scale_;
  FrameSearch search_;
  FieldMask field_;
  tracking::Linker linker_;
  nlohmann::ordered_json identity_;
  nlohmann::ordered_json bytes_ = nlohmann::ordered_json::object();
  std::size_t read_ = 0;
  std::size_t found_ = 0;
};

}  // namespace adatom::pipeline
