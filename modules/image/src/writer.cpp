#include "adatom/image/writer.h"

#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "adatom/storage/png.h"
#include "io/calibration_rules.h"
#include "io/tiff_encode.h"

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

std::string encoded_npy(std::span<const RawImage> frames) {
  std::vector<std::size_t> shape = {frames[0].height, frames[0].width};
  if (frames.size() > 1) shape.insert(shape.begin(), frames.size());
  std::string out = storage::encode_npy_header(npy_type(frames[0].type), shape);
  for (const auto& frame : frames) {
    out.append(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
  }
  return out;
}

std::string encoded_png(std::span<const RawImage> frames, const std::string& where) {
  const RawImage& frame = frames[0];
  if (frames.size() > 1) {
    throw InputError(Complaint{"PNG holds one frame", where,
                               std::to_string(frames.size()) + " are to be written",
                               "write .tif or .npy"});
  }
  if (frame.type != PixelType::uint8 && frame.type != PixelType::uint16) {
    throw InputError(Complaint{"PNG holds no " + name_of(frame.type) + " pixels", where, "",
                               "convert to uint8 or uint16, or write .tif or .npy"});
  }
  return storage::encode_png({frame.width, frame.height, 1, 8 * size_of(frame.type), frame.bytes});
}

void check(std::span<const RawImage> frames, const Calibration& calibration,
           const std::string& where) {
  const auto refuse = [&](const std::string& what) {
    throw InputError(Complaint{what, where, "", ""});
  };
  if (frames.empty() || frames[0].width == 0 || frames[0].height == 0) {
    refuse("there is no frame to write");
  }
  for (const auto& frame : frames) {
    if (frame.width != frames[0].width || frame.height != frames[0].height ||
        frame.type != frames[0].type) {
      refuse("frames of different size or type cannot go into one file");
    }
    if (frame.bytes.size() != frame.width * frame.height * size_of(frame.type)) {
      throw std::invalid_argument("write_series: size and bytes of a frame do not match");
    }
  }
  for (const auto& value : {calibration.pixel_size_x_angstrom, calibration.pixel_size_y_angstrom,
                            calibration.time_step_s}) {
    if (value && !is_positive(*value)) refuse("a pixel size or time step must be positive");
  }
}

}  // namespace

void write_series(const std::filesystem::path& path, std::span<const RawImage> frames,
                  const Calibration& calibration, const WriteOptions& options) {
  const auto where = path.string();
  check(frames, calibration, where);
  std::string extension = path.extension().string();
  for (auto& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (extension == ".tif" || extension == ".tiff") {
    storage::write_file(
        path, encode_tiff(frames, calibration, options.compression, TiffFlavour::automatic));
  } else if (extension == ".npy") {
    storage::write_file(path, encoded_npy(frames));
  } else if (extension == ".png") {
    storage::write_file(path, encoded_png(frames, where));
  } else {
    throw InputError(Complaint{"no image format has the extension '" + extension + "'", where, "",
                               "end the name in .tif, .npy or .png"});
  }
}

}  // namespace adatom::image
