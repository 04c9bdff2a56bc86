#include "io/hdf5_series.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom::image {

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
  throw InputError(Complaint{"the signal '" + name + "' holds no numbers", where, "", ""});
}

Hdf5Series::Hdf5Series(const storage::Hdf5Reader& file, std::string path, Hdf5Axes axes,
                       const std::string& where, SeriesInfo& info)
    : path_(std::move(path)), axes_(std::move(axes)) {
  const storage::Hdf5Dataset about = file.dataset(path_);
  shape_ = about.shape;
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
}

RawImage Hdf5Series::read(const storage::Hdf5Reader& file, const SeriesInfo& info,
                          std::size_t index) const {
  if (index >= info.frames) throw std::out_of_range("Hdf5Series: no such frame");
  std::vector<std::uint64_t> begin(shape_.size(), 0);
  std::vector<std::uint64_t> count(shape_.size(), 1);
  count[axes_.x] = info.width;
  count[axes_.y] = info.height;
  for (std::size_t i = axes_.frames.size(); i-- > 0;) {
    begin[axes_.frames[i]] = index % shape_[axes_.frames[i]];
    index /= shape_[axes_.frames[i]];
  }
  RawImage raw{info.type, info.width, info.height, file.read(path_, begin, count)};
  if (axes_.y < axes_.x) return raw;
  // The file has columns where rows are wanted.
  const std::size_t size = size_of(raw.type);
  Bytes turned(raw.bytes.size(), std::byte{0});
  for (std::size_t y = 0; y < info.height; ++y) {
    for (std::size_t x = 0; x < info.width; ++x) {
      std::memcpy(turned.data() + (y * info.width + x) * size,
                  raw.bytes.data() + (x * info.height + y) * size, size);
    }
  }
  raw.bytes = std::move(turned);
  return raw;
}

}  // namespace adatom::image
