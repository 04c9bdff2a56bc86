#pragma once
// Local environments and neighbours shuffling: how much the neighbours of an atom change from one
// frame to another (Crippa et al., Proc. Natl. Acad. Sci. 120 (2023) e2300565120).
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/descriptors/near_sets.h"

namespace adatom::descriptors {

struct LensOptions {
  double r_cut_angstrom = 4.48;
  std::int64_t delay = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// |A symmetric difference B| / (|A| + |B|) of each atom's sets: 0 where nothing changed (and where
/// both are empty), 1 where no neighbour is left. One value for each atom.
/// @throws InputError: different numbers of atoms
void compare_sets(const NearSets& before, const NearSets& after, std::span<double> values);

/// The values of frames as they come, of which only the last `delay` are kept.
class LensStream {
 public:
  /// @throws InputError: delay 0
  explicit LensStream(std::size_t delay);

  /// The next frame's sets. Fills `values` with the change since the frame `delay` before it.
  /// @returns false for the first `delay` frames, which have none before them
  bool add(NearSets sets, std::span<double> values);

 private:
  std::size_t delay_;
  std::deque<NearSets> kept_;
};

}  // namespace adatom::descriptors
