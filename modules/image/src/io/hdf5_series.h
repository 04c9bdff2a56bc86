#pragma once
// A dataset of an HDF5 file as a series of frames, whatever the order of its axes.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adatom/image/frame.h"
#include "adatom/storage/hdf5.h"

namespace adatom::image {

/// Which axis of the dataset is what. Axes that are none of the three hold one of the images.
struct Hdf5Axes {
  std::size_t y = 0;
  std::size_t x = 1;
  std::vector<std::size_t> frames;  ///< slowest first; all their combinations are frames
};

/// The pixel type of numbers. @throws InputError for complex and other data
[[nodiscard]] PixelType pixel_type(storage::Hdf5Type type, const std::string& name,
                                   const std::string& where);

class Hdf5Series {
 public:
  Hdf5Series() = default;
  /// Fills size, type and number of frames of `info`.
  /// @throws InputError: empty, too large, not numbers
  Hdf5Series(const storage::Hdf5Reader& file, std::string path, Hdf5Axes axes,
             const std::string& where, SeriesInfo& info);
  /// Chunks are unpacked as a whole, so the frames beside the one asked for are kept for later, up
  /// to 256 MiB of them.
  [[nodiscard]] RawImage read(const storage::Hdf5Reader& file, const SeriesInfo& info,
                              std::size_t index) const;

 private:
  struct Block {
    std::vector<std::uint64_t> begin;
    std::vector<std::uint64_t> count;
    Bytes bytes;
  };
  struct Kept {
    std::mutex mutex;
    Block block;
  };
  [[nodiscard]] Block around(const std::vector<std::uint64_t>& frame) const;
  [[nodiscard]] RawImage cut_out(const Block& block, const std::vector<std::uint64_t>& frame,
                                 const SeriesInfo& info) const;

  std::string path_;
  Hdf5Axes axes_;
  std::vector<std::uint64_t> shape_;
  std::vector<std::uint64_t> chunk_;
  std::uint64_t frame_bytes_ = 0;
  std::unique_ptr<Kept> kept_;
};

}  // namespace adatom::image
