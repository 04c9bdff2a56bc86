#include "picture.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "adatom/report/number_format.h"
#include "adatom/storage/png.h"
#include "ticks.h"

namespace adatom::report {
namespace {

constexpr Colour missing{255, 190, 200};

/// Larger pictures than this are smoothed by the viewer instead of shown with sharp pixels: at the
/// size of a figure one of their pixels is smaller than one of a screen.
constexpr std::size_t sharp_pixels = 320;
constexpr std::size_t most_pixels = 1024;

double fraction_of(double value, const Range& range) {
  const double width = range.high - range.low;
  return width > 0.0 ? (value - range.low) / width : 0.5;
}

struct ScaleBar {
  double units;
  std::string text;
};

ScaleBar choose_scale_bar(double most_units, double angstrom_per_unit) {
  const double angstrom = round_length(most_units * angstrom_per_unit);
  const bool nanometres = angstrom >= 10.0 * (1.0 - 1e-9);
  const double shown = nanometres ? angstrom / 10.0 : angstrom;
  const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(shown) + 1e-9)), 0, 9);
  return {angstrom / angstrom_per_unit, fixed(shown, decimals) + (nanometres ? " nm" : " Å")};
}

/// The mean colour of a picture's lower left corner.
Colour corner_colour(const Grid<double>& image, ColourMap map, const Range& range) {
  const ColourTable table = colour_table(map);
  const std::size_t width = std::min(image.width(), image.width() * 2 / 5 + 1);
  const std::size_t first = image.height() - std::min(image.height(), image.height() / 6 + 1);
  double red = 0.0;
  double green = 0.0;
  double blue = 0.0;
  double count = 0.0;
  for (std::size_t y = first; y < image.height(); ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double value = image(x, y);
      const Colour c = std::isfinite(value) ? colour_at(table, fraction_of(value, range)) : missing;
      red += c.red;
      green += c.green;
      blue += c.blue;
      count += 1.0;
    }
  }
  if (count == 0.0) return {255, 255, 255};
  const auto mean = [&](double sum) { return static_cast<std::uint8_t>(sum / count); };
  return {mean(red), mean(green), mean(blue)};
}

}  // namespace

std::string coloured_png(const Grid<double>& image, ColourMap map, const Range& range) {
  const ColourTable table = colour_table(map);
  const auto values = image.values();
  const bool grey =
      map == ColourMap::grey &&
      std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  storage::PngImage png;
  png.width = image.width();
  png.height = image.height();
  png.channels = grey ? 1 : 3;
  png.pixels.reserve(values.size() * png.channels);
  for (const double value : values) {
    const Colour c = std::isfinite(value) ? colour_at(table, fraction_of(value, range)) : missing;
    png.pixels.push_back(std::byte{c.red});
    if (grey) continue;
    png.pixels.push_back(std::byte{c.green});
    png.pixels.push_back(std::byte{c.blue});
  }
  return storage::encode_png(png);
}

Grid<double> reduce(const Grid<double>& image, std::size_t most) {
  const std::size_t longest = std::max(image.width(), image.height());
  const std::size_t block = (longest + most - 1) / most;
  if (block <= 1) return image;
  const std::size_t width = (image.width() + block - 1) / block;
  const std::size_t height = (image.height() + block - 1) / block;
  Grid<double> out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      double sum = 0.0;
      double count = 0.0;
      for (std::size_t v = y * block; v < std::min((y + 1) * block, image.height()); ++v) {
        for (std::size_t u = x * block; u < std::min((x + 1) * block, image.width()); ++u) {
          if (!std::isfinite(image(u, v))) continue;
          sum += image(u, v);
          count += 1.0;
        }
      }
      out(x, y) = count > 0.0 ? sum / count : std::nan("");
    }
  }
  return out;
}

Grid<double> enlarge(const Grid<double>& image, std::size_t factor) {
  Grid<double> out(image.width() * factor, image.height() * factor);
  for (std::size_t y = 0; y < out.height(); ++y) {
    for (std::size_t x = 0; x < out.width(); ++x) out(x, y) = image(x / factor, y / factor);
  }
  return out;
}

bool placeable(double coordinate) {
  return std::isfinite(coordinate) && std::abs(coordinate) < 1e10;
}

PicturePlace place_picture(double pixels_wide, double pixels_high, double left, double top,
                           double most_width, double most_height) {
  if (pixels_wide <= 0.0 || pixels_high <= 0.0) pixels_wide = pixels_high = 1.0;
  const double scale = std::min(most_width / pixels_wide, most_height / pixels_high);
  return {left, top, pixels_wide * scale, pixels_high * scale, scale};
}

