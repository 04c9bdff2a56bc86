#pragma once
// How alike two structures are: a reconstruction and the truth.
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/align.h"
#include "adatom/reconstruct/surface_class.h"

namespace adatom::reconstruct {

struct CompareOptions {
  AlignOptions align;
  /// Atoms are of one column if they are this near to one another across the beam.
  double column_tolerance_angstrom = 0.8;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Atoms above each other along the beam (z).
struct ComparedColumn {
  double x_angstrom = 0.0;  ///< the mean over its atoms of a; of b where a has none
  double y_angstrom = 0.0;
  std::int64_t atoms_a = 0;
  std::int64_t atoms_b = 0;
};

/// Of a ratio, its two numbers.
struct Share {
  std::int64_t right = 0;
  std::int64_t all = 0;
  [[nodiscard]] double value() const;  ///< NaN of none
};

struct CompareResult {
  Motion motion;                           ///< laid b on a
  crystal::Structure moved_b = {};         ///< b after it; cells and velocities left out
  std::vector<PointPair> pairs = {};       ///< matched atoms, ordered by a
  std::vector<std::size_t> missing = {};   ///< atoms of a without one of b
  std::vector<std::size_t> extra = {};     ///< atoms of b without one of a
  double rmsd_angstrom = 0.0;              ///< of the pairs; NaN of none
  double largest_distance_angstrom = 0.0;  ///< of the pairs; NaN of none
  std::int64_t other_elements = 0;         ///< pairs of different elements

  std::vector<ComparedColumn> columns = {};  ///< by y, then x
  Share columns_exact = {};                  ///< of the columns of either structure
  Share columns_within_one = {};
  std::int64_t sum_of_count_errors = 0;  ///< of |atoms_b - atoms_a|

  SurfaceClasses classes_a = {};
  SurfaceClasses classes_b = {};
  Share surface_at_site = {};    ///< surface atoms of a with an atom of b at their place
  Share surface_right = {};      ///< and that atom is of the same class
  Share all_classes_right = {};  ///< of all atoms of a: a partner of the same class
};

/// Lays b on a, then matches atoms one to one. Columns are those of a along z: atoms whose places
/// across the beam are linked; an atom of b belongs to the column of the nearest atom of a that is
/// near enough across the beam, others form columns of their own. Nothing depends on the order of
/// the atoms but the order of equals.
/// @param a the truth, where there is one; @param b what is compared with it
/// @throws InputError: options out of range, no atoms, a position that is not finite, atoms of an
/// element that is not in the table none of which are neighbours
[[nodiscard]] CompareResult compare(const crystal::Structure& a, const crystal::Structure& b,
                                    const CompareOptions& options);

}  // namespace adatom::reconstruct
