#pragma once
// What a frame says of its atomic columns.
#include <cstdint>
#include <optional>
#include <vector>

namespace adatom::reconstruct {

/// One atomic column of a frame: where it is, and how many atoms it holds.
struct ObservedColumn {
  std::int64_t column_id = 0;
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  double position_stderr_angstrom = 0.0;  ///< along each axis; 0: not known
  double scs_angstrom2 = 0.0;
  double scs_stderr_angstrom2 = 0.0;  ///< 0: not known
  std::int64_t atom_count = 0;        ///< the most probable
  double probability = 1.0;           ///< of that count
};

/// -ln of the probability of `atoms` over that of the observed count, the price of another count:
/// 0 for the observed one. What the count's probability p leaves is shared by its neighbours as by
/// a normal distribution of counts whose central share is p, p held within [1e-6, 1 - 1e-12].
[[nodiscard]] double count_price(const ObservedColumn& column, std::int64_t atoms);

}  // namespace adatom::reconstruct
