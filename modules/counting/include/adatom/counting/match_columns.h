#pragma once
// The same columns in the frames of a series: drift taken off, columns that come and go.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"

namespace adatom::counting {

struct MatchOptions {
  /// A column farther from its place than this share of the distance between neighbouring columns
  /// is taken for it only where nothing else can be meant.
  double tolerance = 0.35;
  /// A frame in which less than this share of the columns is found in the others tells nothing.
  double min_matched = 0.5;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// What one frame shows.
struct FrameColumns {
  std::vector<double> x_angstrom;
  std::vector<double> y_angstrom;
  /// Tell shifts by a lattice vector apart; empty: not known.
  std::vector<double> scs_angstrom2 = {};
  /// Of the image; 0: not known, and what is not seen is taken to be absent.
  double width_angstrom = 0.0;
  double height_angstrom = 0.0;
};

/// What is not seen in a frame, and why.
enum class Sight { seen, not_seen, out_of_sight };

/// One column through the series. Its id is its place in MatchResult::columns: by first frame, then
/// by the order in that frame.
struct SeriesColumn {
  double x_angstrom = 0.0;  ///< mean over the frames, drift taken off: as in the first usable frame
  double y_angstrom = 0.0;
  std::vector<std::int64_t> member;  ///< its place in each frame; -1: not there
  std::vector<Sight> sight;          ///< in each frame
  std::int64_t frames_seen = 0;
  /// Steps along the two shortest vectors of the lattice from a column in the middle.
  std::int64_t u = 0;
  std::int64_t v = 0;
  bool on_lattice = false;  ///< is there a chain of neighbours from the middle to it?
};

struct FrameMatch {
  double drift_x_angstrom = 0.0;  ///< from the first usable frame
  double drift_y_angstrom = 0.0;
  std::int64_t columns = 0;
  std::int64_t matched = 0;  ///< of them those seen in other frames, too
  /// Of the columns from their places, along both axes together, drift and slow distortions taken
  /// off: scan jitter and errors of the fit.
  double rms_angstrom = 0.0;
  bool usable = false;
};

struct MatchResult {
  std::vector<SeriesColumn> columns;
  std::vector<FrameMatch> frames;
  double spacing_angstrom = 0.0;  ///< median distance of a column from its nearest neighbour
  std::vector<std::string> warnings;
};

/// Finds every frame's shift against the columns known so far by votes of all pairs of columns, the
/// best few are weighed by how many columns match and how alike their cross-sections are (a shift
/// by a lattice vector matches most columns, too). Slow distortions (shear by drift, jitter of the
/// scan over several lines) are taken off by what the nearest matched columns do. What is still
/// left over is a new column. In the end all frames are matched again to the mean positions, and
/// columns at the same site of the lattice that are never seen together become one.
/// @throws InputError: no frame with three columns, lengths that differ, positions that are no
/// numbers; Interrupted
[[nodiscard]] MatchResult match_columns(std::span<const FrameColumns> frames,
                                        const MatchOptions& options, Progress& progress);

}  // namespace adatom::counting
