#pragma once
// Writing image files. The format follows from the extension: .tif/.tiff, .npy, .png (8 or 16 bit,
// one frame).
#include <filesystem>
#include <span>

#include "adatom/image/frame.h"

namespace adatom::image {

enum class TiffCompression { none, deflate };

struct WriteOptions {
  TiffCompression compression = TiffCompression::none;  ///< deflate comes with the right predictor
};

/// Writes frames of one size and type; deterministic bytes (no dates). The pixel size goes into the
/// resolution tags and an ImageJ description for TIFF; NPY and PNG hold none. One frame makes a 2-D
/// NPY, several a 3-D one, frames first. TIFF past 4 GB becomes BigTIFF. PNG takes uint8 and
/// uint16.
/// @throws InputError: unknown extension, no frame, frames of different size or type, a type the
/// format lacks, a folder that cannot be written.
void write_series(const std::filesystem::path& path, std::span<const RawImage> frames,
                  const Calibration& calibration, const WriteOptions& options = {});

}  // namespace adatom::image
