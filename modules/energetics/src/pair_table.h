#pragma once
// The functions of a potential as polynomials of the squared distance, so that kernels need neither
// roots nor exponentials.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/energetics/embedded_atom.h"
#include "row_values.h"

namespace adatom::energetics {

/// Equal segments of u = r^2 that end at the squared cut-off. Segment s holds the polynomial of
/// x = (u - first_u) segments_per_u - s - 1/2, which lies in [-1/2, 1/2].
struct SegmentGrid {
  double first_u = 0.0;
  double segments_per_u = 0.0;
  std::size_t segments = 0;
};

/// fixed: so many segments, which may begin a little below or above the lowest distance;
/// at_least: as many more as it takes to begin there or below.
enum class Count { fixed, at_least };

/// A grid over [lowest, cutoff] (distances), with a boundary at the potential's break if it has
/// one.
[[nodiscard]] SegmentGrid make_grid(const EmbeddedAtomPotential& potential, double lowest_angstrom,
                                    std::size_t segments, Count count);

/// Coefficients [element a][element b][segment][power][row], by interpolation at the Chebyshev
/// points of each segment.
struct PairTable {
  SegmentGrid grid;
  std::size_t degree = 0;
  std::size_t elements = 0;
  std::vector<double> rows;
  bool symmetric = true;  ///< the density is the same function in both directions

  [[nodiscard]] std::size_t pair_size() const { return grid.segments * (degree + 1) * row_width; }
  /// One value of a row at u, for tests and for the error of a table.
  [[nodiscard]] double value(std::size_t a, std::size_t b, RowValue which, double u) const;
};

[[nodiscard]] PairTable make_pair_table(const EmbeddedAtomPotential& potential,
                                        const SegmentGrid& grid, std::size_t degree);

/// How far apart neighbours are in the fcc crystal of lowest energy, to a hundredth: what is a
/// small and what a large distance for a potential.
[[nodiscard]] double neighbour_distance(const EmbeddedAtomPotential& potential,
                                        std::size_t element);

/// The largest error of the table of atoms of element a with neighbours of element b, relative to
/// the value there or, where that is larger, at the distance of neighbours of element a.
[[nodiscard]] double table_error(const EmbeddedAtomPotential& potential, std::size_t a,
                                 std::size_t b, const PairTable& table);

/// The exact row at distance r.
struct Row {
  double values[row_width];
};
[[nodiscard]] Row exact_row(const EmbeddedAtomPotential& potential, std::size_t a, std::size_t b,
                            double r);

}  // namespace adatom::energetics
