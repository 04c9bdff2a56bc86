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
  /// Expected width (rho) of a column; empty: estimated from the image's spectrum.
  std::optional<double> width_angstrom;
  /// Smallest distance of two columns; empty: from the lattice that is found.
  std::optional<double> min_distance_angstrom;
  /// A maximum counts when it stands this many robust standard deviations above the band-passed
  /// background.
  double threshold_sigma = 5.0;
  /// Predict weak columns at the edge from a lattice fitted to the strong ones.
  bool use_lattice = true;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct DetectionResult {
  std::vector<Position> positions;  ///< sorted by y, then x
  double width_angstrom = 0.0;      ///< the width used
  std::vector<std::string> warnings;
};

/// @throws InputError for invalid options or an image without contrast
[[nodiscard]] DetectionResult detect_columns(const Grid<double>& image, double pixel_size_angstrom,
                                             const DetectionOptions& options, Progress& progress);

}  // namespace adatom::columns
