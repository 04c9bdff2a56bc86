#include "adatom/report/figure_image.h"

#include <gtest/gtest.h>

#include <cmath>

#include "adatom/base/error.h"
#include "adatom/storage/png.h"
#include "picture.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;

/// Bytes of base64 text.
std::string from_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned word = 0;
  for (const char c : text) {
    if (c == '=') break;
    const unsigned value = c >= 'a'   ? static_cast<unsigned>(c - 'a') + 26U
                           : c >= 'A' ? static_cast<unsigned>(c - 'A')
                           : c >= '0' ? static_cast<unsigned>(c - '0') + 52U
                           : c == '+' ? 62U
                                      : 63U;
    word = (word << 6U) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((word >> bits) & 255U);
    }
  }
  return out;
}

TEST(ImageFigure, EmbedsEveryPixelInTheRightColour) {
  Grid<double> ramp(400, 3);
  for (std::size_t x = 0; x < 400; ++x) {
    for (std::size_t y = 0; y < 3; ++y) ramp(x, y) = static_cast<double>(x) / 399.0;
  }
  ImageFigureOptions options;
  options.scale.rule = RangeRule::full;
  const Element image = named(parse_xml(draw_image(ramp, options).svg), "image").at(0);
  const std::string& link = image.attributes.at("href");
  const auto png =
      storage::decode_png(from_base64(link.substr(link.find(',') + 1)), "embedded picture");
  ASSERT_EQ(png.image.width, 400U);
  ASSERT_EQ(png.image.height, 3U);
  ASSERT_EQ(png.image.channels, 1U);
  for (std::size_t x = 0; x < 400; ++x) {
    // A grey map is the value itself, rounded to 8 bits.
    EXPECT_EQ(std::to_integer<int>(png.image.pixels[400 + x]),
              static_cast<int>(std::lround(255.0 * ramp(x, 1))));
  }
}

TEST(ImageFigure, ShowsMissingPixelsInAColourOfTheirOwn) {
  Grid<double> image(2, 1);
  image(1, 0) = std::nan("");
  const auto png = storage::decode_png(image_png(image, {}), "picture").image;
  ASSERT_EQ(png.channels, 3U);
  const auto at = [&](std::size_t i) { return std::to_integer<int>(png.pixels[i]); };
  EXPECT_EQ(at(0), at(1));       // grey
  EXPECT_GT(at(3), at(4) + 50);  // pink: red well above green
  EXPECT_THROW((void)image_png({}, {}), InputError);
}

// (0, 0) is the centre of the first pixel: half a pixel right and down of the picture's corner.
TEST(ImageFigure, PlacesPointsAtPixelCentres) {
  ImageFigureOptions options;
  options.points = {
      {.x_px = {0.0, 9.0}, .y_px = {0.0, 4.0}, .marker = Marker::ring, .radius_px = 0.25}};
  const auto elements = parse_xml(draw_image(Grid<double>(10, 5), options).svg);
  const Element image = named(elements, "image").at(0);
  const double pixel = image.number("width") / 10.0;
  const auto circles = named(elements, "circle");
  ASSERT_EQ(circles.size(), 2U);
  // Coordinates have two decimals.
  EXPECT_NEAR(circles[0].number("cx"), image.number("x") + 0.5 * pixel, 0.01);
  EXPECT_NEAR(circles[0].number("cy"), image.number("y") + 0.5 * pixel, 0.01);
  EXPECT_NEAR(circles[1].number("cx"), image.number("x") + 9.5 * pixel, 0.01);
  EXPECT_NEAR(circles[1].number("cy"), image.number("y") + 4.5 * pixel, 0.01);
  EXPECT_NEAR(circles[0].number("r"), 0.25 * pixel, 0.01);
}

TEST(ImageFigure, LeavesOutPointsThatAreNotInThePicture) {
  ImageFigureOptions options;
  options.points = {{.x_px = {1.0, -3.0, std::nan(""), 9.6},
                     .y_px = {1.0, 1.0, 1.0, 1.0},
                     .marker = Marker::ring}};
  EXPECT_EQ(named(parse_xml(draw_image(Grid<double>(10, 5), options).svg), "circle").size(), 1U);
}

// The bar's length over the picture's width is its length in Å over the picture's width in Å.
TEST(ImageFigure, ScaleBarIsAsLongAsItSays) {
  struct Case {
    double pixel_angstrom;
    const char* text;
    double angstrom;
  };
  for (const Case& c : {Case{0.14, "1 nm", 10.0}, Case{0.05, "2 Å", 2.0}, Case{1.0, "5 nm", 50.0},
                        Case{0.0021, "0.1 Å", 0.1}, Case{30.0, "200 nm", 2000.0}}) {
    ImageFigureOptions options;
    options.pixel_size_angstrom = c.pixel_angstrom;
    const auto elements = parse_xml(draw_image(Grid<double>(250, 250), options).svg);
    EXPECT_NO_THROW((void)testing::with_text(elements, c.text)) << c.text;
    const double width = named(elements, "image").at(0).number("width");
    bool found = false;
    for (const Element& bar : named(elements, "rect")) {
      if (bar.attributes.count("height") == 0 || bar.number("height") != 3.0) continue;
      found = true;
      EXPECT_NEAR(bar.number("width") / width, c.angstrom / (250.0 * c.pixel_angstrom), 1e-4);
    }
    EXPECT_TRUE(found);
  }
}

TEST(ColourRange, FollowsItsRule) {
  Grid<double> image(1000, 1);
  for (std::size_t x = 0; x < 1000; ++x) image(x, 0) = static_cast<double>(x) - 200.0;
  image(500, 0) = std::nan("");
  ColourScale scale{.rule = RangeRule::full};
  EXPECT_DOUBLE_EQ(colour_range(image, scale).low, -200.0);
  EXPECT_DOUBLE_EQ(colour_range(image, scale).high, 799.0);
  scale = {.rule = RangeRule::percentile, .clip_percent = 10.0};
  EXPECT_DOUBLE_EQ(colour_range(image, scale).low, -101.0);  // 99 of 999 values lie below
  EXPECT_DOUBLE_EQ(colour_range(image, scale).high, 700.0);
  scale.rule = RangeRule::symmetric;
  EXPECT_DOUBLE_EQ(colour_range(image, scale).low, -700.0);
  EXPECT_DOUBLE_EQ(colour_range(image, scale).high, 700.0);
  scale.range = Range{1.0, 2.0};
  EXPECT_DOUBLE_EQ(colour_range(image, scale).low, 1.0);
}

TEST(Reduce, KeepsMeansAndShape) {
  Grid<double> image(2100, 5, 2.0);
  image(0, 0) = std::nan("");
  image(1, 0) = 5.0;
  const Grid<double> small = reduce(image, 1024);
  ASSERT_EQ(small.width(), 700U);
  ASSERT_EQ(small.height(), 2U);
  // 3 x 3 pixels without the first: one 5 and seven 2.
  EXPECT_DOUBLE_EQ(small(0, 0), 19.0 / 8.0);
  EXPECT_DOUBLE_EQ(small(699, 1), 2.0);
}

}  // namespace
}  // namespace adatom::report
