#include "adatom/image/writer.h"

#include <gtest/gtest.h>
#include <tiffio.h>

#include <cstring>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::read_bytes;
using testing::ScratchFolder;
using testing::write_bytes;

constexpr std::array all_types = {
    PixelType::uint8, PixelType::int8,   PixelType::uint16, PixelType::int16,   PixelType::uint32,
    PixelType::int32, PixelType::uint64, PixelType::int64,  PixelType::float32, PixelType::float64};

std::vector<RawImage> frames_of(PixelType type, std::size_t count) {
  std::vector<RawImage> frames;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(noise(type, 31, 17, 40 + i));
  return frames;
}

const Calibration calibration{0.1211, 0.1211, 0.6};

TEST(Writer, TiffReadsBackExactly) {
  const ScratchFolder folder;
  for (const auto type : all_types) {
    for (const auto compression : {TiffCompression::none, TiffCompression::deflate}) {
      for (const auto flavour : {TiffFlavour::automatic, TiffFlavour::big}) {
        for (const std::size_t count : {1U, 3U}) {
          const auto frames = frames_of(type, count);
          write_series(folder / "a.tif", frames, calibration, {compression, flavour});
          const auto reader = open_series(folder / "a.tif");
          ASSERT_EQ(reader->info().frames, count);
          EXPECT_EQ(reader->info().type, type);
          EXPECT_TRUE(reader->info().warnings.empty());
          for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(reader->read(i).bytes, frames[i].bytes) << name_of(type);
          }
          EXPECT_EQ(reader->info().calibration.pixel_size_x_angstrom, 0.1211);
          EXPECT_EQ(reader->info().calibration.pixel_size_y_angstrom, 0.1211);
          EXPECT_EQ(reader->info().calibration.time_step_s, 0.6);
        }
      }
    }
  }
}

class KeepingWriter : public ::testing::TestWithParam<const char*> {};

TEST_P(KeepingWriter, KeepsAllThatIsKnownOfASeries) {
  const ScratchFolder folder;
  const std::string name = std::string("a.") + GetParam();
  const auto frames = frames_of(PixelType::uint16, 2);
  SeriesHeader header{PixelType::uint16, 31, 17, 2};
  header.calibration = {.pixel_size_x_angstrom = 0.123456789012345,
                        .pixel_size_y_angstrom = 0.223456789012345,
                        .time_step_s = 1.0 / 3.0};
  header.calibration.axis_x = Axis{-0.0123456789012345, 42.5, "nm"};
  header.calibration.axis_y = Axis{223.456789012345e-4, -1.0 / 3.0, "nm"};
  header.calibration.axis_frames = Axis{1.0 / 3.0, 7.0, "s"};
  header.acquisition = {.exposure_s = 0.1,
                        .voltage_kv = 300.0,
                        .camera_length_mm = 235.7,
                        .magnification = 1.8e6,
                        .intensity = Axis{0.5, -3.0, "e- per count"}};
  const auto rewrite = [&] {
    const auto writer = create_series(folder / name, header);
    for (const auto& frame : frames) writer->add(frame);
    writer->finish();
    const auto reader = open_series(folder / name);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      EXPECT_EQ(reader->read(i).bytes, frames[i].bytes);
    }
    return reader->info();
  };
  auto info = rewrite();
  // The pixel sizes follow from the axes again, by one multiplication.
  const auto same_scale = [&info, &header] {
    const Calibration& a = info.calibration;
    const Calibration& b = header.calibration;
    for (const auto value :
         {&Calibration::pixel_size_x_angstrom, &Calibration::pixel_size_y_angstrom,
          &Calibration::time_step_s, &Calibration::reciprocal_pixel_x_per_angstrom,
          &Calibration::reciprocal_pixel_y_per_angstrom}) {
      ASSERT_EQ((a.*value).has_value(), (b.*value).has_value());
      if (a.*value) {
        EXPECT_NEAR(*(a.*value) / *(b.*value), 1.0, 1e-15);
      }
    }
  };
  same_scale();
  EXPECT_EQ(info.calibration.axis_x, header.calibration.axis_x);
  EXPECT_EQ(info.calibration.axis_y, header.calibration.axis_y);
  EXPECT_EQ(info.calibration.axis_frames, header.calibration.axis_frames);
  EXPECT_EQ(info.acquisition, header.acquisition);

  header.calibration = {.reciprocal_pixel_x_per_angstrom = 0.0017443285882472992,
                        .reciprocal_pixel_y_per_angstrom = 0.0017443285882472992};
  header.acquisition = {};
  info = rewrite();
  same_scale();
  EXPECT_EQ(info.acquisition, header.acquisition);
}

