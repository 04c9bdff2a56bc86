#include "io/tiff_page.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "adatom/base/error.h"

namespace adatom::image {
namespace {

constexpr std::uint16_t uncompressed = 1;
constexpr std::uint16_t packbits = 32773;
constexpr std::uint16_t lzw = 5;
constexpr std::uint16_t deflate_adobe = 8;
constexpr std::uint16_t deflate_old = 32946;
constexpr std::uint16_t jpeg = 7;

// A page may always be this large; beyond, its data must justify it.
constexpr std::uint64_t unquestioned_bytes = 16U << 20U;

/// The most bytes one compressed byte can stand for. Deflate: zlib's technical notes; PackBits: 128
/// from 2; LZW: strings of at most 4096 - 258 bytes from 12 bits. The others have no such limit; an
/// empty frame under Zstandard shrinks about 32000 times.
std::uint64_t largest_ratio(std::uint16_t compression) {
  switch (compression) {
    case uncompressed:
      return 1;
    case packbits:
      return 64;
    case lzw:
      return 2600;
    case deflate_adobe:
    case deflate_old:
      return 1032;
    default:
      return 40000;
  }
}

/// The product, or the largest number there is.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return b != 0 && a > most / b ? most : a * b;
}

class PageChecker {
 public:
  PageChecker(const TiffDirectory& directory, const FileBytes& file)
      : directory_(directory), file_(file) {}

