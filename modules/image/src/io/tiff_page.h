#pragma once
// One picture of a TIFF file: its geometry, checked against the file.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/image/frame.h"
#include "io/tiff_directory.h"

namespace adatom::image {

/// Tag numbers (TIFF 6.0 and its supplements; DM: Gatan DigitalMicrograph).
namespace tiff_tag {
constexpr std::uint16_t new_subfile_type = 254, width = 256, height = 257, bits_per_sample = 258,
                        compression = 259, photometric = 262, fill_order = 266, document_name = 269,
                        description = 270, make = 271, model = 272, strip_offsets = 273,
                        orientation = 274, samples_per_pixel = 277, rows_per_strip = 278,
                        strip_byte_counts = 279, x_resolution = 282, y_resolution = 283,
                        planar = 284, page_name = 285, resolution_unit = 296, software = 305,
                        date_time = 306, artist = 315, host_computer = 316, tile_width = 322,
                        tile_height = 323, tile_offsets = 324, tile_byte_counts = 325,
                        extra_samples = 338, sample_format = 339, dm_x_unit = 65003,
                        dm_y_unit = 65004, dm_z_unit = 65005, dm_x_scale = 65009,
                        dm_y_scale = 65010, dm_z_scale = 65011;
}  // namespace tiff_tag

enum class TiffPhotometric : std::uint16_t {
  white_is_zero = 0,
  black_is_zero = 1,
  rgb = 2,
  palette = 3,
  ycbcr = 6
};

/// Geometry of a page that was found readable.
struct TiffPage {
  std::uint64_t directory = 0;  ///< its offset
  std::size_t width = 0;
  std::size_t height = 0;
  PixelType type = PixelType::uint8;  ///< as read (1, 2 and 4 bits become uint8, 16-bit floats 32)
  std::size_t bits = 8;               ///< per sample in the file
  bool is_float = false;
  std::size_t samples = 1;       ///< per pixel
  bool separate_planes = false;  ///< samples in planes of their own
  std::uint16_t compression = 1;
  TiffPhotometric photometric = TiffPhotometric::black_is_zero;
  bool tiled = false;
  std::size_t block_width = 0;  ///< of a tile; the page's width for strips
  std::size_t block_height = 0;
  std::vector<std::uint64_t> offsets;      ///< of strips or tiles
  std::vector<std::uint64_t> byte_counts;  ///< empty if the file gives none
  std::vector<std::string> warnings;

  /// Plain bytes in the file that need no decoder: uncompressed strips of whole bytes, one sample.
  bool is_plain = false;
  [[nodiscard]] bool same_kind(const TiffPage& other) const {
    return width == other.width && height == other.height && type == other.type;
  }
  [[nodiscard]] std::size_t frame_bytes() const { return width * height * size_of(type); }
};

/// The page of a directory.
/// @throws InputError: a kind this project does not read, contradictory tags, data outside the
/// file, a size its data cannot fill
[[nodiscard]] TiffPage describe_tiff_page(const TiffDirectory& directory, const FileBytes& file);

}  // namespace adatom::image
