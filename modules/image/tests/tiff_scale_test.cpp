// What a TIFF file's claims about its scale amount to.
#include <gtest/gtest.h>

#include <algorithm>

#include "adatom/image/reader.h"
#include "io/calibration_rules.h"
#include "io/tiff_text.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::ScratchFolder;
using testing::TiffSpec;
using testing::write_tiff;

SeriesInfo info_of(const TiffSpec& spec, std::size_t frames = 1) {
  const ScratchFolder folder;
  write_tiff(folder / "a.tif", std::vector<RawImage>(frames, noise(PixelType::uint8, 6, 5, 1)),
             spec);
  return open_series(folder / "a.tif")->info();
}

TiffSpec tags(double x, double y, std::uint16_t unit, std::string description = "") {
  TiffSpec spec;
  spec.x_resolution = x;
  spec.y_resolution = y;
  spec.resolution_unit = unit;
  spec.description = std::move(description);
  return spec;
}

bool warns_of(const SeriesInfo& info, const std::string& word) {
  return std::any_of(info.warnings.begin(), info.warnings.end(),
                     [&](const std::string& w) { return w.find(word) != std::string::npos; });
}

// Relative error of the tags: libtiff keeps resolutions as 32-bit floats (2^-24 = 6e-8).
constexpr double float_error = 2e-7;

