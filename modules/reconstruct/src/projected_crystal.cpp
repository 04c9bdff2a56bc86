#include "projected_crystal.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/crystal/zone_axis_cell.h"

namespace adatom::reconstruct::detail {
namespace {

struct ProjectedSite {
  Eigen::Vector2d at;
  double height = 0.0;  // in spacings
};

// Sites around the one at zero, the nearest first; of equally near ones by angle from -x.
std::vector<ProjectedSite> sites_around_zero(const crystal::Structure& cell) {
  const Eigen::Vector3d edges = cell.cell_angstrom.diagonal();
  std::vector<ProjectedSite> sites;
  for (const crystal::Atom& atom : cell.atoms) {
    for (int i = -3; i <= 3; ++i) {
      for (int j = -3; j <= 3; ++j) {
        const Eigen::Vector2d at =
            atom.position_angstrom.head<2>() + edges.head<2>().cwiseProduct(Eigen::Vector2d(i, j));
        if (at.norm() > 1e-6) sites.push_back({at, atom.position_angstrom.z() / edges.z()});
      }
    }
  }
  std::ranges::sort(sites, [](const ProjectedSite& a, const ProjectedSite& b) {
    const double difference = a.at.norm() - b.at.norm();
    if (std::abs(difference) > 1e-6) return difference < 0.0;
    return std::atan2(a.at.y(), a.at.x()) < std::atan2(b.at.y(), b.at.x());
  });
  return sites;
}

double symmetry_of(crystal::ZoneAxis axis) {
  switch (axis) {
    case crystal::ZoneAxis::axis_100:
      return std::numbers::pi / 2.0;
    case crystal::ZoneAxis::axis_111:
      return std::numbers::pi / 3.0;
    case crystal::ZoneAxis::axis_110:
    case crystal::ZoneAxis::axis_112:
      break;
  }
  return std::numbers::pi;
}

}  // namespace

std::int64_t ProjectedCrystal::phase(std::int64_t u, std::int64_t v) const {
  const std::int64_t sum = (phase_steps[0] * u + phase_steps[1] * v) % phases;
  return sum < 0 ? sum + phases : sum;
}

double ProjectedCrystal::symmetry_turn(double rotation_rad) const {
  return -symmetry_rad * std::round(rotation_rad / symmetry_rad);
}

ProjectedCrystal project(const crystal::FccCrystal& crystal, crystal::ZoneAxis axis) {
  const crystal::Structure cell = crystal::fcc_zone_axis_cell(crystal, axis);
  const auto sites = sites_around_zero(cell);
  const auto sixths = [](const ProjectedSite& site) {
    return static_cast<std::int64_t>(std::lround(site.height * static_cast<double>(phases)));
  };
  ProjectedCrystal result;
  result.axis = axis;
  result.lattice_parameter_angstrom = crystal.lattice_parameter_angstrom;
  result.spacing_angstrom = cell.cell_angstrom(2, 2);
  result.symmetry_rad = symmetry_of(axis);
  // The shortest, and the next one 60 to 120 degrees on from it.
  const ProjectedSite& first = sites.front();
  const auto second = std::ranges::find_if(sites, [&](const ProjectedSite& site) {
    const double sine = first.at.x() * site.at.y() - first.at.y() * site.at.x();
    return sine > 0.8 * first.at.norm() * site.at.norm();
  });
  result.basis_angstrom << first.at, second->at;
  result.phase_steps = {sixths(first), sixths(*second)};
  result.shortest_angstrom = first.at.norm();
  result.longest_angstrom = second->at.norm();
  for (int u = -2; u <= 2; ++u) {
    for (int v = -2; v <= 2; ++v) {
      const double length = (result.basis_angstrom * Eigen::Vector2d(u, v)).norm();
      if (length > 0.0 && length < 1.2 * result.longest_angstrom) result.ring.push_back({u, v});
    }
  }
  return result;
}

Eigen::Matrix2d plane_rotation(double angle_rad) {
  Eigen::Matrix2d rotation;
  rotation << std::cos(angle_rad), -std::sin(angle_rad), std::sin(angle_rad), std::cos(angle_rad);
  return rotation;
}

Distortion decompose(const Eigen::Matrix2d& map) {
  Distortion result;
  // The rotation nearest to a plane map with positive determinant, in closed form.
  result.rotation_rad = std::atan2(map(1, 0) - map(0, 1), map(0, 0) + map(1, 1));
  const Eigen::Matrix2d stretch = map * plane_rotation(-result.rotation_rad);
  result.stretch = 0.5 * (stretch + stretch.transpose());
  result.scale = std::sqrt(map.determinant());
  const double half_difference = 0.5 * (result.stretch(0, 0) - result.stretch(1, 1));
  result.anisotropy = std::hypot(half_difference, result.stretch(0, 1)) / result.scale;
  return result;
}

}  // namespace adatom::reconstruct::detail
