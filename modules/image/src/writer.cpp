#include "adatom/image/writer.h"

#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/series_writers.h"

namespace adatom::image {
namespace {

/// Sees to it that what a format's writer gets is what its header said.
class CheckedWriter final : public SeriesWriter {
 public:
  CheckedWriter(const SeriesHeader& header, std::unique_ptr<SeriesWriter> format)
      : header_(header), format_(std::move(format)) {}

  void add(const RawImage& frame) override {
    if (frame.type != header_.type || frame.width != header_.width ||
        frame.height != header_.height ||
        frame.bytes.size() != frame.width * frame.height * size_of(frame.type)) {
      throw std::invalid_argument("SeriesWriter: a frame is not as the header says");
    }
    if (added_ == header_.frames) throw std::logic_error("SeriesWriter: too many frames");
    format_->add(frame);
    ++added_;
  }
  void finish() override {
    if (added_ != header_.frames) throw std::logic_error("SeriesWriter: frames are missing");
    format_->finish();
  }

 private:
  SeriesHeader header_;
  std::unique_ptr<SeriesWriter> format_;
  std::size_t added_ = 0;
};

void check(const SeriesHeader& header, const std::string& where) {
  const auto refuse = [&](const std::string& what) {
    throw InputError(Complaint{what, where, "", ""});
  };
  if (header.frames == 0 || header.width == 0 || header.height == 0) {
    refuse("there is no frame to write");
  }
  const Calibration& scale = header.calibration;
  for (const auto& value :
       {scale.pixel_size_x_angstrom, scale.pixel_size_y_angstrom, scale.time_step_s,
        scale.reciprocal_pixel_x_per_angstrom, scale.reciprocal_pixel_y_per_angstrom}) {
    if (value && !is_positive(*value)) refuse("a pixel size or time step must be positive");
  }
}

std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (auto& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

}  // namespace

std::unique_ptr<SeriesWriter> create_series(const std::filesystem::path& path,
                                            const SeriesHeader& header,
                                            const WriteOptions& options) {
  check(header, path.string());
  const std::string extension = lower_extension(path);
  const auto checked = [&header](std::unique_ptr<SeriesWriter> format) {
    return std::make_unique<CheckedWriter>(header, std::move(format));
  };
  if (extension == ".tif" || extension == ".tiff") {
    return checked(create_tiff(path, header, options));
  }
  if (extension == ".npy") return checked(create_npy(path, header));
  if (extension == ".hspy") return checked(create_hspy(path, header));
  if (extension == ".png") return checked(create_png(path, header));
  throw InputError(Complaint{"no image format has the extension '" + extension + "'", path.string(),
                             "", "end the name in .tif, .npy, .hspy or .png"});
}

void write_series(const std::filesystem::path& path, std::span<const RawImage> frames,
                  const Calibration& calibration, const WriteOptions& options) {
  SeriesHeader header{.frames = frames.size(), .calibration = calibration};
  for (const auto& frame : frames) {
    if (frame.width != frames[0].width || frame.height != frames[0].height ||
        frame.type != frames[0].type) {
      throw InputError(Complaint{"frames of different size or type cannot go into one file",
                                 path.string(), "", ""});
    }
  }
  if (!frames.empty()) {
    header.type = frames[0].type;
    header.width = frames[0].width;
    header.height = frames[0].height;
  }
  const auto writer = create_series(path, header, options);
  for (const auto& frame : frames) writer->add(frame);
  writer->finish();
}

}  // namespace adatom::image
