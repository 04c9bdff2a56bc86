#include "adatom/report/colour_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace adatom::report {
namespace {

struct Known {
  std::size_t index;
  Colour colour;
};

void expect_close(const ColourTable& table, const Known& known, int tolerance) {
  const Colour got = table[known.index];
  EXPECT_LE(std::abs(got.red - known.colour.red), tolerance) << known.index << " " << hex(got);
  EXPECT_LE(std::abs(got.green - known.colour.green), tolerance) << known.index << " " << hex(got);
  EXPECT_LE(std::abs(got.blue - known.colour.blue), tolerance) << known.index << " " << hex(got);
}

// Entries of the original 256 between the anchors kept here; 1 is the interpolation's promise.
TEST(ColourMap, MatchesMatplotlibBetweenAnchors) {
  const ColourTable viridis = colour_table(ColourMap::viridis);
  for (const Known& known : {Known{3, {0x45, 0x05, 0x59}}, Known{63, {0x3b, 0x51, 0x8b}},
                             Known{101, {0x2a, 0x77, 0x8e}}, Known{127, {0x21, 0x90, 0x8d}},
                             Known{152, {0x22, 0xa7, 0x85}}, Known{233, {0xc5, 0xe0, 0x21}},
                             Known{252, {0xf6, 0xe6, 0x20}}, Known{255, {0xfd, 0xe7, 0x25}}}) {
    expect_close(viridis, known, 1);
  }
  const ColourTable inferno = colour_table(ColourMap::inferno);
  for (const Known& known :
       {Known{3, {0x01, 0x01, 0x08}}, Known{63, {0x55, 0x0f, 0x6d}}, Known{101, {0x92, 0x25, 0x68}},
        Known{127, {0xba, 0x36, 0x55}}, Known{152, {0xdb, 0x50, 0x3b}},
        Known{233, {0xf4, 0xdd, 0x4f}}, Known{252, {0xf8, 0xfb, 0x9a}}}) {
    expect_close(inferno, known, 1);
  }
}

// The 33-entry table published with Moreland's paper, at positions i/32. Our entries stand at
// i/255, so the nearest one lies up to 0.5/255 off, a change of at most 2 levels; 1 more for
// rounding.
TEST(ColourMap, MatchesMorelandsTable) {
  const ColourTable table = colour_table(ColourMap::cool_warm);
  const auto at = [](int i) { return static_cast<std::size_t>(std::lround(i * 255.0 / 32.0)); };
  for (const Known& known : {Known{at(0), {59, 76, 192}}, Known{at(4), {98, 130, 234}},
                             Known{at(8), {141, 176, 254}}, Known{at(16), {221, 221, 221}},
                             Known{at(24), {244, 154, 123}}, Known{at(32), {180, 4, 38}}}) {
    expect_close(table, known, 3);
  }
}

/// CIE lightness L* of an sRGB colour.
double lightness(Colour c) {
  const auto linear = [](double v) {
    v /= 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
  return y > 0.008856 ? 116.0 * std::cbrt(y) - 16.0 : 903.3 * y;
}

// Perceptually uniform: lightness grows everywhere, and each eighth of the map by a like amount
// (their authors made it linear in CAM02-UCS, which L* follows within a third).
TEST(ColourMap, LightnessGrowsEvenly) {
  for (const ColourMap map : {ColourMap::grey, ColourMap::viridis, ColourMap::inferno}) {
    const ColourTable table = colour_table(map);
    const double whole = lightness(table[255]) - lightness(table[0]);
    for (std::size_t i = 5; i < table.size(); ++i) {
      EXPECT_GT(lightness(table[i]), lightness(table[i - 5]));
    }
    for (std::size_t i = 32; i < table.size(); i += 32) {
      const double eighth = lightness(table[i]) - lightness(table[i - 32]);
      EXPECT_NEAR(eighth, whole / 8.0, whole / 24.0) << i;
    }
  }
}

TEST(ColourMap, DivergingIsLightestInTheMiddleAndEvenOnBothSides) {
  const ColourTable table = colour_table(ColourMap::cool_warm);
  for (std::size_t i = 0; i < 127; ++i) {
    EXPECT_LT(lightness(table[i]), lightness(table[i + 1]) + 0.5);
    EXPECT_NEAR(lightness(table[i]), lightness(table[255 - i]), 4.0);
  }
}

TEST(ColourMap, CountsDifferFromTheirNeighbours) {
  for (std::int64_t n = 1; n < 15; ++n) {
    EXPECT_FALSE(count_colour(n, 1, 15) == count_colour(n + 1, 1, 15));
  }
  EXPECT_EQ(count_colour(0, 1, 15), (Colour{255, 255, 255}));
  EXPECT_EQ(count_colour(7, 7, 7), count_colour(1, 1, 15));
}

// WCAG 2.1 asks for a ratio of 4.5 for normal text.
TEST(ColourMap, TextOnEveryColourIsReadable) {
  const auto luminance = [](Colour c) {
    const double l = lightness(c);
    return l > 8.0 ? std::pow((l + 16.0) / 116.0, 3) : l / 903.3;
  };
  for (const ColourMap map : {ColourMap::grey, ColourMap::viridis, ColourMap::cool_warm}) {
    for (const Colour c : colour_table(map)) {
      const double text = luminance(text_colour_on(c));
      const double back = luminance(c);
      EXPECT_GE((std::max(text, back) + 0.05) / (std::min(text, back) + 0.05), 4.5) << hex(c);
    }
  }
}

TEST(ColourMap, ClampsOutside) {
  const ColourTable table = colour_table(ColourMap::viridis);
  EXPECT_EQ(colour_at(table, -3.0), table[0]);
  EXPECT_EQ(colour_at(table, 1e300), table[255]);
  EXPECT_EQ(hex({1, 171, 255}), "#01abff");
}

}  // namespace
}  // namespace adatom::report
