#include "adatom/report/figure_atoms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "adatom/report/number_format.h"
#include "atom_view.h"
#include "picture.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

/// Steps from the nearest atoms to the farthest, and how much of white the last one holds.
constexpr std::size_t depth_steps = 8;
constexpr double most_haze = 0.5;

constexpr double least_legend_room = 88.0;
constexpr double legend_margins = 10.0;  ///< left and right of it

/// Names the picture by what is in it, so that its gradients have ids of their own.
std::string name_of(const std::vector<Ball>& balls, const AtomFigureOptions& options) {
  std::uint64_t sum = 14695981039346656037U;  // FNV-1a
  const auto add = [&sum](std::string_view text) {
    for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
  };
  add(options.title);
  for (const AtomKind& kind : options.kinds) add(hex(kind.colour));
  for (const Ball& ball : balls) {
    add(fmt::format("{} {} {} {}", coordinate(ball.x), coordinate(ball.y),
                    coordinate(ball.nearness), ball.kind));
  }
  return fmt::format("atoms-{:016x}", sum);
}

Colour hazy(Colour colour, double share) {
  const auto paler = [share](std::uint8_t channel) {
    return static_cast<std::uint8_t>(std::lround(channel + (255 - channel) * share));
  };
  return {paler(colour.red), paler(colour.green), paler(colour.blue)};
}

/// A ball's colours by its kind and depth; each is written into the figure when it is first asked
/// for.
class Colours {
 public:
  Colours(SvgWriter& svg, const AtomFigureOptions& options, std::string name)
      : svg_(svg),
        options_(options),
        name_(std::move(name)),
        fills_(options.kinds.size() * depth_steps) {}

  const std::string& fill(std::size_t kind, std::size_t depth) {
    const std::size_t index = kind * depth_steps + depth;
    if (fills_[index].empty()) {
      fills_[index] = svg_.ball_gradient(fmt::format("{}-{}", name_, index), shade(kind, depth));
    }
    return fills_[index];
  }
  [[nodiscard]] std::string rim(std::size_t kind, std::size_t depth) const {
    const Colour c = shade(kind, depth);
    const auto darker = [](std::uint8_t channel) { return static_cast<std::uint8_t>(channel / 3); };
    return hex({darker(c.red), darker(c.green), darker(c.blue)});
  }

 private:
  [[nodiscard]] Colour shade(std::size_t kind, std::size_t depth) const {
    return hazy(options_.kinds[kind].colour,
                most_haze * static_cast<double>(depth) / static_cast<double>(depth_steps - 1));
  }
  SvgWriter& svg_;
  const AtomFigureOptions& options_;
  std::string name_;
  std::vector<std::string> fills_;
};

void draw_balls(SvgWriter& svg, const std::vector<Ball>& balls, const PicturePlace& place,
                double nearest, double farthest, Colours& colours) {
  const double span = std::max(nearest - farthest, 1e-9);
  for (auto ball = balls.rbegin(); ball != balls.rend(); ++ball) {
    const double share = (nearest - ball->nearness) / span;
    const auto depth = std::min(static_cast<std::size_t>(share * depth_steps), depth_steps - 1);
    const std::string& fill = colours.fill(ball->kind, depth);
    svg.circle(place.left + place.width / 2 + ball->x * place.units_per_pixel,
               place.top + place.height / 2 + ball->y * place.units_per_pixel,
               ball->radius * place.units_per_pixel,
               {.fill = fill, .stroke = colours.rim(ball->kind, depth), .stroke_width = 0.25});
  }
}

/// The width of the legend: labels and counts beside each other.
double legend_room(const ShownAtoms& atoms, const AtomFigureOptions& options) {
  double longest = 0.0;
  for (const AtomKind& kind : options.kinds) {
    longest = std::max(longest, text_length(kind.label, tick_text));
  }
  const auto most = static_cast<long long>(atoms.kind.size());
  const double counts = text_length(count_text(most), tick_text);
  return std::clamp(14.0 + longest + 6.0 + counts + legend_margins, least_legend_room, 150.0);
}

/// Every kind with the number of its atoms; returns where it ends.
double draw_atoms_legend(SvgWriter& svg, double x, double y, double width,
                         std::span<const std::size_t> kind, const AtomFigureOptions& options,
                         Colours& colours) {
  svg.text(x, y, options.kinds_label, {.size = label_text});
  y += 15.0;
  for (std::size_t k = 0; k < options.kinds.size(); ++k) {
    const auto count = std::count(kind.begin(), kind.end(), k);
    svg.circle(x + 5.0, y - 3.4, 4.8,
               {.fill = colours.fill(k, 0), .stroke = colours.rim(k, 0), .stroke_width = 0.25});
    const std::string number = count_text(count);
    const double room = width - 14.0 - 5.0 - text_length(number, tick_text);
    svg.text(x + 14.0, y, fit_text(options.kinds[k].label, tick_text, room), {.size = tick_text});
    svg.text(x + width, y, number,
             {.size = tick_text, .anchor = Anchor::end, .fill = count > 0 ? ink : faint_ink});
    y += 14.0;
  }
  return y;
}