  TiffPage run() {
    page_.directory = directory_.offset();
    read_size();
    read_type();
    read_colour();
    read_blocks();
    check_blocks();
    const bool in_order = directory_.integer(tiff_tag::fill_order, 1) == 1 || page_.bits > 8;
    page_.is_plain = page_.compression == uncompressed && !page_.tiled && page_.samples == 1 &&
                     page_.bits >= 8 && in_order;
    if (directory_.integer(tiff_tag::orientation, 1) != 1) {
      page_.warnings.emplace_back("the orientation tag is ignored: rows are read as they stand");
    }
    return std::move(page_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& why,
                           const std::string& remedy = "") const {
    throw InputError(Complaint{what, file_.path().string(), why, remedy});
  }
  [[noreturn]] void damaged(const std::string& why) const {
    refuse("a TIFF page is damaged", why, "copy or save the file again");
  }

  void read_size() {
    constexpr std::uint64_t longest = std::numeric_limits<std::int32_t>::max();
    const auto width = directory_.integer(tiff_tag::width, 0);
    const auto height = directory_.integer(tiff_tag::height, 0);
    if (width == 0 || height == 0 || width > longest || height > longest) {
      damaged("its size is " + std::to_string(width) + " x " + std::to_string(height));
    }
    page_.width = width;
    page_.height = height;
  }

  /// The one value that all samples must share.
  std::uint64_t shared_value(std::uint16_t tag, std::uint64_t otherwise) const {
    const auto values = directory_.integers(tag);
    if (values.empty()) return otherwise;
    if (std::count(values.begin(), values.end(), values[0]) !=
        static_cast<std::ptrdiff_t>(values.size())) {
      refuse("a TIFF page of mixed samples is not read", "its samples differ in kind",
             "save one channel");
    }
    return values[0];
  }

  void read_type() {
    page_.samples = directory_.integer(tiff_tag::samples_per_pixel, 1);
    page_.bits = shared_value(tiff_tag::bits_per_sample, 1);
    const auto format = shared_value(tiff_tag::sample_format, 1);
    if (format == 5 || format == 6) {
      refuse("complex pixels are not read", "the sample format is complex",
             "save the modulus or the real part");
    }
    struct Known {
      std::uint64_t format;
      std::size_t bits;
      PixelType type;
    };
    constexpr std::array known = {
        Known{1, 1, PixelType::uint8},    Known{1, 2, PixelType::uint8},
        Known{1, 4, PixelType::uint8},    Known{1, 8, PixelType::uint8},
        Known{1, 16, PixelType::uint16},  Known{1, 32, PixelType::uint32},
        Known{1, 64, PixelType::uint64},  Known{2, 8, PixelType::int8},
        Known{2, 16, PixelType::int16},   Known{2, 32, PixelType::int32},
        Known{2, 64, PixelType::int64},   Known{3, 16, PixelType::float32},
        Known{3, 32, PixelType::float32}, Known{3, 64, PixelType::float64}};
    page_.is_float = format == 3;
    const std::uint64_t meant = format == 4 ? 1 : format;  // "undefined" is taken as unsigned
    for (const auto& k : known) {
      if (k.format == meant && k.bits == page_.bits) {
        page_.type = k.type;
        return;
      }
    }
    refuse("pixels of this type are not read",
           std::to_string(page_.bits) + " bits, sample format " + std::to_string(format),
           "save as 8, 16 or 32-bit integers or 32-bit floats");
  }

  void read_colour() {
    page_.compression = static_cast<std::uint16_t>(directory_.integer(tiff_tag::compression, 1));
    constexpr std::uint16_t old_jpeg = 6;
    constexpr std::uint16_t log_luv = 34676;
    constexpr std::uint16_t log_luv_24 = 34677;
    if (page_.compression == old_jpeg || page_.compression == log_luv ||
        page_.compression == log_luv_24) {
      refuse("the TIFF file's compression is not read",
             "scheme " + std::to_string(page_.compression), "save it uncompressed or with deflate");
    }
    const auto photometric = directory_.integer(tiff_tag::photometric, 1);
    const bool planar = directory_.integer(tiff_tag::planar, 1) == 2;
    page_.separate_planes = planar && page_.samples > 1;
    const bool is_jpeg_colour = photometric == 6 && page_.compression == jpeg;
    if (photometric > 3 && !is_jpeg_colour) {
      refuse("a TIFF page in this colour space is not read",
             "photometric interpretation " + std::to_string(photometric), "save it as grey");
    }
    page_.photometric = static_cast<TiffPhotometric>(photometric);
    const bool colour =
        page_.photometric == TiffPhotometric::rgb || page_.photometric == TiffPhotometric::ycbcr;
    if (colour) {
      if (page_.samples < 3 || page_.samples > 8 || page_.bits < 8 ||
          (page_.is_float && page_.bits == 16) ||
          (page_.photometric == TiffPhotometric::ycbcr && page_.samples != 3)) {
        refuse(
            "a TIFF page of this colour layout is not read",
            std::to_string(page_.samples) + " samples of " + std::to_string(page_.bits) + " bits",
            "save it as grey");
      }
      page_.warnings.emplace_back(
          "colour is converted to grey (0.299 red + 0.587 green + 0.114 blue)");
      return;
    }
    const bool has_alpha =
        page_.samples == 2 && directory_.integer(tiff_tag::extra_samples, 0) != 0;
    if (has_alpha && page_.bits >= 8) page_.warnings.emplace_back("the alpha channel is ignored");
    if (page_.samples != 1 && !(has_alpha && page_.bits >= 8)) {
      refuse("a TIFF page with several channels is not read",
             std::to_string(page_.samples) + " samples per pixel, no colour declared",
             "split the channels and save one, or each as a page");
    }
    if (page_.photometric == TiffPhotometric::palette) {
      page_.warnings.emplace_back("the colour table is not applied: pixels are its indices");
    }
    if (page_.photometric == TiffPhotometric::white_is_zero) {
      const bool is_unsigned = page_.type == PixelType::uint8 || page_.type == PixelType::uint16 ||
                               page_.type == PixelType::uint32 || page_.type == PixelType::uint64;
      page_.warnings.emplace_back(is_unsigned
                                      ? "white is stored as 0: pixels are inverted"
                                      : "white is declared as 0: pixels are left as they are");
    }
  }

  void read_blocks() {
    page_.tiled = directory_.has(tiff_tag::tile_width) || directory_.has(tiff_tag::tile_offsets);
    constexpr std::uint64_t longest = std::numeric_limits<std::int32_t>::max();
    if (page_.tiled) {
      const auto width = directory_.integer(tiff_tag::tile_width, 0);
      const auto height = directory_.integer(tiff_tag::tile_height, 0);
      if (width == 0 || height == 0 || width > longest || height > longest) {
        damaged("its tiles are " + std::to_string(width) + " x " + std::to_string(height));
      }
      page_.block_width = width;
      page_.block_height = height;
      page_.offsets = directory_.integers(tiff_tag::tile_offsets);
      page_.byte_counts = directory_.integers(tiff_tag::tile_byte_counts);
      if (page_.offsets.empty()) {  // old writers used the strips' tags
        page_.offsets = directory_.integers(tiff_tag::strip_offsets);
        page_.byte_counts = directory_.integers(tiff_tag::strip_byte_counts);
      }
    } else {
      const auto rows = directory_.integer(tiff_tag::rows_per_strip, page_.height);
      if (rows == 0) damaged("its strips have no rows");
      page_.block_width = page_.width;
      page_.block_height = std::min<std::uint64_t>(rows, page_.height);
      page_.offsets = directory_.integers(tiff_tag::strip_offsets);
      page_.byte_counts = directory_.integers(tiff_tag::strip_byte_counts);
    }
  }

  /// Every strip or tile must be there, inside the file, and large enough for what it claims.
  void check_blocks() {
    const std::uint64_t across = (page_.width + page_.block_width - 1) / page_.block_width;
    const std::uint64_t down = (page_.height + page_.block_height - 1) / page_.block_height;
    const std::uint64_t planes = page_.separate_planes ? page_.samples : 1;
    const std::uint64_t in_block = page_.separate_planes ? 1 : page_.samples;
    const std::uint64_t wanted = across * down * planes;
    if (page_.offsets.size() < wanted) {
      damaged(std::to_string(page_.offsets.size()) + " of " + std::to_string(wanted) +
              " strips or tiles are listed");
    }
    const bool counted = page_.byte_counts.size() >= wanted;
    if (!counted && (page_.compression != uncompressed || !page_.byte_counts.empty())) {
      damaged("the sizes of its strips or tiles are missing");
    }
    const std::uint64_t row_bits = page_.block_width * in_block * page_.bits;
    const std::uint64_t row_bytes = (row_bits + 7) / 8;
    const std::uint64_t all = product(product(row_bytes, page_.block_height), wanted);
    std::uint64_t stored = 0;
    for (std::uint64_t i = 0; i < wanted; ++i) {
      const std::uint64_t rows =
          page_.tiled ? page_.block_height
                      : std::min<std::uint64_t>(page_.block_height,
                                                page_.height - (i % down) * page_.block_height);
      const std::uint64_t needed = product(row_bytes, rows);
      std::uint64_t there = counted ? page_.byte_counts[i] : 0;
      if (page_.compression == uncompressed) {
        // One strip's size is often left at zero by writers of large stacks; the geometry tells it.
        if (there == 0 && wanted == 1) there = needed;
        if (there < needed) damaged("a strip or tile is smaller than its pixels");
        there = needed;
      }
      if (there == 0 || page_.offsets[i] == 0 || !file_.holds(page_.offsets[i], there)) {
        refuse("the file is cut short", "pixels of a TIFF page lie beyond its end",
               "copy the file again");
      }
      // Strips may overlap in a lying file; together they are never more than the file.
      stored = std::min(file_.size(), stored + there);
    }
    if (all > unquestioned_bytes + product(stored, largest_ratio(page_.compression))) {
      damaged("it declares more pixels than its data can hold");
    }
  }

  const TiffDirectory& directory_;
  const FileBytes& file_;
  TiffPage page_;
};

}  // namespace

TiffPage describe_tiff_page(const TiffDirectory& directory, const FileBytes& file) {
  return PageChecker(directory, file).run();
}

}  // namespace adatom::image
