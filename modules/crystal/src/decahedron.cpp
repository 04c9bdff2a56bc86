#include <array>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/crystal/twinned.h"
#include "size_check.h"

namespace adatom::crystal {

Structure build_decahedron(const FccCrystal& crystal, const DecahedronSize& size) {
  const auto [m, n, p] = size;
  constexpr std::int64_t most = 1000;
  if (m < 1 || n < 1 || p < 1 || m > most || n > most || p > most) {
    throw InputError({.what = "no decahedron (" + std::to_string(m) + ", " + std::to_string(n) +
                              ", " + std::to_string(p) + ')',
                      .where = "decahedron",
                      .why = "m, n and p are at least 1, and at most 1000",
                      .remedy = "for instance (2, 2, 2), 75 atoms"});
  }
  require_lattice(crystal, "decahedron");
  // Sheets at right angles to rays from the axis: sheet k holds columns of axis - k atoms.
  const std::int64_t sheets = m + 2 * (p - 1);
  const std::int64_t axis = sheets + n - 1;
  require_few_enough(2.5 * std::pow(static_cast<double>(sheets), 2) * static_cast<double>(axis),
                     "decahedron");
  const double bond = crystal.lattice_parameter_angstrom / std::numbers::sqrt2;
  Structure structure;
  const auto add_column = [&](const Eigen::Vector2d& at, std::int64_t atoms) {
    for (std::int64_t j = 0; j < atoms; ++j) {
      const double z = bond * (static_cast<double>(j) - 0.5 * static_cast<double>(atoms - 1));
      structure.atoms.push_back({crystal.element, {at.x(), at.y(), z}});
    }
  };
  std::array<Eigen::Vector2d, 5> rays;
  for (std::size_t k = 0; k < rays.size(); ++k) {
    const double angle = (0.4 * static_cast<double>(k) + 0.5) * std::numbers::pi;
    rays[k] = bond * std::numbers::sqrt3 / 2.0 * Eigen::Vector2d(std::cos(angle), std::sin(angle));
  }
  add_column({0.0, 0.0}, axis);
  for (std::int64_t sheet = 1; sheet < sheets; ++sheet) {
    for (std::size_t k = 0; k < rays.size(); ++k) {
      for (std::int64_t i = 0; i < sheet; ++i) {
        // The notch: nothing near the corners where two crystals meet.
        if (sheet - i > sheets - p || i > sheets - p) continue;
        add_column(static_cast<double>(sheet - i) * rays[k] +
                       static_cast<double>(i) * rays[(k + 1) % rays.size()],
                   axis - sheet);
      }
    }
  }
  return structure;
}

}  // namespace adatom::crystal
