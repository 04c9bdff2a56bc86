// DigitalMicrograph's DM3 and DM4 (Gatan), as far as they hold images and series of images.
#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "io/dm_images.h"
#include "io/dm_notes.h"
#include "io/formats.h"
#include "io/grey.h"
#include "io/signal_choice.h"

namespace adatom::image {
namespace {

class DmReader final : public FrameReader {
 public:
  DmReader(const std::filesystem::path& path, const OpenOptions& options) : file_(path) {
    const DmTags tags(file_);
    choose(list_dm_images(file_, tags), options);
    info_.format = tags.version() == 3 ? "DM3" : "DM4";
    info_.type = image_.block.type;
    info_.width = image_.width;
    info_.height = image_.block.height;
    info_.frames = complete_frames(file_, image_.block, image_.frames, info_);
    describe_dm_image(tags, image_.tag, image_.frames_dimension, info_);
    if (image_.channels > 1) {
      info_.warnings.emplace_back("colour is read as grey: 0.299 R + 0.587 G + 0.114 B");
    }
    if (tags.cut_short()) {
      info_.warnings.emplace_back(
          "the file is cut short behind this image: others, its name or notes may be missing");
    }
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= info_.frames) throw std::out_of_range("DmReader: no such frame");
    RawImage raw = read_frame(file_, image_.block, index);
    if (image_.channels == 1) return raw;
    // Stored blue, green, red.
    for (std::size_t i = 0; i < raw.bytes.size(); i += 4) std::swap(raw.bytes[i], raw.bytes[i + 2]);
    return {info_.type, info_.width, info_.height,
            grey_from(raw.bytes, info_.type, image_.channels)};
  }

 private:
  void choose(std::vector<DmImage> images, const OpenOptions& options) {
    std::vector<std::string> names;
    for (const DmImage& image : images) names.push_back(image.name);
    names = unique_names(std::move(names));
    std::vector<std::size_t> readable;
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (!images[i].refusal) {
        readable.push_back(i);
        info_.signals.push_back(names[i]);
      } else if (names[i] == options.signal) {
        throw InputError(*images[i].refusal);
      }
    }
    if (readable.empty()) throw InputError(*images.front().refusal);
    const std::size_t chosen = choose_signal(info_.signals, options.signal, file_.path().string());
    info_.signal = info_.signals[chosen];
    image_ = std::move(images[readable[chosen]]);
  }

  FileBytes file_;
  DmImage image_;
  SeriesInfo info_;
};

/// Version 3 or 4, the file's length, and 0 or 1 for the byte order.
bool recognises(std::span<const std::byte> head) {
  const auto is = [&](std::size_t at, int least, int most) {
    return head[at] == std::byte{0} && head[at + 1] == std::byte{0} &&
           head[at + 2] == std::byte{0} && std::to_integer<int>(head[at + 3]) >= least &&
           std::to_integer<int>(head[at + 3]) <= most;
  };
  if (head.size() < 16) return false;
  // An MRC file three or four pixels wide begins the same.
  if (head.size() >= 212 && std::memcmp(head.data() + 208, "MAP ", 4) == 0) return false;
  return (is(0, 3, 3) && is(8, 0, 1)) || (is(0, 4, 4) && is(12, 0, 1));
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions& options) {
  return std::make_unique<DmReader>(path, options);
}

}  // namespace

Format dm_format() { return {"DM3/DM4", {".dm3", ".dm4"}, recognises, open}; }

}  // namespace adatom::image
