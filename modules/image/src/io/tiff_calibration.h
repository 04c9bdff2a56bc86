#pragma once
// Which of a TIFF file's claims about its scale are believed.
#include <cstddef>

#include "adatom/image/frame.h"
#include "io/tiff_directory.h"

namespace adatom::image {

/// Fills metadata, pixel size, time step and warnings of `info` from the first page's directory.
/// The order of evidence is told in the README.
void read_tiff_calibration(const TiffDirectory& directory, SeriesInfo& info);

/// How many pictures an ImageJ description declares ("images="), 0 if it says nothing.
[[nodiscard]] std::size_t imagej_image_count(const TiffDirectory& directory);

}  // namespace adatom::image
