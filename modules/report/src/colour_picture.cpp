#include "adatom/report/colour_picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "adatom/storage/png.h"
#include "stroke_font.h"

namespace adatom::report {
namespace {

constexpr Colour missing{255, 190, 200};

/// Whole pixels from `low` to `high` that lie in 0 ... size; empty: begin == end.
struct PixelSpan {
  std::size_t begin;
  std::size_t end;
};

PixelSpan span_of(double low, double high, std::size_t size) {
  const auto most = static_cast<double>(size);
  const double begin = std::clamp(std::floor(low), 0.0, most);
  const double end = std::clamp(std::floor(high) + 1.0, begin, most);
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

}  // namespace

ColourPicture::ColourPicture(std::size_t width, std::size_t height)
    : width_(width), height_(height), rgb_(3 * width * height, 0) {}

void ColourPicture::paint(const Grid<double>& image, ColourMap map, const Range& range,
                          std::size_t enlarged) {
  if (image.empty() || enlarged == 0) throw std::invalid_argument("nothing to paint");
  const ColourTable table = colour_table(map);
  const double width = range.high - range.low;
  for (std::size_t y = 0; y < height_; ++y) {
    const auto row = image.row(std::min(y / enlarged, image.height() - 1));
    for (std::size_t x = 0; x < width_; ++x) {
      const double value = row[std::min(x / enlarged, image.width() - 1)];
      const double share = width > 0.0 ? (value - range.low) / width : 0.5;
      const Colour c = std::isfinite(value) ? colour_at(table, share) : missing;
      std::uint8_t* pixel = &rgb_[3 * (y * width_ + x)];
      pixel[0] = c.red;
      pixel[1] = c.green;
      pixel[2] = c.blue;
    }
  }
}

void ColourPicture::mix(std::size_t x, std::size_t y, Colour colour, double share) {
  std::uint8_t* pixel = &rgb_[3 * (y * width_ + x)];
  const auto blend = [share](std::uint8_t& old, std::uint8_t fresh) {
    old = static_cast<std::uint8_t>(std::lround((1.0 - share) * old + share * fresh));
  };
  blend(pixel[0], colour.red);
  blend(pixel[1], colour.green);
  blend(pixel[2], colour.blue);
}

void ColourPicture::line(double x1, double y1, double x2, double y2, double width, Colour colour,
                         double opacity) {
  if (!std::isfinite(x1 + y1 + x2 + y2)) return;
  const double length = std::hypot(x2 - x1, y2 - y1);
  if (length == 0.0) return;
  const double ux = (x2 - x1) / length;
  const double uy = (y2 - y1) / length;
  const double reach = 0.5 * width + 0.5;
  const PixelSpan rows = span_of(std::min(y1, y2) - reach, std::max(y1, y2) + reach, height_);
  const PixelSpan columns = span_of(std::min(x1, x2) - reach, std::max(x1, x2) + reach, width_);
  for (std::size_t y = rows.begin; y < rows.end; ++y) {
    for (std::size_t x = columns.begin; x < columns.end; ++x) {
      const double dx = static_cast<double>(x) - x1;
      const double dy = static_cast<double>(y) - y1;
      const double along = dx * ux + dy * uy;
      // Neighbouring lines of one path share the pixels between them.
      const double ends = std::min(along, length - along) + 0.5;
      const double side = reach - std::abs(dx * uy - dy * ux);
      const double cover = std::clamp(ends, 0.0, 1.0) * std::clamp(side, 0.0, 1.0);
      if (cover > 0.0) mix(x, y, colour, opacity * cover);
    }
  }
}

/// A path with round joints, each pixel covered once.
void ColourPicture::stroke(const std::vector<double>& points, double width, Colour colour) {
  double left = points[0];
  double right = points[0];
  double top = points[1];
  double bottom = points[1];
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    if (!std::isfinite(points[i] + points[i + 1])) return;
    left = std::min(left, points[i]);
    right = std::max(right, points[i]);
    top = std::min(top, points[i + 1]);
    bottom = std::max(bottom, points[i + 1]);
  }
  const double reach = 0.5 * width + 0.5;
  const PixelSpan rows = span_of(top - reach, bottom + reach, height_);
  const PixelSpan columns = span_of(left - reach, right + reach, width_);
  const std::size_t wide = columns.end - columns.begin;
  std::vector<double> cover(wide * (rows.end - rows.begin), 0.0);
  for (std::size_t i = 0; i + 3 < points.size(); i += 2) {
    const double x1 = points[i];
    const double y1 = points[i + 1];
    const double dx = points[i + 2] - x1;
    const double dy = points[i + 3] - y1;
    const double square = std::max(dx * dx + dy * dy, 1e-12);
    const PixelSpan ys =
        span_of(std::min(y1, y1 + dy) - reach, std::max(y1, y1 + dy) + reach, height_);
    const PixelSpan xs =
        span_of(std::min(x1, x1 + dx) - reach, std::max(x1, x1 + dx) + reach, width_);
    for (std::size_t y = ys.begin; y < ys.end; ++y) {
      for (std::size_t x = xs.begin; x < xs.end; ++x) {
        const double px = static_cast<double>(x) - x1;
        const double py = static_cast<double>(y) - y1;
        const double t = std::clamp((px * dx + py * dy) / square, 0.0, 1.0);
        const double here = std::clamp(reach - std::hypot(px - t * dx, py - t * dy), 0.0, 1.0);
        double& most = cover[(y - rows.begin) * wide + (x - columns.begin)];
        most = std::max(most, here);
      }
    }
  }
  for (std::size_t y = rows.begin; y < rows.end; ++y) {
    for (std::size_t x = columns.begin; x < columns.end; ++x) {
      const double share = cover[(y - rows.begin) * wide + (x - columns.begin)];
      if (share > 0.0) mix(x, y, colour, share);
    }
  }
}

void ColourPicture::ellipse(double x, double y, double first, double second, double angle_rad,
                            double width, Colour colour) {
  // The polygon stays within a twentieth of a pixel of the ellipse.
  const double larger = std::clamp(std::max(first, second), 1.0, 1e4);
  const int corners =
      std::max(12, static_cast<int>(std::ceil(std::numbers::pi * std::sqrt(10.0 * larger))));
  const double c = std::cos(angle_rad);
  const double s = std::sin(angle_rad);
  std::vector<double> points;
  for (int i = 0; i <= corners; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / corners;
    const double u = first * std::cos(angle);
    const double v = second * std::sin(angle);
    points.push_back(x + u * c - v * s);
    points.push_back(y + u * s + v * c);
  }
  stroke(points, width, colour);
}

void ColourPicture::rectangle(double x, double y, double width, double height, Colour colour) {
  line(x, y + 0.5 * height, x + width, y + 0.5 * height, height, colour);
}

void ColourPicture::text(double x, double y, std::string_view text, double height, Colour colour) {
  const double unit = height / digit_height;
  const double pen = std::max(1.2, 0.13 * height);
  constexpr Colour rim{0, 0, 0};
  for (const bool is_rim : {true, false}) {
    double at = x;
    for (const Glyph& glyph : glyphs_of(text)) {
      for (const Stroke& shape : glyph.strokes) {
        std::vector<double> points;
        for (std::size_t i = 0; i + 1 < shape.size(); i += 2) {
          points.push_back(at + unit * shape[i]);
          points.push_back(y - unit * shape[i + 1]);
        }
        stroke(points, is_rim ? 2.2 * pen : pen, is_rim ? rim : colour);
      }
      at += unit * (glyph.width + letter_room);
    }
  }
}

double ColourPicture::text_length(std::string_view text, double height) {
  double length = 0.0;
  for (const Glyph& glyph : glyphs_of(text)) length += glyph.width + letter_room;
  return std::max(0.0, length - letter_room) * height / digit_height;
}

std::string ColourPicture::png() const {
  const auto bytes = std::as_bytes(std::span(rgb_));
  storage::PngImage image{.width = width_, .height = height_, .channels = 3, .pixels = {}};
  image.pixels.assign(bytes.begin(), bytes.end());
  return storage::encode_png(image);
}

Colour colour_of_number(std::int64_t number) {
  constexpr double golden = 0.6180339887498949;
  const double hue = 6.0 * std::fmod(golden * static_cast<double>(number), 1.0);
  // Blue is dark on grey: the darkest channel is lifted.
  const auto channel = [hue](double peak) {
    const double away = std::abs(std::fmod(hue - peak + 9.0, 6.0) - 3.0);
    return static_cast<std::uint8_t>(
        std::lround(255.0 * (0.35 + 0.65 * std::clamp(2.0 - away, 0.0, 1.0))));
  };
  return {channel(0.0), channel(2.0), channel(4.0)};
}

}  // namespace adatom::report
