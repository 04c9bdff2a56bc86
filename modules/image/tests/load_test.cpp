#include "adatom/image/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/image/summary.h"
#include "adatom/image/writer.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::ScratchFolder;

template <class Function>
std::string complaint_of(Function function) {
  try {
    function();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<RawImage> frames_of(PixelType type, std::size_t count, std::uint64_t seed) {
  std::vector<RawImage> frames;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(noise(type, 12, 8, seed + i));
  return frames;
}

TEST(Load, PixelSizeOfUserOverFile) {
  const Calibration file{0.2, 0.2, std::nullopt};
  EXPECT_EQ(resolve_pixel_size(file, {}, "a.tif"), 0.2);
  EXPECT_EQ(resolve_pixel_size(file, {0.3, {}}, "a.tif"), 0.3);
  EXPECT_EQ(resolve_pixel_size({}, {0.3, {}}, "a.tif"), 0.3);
  const Calibration oblong{0.2, 0.4, std::nullopt};
  EXPECT_EQ(resolve_pixel_size(oblong, {0.3, {}}, "a.tif"), 0.3);
}

TEST(Load, SaysHowToGiveAPixelSize) {
  const auto missing = complaint_of([] { (void)resolve_pixel_size({}, {}, "a.tif"); });
  EXPECT_NE(missing.find("input.pixel_size_angstrom"), std::string::npos);
  EXPECT_NE(missing.find("--pixel-size-angstrom"), std::string::npos);
  LoadOptions options;
  options.pixel_size_remedy = "give it as --pixel-size-nm";
  const auto in_nm = complaint_of([&] { (void)resolve_pixel_size({}, options, "a.tif"); });
  EXPECT_NE(in_nm.find("give it as --pixel-size-nm"), std::string::npos);
  EXPECT_EQ(in_nm.find("angstrom"), std::string::npos);
  const auto oblong = complaint_of([] {
    (void)resolve_pixel_size({0.2, 0.4, std::nullopt}, {}, "a.tif");
  });
  EXPECT_NE(oblong.find("not square"), std::string::npos);
  for (const double wrong : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW((void)resolve_pixel_size({}, {wrong, {}}, "a.tif"), InputError);
  }
}

TEST(Load, SeriesOverSeveralFiles) {
  const ScratchFolder folder;
  const auto first = frames_of(PixelType::uint16, 3, 1);
  const auto second = frames_of(PixelType::float32, 1, 11);
  const auto third = frames_of(PixelType::uint8, 2, 21);
  write_series(folder / "a.tif", first, {0.1, 0.1, 0.5});
  write_series(folder / "b.tif", second, {0.1, 0.1, 0.5});
  write_series(folder / "c.tif", third, {0.1, 0.1, 0.5}, {TiffCompression::deflate});
  const FrameSeries series({folder / "a.tif", folder / "b.tif", folder / "c.tif"});
  ASSERT_EQ(series.frames(), 6u);
  EXPECT_EQ(series.width(), 12u);
  EXPECT_EQ(series.height(), 8u);
  EXPECT_EQ(series.pixel_size_angstrom(), 0.1);
  EXPECT_EQ(series.time_step_s(), 0.5);
  EXPECT_TRUE(series.warnings().empty());
  EXPECT_EQ(series.origin(3).path, folder / "b.tif");
  EXPECT_EQ(series.origin(5).index, 1u);
  const std::vector<const RawImage*> wanted = {&first[0],  &first[1], &first[2],
                                               &second[0], &third[0], &third[1]};
  std::atomic<std::size_t> equal = 0;
  parallel_for(60, [&](std::size_t i) {
    const auto frame = series.read(i % 6);
    const auto expected = to_image(*wanted[i % 6]);
    const auto a = frame.image.values();
    const auto b = expected.values();
    if (std::equal(a.begin(), a.end(), b.begin(), b.end())) ++equal;
  });
  EXPECT_EQ(equal, 60u);
  EXPECT_THROW((void)series.read(6), std::out_of_range);
}

TEST(Load, MoreFilesThanStayOpen) {
  const ScratchFolder folder;
  std::vector<std::filesystem::path> paths;
  for (std::size_t i = 0; i < 30; ++i) {
    paths.push_back(folder / (std::to_string(i) + ".npy"));
    const Image image(4, 3, static_cast<double>(i));
    const auto raw = to_raw(image, PixelType::float64);
    write_series(paths.back(), std::span(&raw, 1), {});
  }
  const FrameSeries series(paths, {0.1, 0.04});
  EXPECT_EQ(series.time_step_s(), 0.04);
  for (const std::size_t i : {29U, 0U, 15U, 0U, 29U, 7U}) {
    EXPECT_EQ(series.read(i).image(3, 2), static_cast<double>(i));
  }
}

TEST(Load, RefusesFilesThatDoNotMatch) {
  const ScratchFolder folder;
  const auto frame = frames_of(PixelType::uint8, 1, 1);
  const auto other = noise(PixelType::uint8, 13, 8, 1);
  write_series(folder / "a.tif", frame, {0.1, 0.1, 0.5});
  write_series(folder / "size.tif", std::span(&other, 1), {0.1, 0.1, 0.5});
  write_series(folder / "scale.tif", frame, {0.11, 0.11, 0.5});
  write_series(folder / "time.tif", frame, {0.1, 0.1, 0.6});
  for (const std::string name : {"size.tif", "scale.tif", "time.tif"}) {
    EXPECT_NE(complaint_of([&] {
                (void)FrameSeries({folder / "a.tif", folder / name});
              }).find("does not match"),
              name == "size.tif" ? 0 : std::string::npos);
    EXPECT_THROW((void)FrameSeries({folder / "a.tif", folder / name}), InputError) << name;
  }
  EXPECT_THROW((void)FrameSeries(std::vector<std::filesystem::path>{}), InputError);
  const FrameSeries given({folder / "a.tif", folder / "scale.tif"}, {0.1, {}});
  EXPECT_EQ(given.warnings().size(), 1u);  // the second file's own size is overruled
}

TEST(Load, DiffractionPatternsGoByTheReciprocalPixel) {
  const ScratchFolder folder;
  const auto frame = frames_of(PixelType::uint8, 1, 1);
  const auto write = [&](const char* name, std::optional<double> s, std::optional<double> pixel) {
    write_series(folder / name, frame,
                 {.pixel_size_x_angstrom = pixel,
                  .pixel_size_y_angstrom = pixel,
                  .reciprocal_pixel_x_per_angstrom = s,
                  .reciprocal_pixel_y_per_angstrom = s});
  };
  write("a.tif", 0.002, {});
  write("same.tif", 0.002, {});
  write("longer.tif", 0.0016, {});  // camera length
  write("none.tif", {}, {});
  write("specimen.tif", {}, 0.5);
  LoadOptions options;
  options.space = PixelSpace::diffraction;
  EXPECT_TRUE(FrameSeries({folder / "a.tif", folder / "same.tif"}, options).warnings().empty());
  EXPECT_NE(complaint_of([&] {
              (void)FrameSeries({folder / "a.tif", folder / "longer.tif"}, options);
            }).find("0.0016 1/angstrom"),
            std::string::npos);
  EXPECT_EQ(FrameSeries({folder / "a.tif", folder / "none.tif"}, options).warnings().size(), 1U);
  const FrameSeries specimen({folder / "specimen.tif"}, options);
  EXPECT_TRUE(specimen.warnings().empty());
  EXPECT_TRUE(std::isnan(specimen.pixel_size_angstrom()));
  options.reciprocal_pixel_per_angstrom = 0.002;
  EXPECT_EQ(FrameSeries({folder / "a.tif", folder / "longer.tif"}, options).warnings().size(), 1U);
}

TEST(Load, CountsPixelsThatAreNotFinite) {
  const ScratchFolder folder;
  Image image(3, 2, 1.0);
  image(0, 0) = std::numeric_limits<double>::quiet_NaN();
  image(2, 1) = std::numeric_limits<double>::infinity();
  for (const auto type : {PixelType::float32, PixelType::float64}) {
    const auto raw = to_raw(image, type);
    write_series(folder / "a.tif", std::span(&raw, 1), {0.1, 0.1, {}});
    const auto frame = FrameSeries({folder / "a.tif"}).read(0);
    EXPECT_EQ(frame.non_finite_pixels, 2u);
    EXPECT_TRUE(std::isnan(frame.image(0, 0)));
    NoProgress quiet;
    const auto summary = summarise(*open_series(folder / "a.tif"), quiet);
    EXPECT_EQ(summary.non_finite_pixels, 2u);
    EXPECT_EQ(summary.minimum, 1.0);
    EXPECT_EQ(summary.maximum, 1.0);
  }
}

// Signalling NaNs would stop the program wherever invalid operations are trapped, as here.
TEST(Load, SignallingNansAreQuieted) {
  RawImage raw{
      PixelType::float32, 1, 1, {std::byte{1}, std::byte{0}, std::byte{0x80}, std::byte{0x7F}}};
  EXPECT_TRUE(std::isnan(to_image(raw)(0, 0)));
  raw = {PixelType::float64, 1, 1, Bytes(8, std::byte{0})};
  raw.bytes[0] = std::byte{1};
  raw.bytes[6] = std::byte{0xF0};
  raw.bytes[7] = std::byte{0x7F};
  EXPECT_TRUE(std::isnan(to_image(raw)(0, 0)));
}

TEST(Summary, TellsRangeAndScale) {
  const ScratchFolder folder;
  std::vector<RawImage> frames;
  for (const double value : {3.0, 7.0}) {
    frames.push_back(to_raw(Image(5, 4, value), PixelType::uint16));
  }
  write_series(folder / "a.tif", frames, {0.25, 0.5, 0.6});
  NoProgress quiet;
  const auto summary = summarise(*open_series(folder / "a.tif"), quiet);
  EXPECT_EQ(summary.minimum, 3.0);
  EXPECT_EQ(summary.maximum, 7.0);
  EXPECT_EQ(summary.mean, 5.0);
  const auto lines = text(summary);
  for (const std::string line :
       {"format: TIFF\n", "frames: 2\n", "size: 5 x 4 pixels\n", "type: uint16\n",
        "pixel size: 0.25 x 0.5 angstrom\n", "time step: 0.6 s\n", "range: 3 to 7\n"}) {
    EXPECT_NE(lines.find(line), std::string::npos) << line << lines;
  }
}

}  // namespace
}  // namespace adatom::image
