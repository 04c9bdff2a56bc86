#pragma once
// Frames of a video with the particles that are followed in it.
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "adatom/image/frame.h"
#include "adatom/report/colour_picture.h"
#include "adatom/tracking/link.h"
#include "track/track_rows.h"
#include "track/track_tables.h"

namespace adatom::pipeline {

/// How frames become pictures: averaged over blocks, or each pixel repeated.
struct OverlaySize {
  std::size_t block = 1;
  std::size_t enlarged = 1;
  std::size_t width = 0;  ///< of the picture, even
  std::size_t height = 0;
};

/// By whole factors: the longer side is at most `longest_px`; small frames are enlarged up to half
/// of that.
[[nodiscard]] OverlaySize overlay_size(std::size_t frame_width, std::size_t frame_height,
                                       std::size_t longest_px);

/// What is drawn over one frame, in pixels of the frame.
struct OverlayScene {
  struct Outline {
    double x;
    double y;
    double first;
    double second;
    double angle_rad;
    report::Colour colour;
  };
  struct Step {
    double x1;
    double y1;
    double x2;
    double y2;
    double opacity;
    report::Colour colour;
  };
  struct Mark {
    double x;
    double y;
    double reach;
    tracking::TrackEventKind kind;
  };
  std::int64_t frame = 0;
  std::vector<Outline> outlines;
  std::vector<Step> tails;  ///< where particles were within the last second, the drift taken out
  std::vector<Mark> marks;  ///< merges and splits of the last half second
};

/// The scenes of frames in their order. Memory: a second of tracks, and all merges and splits.
class OverlayScenes {
 public:
  /// @throws InputError: tables that are none of `adatom track`
  OverlayScenes(const std::filesystem::path& folder, const VideoScale& scale,
                std::int64_t frames_between);
  [[nodiscard]] OverlayScene next(std::int64_t frame);

 private:
  struct Place {
    std::int64_t frame;
    double x_px;
    double y_px;
  };
  void remember(std::int64_t frame, const std::vector<TrackRow>& rows);
  VideoScale scale_;
  TrackFrames frames_;
  std::int64_t tail_frames_;
  std::int64_t tail_stride_;
  std::int64_t mark_frames_;
  std::int64_t seen_ = -1;  ///< the last frame of which places are remembered
  std::map<std::int64_t, std::deque<Place>> tails_;
  struct Event {
    std::int64_t frame;
    tracking::TrackEventKind kind;
  };
  std::unordered_map<std::int64_t, Event> events_;  ///< by the new particle
};

/// The frame (a little smoothed where its pixels are not averaged) with its scene, the time and a
/// scale bar.
[[nodiscard]] report::ColourPicture draw_overlay_picture(const image::Image& frame,
                                                         const OverlayScene& scene,
                                                         const OverlaySize& size,
                                                         const report::Range& greys,
                                                         const VideoScale& scale);

}  // namespace adatom::pipeline
