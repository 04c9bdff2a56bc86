#include "energy/frame_energy.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/core.h>
#include <Eigen/LU>

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace {

/// GPa in eV per cubic angstrom: the elementary charge in coulombs times 1e21 (SI, exact).
constexpr double gpa_per_ev_per_angstrom3 = 160.2176634;

void require_atoms(const crystal::Structure& structure,
                   const energetics::Surroundings& surroundings) {
  if (structure.atoms.empty())
    throw InputError(Complaint{"the structure holds no atom", "", "", ""});
  const auto& held = surroundings.held;
  if (!held.empty() && held.size() != structure.atoms.size()) {
    throw InputError(Complaint{"a frame has another number of atoms than the first", "",
                               fmt::format("{} and {}", structure.atoms.size(), held.size()),
                               "the support is made for the first frame; choose frames of one "
                               "structure"});
  }
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    if (structure.atoms[i].occupancy == 1.0) continue;
    throw InputError(Complaint{"an atom is only partly there", fmt::format("atom {}", i + 1),
                               fmt::format("its occupancy is {}", structure.atoms[i].occupancy),
                               "an energy needs whole atoms: choose one of the arrangements"});
  }
}

std::string composition(const crystal::Structure& structure) {
  std::map<std::string, std::size_t> counts;
  for (const auto& atom : structure.atoms) ++counts[atom.element];
  std::string text;
  for (const auto& [element, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, element);
  }
  return text;
}

}  // namespace

FrameEnergy frame_energy(const energetics::EmbeddedAtomPotential& potential,
                         const energetics::Surroundings& surroundings,
                         crystal::Structure structure) {
  require_atoms(structure, surroundings);
  FrameEnergy result;
  const auto positions = energetics::positions_of(structure);
  const auto box = crystal::box_of(structure);
  result.energies = energetics::calculate_energies(
      potential, energetics::element_numbers(potential, structure), positions, box);
  auto& forces = result.energies.forces_ev_per_angstrom;
  for (const auto& field : surroundings.fields) result.support_ev += field->add(positions, forces);
  for (std::size_t i = 0; i < forces.size(); ++i) {
    if (!surroundings.held.empty() && surroundings.held[i] != 0) forces[i].setZero();
    if (forces[i].norm() > result.largest_force_ev_per_angstrom) {
      result.largest_force_ev_per_angstrom = forces[i].norm();
      result.largest_force_atom = i;
    }
  }
  if (box.periodic[0] && box.periodic[1] && box.periodic[2]) {
    const double volume_angstrom3 = std::abs(box.cell_angstrom.determinant());
    result.pressure_gpa =
        result.energies.virial_ev.trace() / (3.0 * volume_angstrom3) * gpa_per_ev_per_angstrom3;
  }
  result.structure = std::move(structure);
  return result;
}

std::string energy_text(const FrameEnergy& energy) {
  const auto count = static_cast<double>(energy.structure.atoms.size());
  const auto& v = energy.energies.virial_ev;
  std::string text = fmt::format("atoms            {}\n", composition(energy.structure));
  text += fmt::format("energy           {:.8f} eV\n", energy.total_ev());
  text += fmt::format("energy per atom  {:.8f} eV\n", energy.total_ev() / count);
  if (energy.support_ev != 0.0) {
    text += fmt::format("of the support   {:.8f} eV\n", energy.support_ev);
  }
  text += fmt::format("largest force    {:.6g} eV/angstrom, atom {}\n",
                      energy.largest_force_ev_per_angstrom, energy.largest_force_atom + 1);
  text += fmt::format(
      "virial           {:.6f} {:.6f} {:.6f} {:.6f} {:.6f} {:.6f} eV (xx yy zz xy xz yz)\n",
      v(0, 0), v(1, 1), v(2, 2), v(0, 1), v(0, 2), v(1, 2));
  if (energy.pressure_gpa) {
    text += fmt::format("pressure         {:.6f} GPa, of atoms at rest\n", *energy.pressure_gpa);
  }
  return text;
}

storage::Table energy_table() {
  return storage::Table({"frame", "timestep", "time_ps", "atoms", "energy_ev", "energy_per_atom_ev",
                         "support_ev", "largest_force_ev_per_angstrom", "virial_xx_ev",
                         "virial_yy_ev", "virial_zz_ev", "virial_xy_ev", "virial_xz_ev",
                         "virial_yz_ev", "pressure_gpa"});
}

void add_frame(const FrameEnergy& energy, storage::Table& table) {
  using storage::cell;
  const auto& structure = energy.structure;
  const auto& v = energy.energies.virial_ev;
  table.add_row({cell(static_cast<long long>(energy.frame)),
                 structure.timestep ? cell(static_cast<long long>(*structure.timestep)) : "",
                 structure.time_ps ? cell(*structure.time_ps) : "",
                 cell(static_cast<long long>(structure.atoms.size())), cell(energy.total_ev()),
                 cell(energy.total_ev() / static_cast<double>(structure.atoms.size())),
                 cell(energy.support_ev), cell(energy.largest_force_ev_per_angstrom), cell(v(0, 0)),
                 cell(v(1, 1)), cell(v(2, 2)), cell(v(0, 1)), cell(v(0, 2)), cell(v(1, 2)),
                 energy.pressure_gpa ? cell(*energy.pressure_gpa) : ""});
}

storage::Table atom_table() {
  return storage::Table({"frame", "atom", "element", "x_angstrom", "y_angstrom", "z_angstrom",
                         "energy_ev", "fx_ev_per_angstrom", "fy_ev_per_angstrom",
                         "fz_ev_per_angstrom"});
}

void add_atoms(const FrameEnergy& energy, storage::Table& table) {
  using storage::cell;
  const auto& ids = energy.structure.ids;
  for (std::size_t i = 0; i < energy.structure.atoms.size(); ++i) {
    const auto& atom = energy.structure.atoms[i];
    const auto& x = atom.position_angstrom;
    const auto& f = energy.energies.forces_ev_per_angstrom[i];
    const auto id = ids.empty() ? static_cast<long long>(i + 1) : static_cast<long long>(ids[i]);
    table.add_row({cell(static_cast<long long>(energy.frame)), cell(id), atom.element, cell(x.x()),
                   cell(x.y()), cell(x.z()), cell(energy.energies.per_atom_ev[i]), cell(f.x()),
                   cell(f.y()), cell(f.z())});
  }
}

}  // namespace adatom::pipeline
