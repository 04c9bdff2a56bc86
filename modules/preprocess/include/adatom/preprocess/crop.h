#pragma once
// A rectangle out of an image.
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::preprocess {

struct CropOptions {
  std::int64_t x_px = 0;                                 ///< first column kept
  std::int64_t y_px = 0;                                 ///< first row kept
  std::optional<std::int64_t> width_px = std::nullopt;   ///< empty: to the right edge
  std::optional<std::int64_t> height_px = std::nullopt;  ///< empty: to the lower edge

  /// Does it leave every image as it is?
  [[nodiscard]] bool off() const { return x_px == 0 && y_px == 0 && !width_px && !height_px; }
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Positions in the result count from its own first pixel: (x_px, y_px) becomes (0, 0).
/// @throws InputError: invalid options, a rectangle that reaches out of the image
[[nodiscard]] Grid<double> crop(const Grid<double>& image, const CropOptions& options);

}  // namespace adatom::preprocess
