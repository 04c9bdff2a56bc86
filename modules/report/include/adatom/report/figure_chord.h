#pragma once
// A chord diagram: classes on a circle, and ribbons between them for what changes class.
#include <span>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure.h"

namespace adatom::report {

struct ShownFlows {
  std::vector<AtomKind> kinds = {};    ///< the classes, clockwise from the top
  std::span<const double> population;  ///< of each class, in any unit; >= 0
  std::span<const double> counts;      ///< from x to, row by row; >= 0, the diagonal is not used
};

struct ChordFigureOptions {
  std::string title = {};
  std::string counted = "transitions";
  /// Ribbons narrower than this at both ends are left out and their number is stated. 1 unit is
  /// 0.75 pt.
  double least_width_units = 0.2;
  FigureWidth width = FigureWidth::column;
};

/// A class has an arc as long as its population. A ribbon between two classes is at each end as
/// wide as the counts that leave there (one scale for all ribbons: the widest that fits every arc)
/// and has the colour of the class that gives more. The part of an arc without ribbons is what
/// stays, for counts that are proportional to the populations.
/// @throws InputError if the numbers do not fit each other, are negative or not finite
[[nodiscard]] Figure draw_chords(const ShownFlows& flows, const ChordFigureOptions& options);

}  // namespace adatom::report
