#include "io/tiff_decode.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include "adatom/base/error.h"
#include "adatom/storage/npy.h"

namespace adatom::image {
namespace {

constexpr std::uint16_t jpeg = 7;

/// What libtiff's callbacks see.
struct Stream {
  const FileBytes* file = nullptr;
  std::uint64_t at = 0;
  std::string error;
  std::string warning;
};

Stream& stream_of(thandle_t handle) { return *static_cast<Stream*>(handle); }

tmsize_t read_stream(thandle_t handle, void* out, tmsize_t count) {
  auto& stream = stream_of(handle);
  try {
    const auto done = stream.file->read_some(
        stream.at, {static_cast<std::byte*>(out), static_cast<std::size_t>(count)});
    stream.at += done;
    return static_cast<tmsize_t>(done);
  } catch (const InputError&) {
    return -1;  // no exception may pass through libtiff
  }
}
tmsize_t refuse_write(thandle_t, void*, tmsize_t) { return -1; }
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto& stream = stream_of(handle);
  if (whence == SEEK_SET) stream.at = offset;
  if (whence == SEEK_CUR) stream.at += offset;
  if (whence == SEEK_END) stream.at = stream.file->size() + offset;
  return stream.at;
}
int close_nothing(thandle_t) { return 0; }
toff_t size_of_file(thandle_t handle) { return stream_of(handle).file->size(); }

std::string formatted(const char* format, va_list arguments) {
  std::array<char, 300> buffer{};
  std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
  return buffer.data();
}
int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& stream = *static_cast<Stream*>(user);
  if (stream.error.empty()) stream.error = formatted(format, arguments);
  return 1;
}
int on_warning(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& stream = *static_cast<Stream*>(user);
  if (stream.warning.empty()) stream.warning = formatted(format, arguments);
  return 1;
}

/// Rows of samples of 1, 2 or 4 bits, each row padded to whole bytes, as one byte per sample.
Bytes unpacked(const Bytes& packed, std::size_t width, std::size_t height, std::size_t bits) {
  const std::size_t row_bytes = (width * bits + 7) / 8;
  Bytes out(width * height, std::byte{0});
  const auto mask = static_cast<std::byte>((1U << bits) - 1U);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::byte b = packed[y * row_bytes + x * bits / 8];
      out[y * width + x] = (b >> static_cast<int>(8 - bits - x * bits % 8)) & mask;
    }
  }
  return out;
}

Bytes widened(const Bytes& halves) {
  storage::NpyHeader header;
  header.type = storage::NpyType::float16;
  return storage::decode_npy_elements(header, halves);
}

}  // namespace

struct TiffDecoder::State {
  Stream stream;
  TIFF* tiff = nullptr;
  std::string where;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(Complaint{what, where, stream.error.empty() ? stream.warning : stream.error,
                               "copy or save the file again"});
  }
  void select(const TiffPage& page);
  void read_block(const TiffPage& page, std::uint32_t index, Bytes& block, std::size_t wanted);
};

TiffDecoder::TiffDecoder(const FileBytes& file) : state_(std::make_unique<State>()) {
  state_->stream.file = &file;
  state_->where = file.path().string();
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  if (options == nullptr) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, &state_->stream);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, &state_->stream);
  // "h": the header only, pages are chosen below; "m": no memory map, which a shrinking file would
  // turn into a crash.
  state_->tiff =
      TIFFClientOpenExt(state_->where.c_str(), "rhm", &state_->stream, read_stream, refuse_write,
                        seek, close_nothing, size_of_file, nullptr, nullptr, options);
  TIFFOpenOptionsFree(options);
  if (state_->tiff == nullptr) state_->fail("the TIFF file cannot be opened");
}

TiffDecoder::~TiffDecoder() {
  if (state_->tiff != nullptr) TIFFClose(state_->tiff);
}

