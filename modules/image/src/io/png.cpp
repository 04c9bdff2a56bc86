// PNG as a series of one frame.
#include "adatom/storage/png.h"

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "io/calibration_rules.h"
#include "io/formats.h"
#include "io/grey.h"

namespace adatom::image {
namespace {

class PngReader final : public FrameReader {
 public:
  explicit PngReader(const std::filesystem::path& path) : path_(path) {
    const auto header = storage::parse_png_header(storage::read_file(path), path.string());
    info_.format = "PNG";
    info_.type = header.stored_bits == 16 ? PixelType::uint16 : PixelType::uint8;
    info_.width = header.width;
    info_.height = header.height;
    info_.frames = 1;
    info_.metadata = header.texts;
    if (header.channels >= 3) {
      info_.warnings.emplace_back(
          "colour is converted to grey (0.299 red + 0.587 green + 0.114 blue)");
    }
    if (header.has_alpha) info_.warnings.emplace_back("the alpha channel is ignored");
    if (header.has_transparent_key) {
      info_.warnings.emplace_back("colours marked transparent are read as they are");
    }
    if (header.pixel_width_metre && header.pixel_height_metre) {
      use_print_resolution(*header.pixel_width_metre * angstrom_per_metre,
                           *header.pixel_height_metre * angstrom_per_metre, info_);
    }
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index > 0) throw std::out_of_range("PngReader: no such frame");
    const auto decoded = storage::decode_png(storage::read_file(path_), path_.string());
    const auto& image = decoded.image;
    const auto type = image.bits == 16 ? PixelType::uint16 : PixelType::uint8;
    if (image.width != info_.width || image.height != info_.height || type != info_.type) {
      throw InputError(
          Complaint{"the file has changed since it was opened", path_.string(), "", "start again"});
    }
    return {type, image.width, image.height, grey_from(image.pixels, type, image.channels)};
  }

 private:
  std::filesystem::path path_;
  SeriesInfo info_;
};

bool recognises(std::span<const std::byte> head) {
  return storage::is_png({reinterpret_cast<const char*>(head.data()), head.size()});
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<PngReader>(path);
}

}  // namespace

Format png_format() { return {"PNG", {".png"}, recognises, open}; }

}  // namespace adatom::image
