#pragma once
// What `adatom info` tells of a file.
#include <cstddef>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/image/frame.h"
#include "adatom/image/reader.h"

namespace adatom::image {

struct InfoSummary {
  SeriesInfo info;
  double minimum = 0.0;  ///< over the finite pixels of all frames; 0 if there is none
  double maximum = 0.0;
  double mean = 0.0;
  std::size_t finite_pixels = 0;
  std::size_t non_finite_pixels = 0;
};

/// Reads every frame once for the range.
/// @throws InputError if a frame cannot be read; Interrupted if the user asked to stop
[[nodiscard]] InfoSummary summarise(FrameReader& reader, Progress& progress);

/// The summary as lines of `name: value`, ends with a line break.
[[nodiscard]] std::string text(const InfoSummary& summary);

}  // namespace adatom::image
