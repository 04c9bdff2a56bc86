#include "adatom/image/reader.h"

#include <array>
#include <vector>

#include "adatom/base/error.h"
#include "io/file_bytes.h"
#include "io/formats.h"

namespace adatom::image {

std::span<const Format> formats() {
  static const std::array all = {tiff_format(),  dm_format(),   ser_format(), hdf5_format(),
                                 npy_format(),   png_format(),  mrc_format(), blo_format(),
                                 tvips_format(), video_format()};
  return all;
}

std::string format_names() {
  std::string names;
  for (const auto& format : formats()) names += (names.empty() ? "" : ", ") + format.name;
  return names;
}

namespace {

/// Formats of a single image do not look at the name asked for.
void require_signal(const SeriesInfo& info, const std::string& wanted,
                    const std::filesystem::path& path) {
  if (wanted.empty() || wanted == info.signal) return;
  throw InputError(Complaint{"there is no signal '" + wanted + "'", path.string(),
                             info.signals.empty() ? "the file holds one image without a name" : "",
                             info.signals.empty() ? "leave the signal out" : ""});
}

}  // namespace

std::unique_ptr<FrameReader> open_series(const std::filesystem::path& path,
                                         const OpenOptions& options) {
  Bytes head(4096);
  {
    const FileBytes file(path);
    head.resize(file.read_some(0, head));
  }
  for (const auto& format : formats()) {
    if (format.recognises(head)) {
      auto reader = format.open(path, options);
      require_signal(reader->info(), options.signal, path);
      return reader;
    }
  }
  // Only the first file of a TVIPS series has a header.
  const bool continues = path.extension() == ".tvips" && !path.stem().string().ends_with("_000");
  throw InputError(Complaint{
      head.empty() ? "the file is empty" : "no image format is recognised", path.string(),
      "the formats read are " + format_names(),
      continues ? "open the first file of its series, _000.tvips" : "convert it to one of them"});
}

}  // namespace adatom::image
