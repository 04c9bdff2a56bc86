#include "frozen_specimen.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "adatom/base/error.h"
#include "displacement.h"

namespace adatom::simulate {
namespace {

/// Sideways steps of a cell whose images reach the area; one of zero for a single one.
std::vector<Eigen::Vector2d> images(const crystal::Structure& structure, SidewaysCell cell,
                                    const Area& area) {
  if (cell == SidewaysCell::single) return {Eigen::Vector2d::Zero()};
  Eigen::Matrix3d rest = structure.cell_angstrom;
  rest.diagonal().setZero();
  const Eigen::Vector2d edges = structure.cell_angstrom.diagonal().head<2>().cwiseAbs();
  if (!(edges.minCoeff() > 0.1) || rest.cwiseAbs().maxCoeff() > 1e-6) {
    throw InputError({.what = "the structure's cell cannot repeat sideways",
                      .where = {},
                      .why = "its edges must run along the axes of the image",
                      .remedy = "give a rectangular cell, not turned about the beam"});
  }
  Eigen::Vector2d low = structure.atoms.front().position_angstrom.head<2>();
  Eigen::Vector2d high = low;
  for (const auto& atom : structure.atoms) {
    low = low.cwiseMin(atom.position_angstrom.head<2>());
    high = high.cwiseMax(atom.position_angstrom.head<2>());
  }
  std::vector<Eigen::Vector2d> steps;
  for (double j = std::floor((area.top - high.y()) / edges.y());
       low.y() + j * edges.y() <= area.bottom; ++j) {
    for (double i = std::floor((area.left - high.x()) / edges.x());
         low.x() + i * edges.x() <= area.right; ++i) {
      steps.emplace_back(i * edges.x(), j * edges.y());
    }
  }
  return steps;
}

}  // namespace

void require_atoms(const crystal::Structure& structure) {
  if (structure.atoms.empty()) {
    throw InputError({.what = "the structure holds no atom", .where = {}, .why = {}, .remedy = {}});
  }
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    if (structure.atoms[i].position_angstrom.allFinite()) continue;
    throw InputError({.what = "the position of atom " + std::to_string(i + 1) + " is not finite",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
}

Specimen::Specimen(const crystal::Structure& structure, SidewaysCell cell, const Area& area,
                   const ThermalOptions& thermal, double slice_thickness_angstrom,
                   const std::vector<std::string>& elements) {
  require_atoms(structure);
  double top = structure.atoms.front().position_angstrom.z();
  double bottom = top;
  for (const auto& atom : structure.atoms) {
    top = std::min(top, atom.position_angstrom.z());
    bottom = std::max(bottom, atom.position_angstrom.z());
  }
  // A layer at a border is not torn in two by the last digits of its heights.
  constexpr double margin = 0.01;
  const double depth = bottom - top + 2.0 * margin;
  const double count = std::max(1.0, std::ceil(depth / slice_thickness_angstrom));
  thickness_ = depth / count;
  slices_.resize(static_cast<std::size_t>(count));
  depths_.assign(slices_.size(), 0.0);
  std::map<std::string, double> rms;
  for (const Eigen::Vector2d& step : images(structure, cell, area)) {
    for (const auto& atom : structure.atoms) {
      const double x = atom.position_angstrom.x() + step.x();
      const double y = atom.position_angstrom.y() + step.y();
      if (x < area.left || x > area.right || y < area.top || y > area.bottom) continue;
      double displacement = 0.0;
      if (atom.rms_displacement_angstrom) {
        displacement = *atom.rms_displacement_angstrom;
      } else {
        const auto [known, is_new] = rms.try_emplace(atom.element, 0.0);
        if (is_new) {
          known->second = displacement_of(atom.element, thermal.temperature_k,
                                          thermal.rms_displacement_angstrom);
        }
        displacement = known->second;
      }
      const auto element = static_cast<std::size_t>(
          std::lower_bound(elements.begin(), elements.end(), atom.element) - elements.begin());
      const double below = atom.position_angstrom.z() - top;
      const auto slice =
          std::min(static_cast<std::size_t>((below + margin) / thickness_), slices_.size() - 1);
      depths_[slice] += below;
      slices_[slice].push_back({.atom = {.x_angstrom = x, .y_angstrom = y, .element = element},
                                .rms_angstrom = displacement,
                                .occupancy = atom.occupancy});
    }
  }
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    if (!slices_[s].empty()) depths_[s] /= static_cast<double>(slices_[s].size());
  }
}

std::vector<std::vector<SliceAtom>> Specimen::frozen(const RandomStream& random) const {
  std::vector<std::vector<SliceAtom>> result(slices_.size());
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    RandomStream stream = random.substream(s);
    for (const Site& site : slices_[s]) {
      SliceAtom atom = site.atom;
      atom.x_angstrom += site.rms_angstrom * stream.normal();
      atom.y_angstrom += site.rms_angstrom * stream.normal();
      const bool present = site.occupancy >= 1.0 || stream.uniform() < site.occupancy;
      if (present) result[s].push_back(atom);
    }
  }
  return result;
}

}  // namespace adatom::simulate
