#pragma once
// Where a frame lies against the columns that are known.
#include <cstdint>
#include <vector>

#include "match_points.h"

namespace adatom::counting {

// A column farther than this many spacings from its place is nearer to another one.
inline constexpr double widest_reach = 0.5;

/// A column on its way through the frames.
struct Track {
  PlanePoint place;    ///< mean over `seen` frames, drift taken off
  double scs = 0.0;    ///< likewise
  double seen = 0.0;   ///< how often
  double asked = 0.0;  ///< in how many frames since it was first seen
  std::vector<std::int64_t> member;
};

/// A frame's shift against the tracks, and how well it fits.
struct Alignment {
  PlanePoint shift;
  double score = -1.0;
  bool ambiguous = false;
};

/// Tracks, where they are and how far apart columns are.
class TrackMap {
 public:
  /// @param alike_angstrom2 cross-sections that differ by less are alike; 0: they are not known
  TrackMap(const std::vector<Track>& tracks, double spacing_angstrom, double alike_angstrom2);
  [[nodiscard]] const PointCells& cells() const { return cells_; }

  /// The best shift of a frame, by votes of all pairs and the likeness of what then coincides.
  /// @param before the shift of the frame before: of equally good ones the nearest is meant
  [[nodiscard]] Alignment align(const std::vector<PlanePoint>& points,
                                const std::vector<double>& scs_angstrom2,
                                const PlanePoint& before) const;
  /// `shift` moved to the median of its pairs' differences.
  [[nodiscard]] PlanePoint centred(const std::vector<PlanePoint>& points, PlanePoint shift) const;

 private:
  [[nodiscard]] std::vector<PlanePoint> voted_shifts(const std::vector<PlanePoint>& points) const;
  [[nodiscard]] double score(const std::vector<PlanePoint>& points,
                             const std::vector<double>& scs_angstrom2, const PlanePoint& shift,
                             const PlanePoint& before) const;

  const std::vector<Track>& tracks_;
  PointCells cells_;
  double spacing_;
  double alike_;
};

[[nodiscard]] std::vector<PlanePoint> shifted(std::vector<PlanePoint> points,
                                              const PlanePoint& shift);

}  // namespace adatom::counting
