#pragma once
// Letters as lines, for pictures made of pixels.
#include <string_view>
#include <vector>

namespace adatom::report {

/// Points x, y, x, y, ... of one pen stroke. A digit is 6 high, y is up.
using Stroke = std::vector<double>;

struct Glyph {
  std::vector<Stroke> strokes;
  double width = 0.0;  ///< without the room to the next one
};

inline constexpr double digit_height = 6.0;
inline constexpr double letter_room = 1.5;

/// The glyphs of UTF-8 text, those there are.
[[nodiscard]] std::vector<Glyph> glyphs_of(std::string_view text);

}  // namespace adatom::report