void draw_picture(SvgWriter& svg, const PicturePlace& place, const Grid<double>& image,
                  ColourMap map, const Range& range) {
  if (!image.empty()) {
    Grid<double> shown = reduce(image, most_pixels);
    // Not every program knows how to show pixels sharp: small pictures get theirs drawn out.
    const std::size_t factor = sharp_pixels / std::max(shown.width(), shown.height());
    if (factor > 1) shown = enlarge(shown, factor);
    const bool sharp = std::max(shown.width(), shown.height()) <= sharp_pixels;
    svg.png(place.left, place.top, place.width, place.height, coloured_png(shown, map, range),
            sharp ? SvgWriter::Sampling::pixels : SvgWriter::Sampling::smooth);
  }
  svg.rectangle(place.left, place.top, place.width, place.height,
                {.stroke = ink, .stroke_width = 0.6});
  if (image.empty()) {
    svg.text(place.left + place.width / 2, place.top + place.height / 2, "no data",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
}

void draw_scale_bar_inside(SvgWriter& svg, const PicturePlace& place, double angstrom_per_unit,
                           const Grid<double>& image, ColourMap map, const Range& range) {
  const ScaleBar bar = choose_scale_bar(place.width * 0.3, angstrom_per_unit);
  const bool white = text_colour_on(corner_colour(image, map, range)) == Colour{255, 255, 255};
  const std::string_view colour = white ? "#ffffff" : "#000000";
  const std::string_view halo = white ? "#000000" : "#ffffff";
  const double x = place.left + 8.0;
  const double y = place.top + place.height - 10.0;
  svg.rectangle(x, y, bar.units, 3.0, {.fill = colour, .stroke = halo, .stroke_width = 0.5});
  svg.text(x + bar.units / 2, y - 4.0, bar.text,
           {.size = label_text,
            .anchor = Anchor::middle,
            .weight = Weight::bold,
            .fill = colour,
            .halo = halo});
}

double draw_scale_bar_at(SvgWriter& svg, double x, double y, double most_units,
                         double angstrom_per_unit) {
  const ScaleBar bar = choose_scale_bar(most_units, angstrom_per_unit);
  svg.rectangle(x, y - 1.5, bar.units, 3.0, {.fill = ink});
  svg.text(x + bar.units + 5.0, y + 3.4, bar.text, {.size = label_text});
  return bar.units + 5.0 + text_length(bar.text, label_text);
}

void draw_colour_bar(SvgWriter& svg, double x, double y, double height, ColourMap map,
                     const Range& range, const std::string& quantity, const std::string& unit,
                     AxisScale scale) {
  constexpr double width = 9.0;
  constexpr int steps = 64;
  const bool logarithmic = scale == AxisScale::logarithmic;
  const ColourTable table = colour_table(map);
  for (int i = 0; i < steps; ++i) {
    // Each strip goes down to the bar's end, so that no seams show between them.
    const double top = height * i / steps;
    const std::string colour = hex(colour_at(table, 1.0 - (i + 0.5) / steps));
    svg.rectangle(x, y + top, width, height - top, {.fill = colour});
  }
  svg.rectangle(x, y, width, height, {.stroke = ink, .stroke_width = 0.6});
  const Range shown = logarithmic ? range : usable_range(range);
  const int wanted = std::clamp(static_cast<int>(height / 40), 2, 6);
  const Ticks ticks =
      logarithmic ? logarithmic_ticks(shown) : linear_ticks(shown, wanted, AxisKind::real);
  for (const Tick& tick : ticks.ticks) {
    const double share = logarithmic
                             ? std::log(tick.value / shown.low) / std::log(shown.high / shown.low)
                             : fraction_of(tick.value, shown);
    const double at = y + height * (1.0 - share);
    svg.line(x + width, at, x + width + 3.0, at, {.stroke = ink, .stroke_width = 0.6});
    svg.text(x + width + 5.0, at + 3.4, tick.label, {.size = tick_text});
  }
  double longest = 0.0;
  for (const Tick& tick : ticks.ticks) {
    longest = std::max(longest, text_length(tick.label, tick_text));
  }
  const double beside = std::max(x + width + 5.0 + longest + 11.0, x + colour_bar_room - 16.0);
  const std::string label = axis_label(quantity, unit, ticks.exponent);
  svg.text(beside, y + height / 2, fit_text(label, label_text, height + 20.0),
           {.size = label_text, .anchor = Anchor::middle, .upright = false});
}

double draw_flat_colour_bar(SvgWriter& svg, double x, double y, double width, ColourMap map,
                            const Range& range, const std::string& quantity,
                            const std::string& unit) {
  constexpr double height = 9.0;
  constexpr int steps = 64;
  const ColourTable table = colour_table(map);
  for (int i = 0; i < steps; ++i) {
    const double left = width * i / steps;
    const std::string colour = hex(colour_at(table, (i + 0.5) / steps));
    svg.rectangle(x + left, y, width - left, height, {.fill = colour});
  }
  svg.rectangle(x, y, width, height, {.stroke = ink, .stroke_width = 0.6});
  const Range shown = usable_range(range);
  const Ticks ticks = linear_ticks(shown, 6, AxisKind::real);
  for (const Tick& tick : ticks.ticks) {
    const double at = x + width * fraction_of(tick.value, shown);
    svg.line(at, y + height, at, y + height + 3.0, {.stroke = ink, .stroke_width = 0.6});
    svg.text(at, y + height + 12.5, tick.label, {.size = tick_text, .anchor = Anchor::middle});
  }
  const std::string label = axis_label(quantity, unit, ticks.exponent);
  if (label.empty()) return height + 15.0;
  svg.text(x + width / 2, y + height + 25.0, fit_text(label, label_text, width),
           {.size = label_text, .anchor = Anchor::middle});
  return height + 29.0;
}

}  // namespace adatom::report
