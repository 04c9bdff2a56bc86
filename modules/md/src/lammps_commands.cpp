#include "lammps_commands.h"

#include <algorithm>
#include <array>

#include "adatom/base/number_text.h"

namespace adatom::md {
namespace {

/// `group NAME id 1:4 7 9:12`, in lines of a length that LAMMPS reads.
template <class Belongs>
std::string group(const std::string& name, std::size_t atoms, const Belongs& belongs) {
  constexpr std::size_t longest = 200;
  const std::string start = "group " + name + " id";
  std::string text;
  std::string line = start;
  for (std::size_t first = 0; first < atoms; ++first) {
    if (!belongs(first)) continue;
    std::size_t last = first;
    while (last + 1 < atoms && belongs(last + 1)) ++last;
    line += ' ' + std::to_string(first + 1);
    if (last > first) line += ':' + std::to_string(last + 1);
    first = last;
    if (line.size() < longest) continue;
    text += line + '\n';
    line = start;
  }
  return line == start ? text : text + line + '\n';
}

std::string wall(const LammpsWall& wall, std::size_t number) {
  constexpr std::array styles = {"wall/lj93", "wall/lj126", "wall/lj1043"};
  const std::string name = "wall" + std::to_string(number);
  return "fix " + name + " all " + styles[static_cast<std::size_t>(wall.shape.kind)] + ' ' +
         wall.face + ' ' + shortest(wall.position_angstrom) + ' ' +
         shortest(wall.shape.epsilon_ev) + ' ' + shortest(wall.shape.sigma_angstrom) + ' ' +
         shortest(wall.shape.cutoff_angstrom) + "\nfix_modify " + name + " energy yes\n";
}

std::string springs(const LammpsSprings& springs, std::size_t atoms, std::size_t number) {
  std::vector<std::uint8_t> tied(atoms, 0);
  for (const std::size_t atom : springs.atoms) tied[atom] = 1;
  const std::string name = "springs" + std::to_string(number);
  return group(name, atoms, [&](std::size_t i) { return tied[i] != 0; }) + "fix " + name + ' ' +
         name + " spring/self " + shortest(springs.stiffness_ev_per_angstrom2) + "\nfix_modify " +
         name + " energy yes\n";
}

}  // namespace

bool holds_atoms(const LammpsJob& job) {
  const auto& held = job.surroundings.held;
  return std::any_of(held.begin(), held.end(), [](std::uint8_t h) { return h != 0; });
}

std::string box_commands(const LammpsJob& job) {
  std::string text = "units metal\natom_style atomic\nboundary";
  for (const bool periodic : job.structure.periodic) text += periodic ? " p" : " s";
  return text + "\nbox tilt large\n";
}

std::string surroundings_commands(const LammpsJob& job) {
  const auto& around = job.surroundings;
  const std::size_t atoms = job.structure.atoms.size();
  std::string text;
  if (holds_atoms(job)) {
    text += group("held", atoms, [&](std::size_t i) { return around.held[i] != 0; }) +
            "group mobile subtract all held\nvelocity held set 0 0 0\n"
            "compute mobile_temperature mobile temp\n"
            "compute_modify mobile_temperature extra/dof 0\n";
  } else {
    text += "group mobile union all\ncompute mobile_temperature mobile temp\n";
  }
  for (std::size_t i = 0; i < around.walls.size(); ++i) text += wall(around.walls[i], i + 1);
  for (std::size_t i = 0; i < around.springs.size(); ++i) {
    text += springs(around.springs[i], atoms, i + 1);
  }
  for (const auto& command : around.commands) text += command + '\n';
  // Last, so that nothing adds to it.
  return holds_atoms(job) ? text + "fix hold held setforce 0 0 0\n" : text;
}

std::string minimiser_commands(const energetics::MinimiseOptions& options) {
  constexpr std::array norms = {"two", "max", "inf"};
  const std::string norm = norms[static_cast<std::size_t>(options.force_norm)];
  const std::string common =
      "min_modify dmax " + shortest(options.max_move_angstrom) + " norm " + norm;
  if (options.method == energetics::MinimiseMethod::conjugate_gradient) {
    return "min_style cg\n" + common + " line quadratic\n";
  }
  const auto& fire = options.fire;
  return "min_style fire\ntimestep " + shortest(fire.timestep_fs / 1000.0) + '\n' + common +
         " tmax " + shortest(fire.tmax) + " tmin " + shortest(fire.tmin) + " dtgrow " +
         shortest(fire.dtgrow) + " dtshrink " + shortest(fire.dtshrink) + " alpha0 " +
         shortest(fire.alpha0) + " alphashrink " + shortest(fire.alphashrink) + " delaystep " +
         std::to_string(fire.delaystep) + " vdfmax " + std::to_string(fire.max_uphill) + '\n';
}

std::string integrator_commands(const DynamicsOptions& options, const std::string& seed) {
  const std::string temperature = shortest(options.temperature_k);
  const std::string heat = temperature + ' ' + temperature + ' ' + shortest(options.damping_ps);
  switch (options.ensemble) {
    case Ensemble::langevin:
      return "fix thermostat mobile langevin " + heat + ' ' + seed +
             " tally yes\nfix motion mobile nve\n";
    case Ensemble::nose_hoover:
      return "fix thermostat mobile nvt temp " + heat + " tchain " +
             std::to_string(options.chain_length) +
             "\nfix_modify thermostat temp mobile_temperature\n";
    case Ensemble::nve:
      break;
  }
  return "fix motion mobile nve\n";
}

}  // namespace adatom::md
