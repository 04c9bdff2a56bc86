#pragma once
// What a DigitalMicrograph file says of an image: its scales and how it was recorded.
#include <cstddef>

#include "adatom/image/frame.h"
#include "io/dm_tags.h"

namespace adatom::image {

/// Fills calibration, acquisition and metadata of `info` from the image's entry in the ImageList.
/// info.frames must be set. `frames_dimension` is the number of the dimension that counts frames.
void describe_dm_image(const DmTags& tags, std::size_t entry, std::size_t frames_dimension,
                       SeriesInfo& info);

}  // namespace adatom::image
