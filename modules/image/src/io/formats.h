#pragma once
// One function per format: the explicit list in reader.cpp calls them.
#include "adatom/image/reader.h"

namespace adatom::image {

[[nodiscard]] Format tiff_format();
[[nodiscard]] Format dm_format();
[[nodiscard]] Format ser_format();
[[nodiscard]] Format mrc_format();
[[nodiscard]] Format hdf5_format();
[[nodiscard]] Format blo_format();
[[nodiscard]] Format tvips_format();
[[nodiscard]] Format video_format();
[[nodiscard]] Format npy_format();
[[nodiscard]] Format png_format();

}  // namespace adatom::image
