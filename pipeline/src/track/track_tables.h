#pragma once
// Rows of the tables of `adatom track`: nm and s.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/tracking/atoms.h"
#include "adatom/tracking/detect.h"
#include "adatom/tracking/link.h"
#include "adatom/tracking/population.h"

namespace adatom::pipeline {

struct VideoScale {
  double pixel_size_nm = 0.0;
  double frame_time_s = 0.0;
};

/// What a frame shows, before it is linked.
struct SearchedFrame {
  tracking::DetectResult found;
  std::vector<tracking::Atom> atoms;  ///< those that the particles are, if atoms are looked for
  double brightness = 0.0;            ///< mean of the pixels that count
};

[[nodiscard]] std::string detections_header();
[[nodiscard]] std::string detections_row(std::size_t frame, const SearchedFrame& searched,
                                         const VideoScale& scale);
[[nodiscard]] std::string atoms_header();
[[nodiscard]] std::string atoms_rows(std::size_t frame, const SearchedFrame& searched,
                                     const VideoScale& scale);
[[nodiscard]] std::string tracks_header();
/// Those particles of the frame that belong to a track.
[[nodiscard]] std::string tracks_rows(const tracking::LinkedFrame& frame, const VideoScale& scale);
[[nodiscard]] std::string track_events_header();
[[nodiscard]] std::string track_events_rows(const tracking::LinkedFrame& frame,
                                            const VideoScale& scale);
[[nodiscard]] std::string track_drift_header();
[[nodiscard]] std::string track_drift_row(const tracking::LinkedFrame& frame,
                                          const VideoScale& scale);
[[nodiscard]] std::string track_sizes_header();
[[nodiscard]] std::string track_sizes_row(const tracking::SizePoint& point);

}  // namespace adatom::pipeline
