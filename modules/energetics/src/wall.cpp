#include "adatom/energetics/wall.h"

#include <cmath>
#include <numbers>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::energetics {
namespace {

double power(double x, int n) {
  double product = 1.0;
  for (int i = 0; i < n; ++i) product *= x;
  return product;
}

/// Without the shift of the cut-off.
ValueSlope unshifted(const WallShape& shape, double r) {
  const double s = shape.sigma_angstrom / r;
  const double eps = shape.epsilon_ev;
  switch (shape.kind) {
    case WallKind::lj126: {
      const double six = power(s, 6);
      return {4.0 * eps * (six * six - six), 4.0 * eps * (-12.0 * six * six + 6.0 * six) / r};
    }
    case WallKind::lj1043: {
      const double front = 2.0 * std::numbers::pi * eps;
      const double four = power(s, 4);
      const double ten = four * four * s * s;
      const double far = r + 0.61 / std::numbers::sqrt2 * shape.sigma_angstrom;
      const double three = std::numbers::sqrt2 / 3.0 * power(shape.sigma_angstrom / far, 3);
      return {front * (0.4 * ten - four - three),
              front * (-4.0 * ten / r + 4.0 * four / r + 3.0 * three / far)};
    }
    case WallKind::lj93:
      break;
  }
  const double three = power(s, 3);
  const double nine = three * three * three;
  return {eps * (2.0 / 15.0 * nine - three), eps * (-1.2 * nine + 3.0 * three) / r};
}

}  // namespace

ValueSlope wall_energy(const WallShape& shape, double r_angstrom) {
  if (r_angstrom >= shape.cutoff_angstrom) return {};
  auto energy = unshifted(shape, r_angstrom);
  energy.value -= unshifted(shape, shape.cutoff_angstrom).value;
  return energy;
}

double wall_distance_angstrom(const WallShape& shape) {
  double close = 0.5 * shape.sigma_angstrom;
  double far = 2.0 * shape.sigma_angstrom;
  // The slope rises through zero once between these, whatever the kind.
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (close + far);
    (unshifted(shape, middle).slope < 0.0 ? close : far) = middle;
  }
  return 0.5 * (close + far);
}

LennardJonesWall::LennardJonesWall(const WallShape& shape, const Eigen::Vector3d& point_angstrom,
                                   const Eigen::Vector3d& normal)
    : shape_(shape), point_(point_angstrom) {
  const auto fail = [](const char* what, double value, const char* remedy) {
    throw InputError(Complaint{what, "wall", shortest(value), remedy});
  };
  const auto is_positive = [](double x) { return std::isfinite(x) && x > 0.0; };
  if (!is_positive(shape.epsilon_ev)) {
    fail("epsilon is not positive", shape.epsilon_ev, "give an energy");
  }
  if (!is_positive(shape.sigma_angstrom)) {
    fail("sigma is not positive", shape.sigma_angstrom, "give a length");
  }
  if (!is_positive(shape.cutoff_angstrom) ||
      shape.cutoff_angstrom <= wall_distance_angstrom(shape)) {
    fail("the wall's cut-off lies before its minimum", shape.cutoff_angstrom,
         "give more than sigma");
  }
  if (!normal.allFinite() || !(normal.norm() > 0.0) || !point_angstrom.allFinite()) {
    throw InputError(
        Complaint{"no direction or place", "wall", "", "give three numbers, not all 0"});
  }
  normal_ = normal.normalized();
}

double LennardJonesWall::add(std::span<const Eigen::Vector3d> positions_angstrom,
                             std::span<Eigen::Vector3d> forces_ev_per_angstrom) const {
  double total_ev = 0.0;
  const double shift_ev = unshifted(shape_, shape_.cutoff_angstrom).value;
  for (std::size_t i = 0; i < positions_angstrom.size(); ++i) {
    const double r = normal_.dot(positions_angstrom[i] - point_);
    if (r >= shape_.cutoff_angstrom) continue;
    if (r <= 0.0) {
      throw InputError(Complaint{"an atom is on or behind the wall",
                                 "atom " + std::to_string(i + 1),
                                 "its distance is " + shortest(r) + " angstrom",
                                 "put the wall below the atoms, or shorten the time step"});
    }
    const auto energy = unshifted(shape_, r);
    total_ev += energy.value - shift_ev;
    forces_ev_per_angstrom[i] -= energy.slope * normal_;
  }
  return total_ev;
}

}  // namespace adatom::energetics
