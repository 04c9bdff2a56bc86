#include "support/tiff_maker.h"

#include <tiffio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "adatom/base/random.h"
#include "pixel_types.h"

namespace adatom::image::testing {

ScratchFolder::ScratchFolder() {
  // In memory where the system has such a folder: the tests write thousands of small files.
  const std::filesystem::path memory = "/dev/shm";
  const auto base =
      std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  std::string name = (base / "adatom-image-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

namespace {

void set_tags(TIFF* tiff, const RawImage& frame, const TiffSpec& spec, bool first) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(frame.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(frame.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * size_of(frame.type)));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, static_cast<int>(spec.samples));
  TIFFSetField(tiff, TIFFTAG_FILLORDER, static_cast<int>(spec.fill_order));
  const bool is_float = frame.type == PixelType::float32 || frame.type == PixelType::float64;
  const bool is_signed = name_of(frame.type)[0] == 'i';
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, is_float ? 3 : is_signed ? 2 : 1);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, static_cast<int>(spec.photometric));
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, static_cast<int>(spec.planar));
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, static_cast<int>(spec.compression));
  if (spec.predictor > 1) TIFFSetField(tiff, TIFFTAG_PREDICTOR, static_cast<int>(spec.predictor));
  if (spec.tile > 0) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, spec.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, spec.tile);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, spec.rows_per_strip);
  }
  if (spec.x_resolution > 0) {
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, spec.x_resolution);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION,
                 spec.y_resolution > 0 ? spec.y_resolution : spec.x_resolution);
  }
  if (spec.resolution_unit > 0) {
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, static_cast<int>(spec.resolution_unit));
  }
  if (first && !spec.description.empty()) {
    TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, spec.description.c_str());
  }
}

void write_page(TIFF* tiff, const RawImage& frame, const TiffSpec& spec) {
  const std::size_t in_block = spec.planar == 2 ? 1 : spec.samples;
  const std::size_t planes = spec.planar == 2 ? spec.samples : 1;
  const std::size_t size = size_of(frame.type) * in_block;
  const std::size_t row = frame.width * size;
  const std::size_t block_width = spec.tile > 0 ? spec.tile : frame.width;
  const std::size_t block_height = spec.tile > 0 ? spec.tile : spec.rows_per_strip;
  std::uint32_t index = 0;
  for (std::size_t plane = 0; plane < planes; ++plane) {
    const std::byte* from = frame.bytes.data() + plane * row * frame.height;
    for (std::size_t y = 0; y < frame.height; y += block_height) {
      for (std::size_t x = 0; x < frame.width; x += block_width) {
        const std::size_t rows = std::min(block_height, frame.height - y);
        const std::size_t columns = std::min(block_width, frame.width - x);
        Bytes block(block_width * size * (spec.tile > 0 ? block_height : rows), std::byte{0});
        for (std::size_t i = 0; i < rows; ++i) {
          std::memcpy(block.data() + i * block_width * size, from + (y + i) * row + x * size,
                      columns * size);
        }
        // libtiff 4.5 swaps big-endian floats before its predictor, which wants them as they are,
        // and so cannot read back what it wrote; swapped once more they come out right.
        if (spec.predictor == 3 && spec.mode.find('b') != std::string::npos) {
          const std::size_t one = size_of(frame.type);
          for (std::size_t at = 0; at < block.size(); at += one) {
            std::reverse(block.data() + at, block.data() + at + one);
          }
        }
        const auto bytes = static_cast<tmsize_t>(block.size());
        const auto done = spec.tile > 0 ? TIFFWriteEncodedTile(tiff, index, block.data(), bytes)
                                        : TIFFWriteEncodedStrip(tiff, index, block.data(), bytes);
        if (done != bytes) throw std::runtime_error("libtiff refused to write a block");
        ++index;
      }
    }
  }
  if (TIFFWriteDirectory(tiff) == 0) throw std::runtime_error("libtiff refused a directory");
}

}  // namespace

void write_tiff(const std::filesystem::path& path, const std::vector<RawImage>& frames,
                const TiffSpec& spec) {
  TIFFSetWarningHandler(nullptr);  // it would complain of the old deflate number
  TIFF* tiff = TIFFOpen(path.c_str(), spec.mode.c_str());
  if (tiff == nullptr) throw std::runtime_error("libtiff cannot open " + path.string());
  bool first = true;
  for (const auto& frame : frames) {
    set_tags(tiff, frame, spec, first);
    write_page(tiff, frame, spec);
    first = false;
  }
  TIFFClose(tiff);
}

RawImage noise(PixelType type, std::size_t width, std::size_t height, std::uint64_t seed,
               std::size_t samples) {
  RandomStream random(seed);
  RawImage raw{type, width, height, {}};
  raw.bytes.resize(width * height * samples * size_of(type));
  dispatch(type, [&](auto zero) {
    using T = decltype(zero);
    for (std::size_t i = 0; i < raw.bytes.size(); i += sizeof(T)) {
      T value;
      if constexpr (std::is_floating_point_v<T>) {
        value = static_cast<T>(random.normal() * 1e3);
      } else {
        value = static_cast<T>((static_cast<std::uint64_t>(random.bits()) << 32U) | random.bits());
      }
      std::memcpy(raw.bytes.data() + i, &value, sizeof(T));
    }
  });
  return raw;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace adatom::image::testing
