#pragma once
// Frames stored as plain pixels, one row behind the other: what most formats come down to.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "adatom/image/frame.h"
#include "io/file_bytes.h"

namespace adatom::image {

/// Frame i begins at first + i * stride.
struct PixelBlock {
  std::uint64_t first = 0;
  std::uint64_t stride = 0;  ///< bytes from frame to frame
  PixelType type = PixelType::uint16;
  std::size_t width = 0;
  std::size_t height = 0;
  std::endian order = std::endian::little;

  /// Bytes of one frame. @throws InputError naming `where` if it is empty or past 2^63
  [[nodiscard]] std::uint64_t frame_bytes(const std::string& where) const;
};

/// How many of `declared` frames the file holds as a whole; says in info.warnings if it is cut
/// short. @throws InputError if not even the first is complete
[[nodiscard]] std::size_t complete_frames(const FileBytes& file, const PixelBlock& block,
                                          std::uint64_t declared, SeriesInfo& info);

/// Frame `index` in this machine's byte order. The size is checked before anything is allocated.
/// @throws InputError if the file ends inside it
[[nodiscard]] RawImage read_frame(const FileBytes& file, const PixelBlock& block,
                                  std::uint64_t index);

/// The last row first: for formats that store images from the bottom up.
void flip_rows(RawImage& image);

/// Turns every number of `size` bytes (1, 2, 4 or 8) around.
void swap_bytes(std::span<std::byte> bytes, std::size_t size);

}  // namespace adatom::image
