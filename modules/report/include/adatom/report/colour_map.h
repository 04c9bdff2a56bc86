#pragma once
// Numbers to colours: perceptually uniform maps, a diverging one, and one colour per atom count.
#include <array>
#include <cstdint>
#include <string>

namespace adatom::report {

/// sRGB, 8 bits a channel.
struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

/// grey: linear in sRGB, as microscopes show frames. viridis, inferno: Smith and van der Walt
/// (CC0), for heights and counts. cool_warm: Moreland, ISVC 2009, LNCS 5876, 92, for signed
/// residuals.
enum class ColourMap { grey, viridis, inferno, cool_warm };

using ColourTable = std::array<Colour, 256>;

/// The map's colours at 0, 1/255, ..., 1. Viridis and inferno are interpolated between 52 of their
/// 256 entries: every channel within 1 of 255 of the original.
[[nodiscard]] ColourTable colour_table(ColourMap map);

/// The colour of `fraction`, clamped to [0, 1]; it must not be NaN.
[[nodiscard]] Colour colour_at(const ColourTable& table, double fraction);

/// The colour of a count when `lowest`..`highest` occur; a count of 0 is white.
[[nodiscard]] Colour count_colour(std::int64_t count, std::int64_t lowest, std::int64_t highest);

/// Black or white, whichever reads better on `background` (WCAG 2.1 contrast ratio).
[[nodiscard]] Colour text_colour_on(Colour background);

/// "#rrggbb"
[[nodiscard]] std::string hex(Colour colour);

}  // namespace adatom::report
