#include "adatom/storage/png.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "adatom/base/error.h"

// libpng reports errors by longjmp. Every function below that calls setjmp keeps all objects with a
// destructor in the caller's Session, so that a jump never skips one.
namespace adatom::storage {
namespace {

// Deflate packs at most 258 bytes into two bits: 1032 to 1 (zlib's technical notes).
constexpr std::size_t largest_deflate_ratio = 1032;

struct Session {
  std::string_view input;
  std::size_t at = 0;
  std::string output;
  std::string error;
  std::vector<std::string> warnings;
  DecodedPng result;
  std::vector<png_bytep> rows;
};

Session& session_of(png_voidp pointer) { return *static_cast<Session*>(pointer); }

void on_error(png_structp png, png_const_charp message) {
  session_of(png_get_error_ptr(png)).error = message;
  std::longjmp(*png_set_longjmp_fn(png, std::longjmp, sizeof(jmp_buf)), 1);
}

void on_warning(png_structp png, png_const_charp message) {
  auto& warnings = session_of(png_get_error_ptr(png)).warnings;
  if (warnings.size() < 10) warnings.emplace_back(message);
}

void read_bytes(png_structp png, png_bytep out, png_size_t count) {
  auto& session = session_of(png_get_io_ptr(png));
  if (session.input.size() - session.at < count) png_error(png, "the file ends too early");
  std::memcpy(out, session.input.data() + session.at, count);
  session.at += count;
}

void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
  session_of(png_get_io_ptr(png)).output.append(reinterpret_cast<const char*>(bytes), count);
}

void flush_nothing(png_structp) {}

/// Reads what stands before the pixels. Must run under setjmp.
void read_header(png_structp png, png_infop info, Session& session) {
  PngHeader& header = session.result.header;
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
  png_set_read_fn(png, &session, read_bytes);
  png_read_info(png, info);
  header.width = png_get_image_width(png, info);
  header.height = png_get_image_height(png, info);
  header.stored_bits = png_get_bit_depth(png, info);
  const int colour = png_get_color_type(png, info);
  header.has_palette = colour == PNG_COLOR_TYPE_PALETTE;
  header.has_alpha = (colour & PNG_COLOR_MASK_ALPHA) != 0;
  header.has_transparent_key = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  header.channels = header.has_palette ? 3 : png_get_channels(png, info);
  png_uint_32 x = 0;
  png_uint_32 y = 0;
  int unit = 0;
  if (png_get_pHYs(png, info, &x, &y, &unit) != 0 && unit == PNG_RESOLUTION_METER && x > 0 &&
      y > 0) {
    header.pixel_width_metre = 1.0 / x;
    header.pixel_height_metre = 1.0 / y;
  }
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(png, info, &texts, &count);
  for (int i = 0; i < count; ++i) {
    if (texts[i].text != nullptr) header.texts[texts[i].key] = texts[i].text;
  }
  const std::size_t samples = header.has_palette ? 1 : header.channels;
  const std::size_t row_bits = header.width * samples * header.stored_bits;
  const std::size_t row_bytes = (row_bits + 7) / 8;
  if (row_bytes > session.input.size() * largest_deflate_ratio / header.height) {
    png_error(png, "it declares more pixels than so few bytes can hold");
  }
}

bool run_header(png_structp png, png_infop info, Session& session) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng's own way
  read_header(png, info, session);
  return true;
}

bool run_decode(png_structp png, png_infop info, Session& session) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng's own way
  read_header(png, info, session);
  const PngHeader& header = session.result.header;
  PngImage& image = session.result.image;
  image.width = header.width;
  image.height = header.height;
  image.channels = header.channels;
  image.bits = header.stored_bits == 16 ? 16 : 8;
  if (header.has_palette) {
    // The palette's own transparency must not add a channel.
    png_set_tRNS_to_alpha(png);
    png_set_strip_alpha(png);
    png_set_palette_to_rgb(png);
  } else if (header.stored_bits < 8) {
    png_set_packing(png);
  }
  if (image.bits == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const std::size_t row_bytes = image.width * image.channels * image.bits / 8;
  if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "rows of an unexpected length");
  image.pixels.resize(row_bytes * image.height);
  session.rows.resize(image.height);
  for (std::size_t y = 0; y < image.height; ++y) {
    session.rows[y] = reinterpret_cast<png_bytep>(image.pixels.data()) + y * row_bytes;
  }
  png_read_image(png, session.rows.data());
  png_read_end(png, info);
  return true;
}

/// Runs one of the above with libpng's objects made and freed.
template <class Function>
void with_reader(Session& session, const std::string& source, Function function) {
  if (!is_png(session.input)) {
    throw InputError(Complaint{"is no PNG file", source, "", ""});
  }
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &session, on_error, on_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  if (info == nullptr) {
    png_destroy_read_struct(&png, nullptr, nullptr);
    throw std::bad_alloc();
  }
  const bool done = function(png, info, session);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!done) {
    throw InputError(
        Complaint{"the PNG file is damaged", source, session.error, "copy or save the file again"});
  }
}

bool run_encode(png_structp png, png_infop info, const PngImage& image, Session& session) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng's own way
  png_set_write_fn(png, &session, write_bytes, flush_nothing);
  constexpr std::array colours = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                  PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), static_cast<int>(image.bits),
               colours[image.channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  // Named, so that another libpng default cannot change the bytes.
  png_set_compression_level(png, 6);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(png, info);
  if (image.bits == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  png_write_image(png, session.rows.data());
  png_write_end(png, info);
  return true;
}

}  // namespace

bool is_png(std::string_view head) {
  return head.substr(0, 8) == std::string_view("\x89PNG\r\n\x1A\n", 8);
}

PngHeader parse_png_header(std::string_view bytes, const std::string& source) {
  Session session;
  session.input = bytes;
  with_reader(session, source, run_header);
  return session.result.header;
}

DecodedPng decode_png(std::string_view bytes, const std::string& source) {
  Session session;
  session.input = bytes;
  with_reader(session, source, run_decode);
  session.result.warnings = std::move(session.warnings);
  return std::move(session.result);
}

std::string encode_png(const PngImage& image) {
  const bool known =
      (image.bits == 8 && (image.channels == 1 || image.channels == 3 || image.channels == 4)) ||
      (image.bits == 16 && image.channels == 1);
  constexpr std::size_t longest = std::numeric_limits<std::int32_t>::max();
  if (!known || image.width == 0 || image.height == 0 || image.width > longest ||
      image.height > longest ||
      image.pixels.size() != image.width * image.height * image.channels * image.bits / 8) {
    throw std::invalid_argument("encode_png: no such kind of image, or size and bytes differ");
  }
  Session session;
  const std::size_t row_bytes = image.pixels.size() / image.height;
  for (std::size_t y = 0; y < image.height; ++y) {
    const auto* row = reinterpret_cast<const unsigned char*>(image.pixels.data()) + y * row_bytes;
    session.rows.push_back(const_cast<png_bytep>(row));  // libpng only reads it
  }
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &session, on_error, on_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  if (info == nullptr) {
    png_destroy_write_struct(&png, nullptr);
    throw std::bad_alloc();
  }
  const bool done = run_encode(png, info, image, session);
  png_destroy_write_struct(&png, &info);
  if (!done) throw std::invalid_argument("encode_png: " + session.error);
  return std::move(session.output);
}

}  // namespace adatom::storage
