#include "adatom/storage/png.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "fixtures.h"
#include "hex.h"

namespace adatom::storage {
namespace {

using fixtures::bytes_of;

constexpr std::size_t width = 13;
constexpr std::size_t height = 9;

// The patterns that the fixtures' maker put into its files.
unsigned grey(std::size_t x, std::size_t y) { return (y * 17 + x * 11) % 256; }

unsigned sample(const PngImage& image, std::size_t x, std::size_t y, std::size_t channel) {
  const std::size_t index = (y * image.width + x) * image.channels + channel;
  if (image.bits == 8) return std::to_integer<unsigned>(image.pixels[index]);
  std::uint16_t value = 0;
  std::memcpy(&value, image.pixels.data() + 2 * index, 2);
  return value;
}

template <class Expected>
void expect_pixels(const PngImage& image, Expected expected) {
  ASSERT_EQ(image.width, width);
  ASSERT_EQ(image.height, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < image.channels; ++c) {
        ASSERT_EQ(sample(image, x, y, c), expected(x, y, c)) << x << ' ' << y << ' ' << c;
      }
    }
  }
}

TEST(Png, ReadsGrey) {
  for (const auto hex : {fixtures::png_grey8, fixtures::png_grey8_interlaced}) {
    const auto png = decode_png(bytes_of(hex), "a.png");
    EXPECT_EQ(png.image.channels, 1u);
    expect_pixels(png.image, [](auto x, auto y, auto) { return grey(x, y); });
  }
  EXPECT_NE(fixtures::png_grey8, fixtures::png_grey8_interlaced);
  const auto deep = decode_png(bytes_of(fixtures::png_grey16), "a.png");
  EXPECT_EQ(deep.image.bits, 16u);
  expect_pixels(deep.image, [](auto x, auto y, auto) {
    return static_cast<unsigned>((y * 1117 + x * 4211) % 65536);
  });
}

TEST(Png, KeepsTheValuesOfFewBits) {
  const std::vector<std::pair<std::string_view, unsigned>> files = {
      {fixtures::png_grey1, 1}, {fixtures::png_grey2, 2}, {fixtures::png_grey4, 4}};
  for (const auto& [hex, bits] : files) {
    const auto png = decode_png(bytes_of(hex), "a.png");
    EXPECT_EQ(png.header.stored_bits, bits);
    const unsigned levels = 1U << bits;
    expect_pixels(png.image, [levels](auto x, auto y, auto) {
      return static_cast<unsigned>((y * 3 + x * 5) % levels);
    });
  }
}

TEST(Png, ReadsColourPaletteAndAlpha) {
  const auto colour = [](std::size_t x, std::size_t y, std::size_t c) {
    const unsigned g = grey(x, y);
    return c == 0 ? g : c == 1 ? 255 - g : c == 2 ? g / 2 : 255;
  };
  const auto rgb = decode_png(bytes_of(fixtures::png_rgb8), "a.png");
  EXPECT_EQ(rgb.image.channels, 3u);
  EXPECT_FALSE(rgb.header.has_alpha);
  expect_pixels(rgb.image, colour);
  const auto rgba = decode_png(bytes_of(fixtures::png_rgba8), "a.png");
  EXPECT_EQ(rgba.image.channels, 4u);
  EXPECT_TRUE(rgba.header.has_alpha);
  expect_pixels(rgba.image, colour);
  const auto palette = decode_png(bytes_of(fixtures::png_palette), "a.png");
  EXPECT_TRUE(palette.header.has_palette);
  EXPECT_EQ(palette.image.channels, 3u);
  constexpr unsigned colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {10, 20, 30}};
  expect_pixels(palette.image, [&](auto x, auto y, auto c) { return colours[(x + y) % 4][c]; });
}

TEST(Png, TellsScaleAndTexts) {
  const auto header = parse_png_header(bytes_of(fixtures::png_with_scale), "a.png");
  EXPECT_DOUBLE_EQ(header.pixel_width_metre.value(), 2.5e-7);
  EXPECT_DOUBLE_EQ(header.pixel_height_metre.value(), 5e-7);
  EXPECT_EQ(header.texts.at("Title"), "two pixels");
}

PngImage noise(std::size_t channels, std::size_t bits) {
  PngImage image{37, 21, channels, bits, {}};
  RandomStream random(channels * 100 + bits);
  image.pixels.resize(37 * 21 * channels * bits / 8);
  for (auto& b : image.pixels) b = static_cast<std::byte>(random.below(256));
  return image;
}

TEST(Png, WritesWhatItReadsAndTheSameBytesTwice) {
  for (const auto& [channels, bits] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 8}, {3, 8}, {4, 8}, {1, 16}}) {
    const auto image = noise(channels, bits);
    const auto bytes = encode_png(image);
    EXPECT_EQ(bytes, encode_png(image));
    const auto back = decode_png(bytes, "a.png").image;
    EXPECT_EQ(back.channels, channels);
    EXPECT_EQ(back.bits, bits);
    EXPECT_EQ(back.pixels, image.pixels);
  }
  EXPECT_THROW((void)encode_png(noise(3, 16)), std::invalid_argument);
  EXPECT_THROW((void)encode_png({5, 5, 1, 8, {}}), std::invalid_argument);
}

TEST(Png, RefusesEveryTruncation) {
  for (const auto hex : {fixtures::png_grey8, fixtures::png_palette}) {
    const auto bytes = bytes_of(hex);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THROW((void)decode_png(bytes.substr(0, size), "a"), InputError) << size;
    }
  }
}

TEST(Png, RefusesABomb) {
  EXPECT_THROW((void)parse_png_header(bytes_of(fixtures::png_bomb), "a"), InputError);
}

TEST(Png, DamagedPixelsAreNeverReturned) {
  // Each chunk carries a CRC-32: what still decodes must be what was there.
  const auto bytes = bytes_of(fixtures::png_grey8);
  const auto whole = decode_png(bytes, "a").image.pixels;
  RandomStream random(3);
  for (int i = 0; i < 3000; ++i) {
    auto damaged = bytes;
    const auto at = random.below(bytes.size());
    damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1 + random.below(255)));
    try {
      EXPECT_EQ(decode_png(damaged, "a").image.pixels, whole) << at;
    } catch (const InputError&) {
    }
  }
}

}  // namespace
}  // namespace adatom::storage
