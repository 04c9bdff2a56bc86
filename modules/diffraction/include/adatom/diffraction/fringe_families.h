#pragma once
// Which lattice fringes of which phases are looked for in a high-resolution image.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/phase.h"

namespace adatom::diffraction {

/// Reflections of one d of one phase.
struct FringeFamily {
  std::size_t phase = 0;  ///< place in the list of phases
  std::string hkl;
  double k_per_nm = 0.0;  ///< 1/d
  double strength = 0.0;  ///< multiplicity |F|^2, of the phase's strongest
};

struct FringeFamilyOptions {
  double d_min_angstrom = 1.4;  ///< the image resolves spacings down to this
  double strength_min = 0.05;   ///< of the phase's strongest family
  double separation = 0.02;     ///< families of two phases closer than this share are one ring

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct FringeFamilies {
  std::vector<FringeFamily> families;  ///< by phase, then by rising 1/d
  std::vector<std::string> warnings;   ///< what was left out, what cannot be told from what
};

/// The families to look for.
/// @param labels for each phase those asked for ("111"); empty: all that are strong enough, and can
/// be told from those of the other phases: of two phases' families closer than `separation` only
/// the stronger is taken, with a warning.
/// @throws InputError: invalid options, impossible phases, a family that a phase has not (names
/// those it has), families asked for that cannot be told apart, no family left
[[nodiscard]] FringeFamilies choose_families(std::span<const crystal::Phase> phases,
                                             std::span<const std::vector<std::string>> labels,
                                             const FringeFamilyOptions& options);

}  // namespace adatom::diffraction
