#pragma once
// A map of atom columns: discs coloured by atom count with the count written in.
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "adatom/base/grid.h"
#include "adatom/report/figure.h"

namespace adatom::report {

struct CountedColumns {
  std::span<const double> x_angstrom;
  std::span<const double> y_angstrom;  ///< down
  std::span<const std::int64_t> atom_count;
  std::span<const double> probability;  ///< of the count; may be empty
};

struct CountMapOptions {
  std::string title = {};
  /// Counts less probable than this get a red rim.
  double uncertain_below = 0.9;
  std::string value_label = "atoms in column";  ///< what the numbers are
  std::string rim_label = {};                   ///< what the rim means; empty: that probability
  /// Colours for these counts; empty: those that occur. Give one range for all frames.
  std::optional<std::int64_t> lowest_count = {};
  std::optional<std::int64_t> highest_count = {};
  /// The part shown, Å; empty: the columns with a margin. Give one part for all frames.
  std::optional<Range> x_angstrom = {};
  std::optional<Range> y_angstrom = {};
  /// A frame drawn in grey below the discs; nullptr: none. Not owned.
  const Grid<double>* background = nullptr;
  double background_pixel_size_angstrom = 1.0;
  FigureWidth width = FigureWidth::column;
};

/// Numbers are left out where they would print smaller than 6 pt; FigureWidth::page fits about four
/// times as many as FigureWidth::column.
/// @throws InputError if the columns' arrays differ in length
[[nodiscard]] Figure draw_count_map(const CountedColumns& columns, const CountMapOptions& options);

}  // namespace adatom::report
