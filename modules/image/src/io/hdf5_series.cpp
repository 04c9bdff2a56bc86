#include "io/hdf5_series.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom::image {
namespace {

constexpr std::uint64_t most_kept = 256U << 20U;
/// So much is read at once even where chunks are smaller: each reading costs a copy of the process.
constexpr std::uint64_t kept_anyway = 32U << 20U;

}  // namespace

PixelType pixel_type(storage::Hdf5Type type, const std::string& name, const std::string& where) {
  using storage::Hdf5Type;
  switch (type) {
    case Hdf5Type::uint8:
      return PixelType::uint8;
    case Hdf5Type::int8:
      return PixelType::int8;
    case Hdf5Type::uint16:
      return PixelType::uint16;
    case Hdf5Type::int16:
      return PixelType::int16;
    case Hdf5Type::uint32:
      return PixelType::uint32;
    case Hdf5Type::int32:
      return PixelType::int32;
    case Hdf5Type::uint64:
      return PixelType::uint64;
    case Hdf5Type::int64:
      return PixelType::int64;
    case Hdf5Type::float32:
      return PixelType::float32;
    case Hdf5Type::float64:
      return PixelType::float64;
    case Hdf5Type::complex:
      throw InputError(Complaint{"the signal '" + name + "' is complex", where,
                                 "a complex image has no intensity of its own",
                                 "choose another signal, or save modulus or real part"});
    case Hdf5Type::other:
      break;
  }
  throw InputError(Complaint{"the signal '" + name + "' holds no plain numbers", where,
                             "its points are colours, records or text", "choose another signal"});
}

Hdf5Series::Hdf5Series(const storage::Hdf5Reader& file, std::string path, Hdf5Axes axes,
                       const std::string& where, SeriesInfo& info)
    : path_(std::move(path)), axes_(std::move(axes)), kept_(std::make_unique<Kept>()) {
  const storage::Hdf5Dataset about = file.dataset(path_);
  shape_ = about.shape;
  chunk_ = about.chunk;
  info.type = pixel_type(about.type, info.signal, where);
  std::uint64_t frames = 1;
  constexpr std::uint64_t most = std::uint64_t{1} << 40U;
  for (const std::size_t axis : axes_.frames) {
    if (shape_.at(axis) != 0 && frames > most / shape_.at(axis)) {
      throw InputError(Complaint{"the file's number of frames cannot be true", where, "", ""});
    }
    frames *= shape_.at(axis);
  }
  info.width = shape_.at(axes_.x);
  info.height = shape_.at(axes_.y);
  info.frames = frames;
  if (info.width == 0 || info.height == 0 || info.frames == 0) {
    throw InputError(Complaint{"the signal '" + info.signal + "' is empty", where, "", ""});
  }
  // Sizes that overflow are refused when the first frame is read.
  frame_bytes_ = static_cast<std::uint64_t>(info.width) * info.height * image::size_of(info.type);
}

Hdf5Series::Block Hdf5Series::around(const std::vector<std::uint64_t>& frame) const {
  Block block{.begin = frame, .count = std::vector<std::uint64_t>(shape_.size(), 1), .bytes = {}};
  block.count[axes_.x] = shape_[axes_.x];
  block.count[axes_.y] = shape_[axes_.y];
  if (chunk_.size() != shape_.size() || frame_bytes_ == 0) return block;
  std::uint64_t room = most_kept / frame_bytes_;
  const auto widen = [&](std::size_t axis, std::uint64_t begin, std::uint64_t count) {
    if (count <= 1 || count > room) return;
    room /= count;
    block.begin[axis] = begin;
    block.count[axis] = count;
  };
  // All frames along the fastest axis if there is room for them, else its chunk; of the others the
  // chunk.
  for (std::size_t i = axes_.frames.size(); i-- > 0;) {
    const std::size_t axis = axes_.frames[i];
    const std::uint64_t size = shape_[axis];
    const std::uint64_t step = std::clamp<std::uint64_t>(chunk_[axis], 1, size);
    const std::uint64_t begin = frame[axis] / step * step;
    const bool fastest = i + 1 == axes_.frames.size();
    if (fastest && size * frame_bytes_ <= kept_anyway && size <= room) {
      widen(axis, 0, size);
    } else {
      widen(axis, begin, std::min({step, size - begin, std::max<std::uint64_t>(room, 1)}));
    }
  }
  return block;
}

RawImage Hdf5Series::cut_out(const Block& block, const std::vector<std::uint64_t>& frame,
                             const SeriesInfo& info) const {
  const std::size_t size = image::size_of(info.type);
  std::vector<std::size_t> stride(shape_.size(), size);
  for (std::size_t i = stride.size() - 1; i-- > 0;) stride[i] = stride[i + 1] * block.count[i + 1];
  std::size_t first = 0;
  for (const std::size_t axis : axes_.frames) {
    first += (frame[axis] - block.begin[axis]) * stride[axis];
  }
  RawImage raw{info.type, info.width, info.height, Bytes(info.width * info.height * size)};
  for (std::size_t y = 0; y < info.height; ++y) {
    const std::byte* from = block.bytes.data() + first + y * stride[axes_.y];
    std::byte* to = raw.bytes.data() + y * info.width * size;
    if (stride[axes_.x] == size) {
      std::memcpy(to, from, info.width * size);
      continue;
    }
    for (std::size_t x = 0; x < info.width; ++x) {
      std::memcpy(to + x * size, from + x * stride[axes_.x], size);
    }
  }
  return raw;
}

RawImage Hdf5Series::read(const storage::Hdf5Reader& file, const SeriesInfo& info,
                          std::size_t index) const {
  if (index >= info.frames) throw std::out_of_range("Hdf5Series: no such frame");
  std::vector<std::uint64_t> frame(shape_.size(), 0);
  for (std::size_t i = axes_.frames.size(); i-- > 0;) {
    frame[axes_.frames[i]] = index % shape_[axes_.frames[i]];
    index /= shape_[axes_.frames[i]];
  }
  if (chunk_.empty()) {
    Block block = around(frame);
    block.bytes = file.read(path_, block.begin, block.count);
    if (axes_.x + 1 == shape_.size() && axes_.y + 1 == axes_.x) {
      return {info.type, info.width, info.height, std::move(block.bytes)};
    }
    return cut_out(block, frame, info);
  }
  const std::scoped_lock lock(kept_->mutex);
  Block& kept = kept_->block;
  bool inside = !kept.bytes.empty();
  for (const std::size_t axis : axes_.frames) {
    inside = inside && frame[axis] >= kept.begin[axis] &&
             frame[axis] - kept.begin[axis] < kept.count[axis];
  }
  if (!inside) {
    kept = {};
    Block block = around(frame);
    block.bytes = file.read(path_, block.begin, block.count);
    kept = std::move(block);
  }
  return cut_out(kept, frame, info);
}

}  // namespace adatom::image
