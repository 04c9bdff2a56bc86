#pragma once
// The images in a DigitalMicrograph file: which there are, and how their pixels lie.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "io/dm_tags.h"
#include "io/pixel_block.h"

namespace adatom::image {

/// An entry of the file's ImageList.
struct DmImage {
  std::size_t tag = 0;
  std::string name;
  std::optional<Complaint> refusal;  ///< why it is no image or series; then nothing below holds
  PixelBlock block;                  ///< a colour pixel counts as `channels` columns
  std::size_t channels = 1;          ///< 4: blue, green, red, unused
  std::size_t width = 0;
  std::uint64_t frames = 1;
  std::size_t frames_dimension = 2;  ///< its number in the file
};

/// All entries but the thumbnails.
/// @throws InputError if there is none
[[nodiscard]] std::vector<DmImage> list_dm_images(const FileBytes& file, const DmTags& tags);

}  // namespace adatom::image
