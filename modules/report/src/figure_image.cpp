#include "adatom/report/figure_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "adatom/base/error.h"
#include "adatom/report/number_format.h"
#include "neighbours.h"
#include "picture.h"
#include "svg_writer.h"
#include "ticks.h"

namespace adatom::report {
namespace {

constexpr double side_margin = 1.0;
constexpr double title_room = 18.0;

/// Quantiles are taken from about this many values; more would not move a colour.
constexpr std::size_t quantile_values = std::size_t{1} << 22U;

Range finite_range(std::span<const std::span<const double>> images) {
  Range range{0.0, 0.0};
  bool any = false;
  for (const auto& image : images) {
    for (const double value : image) {
      if (!std::isfinite(value)) continue;
      range.low = any ? std::min(range.low, value) : value;
      range.high = any ? std::max(range.high, value) : value;
      any = true;
    }
  }
  return any ? range : Range{0.0, 1.0};
}

Range clipped_range(std::span<const std::span<const double>> images, double clip_percent) {
  std::size_t total = 0;
  for (const auto& image : images) total += image.size();
  const std::size_t stride = total / quantile_values + 1;
  std::vector<double> values;
  for (const auto& image : images) {
    for (std::size_t i = 0; i < image.size(); i += stride) {
      if (std::isfinite(image[i])) values.push_back(image[i]);
    }
  }
  if (values.empty()) return finite_range(images);
  const double share = std::clamp(clip_percent, 0.0, 49.0) / 100.0;
  const auto left_out = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(left_out);
  std::nth_element(values.begin(), low, values.end());
  const double lowest = *low;
  const auto high = values.end() - 1 - static_cast<std::ptrdiff_t>(left_out);
  std::nth_element(values.begin(), high, values.end());
  return {lowest, *high};
}

/// The points that can be drawn: inside the picture, position finite.
struct Visible {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> value;
};

Visible visible_points(const Points& points, const Grid<double>& image) {
  Visible out;
  const double right = static_cast<double>(image.width()) - 0.5;
  const double bottom = static_cast<double>(image.height()) - 0.5;
  for (std::size_t i = 0; i < points.x_px.size(); ++i) {
    const double x = points.x_px[i];
    const double y = points.y_px[i];
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    if (x < -0.5 || y < -0.5 || x > right || y > bottom) continue;
    out.x.push_back(x);
    out.y.push_back(y);
    if (!points.value.empty()) out.value.push_back(points.value[i]);
  }
  return out;
}

void draw_marker(SvgWriter& svg, Marker marker, double x, double y, double radius,
                 std::string_view colour) {
  if (marker == Marker::disc) {
    svg.circle(x, y, radius, {.fill = colour, .stroke = "#ffffff", .stroke_width = 0.5});
    return;
  }
  if (marker == Marker::dot) {
    svg.circle(x, y, radius, {.fill = colour});
    return;
  }
  if (marker == Marker::ring) {
    svg.circle(x, y, radius, {.stroke = colour, .stroke_width = 1.2});
    return;
  }
  std::string cross;
  move_to(cross, x - radius, y);
  line_to(cross, x + radius, y);
  move_to(cross, x, y - radius);
  line_to(cross, x, y + radius);
  svg.path(cross, {.stroke = colour, .stroke_width = 1.0});
}

/// Crosses all of one colour are one path: small files even for thousands of columns.
void draw_crosses(SvgWriter& svg, const PicturePlace& place, const Visible& points, double arm,
                  std::string_view colour) {
  std::string path;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double x = place.x(points.x[i]);
    const double y = place.y(points.y[i]);
    move_to(path, x - arm, y);
    line_to(path, x + arm, y);
    move_to(path, x, y - arm);
    line_to(path, x, y + arm);
  }
  svg.path(path, {.stroke = colour, .stroke_width = 1.0});
}

double marker_radius(const Points& points, const Visible& visible, const PicturePlace& place) {
  if (points.radius_px > 0.0) return points.radius_px * place.units_per_pixel;
  const double spacing = typical_spacing(visible.x, visible.y) * place.units_per_pixel;
  if (spacing == 0.0) return 4.0;
  const double share = points.marker == Marker::cross ? 0.2 : 0.36;
  return std::clamp(share * spacing, 1.0, points.marker == Marker::cross ? 3.0 : 12.0);
}

void draw_points(SvgWriter& svg, const PicturePlace& place, const Points& points,
                 const Grid<double>& image) {
  const Visible visible = visible_points(points, image);
  const double radius = marker_radius(points, visible, place);
  if (points.value.empty() && points.marker == Marker::cross) {
    draw_crosses(svg, place, visible, radius, hex(points.colour));
    return;
  }
  const ColourTable table = colour_table(points.scale.map);
  const std::span<const double> all(points.value);
  const Range range = usable_range(colour_range({&all, 1}, points.scale));
  const double width = range.high - range.low;
  for (std::size_t i = 0; i < visible.x.size(); ++i) {
    Colour colour = points.colour;
    if (!visible.value.empty()) {
      if (!std::isfinite(visible.value[i])) continue;
      const double share = width > 0.0 ? (visible.value[i] - range.low) / width : 0.5;
      colour = colour_at(table, share);
    }
    draw_marker(svg, points.marker, place.x(visible.x[i]), place.y(visible.y[i]), radius,
                hex(colour));
  }
}

/// What stands below the picture: the names of the markers and their colour bars.
double draw_keys(SvgWriter& svg, double y, const PicturePlace& place,
                 const std::vector<Points>& layers) {
  for (const Points& points : layers) {
    if (!points.value.empty()) {
      y += 8.0;
      const std::span<const double> all(points.value);
      y += draw_flat_colour_bar(svg, place.left, y, place.width, points.scale.map,
                                colour_range({&all, 1}, points.scale), points.scale.quantity,
                                points.scale.unit);
    }
    if (points.label.empty()) continue;
    const bool plain = points.value.empty();
    y += plain ? 15.0 : 9.0;
    if (plain) draw_marker(svg, points.marker, place.left + 6.0, y - 3.4, 3.5, hex(points.colour));
    svg.text(place.left + (plain ? 14.0 : 0.0), y,
             fit_text(points.label, label_text, place.width - 14.0), {.size = label_text});
  }
  return y;
}

void require_lengths(const Points& points) {
  const std::size_t count = points.x_px.size();
  if (points.y_px.size() == count && (points.value.empty() || points.value.size() == count)) return;
  throw InputError({.what = "the points of a figure do not belong together",
                    .where = points.label,
                    .why = fmt::format("{} x, {} y and {} values are given", count,
                                       points.y_px.size(), points.value.size()),
                    .remedy = "give one of each for every point"});
}

}  // namespace

