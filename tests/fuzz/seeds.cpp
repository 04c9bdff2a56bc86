#include "seeds.h"

#include <tiffio.h>

#include <cctype>

#include "adatom/image/writer.h"
#include "support/avi_maker.h"
#include "support/dm_maker.h"
#include "support/emd_maker.h"
#include "support/mrc_maker.h"
#include "support/ser_maker.h"
#include "support/stream_maker.h"
#include "support/tiff_maker.h"

namespace adatom::fuzz {
namespace {

using image::PixelType;
using image::RawImage;
using image::testing::noise;

using Files = std::vector<std::string>;

std::vector<RawImage> frames_of(PixelType type) {
  return {noise(type, 9, 7, 1), noise(type, 9, 7, 2)};
}

/// What our own writers make.
std::string written(const std::string& extension, const std::vector<RawImage>& frames,
                    const image::Calibration& calibration = {},
                    const image::WriteOptions& options = {}) {
  const image::testing::ScratchFolder folder;
  const auto path = folder / ("a" + extension);
  image::write_series(path, frames, calibration, options);
  return image::testing::read_bytes(path);
}

std::string tiff(const image::testing::TiffSpec& spec, PixelType type = PixelType::uint8) {
  const image::testing::ScratchFolder folder;
  image::testing::write_tiff(folder / "a", {noise(type, 33, 20, 1, spec.samples)}, spec);
  return image::testing::read_bytes(folder / "a");
}

Files tiffs() {
  Files files;
  for (const auto type : {PixelType::uint8, PixelType::uint16, PixelType::float32}) {
    files.push_back(written(".tif", frames_of(type), {0.1, 0.1, 0.5}));
    files.push_back(written(".tif", frames_of(type), {}, {image::TiffCompression::deflate}));
  }
  for (const int codec : {COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ZSTD, COMPRESSION_JPEG,
                          COMPRESSION_LERC, COMPRESSION_CCITTFAX4}) {
    if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(codec)) == 0) continue;
    if (codec == COMPRESSION_CCITTFAX4) continue;  // one bit a pixel: not what the maker makes
    files.push_back(tiff({.compression = static_cast<std::uint16_t>(codec), .rows_per_strip = 8}));
  }
  files.push_back(tiff({.mode = "wb8", .tile = 16}));
  files.push_back(tiff({.mode = "wb", .photometric = PHOTOMETRIC_RGB, .samples = 3, .planar = 2},
                       PixelType::uint16));
  files.push_back(tiff(
      {.description = "ImageJ=1.53\nimages=2\nunit=nm\nfinterval=0.5\n", .x_resolution = 10.0}));
  files.push_back(tiff({.x_resolution = 1e6, .resolution_unit = RESUNIT_CENTIMETER}));
  return files;
}

Files dms() {
  using namespace image::testing;
  Files files;
  DmImageSpec picture{.name = u"HAADF", .data_type = 10, .sizes = {4, 3}};
  picture.pixels = bytes_of(std::vector<std::uint16_t>(12, 258));
  picture.axes = {{0.2, 1.0, u"nm"}, {0.2, 1.0, u"nm"}};
  picture.brightness = {2.0, 1.0, u"e-"};
  picture.numbers = {{"Microscope Info:Voltage", 300'000.0}, {"DataBar:Exposure Time (s)", 0.5}};
  picture.texts = {{"Meta Data:Format", u"Image"}};
  DmImageSpec series = picture;
  series.name = u"series";
  series.data_type = 2;
  series.sizes = {4, 3, 2};
  series.pixels = bytes_of(std::vector<float>(24, 1.5F));
  series.axes.push_back({0.1, 0.0, u"s"});
  for (const int version : {3, 4}) {
    for (const auto order : {std::endian::little, std::endian::big}) {
      files.push_back(dm_bytes({.version = version, .order = order, .images = {picture, series}}));
    }
  }
  return files;
}

Files mrcs() {
  Files files;
  for (const int mode : {0, 1, 2, 6, 12, 101}) {
    files.push_back(image::testing::mrc_bytes({.mode = mode}));
  }
  files.push_back(image::testing::mrc_bytes({.order = std::endian::big, .fei_record = true}));
  return files;
}

Files videos() {
  using namespace image::testing;
  Files files = {avi_bytes({.pixels = AviPixels::palette}),
                 avi_bytes({.pixels = AviPixels::grey16})};
  const std::filesystem::path data = ADATOM_SOURCE_DIR "/modules/image/tests/data";
  for (const char* name : {"mjpeg.avi", "h264_b_frames.mp4", "mpeg4_uneven.mp4"}) {
    files.push_back(read_bytes(data / name));
  }
  return files;
}

}  // namespace

std::string short_name(const std::string& format) {
  if (format == "DM3/DM4") return "dm";
  if (format == "EMD/HSPY") return "hdf5";
  if (format == "AVI/MP4") return "video";
  std::string name = format;
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::map<std::string, std::vector<std::string>> seeds() {
  using namespace image::testing;
  return {
      {"TIFF", tiffs()},
      {"DM3/DM4", dms()},
      {"SER", {ser_bytes({.version = 0x210}), ser_bytes({}), ser_bytes({.data_type = 6})}},
      {"EMD/HSPY", {velox_bytes(), berkeley_bytes(), hspy_bytes()}},
      {"NPY",
       {written(".npy", frames_of(PixelType::uint16)),
        written(".npy", frames_of(PixelType::float64))}},
      {"PNG",
       {written(".png", {noise(PixelType::uint8, 9, 7, 1)}),
        written(".png", {noise(PixelType::uint16, 9, 7, 1)}, {10.0, 10.0})}},
      {"MRC", mrcs()},
      {"AVI/MP4", videos()},
      {"BLO", {blo_bytes()}},
      {"TVIPS",
       {tvips_bytes({.version = 1}), tvips_bytes({}), tvips_bytes({.bits = 8, .mode = 2})}},
  };
}

}  // namespace adatom::fuzz
