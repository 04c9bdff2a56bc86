#include "stroke_font.h"

#include <cmath>
#include <map>
#include <numbers>
#include <string>

namespace adatom::report {
namespace {

/// Part of an ellipse, degrees from x to y.
Stroke arc(double x, double y, double rx, double ry, double from, double to) {
  constexpr int steps = 20;
  Stroke points;
  for (int i = 0; i <= steps; ++i) {
    const double angle = std::numbers::pi / 180.0 * (from + (to - from) * i / steps);
    points.push_back(x + rx * std::cos(angle));
    points.push_back(y + ry * std::sin(angle));
  }
  return points;
}

Stroke round(double x, double y, double rx, double ry) { return arc(x, y, rx, ry, 0.0, 360.0); }

Stroke joined(Stroke first, const Stroke& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::map<std::string, Glyph> make_glyphs() {
  return {
      {" ", {{}, 1.5}},
      {".", {{{0.3, 0.1, 0.3, 0.11}}, 0.6}},
      {"-", {{{0.0, 2.4, 2.4, 2.4}}, 2.4}},
      {"0", {{round(1.8, 3.0, 1.8, 3.0)}, 3.6}},
      {"1", {{{0.5, 4.8, 1.9, 6.0, 1.9, 0.0}}, 3.6}},
      {"2", {{joined(arc(1.8, 4.3, 1.7, 1.7, 170.0, -30.0), {0.0, 0.0, 3.6, 0.0})}, 3.6}},
      {"3", {{arc(1.7, 4.6, 1.5, 1.4, 150.0, -90.0), arc(1.7, 1.6, 1.75, 1.6, 90.0, -150.0)}, 3.6}},
      {"4", {{{2.7, 0.0, 2.7, 6.0, 0.0, 1.7, 3.7, 1.7}}, 3.7}},
      {"5",
       {{joined({3.3, 6.0, 0.6, 6.0, 0.32, 3.29}, arc(1.7, 2.0, 1.8, 2.0, 140.0, -140.0))}, 3.6}},
      {"6", {{round(1.8, 1.9, 1.75, 1.9), arc(3.4, 2.2, 3.35, 3.8, 100.0, 185.0)}, 3.6}},
      {"7", {{{0.0, 6.0, 3.6, 6.0, 1.3, 0.0}}, 3.6}},
      {"8", {{round(1.8, 4.55, 1.45, 1.45), round(1.8, 1.55, 1.75, 1.55)}, 3.6}},
      {"9", {{round(1.8, 4.1, 1.75, 1.9), arc(0.2, 3.8, 3.35, 3.8, -80.0, 5.0)}, 3.6}},
      {"m",
       {{{0.0, 0.0, 0.0, 4.0},
         joined(arc(1.3, 2.7, 1.3, 1.3, 180.0, 0.0), {2.6, 0.0}),
         joined(arc(3.9, 2.7, 1.3, 1.3, 180.0, 0.0), {5.2, 0.0})},
        5.2}},
      {"n", {{{0.0, 0.0, 0.0, 4.0}, joined(arc(1.5, 2.5, 1.5, 1.5, 180.0, 0.0), {3.0, 0.0})}, 3.0}},
      {"s",
       {{joined(arc(1.4, 3.05, 1.25, 0.95, 30.0, 270.0), arc(1.4, 1.05, 1.4, 1.05, 90.0, -150.0))},
        2.8}},
      {"µ",
       {{{0.0, 4.0, 0.0, -1.7},
         joined(arc(1.5, 1.5, 1.5, 1.5, 180.0, 360.0), {3.0, 4.0}),
         {3.0, 1.5, 3.0, 0.0}},
        3.0}}};
}

}  // namespace

std::vector<Glyph> glyphs_of(std::string_view text) {
  static const std::map<std::string, Glyph> known = make_glyphs();
  std::vector<Glyph> glyphs;
  for (std::size_t i = 0; i < text.size();) {
    // Bytes that continue a letter of UTF-8 begin with the bits 10.
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    const auto found = known.find(std::string(text.substr(i, end - i)));
    if (found != known.end()) glyphs.push_back(found->second);
    i = end;
  }
  return glyphs;
}

}  // namespace adatom::report
