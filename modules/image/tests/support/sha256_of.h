#pragma once
// The hash of a whole series, to compare with other readers.
#include <string>

#include "adatom/image/reader.h"

namespace adatom::image::testing {

/// SHA-256 over the pixels of all frames as numbers of `type`, row by row, little-endian.
std::string sha256_of(FrameReader& reader, PixelType type);

}  // namespace adatom::image::testing
