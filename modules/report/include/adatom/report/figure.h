#pragma once
// A finished figure.
#include <string>

namespace adatom::report {

/// Printed widths: a journal column (8.5 cm) or two of them (17.8 cm). Text prints at 7 pt or more
/// in both.
enum class FigureWidth { column, page };

/// One complete <svg> element in UTF-8 with its namespace and printed size, no references to
/// anything outside, no ids but those of gradients. The same input gives the same bytes.
struct Figure {
  std::string svg;
  std::string summary;  ///< what the picture shows, in one line, for those who cannot see it
  FigureWidth width = FigureWidth::column;
};

/// The text of an .svg file.
[[nodiscard]] std::string svg_file(const Figure& figure);

/// A closed interval of numbers; low < high, or both equal where nothing varies.
struct Range {
  double low = 0.0;
  double high = 1.0;
};

}  // namespace adatom::report
