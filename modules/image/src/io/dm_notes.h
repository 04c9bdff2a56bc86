#pragma once
// What a DigitalMicrograph file says of an image: its scales and how it was recorded.
#include <cstddef>

#include "adatom/image/frame.h"
#include "io/dm_tags.h"

namespace adatom::image {

/// Fills calibration, acquisition and metadata of `info` from the image's entry in the ImageList.
/// info.frames must be set.
void describe_dm_image(const DmTags& tags, std::size_t entry, SeriesInfo& info);

}  // namespace adatom::image
