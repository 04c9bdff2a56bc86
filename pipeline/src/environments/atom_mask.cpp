#include "environments/atom_mask.h"

#include <algorithm>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/dynamics/mask.h"

namespace adatom::pipeline {

std::vector<std::uint8_t> make_atom_mask(const AtomMaskOptions& options, const std::string& element,
                                         const crystal::Structure& first_frame,
                                         const std::string& where) {
  std::vector<std::uint8_t> mask(first_frame.atoms.size(), 1);
  const auto both = [&mask](const std::vector<std::uint8_t>& other) {
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] != 0 && other[i] != 0 ? 1 : 0;
  };
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (first_frame.atoms[i].element != element) mask[i] = 0;
  }
  const auto axis = static_cast<dynamics::Axis>(options.axis);
  constexpr double everywhere = std::numeric_limits<double>::infinity();
  if (options.above_angstrom || options.below_angstrom) {
    both(dynamics::mask_by_height(first_frame, axis, options.above_angstrom.value_or(-everywhere),
                                  options.below_angstrom.value_or(everywhere)));
  }
  if (options.skip_layers > 0) {
    both(dynamics::mask_above_layers(first_frame, axis,
                                     static_cast<std::size_t>(options.skip_layers)));
  }
  if (std::find(mask.begin(), mask.end(), 1) == mask.end()) {
    throw InputError({.what = "no atom is left to be counted",
                      .where = where,
                      .why = "the first frame has none of " + element + " where atoms are counted",
                      .remedy = "change --atoms-above-angstrom, --atoms-below-angstrom or "
                                "--atoms-skip-layers"});
  }
  return mask;
}

}  // namespace adatom::pipeline
