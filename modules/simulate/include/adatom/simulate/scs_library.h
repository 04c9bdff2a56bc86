#pragma once
// The cross-section of a column by its number of atoms.
#include <cstdint>
#include <vector>

#include "adatom/storage/csv.h"

namespace adatom::simulate {

/// Cross-sections of columns of 1, 2, ... atoms.
class ScsLibrary {
 public:
  /// @param scs_angstrom2 of 1, 2, ... atoms. @throws InputError: empty, or one not above the last
  explicit ScsLibrary(std::vector<double> scs_angstrom2);

  /// `scs_per_atom_angstrom2` for every atom.
  static ScsLibrary proportional(double scs_per_atom_angstrom2);

  /// From a table with the columns atom_count and scs_angstrom2. Counts ascend; cross-sections of
  /// counts the table leaves out lie on a line between its neighbours, from (0, 0) on.
  /// @throws InputError naming the table's source: a count that does not ascend, a value not above
  /// its predecessor
  static ScsLibrary from_table(const storage::Table& table);

  /// The cross-section of `atom_count` atoms; 0 for none. Beyond the last entry it grows by the
  /// last step per atom.
  [[nodiscard]] double at(std::int64_t atom_count) const;

  /// The largest count the library holds.
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }

 private:
  std::vector<double> values_;
};

}  // namespace adatom::simulate
