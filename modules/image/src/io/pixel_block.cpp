#include "io/pixel_block.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "adatom/base/error.h"

namespace adatom::image {

std::uint64_t PixelBlock::frame_bytes(const std::string& where) const {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (width == 0 || height == 0) {
    throw InputError(Complaint{"the image is empty", where,
                               std::to_string(width) + " x " + std::to_string(height) + " pixels",
                               ""});
  }
  if (width > most / size_of(type) / height) {
    throw InputError(Complaint{"the file's size of an image cannot be true", where,
                               std::to_string(width) + " x " + std::to_string(height) + " pixels",
                               "copy the file again"});
  }
  return static_cast<std::uint64_t>(width) * height * size_of(type);
}

std::size_t complete_frames(const FileBytes& file, const PixelBlock& block, std::uint64_t declared,
                            SeriesInfo& info) {
  const auto where = file.path().string();
  const std::uint64_t bytes = block.frame_bytes(where);
  const std::uint64_t there = file.size() > block.first ? file.size() - block.first : 0;
  // A last frame need not fill its stride.
  const std::uint64_t stride = std::max(block.stride, bytes);
  const std::uint64_t complete = there < bytes ? 0 : (there - bytes) / stride + 1;
  if (declared == 0) {
    throw InputError(Complaint{"the file holds no frame", where, "its header declares none", ""});
  }
  if (complete == 0) {
    throw InputError(Complaint{"the file is cut short", where,
                               "one frame has " + std::to_string(bytes) + " bytes, " +
                                   std::to_string(there) + " are there",
                               "copy the file again"});
  }
  if (complete < declared) {
    info.warnings.push_back("the file is cut short: " + std::to_string(complete) + " of " +
                            std::to_string(declared) + " frames are complete");
  }
  return static_cast<std::size_t>(std::min(complete, declared));
}

RawImage read_frame(const FileBytes& file, const PixelBlock& block, std::uint64_t index) {
  const auto where = file.path().string();
  const std::uint64_t bytes = block.frame_bytes(where);
  if (block.stride > 0 &&
      index > (std::numeric_limits<std::uint64_t>::max() - block.first) / block.stride) {
    throw InputError(Complaint{"the file ends too early", where, "", "copy the file again"});
  }
  const std::uint64_t offset = block.first + index * block.stride;
  if (!file.holds(offset, bytes)) {
    throw InputError(Complaint{"the file ends too early", where,
                               "frame " + std::to_string(index) + " is not whole",
                               "copy the file again"});
  }
  RawImage raw{block.type, block.width, block.height, Bytes(bytes)};
  file.read(offset, raw.bytes);
  if (block.order != std::endian::native) swap_bytes(raw.bytes, size_of(block.type));
  return raw;
}

namespace {

template <class Word, Word (*turn)(Word)>
void turn_words(std::span<std::byte> bytes) {
  for (std::size_t i = 0; i + sizeof(Word) <= bytes.size(); i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes.data() + i, sizeof(Word));
    word = turn(word);
    std::memcpy(bytes.data() + i, &word, sizeof(Word));
  }
}

std::uint16_t turn_2(std::uint16_t word) { return __builtin_bswap16(word); }
std::uint32_t turn_4(std::uint32_t word) { return __builtin_bswap32(word); }
std::uint64_t turn_8(std::uint64_t word) { return __builtin_bswap64(word); }

}  // namespace

void flip_rows(RawImage& image) {
  const std::size_t row = image.width * size_of(image.type);
  for (std::size_t y = 0; y < image.height / 2; ++y) {
    std::byte* upper = image.bytes.data() + y * row;
    std::byte* lower = image.bytes.data() + (image.height - 1 - y) * row;
    std::swap_ranges(upper, upper + row, lower);
  }
}

void swap_bytes(std::span<std::byte> bytes, std::size_t size) {
  if (size == 2) turn_words<std::uint16_t, turn_2>(bytes);
  if (size == 4) turn_words<std::uint32_t, turn_4>(bytes);
  if (size == 8) turn_words<std::uint64_t, turn_8>(bytes);
}

}  // namespace adatom::image
