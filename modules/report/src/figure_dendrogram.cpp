#include "adatom/report/figure_dendrogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"
#include "legend.h"
#include "palette.h"
#include "plot_area.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

/// The height of the figure's leaves: enough for labels, more where there are few.
double row_height(std::size_t items) {
  return std::clamp(144.0 / static_cast<double>(std::max<std::size_t>(items, 1)), 12.0, 24.0);
}

constexpr double swatch = 7.0;

void require_sizes(const numeric::ClusterTree& tree, const DendrogramOptions& options) {
  const bool labels = options.leaves.empty() || options.leaves.size() == tree.items;
  const bool kinds = options.kinds.empty() || options.kind.size() == tree.items;
  const bool known = options.kinds.empty() ||
                     std::all_of(options.kind.begin(), options.kind.end(),
                                 [&](std::size_t kind) { return kind < options.kinds.size(); });
  if (labels && kinds && known && tree.merges.size() + 1 == std::max<std::size_t>(tree.items, 1)) {
    return;
  }
  throw InputError({.what = "the numbers of a dendrogram do not belong together",
                    .where = "dendrogram",
                    .why = fmt::format("{} items, {} merges, {} labels and {} kinds of items are "
                                       "given, {} kinds have a colour",
                                       tree.items, tree.merges.size(), options.leaves.size(),
                                       options.kind.size(), options.kinds.size()),
                    .remedy = "give a label and a kind for each item, or none"});
}

/// Branches of more than one colour.
constexpr std::size_t mixed = static_cast<std::size_t>(-1);

/// The colour of each cluster: that of its items if they have one.
std::vector<std::size_t> cluster_groups(const numeric::ClusterTree& tree,
                                        const std::vector<std::size_t>& item_groups) {
  std::vector<std::size_t> groups = item_groups;
  for (const numeric::Merge& merge : tree.merges) {
    groups.push_back(groups[merge.a] == groups[merge.b] ? groups[merge.a] : mixed);
  }
  return groups;
}

/// Colours of the groups of items and which group each is in.
struct Groups {
  std::vector<std::string> colours;
  std::vector<std::size_t> of_item;
};

Groups colour_groups(const numeric::ClusterTree& tree, const DendrogramOptions& options) {
  Groups out;
  if (!options.kinds.empty()) {
    for (const AtomKind& kind : options.kinds) out.colours.push_back(hex(kind.colour));
    out.of_item = options.kind;
    return out;
  }
  out.of_item = options.cut ? numeric::cut_tree(tree, *options.cut)
                            : std::vector<std::size_t>(tree.items, mixed);
  for (std::size_t k = 0; k < tree.items; ++k) out.colours.emplace_back(line_colour(k));
  return out;
}

std::string leaf_label(const DendrogramOptions& options, std::size_t item) {
  return options.leaves.empty() ? fmt::format("{}", item) : options.leaves[item];
}

std::vector<LegendEntry> legend_of(const std::vector<AtomKind>& kinds) {
  std::vector<LegendEntry> entries;
  for (const AtomKind& kind : kinds) {
    const std::string colour = hex(kind.colour);
    entries.push_back({kind.label, swatch, [colour](SvgWriter& svg, double x, double middle) {
                         svg.rectangle(x, middle - swatch / 2, swatch, swatch,
                                       {.fill = colour, .stroke = ink, .stroke_width = 0.4});
                       }});
  }
  return entries;
}

void draw_leaves(SvgWriter& svg, const PlotArea& area, const numeric::ClusterTree& tree,
                 const DendrogramOptions& options, const Groups& groups) {
  const auto order = numeric::leaf_order(tree);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const double y = area.top + row_height(tree.items) * (static_cast<double>(place) + 0.5);
    const std::size_t group = groups.of_item[order[place]];
    svg.text(area.left - swatch - 7.0, y + 3.4,
             fit_text(leaf_label(options, order[place]), tick_text, area.left - swatch - 9.0),
             {.size = tick_text, .anchor = Anchor::end});
    if (group == mixed) continue;
    svg.rectangle(area.left - swatch - 3.0, y - swatch / 2, swatch, swatch,
                  {.fill = groups.colours[group], .stroke = ink, .stroke_width = 0.4});
  }
}

