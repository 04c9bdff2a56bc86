#include "svg_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base64.h"
#include "escape.h"

namespace adatom::report {
namespace {

constexpr double column_cm = 8.5;
constexpr double page_cm = 17.8;

/// Advance width of an ASCII letter in DejaVu Sans, the widest of the usual sans-serif fonts, in
/// em.
double letter_width(char letter) {
  constexpr std::string_view narrow = "ijlI.,:;'|!()[]/ ft";
  constexpr std::string_view wide = "mwMWO@%QG";
  if (narrow.find(letter) != std::string_view::npos) return 0.39;
  if (wide.find(letter) != std::string_view::npos) return 0.9;
  return letter >= 'A' && letter <= 'Z' ? 0.7 : 0.63;
}

/// Between two colours, each channel in sRGB.
Colour mixed(Colour a, Colour b, double share_of_b) {
  const auto mix = [&](std::uint8_t u, std::uint8_t v) {
    return static_cast<std::uint8_t>(std::lround(u + (v - u) * share_of_b));
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

}  // namespace

double figure_units(FigureWidth width) {
  return width == FigureWidth::column ? column_units : page_units;
}

std::string coordinate(double value) {
  // Nothing that finite data lead to is farther out; the bound keeps garbage from becoming long
  // text.
  value = std::isfinite(value) ? std::clamp(value, -1e6, 1e6) : 0.0;
  const double rounded = std::round(value * 100.0) / 100.0;
  std::string text = fmt::format("{:.2f}", rounded == 0.0 ? 0.0 : rounded);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

double text_length(std::string_view text, double size) {
  double em = 0.0;
  for (const char byte : text) {
    if (!continues_character(byte)) em += letter_width(byte);
  }
  return em * size;
}

std::string fit_text(std::string_view text, double size, double length) {
  if (text_length(text, size) <= length) return std::string(text);
  std::string kept(text);
  while (!kept.empty() && text_length(kept, size) + size > length) {
    while (kept.size() > 1 && continues_character(kept.back())) kept.pop_back();
    kept.pop_back();
  }
  return kept + "…";
}

void SvgWriter::paint_attributes(const Paint& paint) {
  body_ += fmt::format(R"( fill="{}")", paint.fill.empty() ? "none" : paint.fill);
  if (!paint.stroke.empty()) {
    body_ += fmt::format(R"( stroke="{}" stroke-width="{}")", paint.stroke,
                         coordinate(paint.stroke_width));
    if (!paint.dash.empty()) body_ += fmt::format(R"( stroke-dasharray="{}")", paint.dash);
  }
  if (paint.opacity < 1.0) body_ += fmt::format(R"( opacity="{}")", coordinate(paint.opacity));
  body_ += "/>\n";
}

void SvgWriter::rectangle(double x, double y, double width, double height, const Paint& paint) {
  body_ += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}")", coordinate(x),
                       coordinate(y), coordinate(width), coordinate(height));
  paint_attributes(paint);
}

void SvgWriter::line(double x1, double y1, double x2, double y2, const Paint& paint) {
  body_ += fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}")", coordinate(x1), coordinate(y1),
                       coordinate(x2), coordinate(y2));
  paint_attributes(paint);
}

void SvgWriter::circle(double x, double y, double radius, const Paint& paint) {
  body_ += fmt::format(R"(<circle cx="{}" cy="{}" r="{}")", coordinate(x), coordinate(y),
                       coordinate(radius));
  paint_attributes(paint);
}

void SvgWriter::path(std::string_view data, const Paint& paint) {
  if (data.empty()) return;
  body_ += fmt::format(R"(<path d="{}" stroke-linejoin="round")", data);
  paint_attributes(paint);
}

void SvgWriter::text(double x, double y, std::string_view text, const TextStyle& style) {
  if (text.empty()) return;
  body_ += fmt::format(R"(<text x="{}" y="{}" font-size="{}" fill="{}")", coordinate(x),
                       coordinate(y), coordinate(style.size), style.fill);
  if (style.anchor == Anchor::middle) body_ += R"( text-anchor="middle")";
  if (style.anchor == Anchor::end) body_ += R"( text-anchor="end")";
  if (style.weight == Weight::bold) body_ += R"( font-weight="bold")";
  if (!style.upright) {
    body_ += fmt::format(R"_( transform="rotate(-90 {} {})")_", coordinate(x), coordinate(y));
  }
  if (!style.halo.empty()) {
    body_ +=
        fmt::format(R"( stroke="{}" stroke-width="2" stroke-linejoin="round" paint-order="stroke")",
                    style.halo);
  }
  body_ += fmt::format(">{}</text>\n", escape(text));
}

std::string SvgWriter::ball_gradient(const std::string& id, Colour colour) {
  constexpr Colour white{255, 255, 255};
  constexpr Colour black{0, 0, 0};
  body_ += fmt::format(R"(<radialGradient id="{}" fx="0.34" fy="0.3">)", id);
  const auto stop = [&](std::string_view offset, Colour at) {
    body_ += fmt::format(R"(<stop offset="{}" stop-color="{}"/>)", offset, hex(at));
  };
  stop("0", mixed(colour, white, 0.72));
  stop("0.3", mixed(colour, white, 0.25));
  stop("0.62", colour);
  stop("1", mixed(colour, black, 0.45));
  body_ += "</radialGradient>\n";
  return fmt::format("url(#{})", id);
}

void SvgWriter::png(double x, double y, double width, double height, std::string_view bytes,
                    Sampling sampling) {
  body_ += fmt::format(R"(<image x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none")",
                       coordinate(x), coordinate(y), coordinate(width), coordinate(height));
  if (sampling == Sampling::pixels) body_ += R"( style="image-rendering:pixelated")";
  body_ += R"( href="data:image/png;base64,)" + base64(bytes) + "\"/>\n";
}

void SvgWriter::begin_clip(double x, double y, double width, double height) {
  // A nested svg cuts at its borders and, unlike a clip path, needs no id.
  body_ += fmt::format(
      R"(<svg x="{0}" y="{1}" width="{2}" height="{3}" viewBox="{0} {1} {2} {3}" overflow="hidden">)"
      "\n",
      coordinate(x), coordinate(y), coordinate(width), coordinate(height));
}

void SvgWriter::end_clip() { body_ += "</svg>\n"; }

Figure SvgWriter::finish(double height, std::string summary) const {
  const double units = figure_units(width_);
  const double cm = width_ == FigureWidth::column ? column_cm : page_cm;
  std::string svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{}cm" height="{}cm" viewBox="0 0 {} {}")"
      R"( font-family="Helvetica, Arial, sans-serif" role="img" aria-label="{}">)"
      "\n",
      coordinate(cm), coordinate(height * cm / units), coordinate(units), coordinate(height),
      escape(summary));
  svg += fmt::format(R"(<rect width="{}" height="{}" fill="#ffffff"/>)"
                     "\n",
                     coordinate(units), coordinate(height));
  svg += body_;
  svg += "</svg>\n";
  return {.svg = std::move(svg), .summary = std::move(summary), .width = width_};
}

void move_to(std::string& path, double x, double y) {
  path += fmt::format("M{} {}", coordinate(x), coordinate(y));
}

void line_to(std::string& path, double x, double y) {
  path += fmt::format("L{} {}", coordinate(x), coordinate(y));
}

std::string svg_file(const Figure& figure) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + figure.svg;
}

}  // namespace adatom::report
