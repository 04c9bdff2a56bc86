#include "adatom/report/figure_count_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/number_format.h"
#include "neighbours.h"
#include "picture.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

constexpr double bar_room = 47.0;
constexpr std::string_view rim = "#c8102e";

/// The columns that can be drawn: positions finite and inside the part shown.
struct Disc {
  double x;
  double y;
  std::int64_t count;
  bool uncertain;
};

/// The part shown, Å, and where it stands.
struct Frame {
  Range x;
  Range y;
  PicturePlace place;
  [[nodiscard]] double to_x(double angstrom) const {
    return place.left + (angstrom - x.low) * place.units_per_pixel;
  }
  [[nodiscard]] double to_y(double angstrom) const {
    return place.top + (angstrom - y.low) * place.units_per_pixel;
  }
};

void require_lengths(const CountedColumns& c) {
  const std::size_t count = c.x_angstrom.size();
  if (c.y_angstrom.size() == count && c.atom_count.size() == count &&
      (c.probability.empty() || c.probability.size() == count)) {
    return;
  }
  throw InputError(
      {.what = "the columns of a count map do not belong together",
       .where = "count map",
       .why = fmt::format("{} x, {} y, {} counts and {} probabilities are given", count,
                          c.y_angstrom.size(), c.atom_count.size(), c.probability.size()),
       .remedy = "give one of each for every column"});
}

/// From the first to the last finite coordinate with a margin of one spacing.
Range extent(std::span<const double> values, double margin) {
  Range range{0.0, 0.0};
  bool any = false;
  for (const double value : values) {
    if (!placeable(value)) continue;
    range.low = any ? std::min(range.low, value) : value;
    range.high = any ? std::max(range.high, value) : value;
    any = true;
  }
  if (!any) return {0.0, 10.0};
  return {range.low - margin, range.high + margin};
}

double spacing_of(const CountedColumns& columns) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < columns.x_angstrom.size(); ++i) {
    if (!placeable(columns.x_angstrom[i]) || !placeable(columns.y_angstrom[i])) continue;
    x.push_back(columns.x_angstrom[i]);
    y.push_back(columns.y_angstrom[i]);
  }
  const double spacing = typical_spacing(x, y);
  return spacing > 0.0 ? spacing : 2.0;  // Å, a usual distance between columns
}

Frame make_frame(const CountedColumns& columns, const CountMapOptions& options, double spacing,
                 double top, double room) {
  Frame frame;
  const auto choose = [&](const std::optional<Range>& wanted, std::span<const double> positions) {
    if (wanted && wanted->high > wanted->low) return *wanted;
    return extent(positions, spacing);
  };
  frame.x = choose(options.x_angstrom, columns.x_angstrom);
  frame.y = choose(options.y_angstrom, columns.y_angstrom);
  frame.place = place_picture(frame.x.high - frame.x.low, frame.y.high - frame.y.low, 1.0, top,
                              room, room * 1.4);
  return frame;
}

std::vector<Disc> visible_discs(const CountedColumns& columns, const Frame& frame,
                                double uncertain_below) {
  std::vector<Disc> discs;
  for (std::size_t i = 0; i < columns.x_angstrom.size(); ++i) {
    const double x = columns.x_angstrom[i];
    const double y = columns.y_angstrom[i];
    if (!placeable(x) || !placeable(y)) continue;
    if (x < frame.x.low || x > frame.x.high || y < frame.y.low || y > frame.y.high) continue;
    const bool uncertain =
        !columns.probability.empty() &&
        !(std::isfinite(columns.probability[i]) && columns.probability[i] >= uncertain_below);
    discs.push_back({x, y, columns.atom_count[i], uncertain});
  }
  return discs;
}

/// Smallest and largest count above zero that the colours must tell apart.
struct CountRange {
  std::int64_t lowest = 1;
  std::int64_t highest = 1;
};

CountRange count_range(const std::vector<Disc>& discs, const CountMapOptions& options) {
  CountRange range;
  bool any = false;
  for (const Disc& disc : discs) {
    if (disc.count <= 0) continue;
    range.lowest = any ? std::min(range.lowest, disc.count) : disc.count;
    range.highest = any ? std::max(range.highest, disc.count) : disc.count;
    any = true;
  }
  constexpr std::int64_t most = 1'000'000;  // no column holds more; keeps differences small
  range.lowest = std::clamp<std::int64_t>(options.lowest_count.value_or(range.lowest), 1, most);
  range.highest = std::clamp(options.highest_count.value_or(range.highest), range.lowest, most);
  return range;
}

void draw_background(SvgWriter& svg, const Frame& frame, const CountMapOptions& options) {
  if (options.background == nullptr || options.background->empty()) return;
  const double pixel = options.background_pixel_size_angstrom;
  const Grid<double> shown = reduce(*options.background, 1024);
  const Range range = colour_range(*options.background, {});
  const double width = static_cast<double>(options.background->width()) * pixel;
  const double height = static_cast<double>(options.background->height()) * pixel;
  svg.png(frame.to_x(-0.5 * pixel), frame.to_y(-0.5 * pixel), width * frame.place.units_per_pixel,
          height * frame.place.units_per_pixel, coloured_png(shown, ColourMap::grey, range),
          SvgWriter::Sampling::smooth);
}