/// Makes the page libtiff's current one and checks that libtiff understands it as we do.
void TiffDecoder::State::select(const TiffPage& page) {
  if (TIFFIsCODECConfigured(page.compression) == 0) {
    throw InputError(Complaint{"the TIFF file's compression is not supported", where,
                               "scheme " + std::to_string(page.compression),
                               "save it uncompressed or with deflate"});
  }
  if (TIFFSetSubDirectory(tiff, page.directory) == 0) fail("a TIFF page cannot be read");
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t bits = 0;
  std::uint16_t samples = 0;
  std::uint16_t compression = 0;
  std::uint16_t planar = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  std::uint32_t block_width = width;
  std::uint32_t block_height = height;
  if (TIFFIsTiled(tiff) != 0) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &block_height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &block_height);
    block_height = std::min(block_height, height);
  }
  const bool same = width == page.width && height == page.height && bits == page.bits &&
                    samples == page.samples && compression == page.compression &&
                    (planar == PLANARCONFIG_SEPARATE && samples > 1) == page.separate_planes &&
                    (TIFFIsTiled(tiff) != 0) == page.tiled && block_width == page.block_width &&
                    block_height == page.block_height;
  if (!same) fail("the tags of a TIFF page contradict each other");
  if (page.compression == jpeg && page.photometric == TiffPhotometric::ycbcr) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
}

void TiffDecoder::State::read_block(const TiffPage& page, std::uint32_t index, Bytes& block,
                                    std::size_t wanted) {
  if (wanted > static_cast<std::size_t>(std::numeric_limits<tmsize_t>::max())) {
    fail("a TIFF strip is too large");
  }
  const auto size = static_cast<tmsize_t>(wanted);
  const tmsize_t done = page.tiled ? TIFFReadEncodedTile(tiff, index, block.data(), size)
                                   : TIFFReadEncodedStrip(tiff, index, block.data(), size);
  const bool warned =
      !stream.warning.empty() && stream.warning.find("Old-style LZW") == std::string::npos;
  if (done != size || warned) fail("the pixels of a TIFF page are damaged");
}

Bytes TiffDecoder::read(const TiffPage& page) {
  State& state = *state_;
  state.stream.error.clear();
  state.stream.warning.clear();
  state.select(page);
  // What libtiff says of unknown tags is no concern of the pixels.
  state.stream.warning.clear();
  const std::size_t in_block = page.separate_planes ? 1 : page.samples;
  const std::size_t planes = page.separate_planes ? page.samples : 1;
  const std::size_t page_row = (page.width * in_block * page.bits + 7) / 8;
  const std::size_t block_row = (page.block_width * in_block * page.bits + 7) / 8;
  const std::size_t across = (page.width + page.block_width - 1) / page.block_width;
  const std::size_t down = (page.height + page.block_height - 1) / page.block_height;
  std::vector<Bytes> out(planes, Bytes(page_row * page.height, std::byte{0}));
  Bytes block(block_row * page.block_height, std::byte{0});
  for (std::size_t index = 0; index < across * down * planes; ++index) {
    const std::size_t x = index % across;
    const std::size_t y = index / across % down;
    const std::size_t first_row = y * page.block_height;
    const std::size_t rows = std::min(page.block_height, page.height - first_row);
    state.read_block(page, static_cast<std::uint32_t>(index), block,
                     block_row * (page.tiled ? page.block_height : rows));
    const std::size_t bytes = std::min(block_row, page_row - x * block_row);
    for (std::size_t row = 0; row < rows; ++row) {
      std::memcpy(
          out[index / (across * down)].data() + (first_row + row) * page_row + x * block_row,
          block.data() + row * block_row, bytes);
    }
  }
  if (page.bits < 8) return unpacked(out[0], page.width, page.height, page.bits);
  if (page.is_float && page.bits == 16) return widened(out[0]);
  if (planes == 1) return std::move(out[0]);
  // Planes are put side by side, pixel by pixel.
  const std::size_t size = page.bits / 8;
  Bytes pixels(page.width * page.height * planes * size, std::byte{0});
  for (std::size_t plane = 0; plane < planes; ++plane) {
    for (std::size_t i = 0; i < page.width * page.height; ++i) {
      std::memcpy(pixels.data() + (i * planes + plane) * size, out[plane].data() + i * size, size);
    }
  }
  return pixels;
}

}  // namespace adatom::image
