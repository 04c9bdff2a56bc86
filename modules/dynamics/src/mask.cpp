#include "adatom/dynamics/mask.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"

namespace adatom::dynamics {
namespace {

double along(const crystal::Atom& atom, Axis axis) {
  return atom.position_angstrom[static_cast<Eigen::Index>(axis)];
}

}  // namespace

std::vector<std::uint8_t> mask_by_height(const crystal::Structure& frame, Axis axis,
                                         double low_angstrom, double high_angstrom) {
  if (!(low_angstrom < high_angstrom)) {
    throw InputError({.what = "heights with nothing between them",
                      .where = {},
                      .why = {},
                      .remedy = "the first must be below the second"});
  }
  std::vector<std::uint8_t> mask;
  mask.reserve(frame.atoms.size());
  for (const crystal::Atom& atom : frame.atoms) {
    const double height = along(atom, axis);
    mask.push_back(height > low_angstrom && height < high_angstrom ? 1 : 0);
  }
  return mask;
}

std::vector<std::size_t> layers_along(const crystal::Structure& frame, Axis axis,
                                      double gap_angstrom) {
  if (!(gap_angstrom > 0.0)) {
    throw InputError({.what = "layers without a gap between them",
                      .where = {},
                      .why = {},
                      .remedy = "give a gap above zero, in angstrom"});
  }
  std::vector<std::size_t> order(frame.atoms.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return along(frame.atoms[i], axis); });
  std::vector<std::size_t> layers(order.size(), 0);
  for (std::size_t k = 1; k < order.size(); ++k) {
    const double step = along(frame.atoms[order[k]], axis) - along(frame.atoms[order[k - 1]], axis);
    layers[order[k]] = layers[order[k - 1]] + (step > gap_angstrom ? 1 : 0);
  }
  return layers;
}

std::vector<std::uint8_t> mask_above_layers(const crystal::Structure& frame, Axis axis,
                                            std::size_t left_out, double gap_angstrom) {
  std::vector<std::uint8_t> mask;
  for (const std::size_t layer : layers_along(frame, axis, gap_angstrom)) {
    mask.push_back(layer >= left_out ? 1 : 0);
  }
  return mask;
}

}  // namespace adatom::dynamics
