#pragma once
// Where the arcs and ribbons of a chord diagram lie: angles in radians, clockwise from the top.
#include <cstddef>
#include <vector>

#include "adatom/report/figure_chord.h"

namespace adatom::report {

struct Span {
  double from = 0.0;
  double to = 0.0;
  [[nodiscard]] double middle() const { return (from + to) / 2; }
  [[nodiscard]] double width() const { return to - from; }
};

struct Ribbon {
  std::size_t a = 0;  ///< a < b
  std::size_t b = 0;
  double from_a = 0.0;  ///< counts
  double from_b = 0.0;
  Span at_a = {};
  Span at_b = {};
  /// Ties go to the first.
  [[nodiscard]] std::size_t donor() const { return from_b > from_a ? b : a; }
};

struct ChordLayout {
  std::vector<Span> arcs;       ///< one for each class
  std::vector<Ribbon> ribbons;  ///< those that are drawn, the widest first
  std::size_t pairs = 0;        ///< that exchange anything
  std::size_t left_out = 0;     ///< of them
  double counts = 0.0;
  double counts_left_out = 0.0;
};

/// @param flows must be whole: see draw_chords
/// @param least_angle ribbons narrower than this at both ends are left out
[[nodiscard]] ChordLayout lay_out_chords(const ShownFlows& flows, double gap_angle,
                                         double least_angle);

}  // namespace adatom::report
