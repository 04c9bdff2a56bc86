#include "adatom/energetics/surface_energy.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/energetics/bulk_properties.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/minimise.h"
#include "adatom/energetics/reference_energy.h"

namespace adatom::energetics {
namespace {

/// How atoms lie in a layer and layers on each other, in units of the lattice parameter.
struct Stacking {
  Eigen::Vector2d first;  // vectors of a layer
  Eigen::Vector2d second;
  Eigen::Vector2d shift;  // from layer to layer
  double spacing;
};

Stacking stacking_of(Face face) {
  const double near = 1.0 / std::numbers::sqrt2;
  if (face == Face::f111) {
    const Eigen::Vector2d first(near, 0.0);
    const Eigen::Vector2d second(0.5 * near, 0.5 * std::numbers::sqrt3 * near);
    return {first, second, (first + second) / 3.0, 1.0 / std::numbers::sqrt3};
  }
  const double side = face == Face::f100 ? near : 1.0;
  const double spacing = face == Face::f100 ? 0.5 : 0.5 * near;
  return {{near, 0.0}, {0.0, side}, {0.5 * near, 0.5 * side}, spacing};
}

double slab_energy(const EmbeddedAtomPotential& potential, const crystal::Structure& slab) {
  return calculate_energies(potential, element_numbers(potential, slab), positions_of(slab),
                            crystal::box_of(slab))
      .total_ev;
}

}  // namespace

crystal::Structure build_slab(const std::string& element, double lattice_angstrom, Face face,
                              std::int64_t layers) {
  if (layers < 1 || !std::isfinite(lattice_angstrom) || lattice_angstrom <= 0.0) {
    throw InputError(Complaint{"impossible slab", "slab",
                               std::to_string(layers) + " layers with a lattice parameter of " +
                                   shortest(lattice_angstrom) + " angstrom",
                               "give at least one layer and a positive lattice parameter"});
  }
  const auto stacking = stacking_of(face);
  crystal::Structure slab;
  slab.periodic = {true, true, false};
  slab.cell_angstrom.row(0) << stacking.first.transpose(), 0.0;
  slab.cell_angstrom.row(1) << stacking.second.transpose(), 0.0;
  slab.cell_angstrom(2, 2) = stacking.spacing * static_cast<double>(layers);
  slab.cell_angstrom *= lattice_angstrom;
  for (std::int64_t k = 0; k < layers; ++k) {
    // The shift comes back to a lattice vector after three layers of (111), two of the others.
    const auto turn = static_cast<double>(k % (face == Face::f111 ? 3 : 2));
    Eigen::Vector3d site;
    site << turn * stacking.shift, static_cast<double>(k) * stacking.spacing;
    slab.atoms.push_back({.element = element, .position_angstrom = lattice_angstrom * site});
  }
  return slab;
}

SurfaceEnergy surface_energy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                             std::size_t element, Face face, Progress& progress) {
  constexpr std::int64_t layers = 30;
  const auto bulk = bulk_properties(*potential, element);
  const double alone_ev = potential->embedding(element, 0.0).value;
  const auto slab = build_slab(potential->elements()[element], bulk.lattice_angstrom, face, layers);
  const double area = slab.cell_angstrom.topLeftCorner<2, 2>().determinant();
  const double crystal_ev = static_cast<double>(layers) * (alone_ev - bulk.cohesive_ev);
  const auto per_area = [&](double slab_ev) {
    return (slab_ev - crystal_ev) / (2.0 * area) * joule_per_m2_per_ev_per_angstrom2;
  };
  SurfaceEnergy surface;
  surface.unrelaxed_joule_per_m2 = per_area(slab_energy(*potential, slab));

  auto elements = element_numbers(*potential, slab);
  ReferenceEnergy energy(std::move(potential), std::move(elements), crystal::box_of(slab));
  auto positions = positions_of(slab);
  const auto minimum = minimise(energy, positions, {}, MinimiseOptions::tight(), progress);
  if (minimum.reason == StopReason::cancelled) throw Interrupted();
  surface.relaxed_joule_per_m2 = per_area(minimum.final_ev);
  const double spacing = slab.atoms[1].position_angstrom[2];
  surface.first_spacing_change = (positions[1][2] - positions[0][2]) / spacing - 1.0;
  return surface;
}

std::optional<double> measured_surface_energy_joule_per_m2(std::string_view element) {
  struct Measured {
    std::string_view element;
    double joule_per_m2;
  };
  constexpr std::array<Measured, 7> measured = {{{"Al", 1.14},
                                                 {"Co", 2.52},
                                                 {"Cu", 1.79},
                                                 {"Pd", 2.00},
                                                 {"Ag", 1.25},
                                                 {"Pt", 2.49},
                                                 {"Au", 1.50}}};
  for (const auto& metal : measured) {
    if (metal.element == element) return metal.joule_per_m2;
  }
  return std::nullopt;
}

}  // namespace adatom::energetics
