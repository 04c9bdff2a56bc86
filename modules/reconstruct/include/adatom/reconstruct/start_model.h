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

/// One model column for each observed column that is in a lattice, at the lattice's position scaled
/// to the crystal's lattice parameter, with its parity's heights. Columns in no lattice are left
/// out.
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