void draw_discs(SvgWriter& svg, const Frame& frame, const std::vector<Disc>& discs,
                const CountRange& counts, double spacing, bool over_picture) {
  const double share = over_picture ? 0.36 : 0.42;  // of the distance to the next column
  const double radius = std::clamp(share * spacing * frame.place.units_per_pixel, 1.0, 13.0);
  const bool two_digits = counts.highest > 9;
  // A number of two digits is 1.2 em wide, one digit 0.6 em wide and 0.73 em high.
  const double size = std::min(label_text, (two_digits ? 1.45 : 1.6) * radius);
  for (const Disc& disc : discs) {
    const Colour colour = count_colour(disc.count, counts.lowest, counts.highest);
    const double x = frame.to_x(disc.x);
    const double y = frame.to_y(disc.y);
    svg.circle(x, y, disc.uncertain ? radius - 0.5 : radius,
               {.fill = hex(colour),
                .stroke = disc.uncertain ? rim
                          : over_picture ? "#ffffff"
                                         : "#333333",
                .stroke_width = disc.uncertain ? 1.6 : 0.4});
    if (size < least_text || disc.count > 99) continue;
    svg.text(x, y + 0.36 * size, fmt::format("{}", disc.count),
             {.size = size, .anchor = Anchor::middle, .fill = hex(text_colour_on(colour))});
  }
}

/// One cell for each count, numbers beside as many of them as fit.
void draw_count_bar(SvgWriter& svg, double x, double y, double height, const CountRange& counts,
                    const std::string& label) {
  constexpr double width = 9.0;
  const std::int64_t number = std::min<std::int64_t>(counts.highest - counts.lowest + 1, 256);
  const double cell = height / static_cast<double>(number);
  const auto every = static_cast<std::int64_t>(std::ceil(11.0 / cell));
  for (std::int64_t i = 0; i < number; ++i) {
    const std::int64_t count = counts.lowest + i;
    const double top = y + height - cell * static_cast<double>(i + 1);
    svg.rectangle(x, top, width, cell,
                  {.fill = hex(count_colour(count, counts.lowest, counts.lowest + number - 1))});
    const bool labelled = every == 1 || count % every == 0;
    if (!labelled) continue;
    svg.text(x + width + 4.0, top + cell / 2 + 3.4, fmt::format("{}", count), {.size = tick_text});
  }
  svg.rectangle(x, y, width, height, {.stroke = ink, .stroke_width = 0.6});
  svg.text(x + width + 28.0, y + height / 2, fit_text(label, label_text, height),
           {.size = label_text, .anchor = Anchor::middle, .upright = false});
}

}  // namespace

Figure draw_count_map(const CountedColumns& columns, const CountMapOptions& options) {
  require_lengths(columns);
  const double units = figure_units(options.width);
  const double top = options.title.empty() ? 2.0 : 18.0;
  const double spacing = spacing_of(columns);
  const Frame frame = make_frame(columns, options, spacing, top, units - 2.0 - bar_room);
  const std::vector<Disc> discs = visible_discs(columns, frame, options.uncertain_below);
  const CountRange counts = count_range(discs, options);
  const PicturePlace& place = frame.place;

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  svg.begin_clip(place.left, place.top, place.width, place.height);
  draw_background(svg, frame, options);
  draw_discs(svg, frame, discs, counts, spacing, options.background != nullptr);
  svg.end_clip();
  svg.rectangle(place.left, place.top, place.width, place.height,
                {.stroke = ink, .stroke_width = 0.6});
  if (discs.empty()) {
    svg.text(place.left + place.width / 2, place.top + place.height / 2, "no columns",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
  const double bar_height = std::max(place.height, 90.0);
  draw_count_bar(svg, place.left + place.width + 7.0, place.top, bar_height, counts,
                 options.value_label);

  const double strip = place.top + bar_height + 13.0;
  const double used =
      draw_scale_bar_at(svg, place.left + 2.0, strip, units * 0.25, 1.0 / place.units_per_pixel);
  const auto uncertain =
      std::count_if(discs.begin(), discs.end(), [](const Disc& disc) { return disc.uncertain; });
  if (uncertain > 0) {
    const double x = place.left + used + 20.0;
    svg.circle(x, strip, 4.0, {.stroke = rim, .stroke_width = 1.6});
    svg.text(x + 8.0, strip + 3.4,
             fmt::format("{} ({})",
                         options.rim_label.empty()
                             ? "probability < " + significant(options.uncertain_below, 2)
                             : options.rim_label,
                         uncertain),
             {.size = tick_text});
  }
  return svg.finish(strip + 11.0, fmt::format("{}: map of {} atom columns with {} to {} atoms",
                                              options.title.empty() ? "Atom counts" : options.title,
                                              discs.size(), counts.lowest, counts.highest));
}

}  // namespace adatom::report
