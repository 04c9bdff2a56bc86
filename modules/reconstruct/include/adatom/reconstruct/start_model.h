#pragma once
// The first guess of a particle from its columns' counts.
#include <array>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/reconstruct/column_lattice.h"
#include "adatom/reconstruct/column_model.h"

namespace adatom::reconstruct {

/// Columns symmetrical about a plane across the beam, or standing on a support below them.
enum class StartShape { symmetric, standing };

struct StartOptions {
  StartShape shape = StartShape::symmetric;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// One model column for each observed column that is in a lattice, at the lattice's position
/// without the image's distortion (`undistorted`), so that the crystal is unstrained. Columns in no
/// lattice are left out.
///
/// Several grains: each is turned and shifted rigidly to where its columns lie without the
/// distortion; if the grains then miss each other on their boundaries by more than 0.05 angstrom
/// (rms: a decahedron's do not close), each keeps its own strain instead. A column of several
/// grains stands at the mean of its sites.
///
/// symmetric: the plane at z = 0 is put where most atoms are in columns whose parity lets them be
/// centred on it. A column that it leaves two equally good places for takes the upper and the lower
/// one by turns, in the order of the columns.
/// standing: columns begin at the lowest level of their parity: that of most columns at z = 0, the
/// others less than a spacing above.
/// @param used gets the index of each model column's observed column
/// @throws InputError: no column in a lattice
[[nodiscard]] ColumnModel start_model(std::span<const ObservedColumn> columns,
                                      const ColumnLattice& lattice, const StartOptions& options,
                                      std::vector<std::size_t>& used);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::StartShape> {
  static constexpr std::array names = {"symmetric", "standing"};
};
}  // namespace adatom
