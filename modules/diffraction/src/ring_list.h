#pragma once
// Which rings a fit has, and where it begins and ends.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/crystal/phase.h"
#include "adatom/diffraction/profile.h"
#include "adatom/diffraction/ring_options.h"

namespace adatom::diffraction {

/// A range of bins.
struct BinRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// A family as it is drawn: `weight` times coefficient `coefficient`.
struct RingLine {
  std::size_t coefficient = 0;
  std::size_t phase = 0;
  double s_per_angstrom = 0.0;  ///< of the phase's cell as given
  double weight = 1.0;
};

/// A ring as it is reported: its area is `weight` times coefficient `coefficient`.
struct ListedRing {
  std::size_t coefficient = 0;
  std::size_t phase = 0;
  double s_per_angstrom = 0.0;
  double weight = 1.0;
  std::string hkl{};
  std::int64_t multiplicity = 0;
  double area_per_volume = 0.0;
};

struct RingList {
  std::size_t coefficients = 0;
  std::vector<RingLine> lines;
  std::vector<ListedRing> rings;
};

/// All rings between two s. Those up to 0.06 1/angstrom outside are only lines: tails.
[[nodiscard]] RingList list_rings(std::span<const crystal::Phase> phases,
                                  const RingFitOptions& options, double s_min, double s_max);

/// Can the fit use this bin?
[[nodiscard]] bool counts(const Profile& profile, std::size_t bin);

/// The bins between s_min and s_max of the options, or chosen: from 3/4 of the first ring (of the
/// phases; or, if unknown ones are looked for, of any phase), but after the last bin below it that
/// has less than 0.3 of its circle and after the edge of an unmasked shadow, to the last bin with
/// half of its circle; and never within a strong ring of the phases.
/// @throws InputError: no bins with weight there
[[nodiscard]] BinRange choose_range(const Profile& profile, std::span<const crystal::Phase> phases,
                                    const RingFitOptions& options);

}  // namespace adatom::diffraction