struct Panel {
  PicturePlace place;
  std::vector<Ball> balls;
  std::vector<Ball> seen;
};

/// The rectangle shown, in angstrom: a square, or one that is lower where the atoms are.
struct Frame {
  double width;
  double height;
};

Frame frame_of(const std::vector<Ball>& balls, const AtomFigureOptions& options) {
  double across = 0.0;
  double down = 0.0;
  for (const Ball& ball : balls) {
    across = std::max(across, std::abs(ball.x) + ball.radius);
    down = std::max(down, std::abs(ball.y) + ball.radius);
  }
  const double side = options.side_angstrom.value_or(2.04 * std::max(across, down));
  if (!placeable(side) || side <= 0.0) return {10.0, 10.0};
  return {side, options.side_angstrom ? side : std::min(side, 2.04 * down)};
}

void draw_panel(SvgWriter& svg, const Panel& panel, Colours& colours) {
  const PicturePlace& place = panel.place;
  svg.begin_clip(place.left, place.top, place.width, place.height);
  // Haze as far as is seen: half of a solid particle's depth.
  const double nearest = panel.balls.empty() ? 0.0 : panel.balls.front().nearness;
  const double last = panel.seen.empty() ? nearest : panel.seen.back().nearness;
  draw_balls(svg, panel.seen, place, nearest, last, colours);
  svg.end_clip();
  if (panel.balls.empty()) {
    svg.text(place.left + place.width / 2, place.top + place.height / 2, "no atoms",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
}

/// Squares side by side, one for each cut, then the legend.
Figure draw_panels(const ShownAtoms& atoms, const AtomFigureOptions& options,
                   const std::vector<std::vector<CutPlane>>& cuts) {
  require_whole(atoms, options.kinds.size());
  constexpr double between = 8.0;
  const auto panels = static_cast<double>(cuts.size());
  const double units = figure_units(options.width);
  const double top = options.title.empty() ? 2.0 : 18.0;
  const double legend = legend_room(atoms, options);
  const double room = (units - 2.0 - legend - between * (panels - 1.0)) / panels;
  // All atoms, cut away or not, so that panels and pictures of one particle compare.
  const auto all = project(atoms, options, {});
  const Frame frame = frame_of(all, options);
  std::vector<Panel> drawn;
  std::vector<Ball> named;
  for (const auto& cut : cuts) {
    Panel panel;
    const double left = 1.0 + (room + between) * static_cast<double>(drawn.size());
    panel.place = place_picture(frame.width, frame.height, left, top, room, room);
    panel.balls = cut.empty() ? all : project(atoms, options, cut);
    panel.seen = seen_balls(panel.balls, frame.width, panel.place.units_per_pixel);
    named.insert(named.end(), panel.seen.begin(), panel.seen.end());
    drawn.push_back(std::move(panel));
  }
  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  Colours colours(svg, options, name_of(named, options));
  for (const Panel& panel : drawn) draw_panel(svg, panel, colours);
  const PicturePlace& last = drawn.back().place;
  const double legend_end =
      draw_atoms_legend(svg, last.left + last.width + 8.0, last.top + 12.0, legend - legend_margins,
                        atoms.kind, options, colours);
  const double strip = std::max(last.top + last.height + 9.0, legend_end);
  draw_scale_bar_at(svg, drawn.front().place.left + 4.0, strip, units * 0.25 / panels,
                    1.0 / last.units_per_pixel);
  return svg.finish(strip + 10.0, fmt::format("{}: {} atoms as spheres, {} of them seen",
                                              options.title.empty() ? "Atoms" : options.title,
                                              all.size(), named.size()));
}

}  // namespace

Figure draw_atoms(const ShownAtoms& atoms, const AtomFigureOptions& options) {
  return draw_panels(atoms, options, {options.cut});
}

Figure draw_atoms_whole_and_cut(const ShownAtoms& atoms, const AtomFigureOptions& options) {
  AtomFigureOptions wide = options;
  wide.width = FigureWidth::page;
  return draw_panels(atoms, wide, {{}, options.cut});
}

}  // namespace adatom::report
