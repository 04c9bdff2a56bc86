#include "chord_layout.h"

#include <algorithm>
#include <limits>
#include <numbers>
#include <numeric>

namespace adatom::report {
namespace {

/// From the top on, gaps between classes that have atoms.
std::vector<Span> lay_out_arcs(std::span<const double> population, double gap_angle) {
  const double sum = std::accumulate(population.begin(), population.end(), 0.0);
  const auto shown = static_cast<double>(
      std::count_if(population.begin(), population.end(), [](double p) { return p > 0.0; }));
  const double gap = shown > 1.0 ? std::min(gap_angle, std::numbers::pi / shown) : 0.0;
  const double room = 2.0 * std::numbers::pi - gap * shown;
  std::vector<Span> arcs;
  double at = gap / 2;
  for (const double share : population) {
    const double width = sum > 0.0 ? room * (share / sum) : 0.0;
    arcs.push_back({at, at + width});
    at += width + (share > 0.0 ? gap : 0.0);
  }
  return arcs;
}

double leaving(const ShownFlows& flows, std::size_t from) {
  const std::size_t classes = flows.kinds.size();
  double sum = 0.0;
  for (std::size_t to = 0; to < classes; ++to) {
    if (to != from) sum += flows.counts[from * classes + to];
  }
  return sum;
}

/// The angle of one count, such that on no arc the ribbons need more than there is.
double angle_of_a_count(const ShownFlows& flows, const std::vector<Span>& arcs) {
  double angle = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    const double out = leaving(flows, i);
    if (out > 0.0 && arcs[i].width() > 0.0) angle = std::min(angle, arcs[i].width() / out);
  }
  return angle == std::numeric_limits<double>::max() ? 0.0 : angle;
}

/// Ends stand in the middle of their arcs; the first lead to the class before, the last to the one
/// after, so that ribbons from one arc do not cross.
void place_ends(ChordLayout& layout, const std::vector<double>& widths) {
  const std::size_t classes = layout.arcs.size();
  for (std::size_t i = 0; i < classes; ++i) {
    std::vector<Span*> ends(classes, nullptr);
    std::vector<double> width(classes, 0.0);
    double sum = 0.0;
    for (Ribbon& ribbon : layout.ribbons) {
      if (ribbon.a != i && ribbon.b != i) continue;
      const std::size_t other = ribbon.a == i ? ribbon.b : ribbon.a;
      ends[other] = ribbon.a == i ? &ribbon.at_a : &ribbon.at_b;
      width[other] = widths[i * classes + other];
      sum += width[other];
    }
    double at = layout.arcs[i].middle() - sum / 2;
    for (std::size_t step = 1; step < classes; ++step) {
      const std::size_t other = (i + classes - step) % classes;
      if (ends[other] == nullptr) continue;
      *ends[other] = {at, at + width[other]};
      at += width[other];
    }
  }
}

}  // namespace

ChordLayout lay_out_chords(const ShownFlows& flows, double gap_angle, double least_angle) {
  const std::size_t classes = flows.kinds.size();
  ChordLayout layout;
  layout.arcs = lay_out_arcs(flows.population, gap_angle);
  const double angle = angle_of_a_count(flows, layout.arcs);
  std::vector<double> widths(classes * classes, 0.0);
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      // A class without atoms has no arc for its ribbons to start from.
      if (layout.arcs[i].width() <= 0.0) continue;
      widths[i * classes + j] = flows.counts[i * classes + j] * angle;
    }
  }
  for (std::size_t a = 0; a < classes; ++a) {
    for (std::size_t b = a + 1; b < classes; ++b) {
      const double there = flows.counts[a * classes + b];
      const double back = flows.counts[b * classes + a];
      if (there + back <= 0.0) continue;
      ++layout.pairs;
      layout.counts += there + back;
      if (std::max(widths[a * classes + b], widths[b * classes + a]) < least_angle) {
        ++layout.left_out;
        layout.counts_left_out += there + back;
      } else {
        layout.ribbons.push_back({a, b, there, back, {}, {}});
      }
    }
  }
  place_ends(layout, widths);
  std::stable_sort(
      layout.ribbons.begin(), layout.ribbons.end(),
      [](const Ribbon& x, const Ribbon& y) { return x.from_a + x.from_b > y.from_a + y.from_b; });
  return layout;
}

}  // namespace adatom::report
