#include <vector>

#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "io/series_writers.h"

namespace adatom::image {
namespace {

storage::NpyType npy_type(PixelType type) {
  switch (type) {
    case PixelType::uint8:
      return storage::NpyType::uint8;
    case PixelType::int8:
      return storage::NpyType::int8;
    case PixelType::uint16:
      return storage::NpyType::uint16;
    case PixelType::int16:
      return storage::NpyType::int16;
    case PixelType::uint32:
      return storage::NpyType::uint32;
    case PixelType::int32:
      return storage::NpyType::int32;
    case PixelType::uint64:
      return storage::NpyType::uint64;
    case PixelType::int64:
      return storage::NpyType::int64;
    case PixelType::float32:
      return storage::NpyType::float32;
    case PixelType::float64:
      return storage::NpyType::float64;
  }
  return storage::NpyType::float64;
}

class NpyWriter final : public SeriesWriter {
 public:
  NpyWriter(const std::filesystem::path& path, const SeriesHeader& header) : file_(path) {
    std::vector<std::size_t> shape = {header.height, header.width};
    if (header.frames > 1) shape.insert(shape.begin(), header.frames);
    file_.append(storage::encode_npy_header(npy_type(header.type), shape));
  }
  void add(const RawImage& frame) override { file_.append(frame.bytes); }
  void finish() override { file_.commit(); }

 private:
  storage::FileWriter file_;
};

}  // namespace

std::unique_ptr<SeriesWriter> create_npy(const std::filesystem::path& path,
                                         const SeriesHeader& header) {
  return std::make_unique<NpyWriter>(path, header);
}

}  // namespace adatom::image
