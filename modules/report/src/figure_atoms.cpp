#include "adatom/report/figure_atoms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/base/grid.h"
#include "adatom/report/number_format.h"
#include "picture.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

using Vector = std::array<double, 3>;

/// Steps from the nearest atoms to the farthest, and how much of white the last one holds.
constexpr std::size_t depth_steps = 8;
constexpr double most_haze = 0.5;

/// An atom as the eye sees it: x to the right, y down, both from the middle of all atoms.
struct Ball {
  double x;
  double y;
  double nearness;
  double radius;
  std::size_t kind;
};

struct View {
  Vector right;
  Vector down;
  Vector near;
};

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

[[noreturn]] void refuse(const std::string& what, const std::string& why,
                         const std::string& remedy) {
  throw InputError({.what = what, .where = "picture of atoms", .why = why, .remedy = remedy});
}

Vector unit(const Vector& v) {
  const double length = std::hypot(v[0], v[1], v[2]);
  if (!std::isfinite(length) || length < 1e-12) {
    refuse("a direction of view is missing",
           "the eye's direction and the one that is up must be finite, not zero, not parallel",
           "give two directions such as 1,-2,1 and 0,0,1");
  }
  return {v[0] / length, v[1] / length, v[2] / length};
}

View make_view(const AtomFigureOptions& options) {
  View view{};
  view.near = unit(options.towards_eye);
  view.right = unit(cross(unit(options.up), view.near));
  view.down = cross(view.right, view.near);
  return view;
}

void require_whole(const ShownAtoms& atoms, std::size_t kinds) {
  const std::size_t count = atoms.x_angstrom.size();
  if (atoms.y_angstrom.size() != count || atoms.z_angstrom.size() != count ||
      atoms.radius_angstrom.size() != count || atoms.kind.size() != count) {
    refuse("the numbers of a picture of atoms do not belong together",
           fmt::format("{} x, {} y, {} z, {} radii and {} kinds are given", count,
                       atoms.y_angstrom.size(), atoms.z_angstrom.size(),
                       atoms.radius_angstrom.size(), atoms.kind.size()),
           "give one of each for every atom");
  }
  for (const std::size_t kind : atoms.kind) {
    if (kind >= kinds) {
      refuse("an atom has no colour",
             fmt::format("it is of kind {}, kinds 0 to {} have one", kind, kinds - 1),
             "give every kind a colour");
    }
  }
}

bool visible(const ShownAtoms& atoms, std::size_t i) {
  return placeable(atoms.x_angstrom[i]) && placeable(atoms.y_angstrom[i]) &&
         placeable(atoms.z_angstrom[i]) && placeable(atoms.radius_angstrom[i]) &&
         atoms.radius_angstrom[i] > 0.0;
}

/// The middle of the box around all atoms: it moves little when single atoms leave.
Vector middle_of(const ShownAtoms& atoms) {
  Vector low{};
  Vector high{};
  bool any = false;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    const Vector at = {atoms.x_angstrom[i], atoms.y_angstrom[i], atoms.z_angstrom[i]};
    for (std::size_t k = 0; k < 3; ++k) {
      low[k] = any ? std::min(low[k], at[k]) : at[k];
      high[k] = any ? std::max(high[k], at[k]) : at[k];
    }
    any = true;
  }
  return {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2};
}

/// From the nearest to the farthest; equally near ones in their order.
std::vector<Ball> project(const ShownAtoms& atoms, const View& view) {
  const Vector middle = middle_of(atoms);
  std::vector<Ball> balls;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    const Vector at = {atoms.x_angstrom[i] - middle[0], atoms.y_angstrom[i] - middle[1],
                       atoms.z_angstrom[i] - middle[2]};
    balls.push_back({dot(at, view.right), dot(at, view.down), dot(at, view.near),
                     atoms.radius_angstrom[i], atoms.kind[i]});
  }
  std::stable_sort(balls.begin(), balls.end(),
                   [](const Ball& a, const Ball& b) { return a.nearness > b.nearness; });
  return balls;
}

/// Those of which something is seen: each is compared with a raster of what stands before it.
std::vector<Ball> seen_balls(const std::vector<Ball>& balls, double side,
                             double units_per_angstrom) {
  // Two points for a unit: what is missed is smaller than a point of print.
  const double points = 2.0 * units_per_angstrom;
  const auto size = static_cast<std::size_t>(std::ceil(side * points)) + 1;
  Grid<std::uint8_t> covered(size, size, 0);
  const auto index = [&](double angstrom) {
    const double point =
        std::clamp((angstrom + side / 2) * points, 0.0, static_cast<double>(size - 1));
    return static_cast<std::size_t>(point);
  };
  std::vector<Ball> out;
  for (const Ball& ball : balls) {
    bool seen = false;
    for (std::size_t v = index(ball.y - ball.radius); v <= index(ball.y + ball.radius); ++v) {
      for (std::size_t u = index(ball.x - ball.radius); u <= index(ball.x + ball.radius); ++u) {
        const double x = (static_cast<double>(u) + 0.5) / points - side / 2 - ball.x;
        const double y = (static_cast<double>(v) + 0.5) / points - side / 2 - ball.y;
        if (x * x + y * y > ball.radius * ball.radius || covered(u, v) != 0) continue;
        covered(u, v) = 1;
        seen = true;
      }
    }
    if (seen) out.push_back(ball);
  }
  return out;
}

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

