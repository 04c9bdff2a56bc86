#pragma once
// TIFF bytes from frames. Written here and not by libtiff, because ImageJ finds the frames of a
// stack only if their pixels stand one behind the other.
#include <span>
#include <string>

#include "adatom/image/frame.h"
#include "adatom/image/writer.h"

namespace adatom::image {

/// automatic: classic as long as 32-bit offsets suffice.
enum class TiffFlavour { automatic, classic, big };

/// Frames of one size and type, at least one.
[[nodiscard]] std::string encode_tiff(std::span<const RawImage> frames,
                                      const Calibration& calibration, TiffCompression compression,
                                      TiffFlavour flavour);

}  // namespace adatom::image
