#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/crystal/twinned.h"
#include "adatom/crystal/zone_axis.h"
#include "size_check.h"

namespace adatom::crystal {
namespace {

/// The twelve corners, one unit from the centre, two-fold axes along x, y and z.
std::vector<Eigen::Vector3d> make_corners() {
  std::vector<Eigen::Vector3d> corners;
  for (const int axis : {0, 1, 2}) {
    for (const double small : {1.0, -1.0}) {
      for (const double large : {std::numbers::phi, -std::numbers::phi}) {
        Eigen::Vector3d corner = Eigen::Vector3d::Zero();
        corner[(axis + 1) % 3] = small;
        corner[(axis + 2) % 3] = large;
        corners.push_back(corner.normalized());
      }
    }
  }
  return corners;
}

Eigen::Matrix3d rotation_to(IcosahedronAxis axis) {
  switch (axis) {
    case IcosahedronAxis::two_fold:
      break;
    case IcosahedronAxis::three_fold:
      return Eigen::Quaterniond::FromTwoVectors(Eigen::Vector3d::Ones(), Eigen::Vector3d::UnitZ())
          .toRotationMatrix();
    case IcosahedronAxis::five_fold:
      return Eigen::Quaterniond::FromTwoVectors(Eigen::Vector3d(0.0, 1.0, std::numbers::phi),
                                                Eigen::Vector3d::UnitZ())
          .toRotationMatrix();
  }
  return Eigen::Matrix3d::Identity();
}

}  // namespace

Structure build_icosahedron(const FccCrystal& crystal, std::int64_t shells, IcosahedronAxis axis) {
  if (shells < 0) {
    throw InputError({.what = "no icosahedron of " + std::to_string(shells) + " shells",
                      .where = "icosahedron",
                      .why = "their number is at least 0",
                      .remedy = "for instance 4 (309 atoms)"});
  }
  require_lattice(crystal, "icosahedron");
  require_few_enough(std::pow(static_cast<double>(shells), 3) * 10.0 / 3.0, "icosahedron");
  const auto corners = make_corners();
  const double edge2 = 4.0 / (1.0 + std::numbers::phi * std::numbers::phi);
  const auto adjacent = [&](std::size_t a, std::size_t b) {
    return std::abs((corners[a] - corners[b]).squaredNorm() - edge2) < 1e-6;
  };
  const double bond = crystal.lattice_parameter_angstrom / std::numbers::sqrt2;
  Structure structure;
  const auto add = [&](const Eigen::Vector3d& place) {
    structure.atoms.push_back({crystal.element, bond * place});
  };
  add(Eigen::Vector3d::Zero());
  // Shell by shell: corners, what lies between two of them, what lies between three.
  for (std::int64_t n = 1; n <= shells; ++n) {
    for (std::size_t a = 0; a < corners.size(); ++a) {
      add(static_cast<double>(n) * corners[a]);
      for (std::size_t b = a + 1; b < corners.size(); ++b) {
        if (!adjacent(a, b)) continue;
        for (std::int64_t j = 1; j < n; ++j) {
          add(static_cast<double>(n - j) * corners[a] + static_cast<double>(j) * corners[b]);
        }
        for (std::size_t c = b + 1; c < corners.size(); ++c) {
          if (!adjacent(a, c) || !adjacent(b, c)) continue;
          for (std::int64_t j = 1; j < n; ++j) {
            for (std::int64_t k = 1; j + k < n; ++k) {
              add(static_cast<double>(n - j - k) * corners[a] +
                  static_cast<double>(j) * corners[b] + static_cast<double>(k) * corners[c]);
            }
          }
        }
      }
    }
  }
  return rotated(std::move(structure), rotation_to(axis));
}

}  // namespace adatom::crystal
