#include "adatom/report/colour_picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/report/figure_map.h"
#include "adatom/storage/png.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

constexpr Colour white{255, 255, 255};

/// The red of a pixel as a share.
double red(const ColourPicture& picture, std::size_t x, std::size_t y) {
  return picture.rgb()[3 * (y * picture.width() + x)] / 255.0;
}

double all_red(const ColourPicture& picture) {
  double sum = 0.0;
  for (std::size_t y = 0; y < picture.height(); ++y) {
    for (std::size_t x = 0; x < picture.width(); ++x) sum += red(picture, x, y);
  }
  return sum;
}

TEST(ColourPicture, PaintsEnlargedAndRepeatsTheEdge) {
  Grid<double> image(2, 2);
  image(0, 0) = 0.0;
  image(1, 0) = 1.0;
  image(0, 1) = std::numeric_limits<double>::quiet_NaN();
  image(1, 1) = 0.2;
  ColourPicture picture(6, 4);
  picture.paint(image, ColourMap::grey, {0.0, 1.0}, 2);
  EXPECT_EQ(red(picture, 1, 1), 0.0);
  EXPECT_EQ(red(picture, 2, 0), 1.0);
  EXPECT_EQ(red(picture, 5, 1), 1.0);
  EXPECT_NEAR(red(picture, 3, 3), 0.2, 0.5 / 255.0);
  EXPECT_EQ(picture.rgb()[3 * (3 * 6 + 0) + 1], 190);  // pink
}

// A line of width 1 along a row covers that row and nothing else; two that meet share their pixel.
TEST(ColourPicture, ALineCoversItsWidth) {
  ColourPicture picture(20, 9);
  picture.line(3.5, 4.0, 9.5, 4.0, 1.0, white);
  for (std::size_t x = 4; x <= 9; ++x) EXPECT_EQ(red(picture, x, 4), 1.0) << x;
  EXPECT_EQ(all_red(picture), 6.0);
  ColourPicture slanted(80, 80);
  slanted.line(10.0, 12.0, 58.0, 48.0, 3.0, white);
  EXPECT_NEAR(all_red(slanted), 60.0 * 3.0, 1.5);
  // Outside and without a place: nothing.
  const double before = all_red(picture);
  picture.line(-50.0, -3.0, -40.0, -3.0, 2.0, white);
  picture.line(std::nan(""), 0.0, 5.0, 5.0, 2.0, white);
  EXPECT_EQ(all_red(picture), before);
}

// The outline of an ellipse is as long as Ramanujan's formula says (Q. J. Math. 45 (1914) 350), and
// lies where the ellipse is.
TEST(ColourPicture, AnEllipseStandsInItsPlace) {
  ColourPicture picture(120, 120);
  picture.ellipse(60.0, 55.0, 40.0, 20.0, 0.5 * std::numbers::pi, 2.0, white);
  const double sum = 40.0 + 20.0;
  const double h = (20.0 / sum) * (20.0 / sum);
  const double length =
      std::numbers::pi * sum * (1.0 + 3.0 * h / (10.0 + std::sqrt(4.0 - 3.0 * h)));
  EXPECT_NEAR(all_red(picture), 2.0 * length, 0.01 * 2.0 * length);
  EXPECT_EQ(red(picture, 60, 15), 1.0);
  EXPECT_EQ(red(picture, 60, 95), 1.0);
  EXPECT_EQ(red(picture, 80, 55), 1.0);
  EXPECT_EQ(red(picture, 60, 55), 0.0);
}

TEST(ColourPicture, WritesNumbersWithUnits) {
  // Digits are 3.6 of 6 wide with 1.5 between.
  EXPECT_NEAR(ColourPicture::text_length("00", 60.0), 87.0, 1e-9);
  EXPECT_GT(ColourPicture::text_length("1 µm", 12.0), ColourPicture::text_length("1 m", 12.0));
  EXPECT_EQ(ColourPicture::text_length("é", 12.0), 0.0);
  ColourPicture picture(100, 80);
  picture.text(10.0, 70.0, "1", 60.0, white);
  // A stem of 60 px at x = 10 + 19, 0.13 of it wide, and the short stroke left of it.
  EXPECT_EQ(red(picture, 29, 40), 1.0);
  EXPECT_EQ(red(picture, 60, 40), 0.0);
  EXPECT_NEAR(all_red(picture), 0.13 * 60.0 * (60.0 + std::hypot(14.0, 12.0)), 60.0);
}

TEST(ColourPicture, IsAPng) {
  ColourPicture picture(7, 5);
  picture.rectangle(-0.5, -0.5, 3.0, 2.0, white);
  EXPECT_EQ(all_red(picture), 6.0);
  const auto png = storage::decode_png(picture.png(), "test");
  EXPECT_EQ(png.image.width, 7U);
  EXPECT_EQ(png.image.channels, 3U);
  EXPECT_EQ(static_cast<int>(png.image.pixels[3]), 255);
}

TEST(ColourPicture, NeighbouringNumbersHaveColoursThatDiffer) {
  for (std::int64_t i = 0; i < 50; ++i) {
    for (std::int64_t k = i + 1; k < i + 4; ++k) {
      const Colour a = colour_of_number(i);
      const Colour b = colour_of_number(k);
      EXPECT_GT(std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue),
                60)
          << i << " and " << k;
    }
  }
}

// A path at the middle of both axes lies in the middle of the picture, later times further down.
TEST(FigureMap, TimeGoesDown) {
  Grid<double> values(4, 8, 1.0);
  values(2, 3) = 5.0;
  MapFigureOptions options{.title = "Kymograph",
                           .x_label = "distance (nm)",
                           .y_label = "time (s)",
                           .x = {0.0, 40.0},
                           .y = {0.0, 2.0},
                           .scale = {.quantity = "intensity"}};
  options.paths.push_back({.x = {0.0, 40.0}, .y = {0.0, 2.0}});
  const Figure figure = draw_map(values, options);
  const auto root = testing::parse_xml(figure.svg);
  const auto image = testing::named(root, "image").at(0);
  const double left = image.number("x");
  const double top = image.number("y");
  bool found = false;
  for (const auto& path : testing::named(root, "path")) {
    const auto points = testing::path_points(path.attributes.at("d"));
    if (points.size() != 2 || std::abs(points[0].x - left) > 0.02) continue;
    found = true;
    EXPECT_NEAR(points[0].y, top, 0.02);
    EXPECT_NEAR(points[1].x, left + image.number("width"), 0.02);
    EXPECT_NEAR(points[1].y, top + image.number("height"), 0.02);
  }
  EXPECT_TRUE(found);
  options.paths.push_back({.x = {0.0}, .y = {}});
  EXPECT_THROW((void)draw_map(values, options), InputError);
  EXPECT_NE(draw_map({}, {.title = "none"}).svg.find("no data"), std::string::npos);
}

}  // namespace
}  // namespace adatom::report
