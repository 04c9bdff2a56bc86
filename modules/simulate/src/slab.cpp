#include "slab.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"

namespace adatom::simulate {
namespace {

// Atoms of one layer, or of one column, in files of a few digits.
constexpr double same_place_angstrom = 0.01;

[[noreturn]] void refuse(std::string why) {
  throw InputError(Complaint{.what = "no slab can be made of this cell",
                             .where = {},
                             .why = std::move(why),
                             .remedy = "give a rectangular cell with the beam along z in which "
                                       "every column holds one atom"});
}

void check(const crystal::Structure& cell) {
  if (cell.atoms.empty()) refuse("it holds no atom");
  Eigen::Matrix3d rest = cell.cell_angstrom;
  rest.diagonal().setZero();
  const Eigen::Vector3d edges = cell.cell_angstrom.diagonal();
  if (!(edges.minCoeff() > 0.1) || !(rest.cwiseAbs().maxCoeff() < 1e-6)) {
    refuse("its edges do not run along x, y and z");
  }
  for (std::size_t i = 0; i < cell.atoms.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Eigen::Vector3d between =
          cell.atoms[i].position_angstrom - cell.atoms[j].position_angstrom;
      if (std::hypot(std::remainder(between.x(), edges.x()),
                     std::remainder(between.y(), edges.y())) < 10.0 * same_place_angstrom) {
        refuse("atoms " + std::to_string(j + 1) + " and " + std::to_string(i + 1) +
               " stand in one column");
      }
    }
  }
}

/// The number of equally spaced layers along z; 0 if they are not equally spaced.
std::size_t even_layers(const crystal::Structure& cell, double period) {
  std::vector<double> heights;
  for (const auto& atom : cell.atoms) {
    const double z = atom.position_angstrom.z() - cell.atoms.front().position_angstrom.z();
    const double height = z - period * std::floor(z / period + same_place_angstrom / period);
    if (std::none_of(heights.begin(), heights.end(),
                     [&](double h) { return std::abs(h - height) < same_place_angstrom; })) {
      heights.push_back(height);
    }
  }
  std::sort(heights.begin(), heights.end());
  const double spacing = period / static_cast<double>(heights.size());
  for (std::size_t i = 0; i < heights.size(); ++i) {
    if (std::abs(heights[i] - static_cast<double>(i) * spacing) > 2.0 * same_place_angstrom) {
      return 0;
    }
  }
  return heights.size();
}

std::size_t slices_of(double period, double thickest, std::size_t layers) {
  auto slices = static_cast<std::size_t>(std::ceil(period / thickest - 1e-9));
  slices = std::max<std::size_t>(slices, 1);
  while (layers > 0 && slices % layers != 0 && layers % slices != 0) ++slices;
  return slices;
}

}  // namespace

Slab cut_slab(const crystal::Structure& cell, double smallest_box_angstrom,
              double thickest_slice_angstrom) {
  check(cell);
  const Eigen::Vector3d edges = cell.cell_angstrom.diagonal();
  const auto times = [&](double edge) {
    return std::max(1.0, std::ceil(smallest_box_angstrom / edge - 1e-9));
  };
  const double repeat_x = times(edges.x());
  const double repeat_y = times(edges.y());
  const std::size_t layers = even_layers(cell, edges.z());
  const std::size_t slices = slices_of(edges.z(), thickest_slice_angstrom, layers);
  Slab slab{.length_x_angstrom = repeat_x * edges.x(),
            .length_y_angstrom = repeat_y * edges.y(),
            .slice_thickness_angstrom = edges.z() / static_cast<double>(slices),
            .columns = static_cast<std::size_t>(repeat_x * repeat_y) * cell.atoms.size(),
            .slices = std::vector<std::vector<SlabAtom>>(slices)};
  // How far above the lower face the lowest atom stands: layers that are not quite flat stay whole.
  const double base = layers == 0 ? same_place_angstrom
                                  : 0.5 * std::min(slab.slice_thickness_angstrom,
                                                   edges.z() / static_cast<double>(layers));
  double bottom = cell.atoms.front().position_angstrom.z();
  for (const auto& atom : cell.atoms) bottom = std::min(bottom, atom.position_angstrom.z());
  for (double i = 0.0; i < repeat_x; ++i) {
    for (double j = 0.0; j < repeat_y; ++j) {
      for (const auto& atom : cell.atoms) {
        const double height = atom.position_angstrom.z() - bottom + base;
        const double z = height - edges.z() * std::floor(height / edges.z());
        const auto slice =
            std::min(static_cast<std::size_t>(z / slab.slice_thickness_angstrom), slices - 1);
        slab.slices[slice].push_back({.x_angstrom = atom.position_angstrom.x() + i * edges.x(),
                                      .y_angstrom = atom.position_angstrom.y() + j * edges.y(),
                                      .element = atom.element});
      }
    }
  }
  return slab;
}

}  // namespace adatom::simulate