/// Every kind with the number of its atoms; returns where it ends.
double draw_legend(SvgWriter& svg, double x, double y, std::span<const std::size_t> kind,
                   const AtomFigureOptions& options, Colours& colours) {
  svg.text(x, y, options.kinds_label, {.size = label_text});
  y += 15.0;
  for (std::size_t k = 0; k < options.kinds.size(); ++k) {
    const auto count = std::count(kind.begin(), kind.end(), k);
    svg.circle(x + 5.0, y - 3.4, 4.8,
               {.fill = colours.fill(k, 0), .stroke = colours.rim(k, 0), .stroke_width = 0.25});
    svg.text(x + 14.0, y, options.kinds[k].label, {.size = tick_text});
    svg.text(x + 78.0, y, count_text(count),
             {.size = tick_text, .anchor = Anchor::end, .fill = count > 0 ? ink : faint_ink});
    y += 14.0;
  }
  return y;
}

}  // namespace

double side_for(const ShownAtoms& atoms) {
  const Vector middle = middle_of(atoms);
  double reach = 0.0;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    reach =
        std::max(reach, std::hypot(atoms.x_angstrom[i] - middle[0], atoms.y_angstrom[i] - middle[1],
                                   atoms.z_angstrom[i] - middle[2]) +
                            atoms.radius_angstrom[i]);
  }
  return 2.0 * reach;
}

Figure draw_atoms(const ShownAtoms& atoms, const AtomFigureOptions& options) {
  require_whole(atoms, options.kinds.size());
  const auto balls = project(atoms, make_view(options));
  double reach = 0.0;
  double farthest = 0.0;
  for (const Ball& ball : balls) {
    reach = std::max({reach, std::abs(ball.x) + ball.radius, std::abs(ball.y) + ball.radius});
    farthest = std::min(farthest, ball.nearness);
  }
  double side = options.side_angstrom.value_or(2.04 * reach);
  if (!placeable(side) || side <= 0.0) side = 10.0;

  constexpr double legend_room = 88.0;
  const double units = figure_units(options.width);
  const double top = options.title.empty() ? 2.0 : 18.0;
  const double room = units - 2.0 - legend_room;
  const PicturePlace place = place_picture(side, side, 1.0, top, room, room);
  const auto seen = seen_balls(balls, side, place.units_per_pixel);

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  Colours colours(svg, options, name_of(seen, options));
  svg.begin_clip(place.left, place.top, place.width, place.height);
  // Haze as far as is seen: half of a solid particle's depth.
  const double nearest = balls.empty() ? 0.0 : balls.front().nearness;
  const double last = seen.empty() ? farthest : seen.back().nearness;
  draw_balls(svg, seen, place, nearest, last, colours);
  svg.end_clip();
  if (balls.empty()) {
    svg.text(place.left + place.width / 2, place.top + place.height / 2, "no atoms",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
  const double legend_end = draw_legend(svg, place.left + place.width + 8.0, place.top + 12.0,
                                        atoms.kind, options, colours);
  const double strip = std::max(place.top + place.height + 9.0, legend_end);
  draw_scale_bar_at(svg, place.left + 4.0, strip, units * 0.25, 1.0 / place.units_per_pixel);
  return svg.finish(strip + 10.0, fmt::format("{}: {} atoms as spheres, {} of them seen",
                                              options.title.empty() ? "Atoms" : options.title,
                                              balls.size(), seen.size()));
}

std::vector<AtomKind> coordination_kinds() {
  return {{"up to 5", {204, 121, 167}}, {"6", {213, 94, 0}},         {"7", {230, 159, 0}},
          {"8 {100}", {0, 114, 178}},   {"9 {111}", {86, 180, 233}}, {"10", {0, 158, 115}},
          {"11", {240, 228, 66}},       {"12", {190, 190, 190}},     {"over 12", {70, 70, 70}}};
}

std::size_t coordination_kind(std::size_t neighbours) {
  return std::clamp<std::size_t>(neighbours, 5, 13) - 5;
}

}  // namespace adatom::report
