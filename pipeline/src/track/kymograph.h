#pragma once
// Intensity along a line against time.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/image/frame.h"
#include "adatom/report/figure.h"
#include "track/track_tables.h"

namespace adatom::pipeline {

/// A line on the specimen (as in the first frame: it goes with the drift), nm.
struct KymographLine {
  double x0_nm = 0.0;
  double y0_nm = 0.0;
  double x1_nm = 0.0;
  double y1_nm = 0.0;
  double width_nm = 0.0;  ///< intensities are averaged over so much across the line
  [[nodiscard]] double length_nm() const;
};

/// Along the main direction of the particle that went farthest, from where it was first to where it
/// was last, with two of its radii more at both ends; as wide as its radius. Particles at the
/// border do not count. Nothing without a track.
/// @throws InputError: tracks.csv is none
[[nodiscard]] std::optional<KymographLine> longest_way(const std::filesystem::path& tracks_csv);

/// The mean across the line at every pixel along it; NaN beyond the frame.
/// @param drift_x_px,drift_y_px where the specimen's first pixel is in this frame
[[nodiscard]] std::vector<double> kymograph_row(const image::Image& frame,
                                                const KymographLine& line, double pixel_size_nm,
                                                double drift_x_px, double drift_y_px);

struct Kymograph {
  KymographLine line;
  std::vector<std::int64_t> frames;  ///< evenly spaced
  Grid<double> intensity;            ///< a row for each of the frames
};

/// Two panels: the intensity, and the same with the tracks that are within the line's width of it.
/// @throws InputError: tracks.csv is none
[[nodiscard]] report::Figure draw_kymograph(const Kymograph& kymograph,
                                            const std::filesystem::path& tracks_csv,
                                            const VideoScale& scale, bool with_tracks);

}  // namespace adatom::pipeline
