#include "adatom/energetics/bulk_properties.h"

#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/energetics/energies.h"

namespace adatom::energetics {
namespace {

/// The primitive cell of fcc with one atom.
class FccCell {
 public:
  FccCell(const EmbeddedAtomPotential& potential, std::size_t element)
      : potential_(potential), element_{element} {}

  struct State {
    double energy_ev;
    Eigen::Matrix3d stress_ev_per_angstrom3;  // positive where the crystal is stretched
  };

  [[nodiscard]] State at(double lattice_angstrom, const Eigen::Matrix3d& strain) const {
    crystal::Box box;
    box.periodic = {true, true, true};
    box.cell_angstrom << 0.0, 0.5, 0.5, 0.5, 0.0, 0.5, 0.5, 0.5, 0.0;
    box.cell_angstrom *= lattice_angstrom;
    box.cell_angstrom *= Eigen::Matrix3d::Identity() + strain;  // rows are the vectors
    const std::array<Eigen::Vector3d, 1> atom = {Eigen::Vector3d::Zero()};
    const auto energies = calculate_energies(potential_, element_, atom, box);
    const double volume = std::abs(box.cell_angstrom.determinant());
    return {energies.total_ev, -energies.virial_ev / volume};
  }
  [[nodiscard]] State at(double lattice_angstrom) const {
    return at(lattice_angstrom, Eigen::Matrix3d::Zero());
  }

 private:
  const EmbeddedAtomPotential& potential_;
  std::array<std::size_t, 1> element_;
};

/// A lattice constant near that of the deepest minimum, coming from atoms that are far apart. Ends
/// before they overlap: where the energy has risen enough again.
double near_minimum(const FccCell& cell, const EmbeddedAtomPotential& potential, double ratio) {
  constexpr double risen_ev = 0.2;
  double best = 0.0;
  double best_ev = 0.0;
  const double smallest = potential.closest_angstrom() * std::numbers::sqrt2;
  double last = 0.0;
  for (double a = potential.cutoff_angstrom() * std::numbers::sqrt2 / ratio; a > smallest;
       a /= ratio) {
    const double ev = cell.at(a).energy_ev;
    if (ev < best_ev) {
      best_ev = ev;
      best = a;
    }
    last = a;
    if (best > 0.0 && ev > best_ev + risen_ev) return best;
  }
  if (best > last) return best;
  throw InputError(Complaint{"the potential has no fcc crystal", potential.name(),
                             "its energy has no minimum between the smallest distance that it is "
                             "made for and its cut-off",
                             "check the potential's parameters and units"});
}

}  // namespace

BulkProperties bulk_properties(const EmbeddedAtomPotential& potential, std::size_t element) {
  const FccCell cell(potential, element);
  constexpr double ratio = 1.01;
  const double start = near_minimum(cell, potential, ratio);
  double small = start / ratio;
  double large = start * ratio;
  // Until the two are neighbouring numbers.
  for (double middle = 0.5 * (small + large); middle > small && middle < large;
       middle = 0.5 * (small + large)) {
    (cell.at(middle).stress_ev_per_angstrom3.trace() < 0.0 ? small : large) = middle;
  }
  BulkProperties bulk;
  bulk.lattice_angstrom = small;
  // An atom alone has the energy of embedding in nothing.
  bulk.cohesive_ev = potential.embedding(element, 0.0).value - cell.at(small).energy_ev;

  constexpr double h = 1e-4;
  const auto slope = [&](const Eigen::Matrix3d& strain) -> Eigen::Matrix3d {
    const auto plus = cell.at(small, h * strain).stress_ev_per_angstrom3;
    const auto minus = cell.at(small, -h * strain).stress_ev_per_angstrom3;
    return (plus - minus) / (2.0 * h) * gpa_per_ev_per_angstrom3;
  };
  Eigen::Matrix3d stretch = Eigen::Matrix3d::Zero();
  stretch(0, 0) = 1.0;
  const Eigen::Matrix3d stretched = slope(stretch);
  bulk.c11_gpa = stretched(0, 0);
  bulk.c12_gpa = stretched(1, 1);
  Eigen::Matrix3d shear = Eigen::Matrix3d::Zero();
  shear(0, 1) = shear(1, 0) = 0.5;  // gamma = 1
  bulk.c44_gpa = slope(shear)(0, 1);
  // The volume changes by three times the strain.
  bulk.bulk_modulus_gpa = slope(Eigen::Matrix3d::Identity()).trace() / 9.0;
  return bulk;
}

}  // namespace adatom::energetics
