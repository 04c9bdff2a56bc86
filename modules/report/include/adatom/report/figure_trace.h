#pragma once
// Signals of some atoms over time, and beside them how often each value occurs among all atoms.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// A gap stands where the time or the value is not finite.
struct Trace {
  std::string label = {};  ///< "atom 412", in the legend
  std::vector<double> time = {};
  std::vector<double> value = {};
};

/// How often values occur, for all atoms and times together.
struct ValueDensity {
  std::vector<double> edges = {};    ///< of the histogram's bins, increasing; empty: no histogram
  std::vector<double> counts = {};   ///< one fewer
  std::vector<double> at = {};       ///< of the smooth density, increasing; empty: none
  std::vector<double> density = {};  ///< its values, for an area of 1 below it
};

struct TraceFigureOptions {
  std::string title = {};
  std::string time_label = "time (ns)";
  std::string value_label = "LENS";
  /// Domains by increasing value, their colours as bands behind the traces, and the values that
  /// part them: one fewer.
  std::vector<AtomKind> domains = {};
  std::vector<double> thresholds = {};
  std::optional<Range> value_range = {};  ///< empty: all of the traces and the histogram
  FigureWidth width = FigureWidth::page;
};

/// The histogram is scaled to an area of 1, as the density is.
/// @throws InputError if arrays that belong together differ in length
[[nodiscard]] Figure draw_traces(std::span<const Trace> traces, const ValueDensity& density,
                                 const TraceFigureOptions& options);

}  // namespace adatom::report