void draw_branches(SvgWriter& svg, const PlotArea& area, const numeric::ClusterTree& tree,
                   const Groups& groups) {
  const auto group = cluster_groups(tree, groups.of_item);
  std::vector<double> x(tree.items, area.to_x(0.0));
  std::vector<double> y(tree.items, 0.0);
  const auto order = numeric::leaf_order(tree);
  for (std::size_t place = 0; place < order.size(); ++place) {
    y[order[place]] = area.top + row_height(tree.items) * (static_cast<double>(place) + 0.5);
  }
  for (std::size_t k = 0; k < tree.merges.size(); ++k) {
    const numeric::Merge& merge = tree.merges[k];
    const double here = area.to_x(merge.height);
    std::string path;
    move_to(path, x[merge.a], y[merge.a]);
    line_to(path, here, y[merge.a]);
    line_to(path, here, y[merge.b]);
    line_to(path, x[merge.b], y[merge.b]);
    x.push_back(here);
    y.push_back((y[merge.a] + y[merge.b]) / 2);
    const std::size_t own = group[tree.items + k];
    // Pale colours would be lost on white: a dark rim below each coloured branch.
    svg.path(path, {.stroke = ink, .stroke_width = own == mixed ? 0.8 : 2.4});
    if (own != mixed) svg.path(path, {.stroke = groups.colours[own], .stroke_width = 1.6});
  }
}

}  // namespace

Figure draw_dendrogram(const numeric::ClusterTree& tree, const DendrogramOptions& options) {
  require_sizes(tree, options);
  const double units = figure_units(options.width);
  double longest = 0.0;
  for (std::size_t item = 0; item < tree.items; ++item) {
    longest = std::max(longest, text_length(leaf_label(options, item), tick_text));
  }
  const double highest = tree.merges.empty() ? 1.0 : tree.merges.back().height;
  const bool has_cut = options.cut && std::isfinite(*options.cut);
  PlotArea area;
  area.left = std::min(longest + 4.0, 0.4 * units) + swatch + 8.0;
  area.width = units - area.left - 10.0;
  area.x = usable_range({0.0, 1.03 * std::max(highest, has_cut ? *options.cut : 0.0)});
  const double legend_top = options.title.empty() ? 2.0 : 18.0;
  const std::vector<LegendEntry> legend = legend_of(options.kinds);
  area.top =
      legend_top + 4.0 + legend_height(legend, area.left, area.right()) + (has_cut ? 13.0 : 0.0);
  area.height = row_height(tree.items) * static_cast<double>(std::max<std::size_t>(tree.items, 2));
  Axes axes;
  axes.x = linear_ticks(area.x, options.width == FigureWidth::page ? 10 : 5, AxisKind::real);
  axes.x_label = with_power(options.height_label, axes.x.exponent);

  SvgWriter svg(options.width);
  svg.text(1.0, 12.0, fit_text(options.title, title_text, units - 4.0),
           {.size = title_text, .weight = Weight::bold});
  draw_legend(svg, legend, area.left, legend_top, area.right());
  draw_axes(svg, area, axes);
  if (tree.items == 0) {
    draw_no_data(svg, area);
    return svg.finish(area.bottom() + bottom_room, "Dendrogram: no data");
  }
  const Groups groups = colour_groups(tree, options);
  draw_leaves(svg, area, tree, options, groups);
  draw_branches(svg, area, tree, groups);
  std::size_t clusters = tree.items;
  if (has_cut) {
    const double x = area.to_x(std::max(*options.cut, 0.0));
    const auto labels = numeric::cut_tree(tree, *options.cut);
    clusters = *std::max_element(labels.begin(), labels.end()) + 1;
    svg.line(x, area.top, x, area.bottom(),
             {.stroke = "#444444", .stroke_width = 0.9, .dash = "4 3"});
    svg.text(x, area.top - 4.5, fmt::format("cut at {:.3g}: {} clusters", *options.cut, clusters),
             {.size = label_text, .anchor = Anchor::middle});
  }
  return svg.finish(area.bottom() + bottom_room,
                    fmt::format("{}: {} items joined up to {} = {:.3g}",
                                options.title.empty() ? "Dendrogram" : options.title, tree.items,
                                options.height_label, highest));
}

}  // namespace adatom::report
