#pragma once
// Writing image files. The format follows from the extension: .tif/.tiff, .npy, .png (8 or 16 bit,
// one frame).
#include <filesystem>
#include <span>

#include "adatom/image/frame.h"

namespace adatom::image {

/// Writes frames of one size and type; deterministic bytes (no dates). The pixel size goes into the
/// resolution tags and an ImageJ description for TIFF; NPY holds none.
/// @throws InputError: unknown extension, frames of different size or type, a type the format lacks.
void write_series(const std::filesystem::path& path, std::span<const RawImage> frames,
                  const Calibration& calibration);

}  // namespace adatom::image