void expect_pixel(const SeriesInfo& info, double x, double y) {
  ASSERT_TRUE(info.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_NEAR(*info.calibration.pixel_size_x_angstrom / x, 1.0, float_error);
  EXPECT_NEAR(*info.calibration.pixel_size_y_angstrom / y, 1.0, float_error);
}

TEST(TiffScale, TakesFineResolutionPerLength) {
  // 1e8 pixels per cm are 1 angstrom; 2.54e8 per inch too.
  expect_pixel(info_of(tags(1e8, 5e7, 3)), 1.0, 2.0);
  expect_pixel(info_of(tags(2.54e8, 0, 2)), 1.0, 1.0);
}

TEST(TiffScale, LeavesPrintersResolutionOut) {
  for (const double dpi : {72.0, 96.0, 300.0, 1200.0, 4800.0}) {
    const auto info = info_of(tags(dpi, dpi, 2));
    EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
    EXPECT_TRUE(warns_of(info, "dots per inch"));
  }
  const auto by_imagej = info_of(tags(72, 72, 2, "ImageJ=1.53\nunit=inch\n"));
  EXPECT_FALSE(by_imagej.calibration.pixel_size_x_angstrom.has_value());
}

TEST(TiffScale, LeavesResolutionWithoutUnitOut) {
  const auto none = info_of(tags(1e8, 1e8, 1));
  EXPECT_FALSE(none.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_TRUE(none.warnings.empty());
  const auto pixels = info_of(tags(1e8, 1e8, 1, "ImageJ=1.53\nunit=pixel\n"));
  EXPECT_FALSE(pixels.calibration.pixel_size_x_angstrom.has_value());
}

TEST(TiffScale, TakesImagejUnits) {
  const std::vector<std::pair<std::string, double>> units = {
      {"nm", 10},      {"micron", 1e4}, {"um", 1e4},  {"\\u00B5m", 1e4}, {"\xC2\xB5m", 1e4},
      {"\xB5m", 1e4},  {"mm", 1e7},     {"pm", 0.01}, {"A", 1},          {"\xC3\x85", 1},
      {"angstrom", 1}, {"Angstrom", 1}, {"cm", 1e8},  {"nanometer", 10}};
  for (const auto& [unit, angstrom] : units) {
    SCOPED_TRACE(unit);
    // The unit tag says inch, as some writers leave it: the description rules.
    const double per_unit = 40.0 * (unit == "cm" ? 1e6 : 1.0);
    expect_pixel(info_of(tags(per_unit, per_unit / 2, 2, "ImageJ=1.53\nunit=" + unit + "\n")),
                 angstrom / per_unit, 2 * angstrom / per_unit);
  }
}

TEST(TiffScale, TakesImagejTimes) {
  const auto at = [](const std::string& lines) {
    return info_of(tags(1, 1, 1, "ImageJ=1.53\n" + lines)).calibration.time_step_s;
  };
  EXPECT_DOUBLE_EQ(at("finterval=0.6\n").value(), 0.6);
  EXPECT_DOUBLE_EQ(at("finterval=40\ntunit=ms\n").value(), 0.04);
  EXPECT_FALSE(at("finterval=0\n").has_value());
  EXPECT_FALSE(at("finterval=nan\n").has_value());
  EXPECT_FALSE(at("finterval=3\ntunit=fortnight\n").has_value());
}

const std::string ome =
    "<?xml version=\"1.0\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
    "<Image ID=\"Image:0\"><Pixels DimensionOrder=\"XYZCT\" PhysicalSizeX='0.02' "
    "PhysicalSizeXUnit = \"nm\" PhysicalSizeY=\"0.00002\" TimeIncrement=\"250\" "
    "TimeIncrementUnit=\"ms\" Type=\"uint8\"/></Image></OME>";

TEST(TiffScale, TakesOmeUnits) {
  const auto info = info_of(tags(72, 72, 2, ome));
  // 0.02 nm; y has no unit, which the schema makes micrometres: 2e-5 um.
  expect_pixel(info, 0.2, 0.2);
  EXPECT_DOUBLE_EQ(info.calibration.time_step_s.value(), 0.25);
  EXPECT_TRUE(info.warnings.empty());
  EXPECT_EQ(info.metadata.at("ImageDescription"), ome);
}

TEST(TiffScale, BelievesOmeOverFineTagsAndSaysSo) {
  const auto info = info_of(tags(1e8, 1e8, 3, ome));  // 1 angstrom against 0.2
  expect_pixel(info, 0.2, 0.2);
  EXPECT_TRUE(warns_of(info, "contradicts"));
}

TEST(TiffScale, ReadsOmeText) {
  const auto prefixed = parse_ome_pixels(
      "<OME:OME><OME:Pixels PhysicalSizeX=\"1\" PhysicalSizeXUnit=\"&#181;m\"></OME:Pixels>");
  EXPECT_EQ(prefixed.at("PhysicalSizeX"), "1");
  EXPECT_EQ(angstrom_per(prefixed.at("PhysicalSizeXUnit")).value(), 1e4);
  EXPECT_TRUE(parse_ome_pixels("<Pixels PhysicalSizeX=\"1\"/>").empty());
  EXPECT_TRUE(parse_ome_pixels("<OME><Pixels PhysicalSizeX").empty());
  EXPECT_TRUE(parse_ome_pixels("<OME><Pixels a=b").empty());
  EXPECT_TRUE(parse_ome_pixels("<OME><Pixels a=\"b").empty());
}

TEST(TiffScale, ReadsImagejText) {
  const auto lines = parse_imagej("ImageJ=1.53t\nimages=3\r\nunit=nm\nmin=-1.5\nno equals\n");
  EXPECT_EQ(lines.at("images"), "3");
  EXPECT_EQ(lines.at("unit"), "nm");
  EXPECT_TRUE(parse_imagej("unit=nm").empty());
}

TEST(TiffScale, RefusesSenselessSizes) {
  EXPECT_FALSE(
      info_of(tags(1, 1, 1, "<OME><Pixels PhysicalSizeX=\"0\" PhysicalSizeY=\"-1\"/></OME>"))
          .calibration.pixel_size_x_angstrom.has_value());
  EXPECT_FALSE(angstrom_per("").has_value());
  EXPECT_FALSE(angstrom_per("furlong").has_value());
  EXPECT_FALSE(angstrom_per("Mm").has_value());
}

}  // namespace
}  // namespace adatom::image
