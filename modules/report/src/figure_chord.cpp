#include "adatom/report/figure_chord.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/report/number_format.h"
#include "chord_layout.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

constexpr double arc_thickness = 9.0;
constexpr double arc_gap = 2.5;         ///< between ribbons and arcs, and between arcs
constexpr double side_room = 62.0;      ///< for labels left and right
constexpr double vertical_room = 15.0;  ///< for labels above and below
constexpr double label_step = 12.0;

struct Circle {
  double x = 0.0;
  double y = 0.0;
  double ribbons = 0.0;  ///< radius at which ribbons end
  double inner = 0.0;    ///< of the arcs
  double outer = 0.0;
};

[[noreturn]] void refuse(const std::string& why) {
  throw InputError({.what = "the numbers of a chord diagram do not fit",
                    .where = "chord diagram",
                    .why = why,
                    .remedy = "give one population for each class and one count for each pair"});
}

void require_drawable(const ShownFlows& flows) {
  const std::size_t classes = flows.kinds.size();
  if (flows.population.size() != classes || flows.counts.size() != classes * classes) {
    refuse(fmt::format("{} classes, {} populations and {} counts are given", classes,
                       flows.population.size(), flows.counts.size()));
  }
  const auto usable = [](double value) {
    return std::isfinite(value) && value >= 0.0 && value < 1e100;
  };
  if (!std::all_of(flows.population.begin(), flows.population.end(), usable) ||
      !std::all_of(flows.counts.begin(), flows.counts.end(), usable)) {
    refuse("a population or a count is negative or not finite");
  }
}

double place_x(const Circle& circle, double radius, double angle) {
  return circle.x + radius * std::sin(angle);
}

double place_y(const Circle& circle, double radius, double angle) {
  return circle.y - radius * std::cos(angle);
}

void arc_to(std::string& path, const Circle& circle, double radius, const Span& span,
            bool clockwise) {
  const double end = clockwise ? span.to : span.from;
  path += fmt::format("A{0} {0} 0 {1} {2} {3} {4}", coordinate(radius),
                      span.width() > 3.14159265358979 ? 1 : 0, clockwise ? 1 : 0,
                      coordinate(place_x(circle, radius, end)),
                      coordinate(place_y(circle, radius, end)));
}

void draw_arc(SvgWriter& svg, const Circle& circle, const Span& span, const AtomKind& kind) {
  // An arc that goes all the way round would end where it starts, which draws nothing.
  const Span drawn{span.from, std::min(span.to, span.from + 6.2831)};
  std::string path;
  move_to(path, place_x(circle, circle.outer, drawn.from),
          place_y(circle, circle.outer, drawn.from));
  arc_to(path, circle, circle.outer, drawn, true);
  line_to(path, place_x(circle, circle.inner, drawn.to), place_y(circle, circle.inner, drawn.to));
  arc_to(path, circle, circle.inner, drawn, false);
  path += "Z";
  svg.path(path, {.fill = hex(kind.colour), .stroke = ink, .stroke_width = 0.4});
}

void draw_ribbon(SvgWriter& svg, const Circle& circle, const Ribbon& ribbon, const AtomKind& kind) {
  const double r = circle.ribbons;
  const auto bend_to = [&](std::string& path, double angle) {
    path +=
        fmt::format("Q{} {} {} {}", coordinate(circle.x), coordinate(circle.y),
                    coordinate(place_x(circle, r, angle)), coordinate(place_y(circle, r, angle)));
  };
  std::string path;
  move_to(path, place_x(circle, r, ribbon.at_a.from), place_y(circle, r, ribbon.at_a.from));
  arc_to(path, circle, r, ribbon.at_a, true);
  bend_to(path, ribbon.at_b.from);
  arc_to(path, circle, r, ribbon.at_b, true);
  bend_to(path, ribbon.at_a.from);
  path += "Z";
  svg.path(path,
           {.fill = hex(kind.colour), .stroke = "#555555", .stroke_width = 0.25, .opacity = 0.8});
}

std::string share_text(double share) {
  const double percent = 100.0 * share;
  const int decimals = percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2;
  return fixed(percent, decimals) + " %";
}

