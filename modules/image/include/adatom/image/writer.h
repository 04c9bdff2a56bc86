#pragma once
// Writing image files frame by frame. The format follows from the extension: .tif/.tiff, .npy,
// .hspy (HyperSpy's HDF5), .png (8 or 16 bit, one frame).
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "adatom/image/frame.h"

namespace adatom::image {

enum class TiffCompression { none, deflate };
/// automatic: BigTIFF where 32-bit offsets do not suffice.
enum class TiffFlavour { automatic, classic, big };

struct WriteOptions {
  TiffCompression compression = TiffCompression::none;  ///< deflate comes with the right predictor
  TiffFlavour tiff_flavour = TiffFlavour::automatic;
};

/// What a file of frames is to hold; known before the first frame is written.
struct SeriesHeader {
  PixelType type = PixelType::float64;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t frames = 0;
  Calibration calibration = {};
  Acquisition acquisition = {};
  std::string title = {};
};

/// A file being written. It appears under its name in finish(); without it nothing is left.
class SeriesWriter {
 public:
  virtual ~SeriesWriter() = default;
  /// The next frame. Type and size must be the header's (else std::invalid_argument).
  /// @throws InputError: disk full, ...
  virtual void add(const RawImage& frame) = 0;
  /// After the last frame (else std::logic_error).
  virtual void finish() = 0;
};

/// Begins a file; deterministic bytes (no dates). Only one frame is in memory at a time, but with
/// deflate, which keeps what it has packed. One frame makes a 2-D NPY, several a 3-D one, frames
/// first; NPY and PNG hold no calibration. TIFF holds it as resolution tags and an ImageJ
/// description, HSPY as HyperSpy does.
/// @throws InputError: unknown extension, no frame, a type or number of frames the format lacks, a
/// folder that cannot be written
[[nodiscard]] std::unique_ptr<SeriesWriter> create_series(const std::filesystem::path& path,
                                                          const SeriesHeader& header,
                                                          const WriteOptions& options = {});

/// A file of frames that are there already, all of one size and type.
/// @throws InputError as create_series, and for frames that differ
void write_series(const std::filesystem::path& path, std::span<const RawImage> frames,
                  const Calibration& calibration, const WriteOptions& options = {});

}  // namespace adatom::image
