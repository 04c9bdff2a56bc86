#include "adatom/reconstruct/support_frame.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "adatom/base/error.h"

namespace adatom::reconstruct {

SupportNormal parse_support_normal(std::string_view text) {
  if (text == "beam") return {};
  double degrees = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(degrees) || std::abs(degrees) > 360.0) {
    throw InputError({.what = "no direction '" + std::string(text) + '\'',
                      .where = "support_normal",
                      .why = "it is \"beam\", or degrees in the plane of the image, -360 to 360",
                      .remedy = "for instance 90: from the support down the picture"});
  }
  const double angle = degrees * std::numbers::pi / 180.0;
  return {.direction = {std::cos(angle), std::sin(angle), 0.0}};
}

double lowest_atom_angstrom(const crystal::Structure& structure, const SupportNormal& normal) {
  if (structure.atoms.empty()) {
    throw InputError(
        {.what = "no atoms to stand on a support", .where = "support", .why = "", .remedy = ""});
  }
  double lowest = std::numeric_limits<double>::infinity();
  for (const crystal::Atom& atom : structure.atoms) {
    lowest = std::min(lowest, atom.position_angstrom.dot(normal.direction));
  }
  return lowest;
}

}  // namespace adatom::reconstruct