/// Labels of one half of the circle, from the top down, kept apart; thin lines lead to those that
/// had to move.
void draw_labels(SvgWriter& svg, const Circle& circle, const ShownFlows& flows,
                 const ChordLayout& layout, bool right) {
  double sum = 0.0;
  for (const double population : flows.population) sum += population;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < layout.arcs.size(); ++i) {
    const bool here = std::sin(layout.arcs[i].middle()) >= 0.0;
    if (layout.arcs[i].width() > 0.0 && here == right) order.push_back(i);
  }
  const double radius = circle.outer + 7.0;
  const auto wanted = [&](std::size_t i) {
    return place_y(circle, radius, layout.arcs[i].middle());
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return wanted(a) < wanted(b); });
  std::vector<double> y;
  for (const std::size_t i : order) {
    y.push_back(y.empty() ? wanted(i) : std::max(wanted(i), y.back() + label_step));
  }
  double lowest = circle.y + radius + 3.0;
  for (std::size_t k = order.size(); k-- > 0; lowest = y[k] - label_step) {
    y[k] = std::min(y[k], lowest);
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    const double angle = layout.arcs[i].middle();
    const double down = y[k] - circle.y;
    const double side = std::sqrt(std::max(radius * radius - down * down, 16.0));
    // Not beyond the arc: the line to the label must not cross its text.
    const double arc = place_x(circle, circle.outer, angle);
    const double x =
        right ? std::max(circle.x + side, arc + 3.0) : std::min(circle.x - side, arc - 3.0);
    if (std::abs(y[k] - wanted(i)) > 2.0) {
      svg.line(place_x(circle, circle.outer, angle), place_y(circle, circle.outer, angle),
               right ? x - 1.0 : x + 1.0, y[k], {.stroke = faint_ink, .stroke_width = 0.5});
    }
    const std::string label =
        fmt::format("{} {}", flows.kinds[i].label, share_text(flows.population[i] / sum));
    svg.text(x, y[k] + 3.5,
             fit_text(label, label_text, side_room + circle.outer - std::abs(x - circle.x)),
             {.size = label_text, .anchor = right ? Anchor::start : Anchor::end});
  }
}

std::vector<std::string> notes(const ShownFlows& flows, const ChordLayout& layout,
                               const ChordFigureOptions& options) {
  std::vector<std::string> out;
  // Shares and rates are no whole numbers.
  const auto number = [](double count) {
    const bool whole = count < 1e15 && count == std::round(count);
    return whole ? count_text(std::llround(count)) : significant(count, 2);
  };
  if (!layout.ribbons.empty()) {
    const Ribbon& widest = layout.ribbons.front();
    const std::string& a = flows.kinds[widest.a].label;
    const std::string& b = flows.kinds[widest.b].label;
    out.push_back(fmt::format("widest ribbon: {} {} → {}, {} {} → {}", number(widest.from_a), a, b,
                              number(widest.from_b), b, a));
  }
  if (layout.left_out > 0) {
    out.push_back(fmt::format("not drawn: {} thin ribbons of {} ({} of {})", layout.left_out,
                              layout.pairs, share_text(layout.counts_left_out / layout.counts),
                              options.counted));
  }
  if (layout.pairs == 0) out.push_back("no " + options.counted + " between classes");
  return out;
}

}  // namespace

Figure draw_chords(const ShownFlows& flows, const ChordFigureOptions& options) {
  require_drawable(flows);
  const double units = figure_units(options.width);
  const double top = options.title.empty() ? 2.0 : 18.0;
  Circle circle;
  circle.outer = std::min(units / 2 - side_room, 190.0);
  circle.inner = circle.outer - arc_thickness;
  circle.ribbons = circle.inner - arc_gap;
  circle.x = units / 2;
  circle.y = top + vertical_room + circle.outer;
  const ChordLayout layout =
      lay_out_chords(flows, arc_gap / circle.inner, options.least_width_units / circle.ribbons);
  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  for (const Ribbon& ribbon : layout.ribbons) {
    draw_ribbon(svg, circle, ribbon, flows.kinds[ribbon.donor()]);
  }
  bool any = false;
  for (std::size_t i = 0; i < layout.arcs.size(); ++i) {
    if (layout.arcs[i].width() <= 0.0) continue;
    draw_arc(svg, circle, layout.arcs[i], flows.kinds[i]);
    any = true;
  }
  draw_labels(svg, circle, flows, layout, true);
  draw_labels(svg, circle, flows, layout, false);
  double bottom = circle.y + circle.outer + vertical_room;
  if (!any) {
    svg.text(circle.x, circle.y, "no data",
             {.size = label_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
  for (const std::string& note : notes(flows, layout, options)) {
    bottom += 12.0;
    svg.text(circle.x, bottom, fit_text(note, tick_text, units - 4.0),
             {.size = tick_text, .anchor = Anchor::middle, .fill = faint_ink});
  }
  return svg.finish(bottom + 6.0,
                    fmt::format("{}: {} classes, {} ribbons of {} pairs",
                                options.title.empty() ? "Chord diagram" : options.title,
                                flows.kinds.size(), layout.ribbons.size(), layout.pairs));
}

}  // namespace adatom::report
