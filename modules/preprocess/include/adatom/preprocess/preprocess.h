#pragma once
// The steps in their order: normalise, outliers, crop, background for each frame by itself;
// register over the frames in order (register.h).
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/preprocess/background.h"
#include "adatom/preprocess/crop.h"
#include "adatom/preprocess/normalise.h"
#include "adatom/preprocess/outliers.h"
#include "adatom/preprocess/register.h"

namespace adatom::preprocess {

/// All steps are off by default. In files: preprocess: {normalise: ..., outliers: ..., crop: ...,
/// background: ..., register: ...}.
struct PreprocessOptions {
  NormaliseOptions normalise;
  OutlierOptions outliers;
  CropOptions crop;
  BackgroundOptions background;
  RegisterOptions registration;  ///< group "register"

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The levels for normalise: from the options, or measured on `detector_map`; nothing when off.
/// @param detector_map content of options.detector_map, for that method
[[nodiscard]] std::optional<DetectorLevels> detector_levels(
    const NormaliseOptions& options, const std::optional<Grid<double>>& detector_map);

/// A frame after the steps that look at it alone, and what they found.
struct PreprocessedFrame {
  Grid<double> image;
  std::int64_t hot_pixels = 0;
  std::int64_t dead_pixels = 0;
  std::optional<BackgroundFit> background;
  std::vector<std::string> warnings;
};

/// @throws InputError as the steps do
[[nodiscard]] PreprocessedFrame preprocess_frame(const Grid<double>& image,
                                                 const PreprocessOptions& options,
                                                 const std::optional<DetectorLevels>& levels);

}  // namespace adatom::preprocess