Range colour_range(std::span<const std::span<const double>> images, const ColourScale& scale) {
  if (scale.range) return *scale.range;
  if (scale.rule == RangeRule::full) return finite_range(images);
  const Range clipped = clipped_range(images, scale.clip_percent);
  if (scale.rule == RangeRule::percentile) return clipped;
  const double bound = std::max(std::abs(clipped.low), std::abs(clipped.high));
  return bound > 0.0 ? Range{-bound, bound} : Range{-1.0, 1.0};
}

Range colour_range(const Grid<double>& image, const ColourScale& scale) {
  const std::span<const double> values = image.values();
  return colour_range({&values, 1}, scale);
}

Figure draw_image(const Grid<double>& image, const ImageFigureOptions& options) {
  for (const Points& points : options.points) require_lengths(points);
  SvgWriter svg(options.width);
  const double units = figure_units(options.width);
  const double top = options.title.empty() ? 2.0 : title_room;
  const double room = units - 2.0 * side_margin - colour_bar_room;
  const PicturePlace place =
      place_picture(static_cast<double>(image.width()), static_cast<double>(image.height()),
                    side_margin, top, room, room * 1.4);
  const Range range = usable_range(colour_range(image, options.scale));
  svg.text(side_margin, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  draw_picture(svg, place, image, options.scale.map, range);
  if (!image.empty()) {
    svg.begin_clip(place.left, place.top, place.width, place.height);
    for (const Points& points : options.points) draw_points(svg, place, points, image);
    svg.end_clip();
    const double pixel = options.pixel_size_angstrom.value_or(0.0);
    if (std::isfinite(pixel) && pixel > 0.0) {
      draw_scale_bar_inside(svg, place, pixel / place.units_per_pixel, image, options.scale.map,
                            range);
    }
  }
  const double bar_height = std::max(place.height, 90.0);
  draw_colour_bar(svg, place.left + place.width + 7.0, place.top, bar_height, options.scale.map,
                  range, options.scale.quantity, options.scale.unit);
  const double bottom = draw_keys(svg, place.top + place.height, place, options.points);
  const std::string summary =
      fmt::format("{}: picture of {} by {} pixels, {} from {} to {}",
                  options.title.empty() ? "Image" : options.title, image.width(), image.height(),
                  axis_label(options.scale.quantity.empty() ? "values" : options.scale.quantity,
                             options.scale.unit, 0),
                  significant(range.low, 3), significant(range.high, 3));
  return svg.finish(std::max(bottom, place.top + bar_height) + 6.0, summary);
}

std::string image_png(const Grid<double>& image, const ColourScale& scale) {
  if (image.empty()) {
    throw InputError({.what = "a picture without pixels cannot be written",
                      .where = scale.quantity,
                      .why = "the image has no pixels",
                      .remedy = "give an image of at least one pixel"});
  }
  return coloured_png(image, scale.map, usable_range(colour_range(image, scale)));
}

}  // namespace adatom::report
