#include "adatom/report/colour_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace adatom::report {
namespace {

/// Every fifth of the 256 entries of matplotlib's maps (Smith and van der Walt 2015, CC0).
constexpr std::size_t anchor_step = 5;
using Anchors = std::array<std::uint32_t, 52>;

constexpr Anchors viridis_anchors = {
    0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781,
    0x433d84, 0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e,
    0x2e6d8e, 0x2c718e, 0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c,
    0x1f978b, 0x1e9c89, 0x1fa188, 0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74,
    0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e, 0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37,
    0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419, 0xf1e51d, 0xfde725};

constexpr Anchors inferno_anchors = {
    0x000004, 0x02020c, 0x050417, 0x0a0722, 0x10092d, 0x160b39, 0x1e0c45, 0x260c51, 0x2f0a5b,
    0x380962, 0x400a67, 0x490b6a, 0x510e6c, 0x59106e, 0x61136e, 0x69166e, 0x71196e, 0x781c6d,
    0x801f6c, 0x88226a, 0x902568, 0x982766, 0xa02a63, 0xa82e5f, 0xb0315b, 0xb73557, 0xbf3952,
    0xc63d4d, 0xcc4248, 0xd34743, 0xd94d3d, 0xdf5337, 0xe45a31, 0xe9612b, 0xed6925, 0xf1711f,
    0xf47918, 0xf78212, 0xf98b0b, 0xfa9407, 0xfb9d07, 0xfca60c, 0xfcb014, 0xfbba1f, 0xfac42a,
    0xf8cd37, 0xf6d746, 0xf4e156, 0xf2ea69, 0xf2f27d, 0xf5f992, 0xfcffa4};

std::uint8_t channel(double value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

Colour between(std::uint32_t low, std::uint32_t high, double fraction) {
  const auto mix = [&](unsigned shift) {
    const double a = (low >> shift) & 255U;
    const double b = (high >> shift) & 255U;
    return channel(a + (b - a) * fraction);
  };
  return {mix(16), mix(8), mix(0)};
}

ColourTable from_anchors(const Anchors& anchors) {
  ColourTable table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::size_t k = std::min(i / anchor_step, anchors.size() - 2);
    const double fraction = static_cast<double>(i - k * anchor_step) / anchor_step;
    table[i] = between(anchors[k], anchors[k + 1], fraction);
  }
  return table;
}

/// Moreland's polar form of CIELAB: M magnitude, s saturation (rad), h hue (rad).
struct Msh {
  double m;
  double s;
  double h;
};

double to_linear(double srgb) {
  return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4);
}

double to_srgb(double linear) {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
}

/// D65 white and the sRGB primaries (IEC 61966-2-1), CIELAB (CIE 15).
constexpr std::array<double, 3> white = {0.95047, 1.0, 1.08883};

Msh to_msh(Colour colour) {
  const double r = to_linear(colour.red / 255.0);
  const double g = to_linear(colour.green / 255.0);
  const double b = to_linear(colour.blue / 255.0);
  const std::array<double, 3> xyz = {0.4124 * r + 0.3576 * g + 0.1805 * b,
                                     0.2126 * r + 0.7152 * g + 0.0722 * b,
                                     0.0193 * r + 0.1192 * g + 0.9505 * b};
  std::array<double, 3> f{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double t = xyz[i] / white[i];
    f[i] = t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0;
  }
  const double lightness = 116.0 * f[1] - 16.0;
  const double a = 500.0 * (f[0] - f[1]);
  const double bb = 200.0 * (f[1] - f[2]);
  const double m = std::sqrt(lightness * lightness + a * a + bb * bb);
  return {m, std::acos(lightness / m), std::atan2(bb, a)};
}

Colour from_msh(const Msh& msh) {
  const double fy = (msh.m * std::cos(msh.s) + 16.0) / 116.0;
  const double fx = fy + msh.m * std::sin(msh.s) * std::cos(msh.h) / 500.0;
  const double fz = fy - msh.m * std::sin(msh.s) * std::sin(msh.h) / 200.0;
  const auto inverse = [](double t) {
    return t * t * t > 0.008856 ? t * t * t : (t - 16.0 / 116.0) / 7.787;
  };
  const double x = inverse(fx) * white[0];
  const double y = inverse(fy) * white[1];
  const double z = inverse(fz) * white[2];
  const auto out = [](double linear) { return channel(255.0 * to_srgb(std::max(linear, 0.0))); };
  return {out(3.2406 * x - 1.5372 * y - 0.4986 * z), out(-0.9689 * x + 1.8758 * y + 0.0415 * z),
          out(0.0557 * x - 0.2040 * y + 1.0570 * z)};
}

/// The hue that a colour takes on its way to white, so that it bends less (Moreland 2009, fig. 5).
double adjusted_hue(const Msh& colour, double white_m) {
  if (colour.m >= white_m - 0.1) return colour.h;
  const double spin = colour.s * std::sqrt(white_m * white_m - colour.m * colour.m) /
                      (colour.m * std::sin(colour.s));
  return colour.h > -std::numbers::pi / 3.0 ? colour.h + spin : colour.h - spin;
}

ColourTable cool_warm_table() {
  // End colours of Moreland's recommended map.
  const Msh cool = to_msh({59, 76, 192});
  const Msh warm = to_msh({180, 4, 38});
  const double middle = std::max({cool.m, warm.m, 88.0});
  ColourTable table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double position = static_cast<double>(i) / 255.0;
    const Msh& end = position < 0.5 ? cool : warm;
    const double fraction = std::abs(2.0 * position - 1.0);  // 0 in the middle, 1 at the ends
    const double hue = adjusted_hue(end, middle);
    table[i] = from_msh(
        {middle + (end.m - middle) * fraction, end.s * fraction, hue + (end.h - hue) * fraction});
  }
  return table;
}

/// Relative luminance (WCAG 2.1).
double luminance(Colour colour) {
  return 0.2126 * to_linear(colour.red / 255.0) + 0.7152 * to_linear(colour.green / 255.0) +
         0.0722 * to_linear(colour.blue / 255.0);
}

}  // namespace

ColourTable colour_table(ColourMap map) {
  switch (map) {
    case ColourMap::viridis:
      return from_anchors(viridis_anchors);
    case ColourMap::inferno:
      return from_anchors(inferno_anchors);
    case ColourMap::cool_warm:
      return cool_warm_table();
    case ColourMap::grey:
      break;
  }
  ColourTable table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto level = static_cast<std::uint8_t>(i);
    table[i] = {level, level, level};
  }
  return table;
}

Colour colour_at(const ColourTable& table, double fraction) {
  return table[static_cast<std::size_t>(std::lround(std::clamp(fraction, 0.0, 1.0) * 255.0))];
}

Colour count_colour(std::int64_t count, std::int64_t lowest, std::int64_t highest) {
  if (count <= 0) return {255, 255, 255};
  const auto low = static_cast<double>(lowest);
  const double span = std::max(static_cast<double>(highest) - low, 1.0);
  return colour_at(from_anchors(viridis_anchors), (static_cast<double>(count) - low) / span);
}

Colour text_colour_on(Colour background) {
  const double light = luminance(background);
  const double with_white = 1.05 / (light + 0.05);
  const double with_black = (light + 0.05) / 0.05;
  return with_white > with_black ? Colour{255, 255, 255} : Colour{0, 0, 0};
}

std::string hex(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

}  // namespace adatom::report
