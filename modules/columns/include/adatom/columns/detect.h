#pragma once
// Finding the columns of a frame without being told where they are.
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/columns/model.h"

namespace adatom::columns {

struct DetectionOptions {
  /// Expected width (rho) of a column; empty: estimated from the image.
  std::optional<double> width_angstrom;
  /// Smallest distance of two columns; empty: no limit but the evidence (see README).
  std::optional<double> min_distance_angstrom;
  /// A column's height must stand this many standard errors above zero.
  double threshold_sigma = 5.0;
  /// Predict weak columns at the edge from the lattice of their neighbours; those need less
  /// evidence.
  bool use_lattice = true;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct DetectionResult {
  std::vector<Position> positions;  ///< sorted by y, then x
  /// Per position: the natural logarithm of the odds that a column is there rather than none
  /// (Fatermans et al., Phys. Rev. Lett. 121 (2018) 056101).
  std::vector<double> scores;
  std::vector<double> heights;  ///< per position: fitted height, in the image's unit
  double width_angstrom = 0.0;  ///< the common width (0 when nothing was found)
  double nearest_distance_angstrom =
      0.0;                ///< median distance to the nearest column (0: fewer than 2)
  Background background;  ///< the plane under the columns
  std::vector<std::string> warnings;
};

/// No columns is a result with a warning, not an error. Multiplying the image by a constant or
/// adding one changes nothing but the heights and the background.
/// @param image any unit proportional to the detected electrons
/// @throws InputError: invalid options, empty image, non-finite pixels, pixel size not positive
[[nodiscard]] DetectionResult detect_columns(const Grid<double>& image, double pixel_size_angstrom,
                                             const DetectionOptions& options, Progress& progress);

}  // namespace adatom::columns
