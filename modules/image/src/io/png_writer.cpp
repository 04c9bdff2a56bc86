#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "adatom/storage/png.h"
#include "io/series_writers.h"

namespace adatom::image {
namespace {

class PngWriter final : public SeriesWriter {
 public:
  explicit PngWriter(const std::filesystem::path& path) : file_(path) {}
  void add(const RawImage& frame) override {
    file_.append(
        storage::encode_png({frame.width, frame.height, 1, 8 * size_of(frame.type), frame.bytes}));
  }
  void finish() override { file_.commit(); }

 private:
  storage::FileWriter file_;
};

}  // namespace

std::unique_ptr<SeriesWriter> create_png(const std::filesystem::path& path,
                                         const SeriesHeader& header) {
  if (header.frames > 1) {
    throw InputError(Complaint{"PNG holds one frame", path.string(),
                               std::to_string(header.frames) + " are to be written",
                               "write .tif or .npy"});
  }
  if (header.type != PixelType::uint8 && header.type != PixelType::uint16) {
    throw InputError(Complaint{"PNG holds no " + name_of(header.type) + " pixels", path.string(),
                               "", "convert to uint8 or uint16, or write .tif or .npy"});
  }
  return std::make_unique<PngWriter>(path);
}

}  // namespace adatom::image
