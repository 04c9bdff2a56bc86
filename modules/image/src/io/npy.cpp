// NPY as a series: (height, width) is one frame, (frames, height, width) several.
#include "adatom/storage/npy.h"

#include <algorithm>
#include <cstring>

#include "adatom/base/error.h"
#include "io/file_bytes.h"
#include "io/formats.h"

namespace adatom::image {
namespace {

using storage::NpyType;

PixelType pixels_of(NpyType type) {
  switch (type) {
    case NpyType::boolean:
    case NpyType::uint8:
      return PixelType::uint8;
    case NpyType::int8:
      return PixelType::int8;
    case NpyType::uint16:
      return PixelType::uint16;
    case NpyType::int16:
      return PixelType::int16;
    case NpyType::uint32:
      return PixelType::uint32;
    case NpyType::int32:
      return PixelType::int32;
    case NpyType::uint64:
      return PixelType::uint64;
    case NpyType::int64:
      return PixelType::int64;
    case NpyType::float16:
    case NpyType::float32:
      return PixelType::float32;
    case NpyType::float64:
      return PixelType::float64;
  }
  return PixelType::float64;
}

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (const auto extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + ")";
}

storage::NpyHeader read_header(const FileBytes& file) {
  const auto source = file.path().string();
  std::string head(12, '\0');
  head.resize(file.read_some(0, std::as_writable_bytes(std::span(head))));
  head.resize(storage::npy_header_size(head, source));
  head.resize(file.read_some(0, std::as_writable_bytes(std::span(head))));
  return storage::parse_npy_header(head, source);
}

class NpyReader final : public FrameReader {
 public:
  explicit NpyReader(const std::filesystem::path& path) : file_(path), header_(read_header(file_)) {
    describe();
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override;

 private:
  void describe();
  [[nodiscard]] Bytes read_scattered(std::size_t index) const;

  FileBytes file_;
  storage::NpyHeader header_;
  SeriesInfo info_;
  std::size_t frame_pixels_ = 0;
};

void NpyReader::describe() {
  const auto where = file_.path().string();
  const auto& shape = header_.shape;
  if (shape.size() != 2 && shape.size() != 3) {
    throw InputError(Complaint{"the array is no image series", where,
                               "its shape is " + shape_text(shape),
                               "save (height, width) or (frames, height, width)"});
  }
  if (header_.count == 0) {
    throw InputError(
        Complaint{"the array is empty", where, "its shape is " + shape_text(shape), ""});
  }
  info_.format = "NPY";
  info_.type = pixels_of(header_.type);
  info_.width = shape[shape.size() - 1];
  info_.height = shape[shape.size() - 2];
  info_.frames = shape.size() == 3 ? shape[0] : 1;
  frame_pixels_ = info_.width * info_.height;
  const std::uint64_t there = file_.size() - header_.data_offset;
  const std::uint64_t declared = header_.count * storage::size_of(header_.type);
  if (there < declared) {
    const std::size_t complete = there / (frame_pixels_ * storage::size_of(header_.type));
    const std::string why = "its header declares " + std::to_string(declared) + " bytes of data, " +
                            std::to_string(there) + " are there";
    // In Fortran order every frame reaches to the end of the file.
    if (complete == 0 || header_.order == storage::ArrayOrder::fortran) {
      throw InputError(Complaint{"the file is cut short", where, why, "copy the file again"});
    }
    info_.warnings.push_back("the file is cut short: " + why + "; " + std::to_string(complete) +
                             " of " + std::to_string(info_.frames) + " frames are complete");
    info_.frames = complete;
  } else if (there > declared) {
    info_.warnings.push_back(std::to_string(there - declared) +
                             " bytes after the array are ignored");
  }
  if (shape.size() == 3 && (shape[2] == 3 || shape[2] == 4) && shape[0] > 4 && shape[1] > 4) {
    info_.warnings.push_back("the shape " + shape_text(shape) +
                             " is read as frames first; if the last axis is colour, save one "
                             "channel");
  }
  if (header_.type == NpyType::boolean) info_.warnings.emplace_back("boolean is read as 0 and 1");
}

/// Picks a frame's elements out of an array in Fortran order, block by block.
Bytes NpyReader::read_scattered(std::size_t index) const {
  const std::size_t size = storage::size_of(header_.type);
  const std::size_t all_frames = header_.shape.size() == 3 ? header_.shape[0] : 1;
  const std::size_t height = info_.height;
  Bytes frame(frame_pixels_ * size, std::byte{0});
  // Element (f, y, x) stands at f + frames * (y + height * x).
  const std::size_t pixels_per_block = std::max<std::size_t>(1, (1U << 20U) / (all_frames * size));
  Bytes block;
  for (std::size_t first = 0; first < frame_pixels_; first += pixels_per_block) {
    const std::size_t count = std::min(pixels_per_block, frame_pixels_ - first);
    block.resize(((count - 1) * all_frames + 1) * size);
    file_.read(header_.data_offset + (first * all_frames + index) * size, block);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t x = (first + i) / height;
      const std::size_t y = (first + i) % height;
      std::memcpy(frame.data() + (y * info_.width + x) * size, block.data() + i * all_frames * size,
                  size);
    }
  }
  return frame;
}

RawImage NpyReader::read(std::size_t index) {
  if (index >= info_.frames) throw std::out_of_range("NpyReader: no such frame");
  RawImage raw{info_.type, info_.width, info_.height, {}};
  if (header_.order == storage::ArrayOrder::fortran) {
    raw.bytes = read_scattered(index);
  } else {
    const std::size_t bytes = frame_pixels_ * storage::size_of(header_.type);
    raw.bytes.resize(bytes);
    file_.read(header_.data_offset + index * bytes, raw.bytes);
  }
  const bool as_stored = storage::decoded_type(header_.type) == header_.type &&
                         header_.byte_order == storage::ByteOrder::little;
  if (!as_stored) raw.bytes = storage::decode_npy_elements(header_, raw.bytes);
  return raw;
}

bool recognises(std::span<const std::byte> head) {
  return storage::is_npy({reinterpret_cast<const char*>(head.data()), head.size()});
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<NpyReader>(path);
}

}  // namespace

Format npy_format() { return {"NPY", {".npy"}, recognises, open}; }

}  // namespace adatom::image