INSTANTIATE_TEST_SUITE_P(Formats, KeepingWriter, ::testing::Values("tif", "hspy"));

TEST(Writer, AnUnfinishedFileLeavesNothing) {
  const ScratchFolder folder;
  const auto frames = frames_of(PixelType::uint16, 2);
  for (const char* name : {"a.tif", "a.npy", "a.hspy"}) {
    const auto writer = create_series(folder / name, {PixelType::uint16, 31, 17, 2});
    writer->add(frames[0]);
    EXPECT_THROW(writer->finish(), std::logic_error);
    EXPECT_THROW(writer->add(noise(PixelType::uint8, 31, 17, 1)), std::invalid_argument);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
}

// libtiff as the judge of our own bytes: no warning, the same pixels.
std::size_t complaints = 0;
void count_complaint(const char*, const char*, va_list) { ++complaints; }

TEST(Writer, LibtiffReadsOurTiff) {
  const ScratchFolder folder;
  TIFFSetWarningHandler(count_complaint);
  TIFFSetErrorHandler(count_complaint);
  for (const auto type : all_types) {
    for (const auto compression : {TiffCompression::none, TiffCompression::deflate}) {
      for (const auto flavour : {TiffFlavour::classic, TiffFlavour::big}) {
        const auto frames = frames_of(type, 3);
        write_series(folder / "a.tif", frames, calibration, {compression, flavour});
        TIFF* tiff = TIFFOpen((folder / "a.tif").c_str(), "r");
        ASSERT_NE(tiff, nullptr);
        ASSERT_EQ(TIFFNumberOfDirectories(tiff), 3u);
        for (std::uint32_t i = 0; i < 3; ++i) {
          ASSERT_EQ(TIFFSetDirectory(tiff, static_cast<tdir_t>(i)), 1);
          Bytes pixels(frames[i].bytes.size(), std::byte{0});
          const auto row = static_cast<std::size_t>(TIFFScanlineSize(tiff));
          for (std::uint32_t y = 0; y < 17; ++y) {
            ASSERT_EQ(TIFFReadScanline(tiff, pixels.data() + y * row, y, 0), 1);
          }
          EXPECT_EQ(pixels, frames[i].bytes) << name_of(type);
        }
        TIFFClose(tiff);
      }
    }
  }
  EXPECT_EQ(complaints, 0u);
  TIFFSetWarningHandler(nullptr);
}

TEST(Writer, SplitsLargeFramesIntoDeflatedStrips) {
  const auto frame = noise(PixelType::uint8, 700, 1100, 1);  // three strips of 256 KiB
  const ScratchFolder folder;
  write_series(folder / "a.tif", std::span(&frame, 1), {}, {TiffCompression::deflate});
  EXPECT_EQ(open_series(folder / "a.tif")->read(0).bytes, frame.bytes);
}

// ImageJ looks for frame i at the first frame's place plus i times its bytes.
TEST(Writer, FramesStandOneBehindTheOther) {
  const ScratchFolder folder;
  const auto frames = frames_of(PixelType::float32, 4);
  write_series(folder / "a.tif", frames, calibration);
  const auto bytes = read_bytes(folder / "a.tif");
  const std::size_t size = frames[0].bytes.size();
  const std::size_t data = bytes.size() - 4 * size;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(std::memcmp(bytes.data() + data + i * size, frames[i].bytes.data(), size), 0);
  }
  EXPECT_NE(bytes.find("ImageJ="), std::string::npos);
  EXPECT_NE(bytes.find("images=4\n"), std::string::npos);
  EXPECT_NE(bytes.find("unit=nm\n"), std::string::npos);
}

