#pragma once
// Colours of things that have none of their own, safe for the colour blind.
#include <array>
#include <cstddef>
#include <string_view>

namespace adatom::report {

/// Okabe and Ito, "Color universal design" (2008), the six that stand out on white.
inline constexpr std::array<std::string_view, 6> line_colours = {"#0072b2", "#d55e00", "#009e73",
                                                                 "#cc79a7", "#e69f00", "#56b4e9"};

[[nodiscard]] inline std::string_view line_colour(std::size_t index) {
  return line_colours[index % line_colours.size()];
}

}  // namespace adatom::report
