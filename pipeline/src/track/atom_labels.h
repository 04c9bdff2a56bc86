#pragma once
// Found atoms against marks that somebody made: `adatom track --labels`.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/image/load.h"
#include "adatom/report/figure.h"
#include "adatom/tracking/atom_scores.h"
#include "track/video_tracking.h"

namespace adatom::pipeline {

struct AtomLabels {
  tracking::AtomScores scores;  ///< whatever the threshold, down to half of them false
  tracking::AtomScore chosen;   ///< of what the run calls atoms
  std::size_t frames = 0;       ///< with marks
};

/// Before anything else is done. @throws InputError as score_labels
void check_labels(const std::string& path, const image::FrameSeries& series);

/// Reads the marks (columns x_px and y_px, or X and Y; frame, if not all are of the first one) and
/// searches their frames once more.
/// @throws InputError: no such columns, a frame that is not there, a mark outside of the image
[[nodiscard]] AtomLabels score_labels(const TrackOptions& options, const image::FrameSeries& series,
                                      const VideoScale& scale, const Grid<std::uint8_t>& mask);

[[nodiscard]] std::string atom_scores_csv(const AtomLabels& labels);
/// Precision against recall.
[[nodiscard]] report::Figure draw_atom_scores(const AtomLabels& labels);
/// In one line.
[[nodiscard]] std::string label_text(const AtomLabels& labels);

}  // namespace adatom::pipeline