TEST(Writer, ScalesFromTinyToHugeSurvive) {
  const ScratchFolder folder;
  const auto frame = noise(PixelType::uint8, 4, 4, 1);
  for (const double size : {1e-4, 0.0123456789, 0.1, 1.0, 3.0, 123.456, 1e4, 7e6}) {
    write_series(folder / "a.tif", std::span(&frame, 1), {size, 2 * size, std::nullopt});
    const auto info = open_series(folder / "a.tif")->info();
    // A fraction of two 32-bit numbers with at least 3 digits at the coarse end (10 / 1.4e7 per nm
    // with a denominator of 1e9): 1e-3.
    EXPECT_NEAR(info.calibration.pixel_size_x_angstrom.value() / size, 1.0, 1e-3);
    EXPECT_NEAR(info.calibration.pixel_size_y_angstrom.value() / (2 * size), 1.0, 1e-3);
    write_series(folder / "b.tif", std::span(&frame, 1), {size, size, std::nullopt});
    const auto square = open_series(folder / "b.tif")->info().calibration;
    if (size < 1e4) {
      EXPECT_EQ(square.pixel_size_x_angstrom, size);
    }
  }
}

TEST(Writer, NpyAndPngReadBack) {
  const ScratchFolder folder;
  for (const auto type : all_types) {
    for (const std::size_t count : {1U, 3U}) {
      const auto frames = frames_of(type, count);
      write_series(folder / "a.npy", frames, calibration);
      const auto reader = open_series(folder / "a.npy");
      EXPECT_EQ(reader->info().format, "NPY");
      ASSERT_EQ(reader->info().frames, count);
      EXPECT_EQ(reader->info().type, type);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(reader->read(i).bytes, frames[i].bytes);
      }
    }
  }
  for (const auto type : {PixelType::uint8, PixelType::uint16}) {
    const auto frames = frames_of(type, 1);
    write_series(folder / "a.PNG", frames, {});
    const auto reader = open_series(folder / "a.PNG");
    EXPECT_EQ(reader->info().format, "PNG");
    EXPECT_EQ(reader->read(0).bytes, frames[0].bytes);
  }
}

TEST(Writer, SameInputSameBytes) {
  const ScratchFolder folder;
  const auto frames = frames_of(PixelType::uint16, 2);
  for (const std::string name : {"a.tif", "a.npy", "a.hspy"}) {
    write_series(folder / name, frames, calibration, {TiffCompression::deflate});
    const auto first = read_bytes(folder / name);
    write_series(folder / name, frames, calibration, {TiffCompression::deflate});
    EXPECT_EQ(read_bytes(folder / name), first);
  }
}

TEST(Writer, RefusesWhatDoesNotFit) {
  const ScratchFolder folder;
  const auto frames = frames_of(PixelType::float32, 2);
  const auto mixed = std::vector<RawImage>{frames[0], noise(PixelType::uint8, 31, 17, 1)};
  EXPECT_THROW(write_series(folder / "a.jpg", frames, {}), InputError);
  EXPECT_THROW(write_series(folder / "a.png", frames, {}), InputError);
  EXPECT_THROW(write_series(folder / "a.png", std::span(frames).first(1), {}), InputError);
  EXPECT_THROW(write_series(folder / "a.tif", mixed, {}), InputError);
  EXPECT_THROW(write_series(folder / "a.tif", std::span<const RawImage>{}, {}), InputError);
  EXPECT_THROW(write_series(folder / "a.tif", frames, {-1.0, -1.0, std::nullopt}), InputError);
}

TEST(Frames, ConvertWithRoundingAndClamping) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const Image image(6, 1, std::vector<double>{-1e30, 2.6, 254.4, 1e30, nan, infinity});
  const auto bytes = to_image(to_raw(image, PixelType::uint8));
  EXPECT_EQ(std::vector<double>(bytes.values().begin(), bytes.values().end()),
            (std::vector<double>{0, 3, 254, 255, 0, 255}));
  const auto wide = to_image(to_raw(image, PixelType::int64));
  EXPECT_EQ(wide(0, 0), -9223372036854775808.0);
  EXPECT_EQ(wide(3, 0), 9223372036854775808.0);
}

}  // namespace
}  // namespace adatom::image
