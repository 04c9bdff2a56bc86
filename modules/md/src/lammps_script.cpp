#include "adatom/md/lammps_script.h"

#include <algorithm>
#include <set>

#include "adatom/base/number_text.h"
#include "adatom/base/random.h"
#include "adatom/energetics/energies.h"
#include "adatom/md/velocities.h"
#include "lammps_commands.h"

namespace adatom::md {
namespace {

using Files = LammpsFiles;
using Marks = LammpsMarks;

enum class Script { whole, resume };

std::string number(std::int64_t value) { return std::to_string(value); }

std::string picoseconds(double femtoseconds) { return shortest(femtoseconds / 1000.0); }

std::string head(const LammpsJob& job) {
  const std::string atoms = number(static_cast<std::int64_t>(job.structure.atoms.size()));
  return "# " + atoms + " atoms, " + number(job.steps) + " steps of " +
         shortest(job.dynamics.timestep_fs) +
         " fs. Written by adatom; runs by itself:\n"
         "#   lmp -in run.in          (or mpirun -np 8 lmp -in run.in)\n"
         "# After an interruption, with the newest of restart.start, restart.a, restart.b and\n"
         "# restart.end, and any seed that was not used yet:\n"
         "#   lmp -in resume.in -var from restart.a -var seed 54321\n"
         "# A file called \"stop\" in this folder ends the dynamics within 100 steps, with a "
         "restart file.\n\n";
}

std::string minimise(const energetics::MinimiseOptions& options, const std::string& elements) {
  std::string text =
      std::string("\nprint \"") + Marks::minimisation + "\"\n" + minimiser_commands(options);
  text += "thermo 10\nthermo_style custom step temp ke pe etotal\n";
  text += "thermo_modify format float %.15g flush yes\n";
  text += "minimize " + shortest(options.energy_tolerance) + ' ' +
          shortest(options.force_tolerance_ev_per_angstrom) + ' ' + number(options.max_iterations) +
          ' ' + number(options.max_evaluations) + '\n';
  text += std::string("write_dump all custom ") + Files::minimised +
          " id type element xu yu zu modify element" + elements +
          " sort id format float %.17g\nreset_timestep 0\n";
  return text;
}

std::string velocities_text(const LammpsJob& job) {
  const bool held = holds_atoms(job);
  const auto removal = choose_drift_removal(energetics::positions_of(job.structure),
                                            crystal::box_of(job.structure), {});
  const bool rotates = held || removal == DriftRemoval::momentum;
  return "\nvelocity mobile create " + shortest(job.dynamics.temperature_k) + ' ' +
         number(lammps_seed(job.dynamics.seed, 0)) + " mom " + (held ? "no" : "yes") + " rot " +
         (rotates ? "no" : "yes") + " dist gaussian temp mobile_temperature\n";
}

std::string thermo(const LammpsJob& job) {
  return "variable time_ps equal step*dt\nthermo " + number(job.thermo_every) +
         "\nthermo_style custom step v_time_ps temp ke pe etotal econserve\n"
         "thermo_modify format float %.15g flush yes temp mobile_temperature\n";
}

std::string thermalise(const LammpsThermalisation& part, const LammpsJob& job) {
  DynamicsOptions dynamics = job.dynamics;
  dynamics.ensemble = Ensemble::langevin;
  dynamics.damping_ps = part.damping_ps;
  return std::string("\nprint \"") + Marks::thermalisation + "\"\ntimestep " +
         picoseconds(part.timestep_fs) + '\n' + thermo(job) +
         integrator_commands(dynamics, number(lammps_seed(job.dynamics.seed, 1))) + "run " +
         number(part.steps) + "\nunfix thermostat\nunfix motion\nreset_timestep 0\n";
}

std::string dump(const LammpsJob& job, const std::string& elements, Script script) {
  if (job.dump_every == 0) return {};
  std::string columns = crystal::box_of(job.structure).open() ? " x y z" : " xu yu zu";
  if (job.dump_content >= DumpContent::velocities) columns += " vx vy vz";
  if (job.dump_content >= DumpContent::forces) columns += " fx fy fz";
  return "dump trajectory all custom " + number(job.dump_every) + ' ' + Files::trajectory +
         " id type element" + columns + "\ndump_modify trajectory element" + elements +
         " sort id append " + (script == Script::resume ? "yes" : "no") +
         " flush yes format float %.10g\n";
}

/// The part that both scripts end with.
std::string dynamics(const LammpsJob& job, const std::string& elements, const std::string& seed,
                     Script script) {
  constexpr std::int64_t look_every = 100;  // a look costs far less than a step
  std::string text = std::string("\nprint \"") + Marks::dynamics + "\"\ntimestep " +
                     picoseconds(job.dynamics.timestep_fs) + '\n' + thermo(job) +
                     integrator_commands(job.dynamics, seed) + dump(job, elements, script);
  if (job.restart_every > 0) {
    text += "restart " + number(job.restart_every) + ' ' + Files::restart_a + ' ' +
            Files::restart_b + '\n';
  }
  text += std::string("variable stop equal is_file(") + Files::stop + ")\nfix stopper all halt " +
          number(look_every) + " v_stop != 0 error continue\nrun ${steps} upto\nwrite_restart " +
          Files::restart_end + "\nwrite_dump all custom " + Files::final_state +
          " id type element xu yu zu vx vy vz modify element" + elements +
          " sort id format float %.17g\n" + "print \"" + Marks::end + " $(step)\"\n";
  return text;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

std::string elements_text(const LammpsJob& job) {
  std::string text;
  for (const auto& element : lammps_elements(job)) text += ' ' + element;
  return text;
}

std::string potential_text(const LammpsJob& job, const std::string& elements) {
  std::string text = joined(job.potential.commands);
  const std::string hole = " {elements}";
  for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole)) {
    text.replace(at, hole.size(), elements);
  }
  return text + "neighbor " + shortest(job.skin_angstrom) +
         " bin\nneigh_modify every 1 delay 0 check yes\n";
}

/// Three numbers of each atom as vectors.
crystal::AtomColumn turned(crystal::AtomColumn column, const Eigen::Matrix3d& rotation) {
  auto& values = std::get<std::vector<double>>(column.values);
  for (std::size_t i = 0; i + 2 < values.size(); i += 3) {
    const Eigen::Map<Eigen::Vector3d> vector(&values[i]);
    const Eigen::Vector3d result = rotation * vector;
    std::copy_n(result.data(), 3, &values[i]);
  }
  return column;
}

void require_sound(const LammpsJob& job) {
  if (auto complaints = check_job(job); !complaints.empty()) throw InputError(complaints);
}

}  // namespace

std::string format_lammps_script(const LammpsJob& job) {
  require_sound(job);
  const std::string elements = elements_text(job);
  std::string text = head(job) + "variable steps index " + number(job.steps) + "\nlog " +
                     Files::log + '\n' + box_commands(job) + joined(job.potential.early) +
                     "read_data " + Files::data + '\n' + potential_text(job, elements) +
                     surroundings_commands(job);
  if (job.minimisation) text += minimise(*job.minimisation, elements);
  if (job.velocities == LammpsVelocities::create && (job.steps > 0 || job.thermalisation)) {
    text += velocities_text(job);
  }
  if (job.thermalisation) text += thermalise(*job.thermalisation, job);
  text += std::string("\nwrite_restart ") + Files::restart_start + '\n';
  return text + dynamics(job, elements, number(lammps_seed(job.dynamics.seed, 2)), Script::whole);
}

std::string format_lammps_resume_script(const LammpsJob& job) {
  require_sound(job);
  const std::string elements = elements_text(job);
  return head(job) + "variable steps index " + number(job.steps) + "\nvariable seed index " +
         number(lammps_seed(job.dynamics.seed, 3)) + "\nlog " + Files::log + " append\n" +
         joined(job.potential.early) + "read_restart ${from}\n" + potential_text(job, elements) +
         surroundings_commands(job) + dynamics(job, elements, "${seed}", Script::resume);
}

std::vector<std::string> lammps_elements(const LammpsJob& job) {
  std::set<std::string> symbols;
  for (const auto& atom : job.structure.atoms) symbols.insert(atom.element);
  return {symbols.begin(), symbols.end()};
}

std::int64_t lammps_seed(std::int64_t seed, std::int64_t purpose) {
  constexpr std::uint64_t largest = 900'000'000;  // RanMars
  RandomStream random =
      RandomStream(static_cast<std::uint64_t>(seed)).substream(static_cast<std::uint64_t>(purpose));
  return static_cast<std::int64_t>(1 + random.below(largest - 1));
}

crystal::Structure restore_snapshot(const crystal::Structure& snapshot, const LammpsJob& job) {
  if (snapshot.atoms.size() != job.structure.atoms.size()) {
    throw InputError({.what = "a snapshot of another structure",
                      .where = "timestep " + number(snapshot.timestep.value_or(0)),
                      .why = number(static_cast<std::int64_t>(snapshot.atoms.size())) +
                             " atoms instead of " +
                             number(static_cast<std::int64_t>(job.structure.atoms.size())),
                      .remedy = "let LAMMPS write into a folder of its own"});
  }
  crystal::Structure result = job.structure;
  const Eigen::Matrix3d back = crystal::lammps_box(job.structure).rotation.transpose();
  for (std::size_t i = 0; i < result.atoms.size(); ++i) {
    result.atoms[i].position_angstrom = back * snapshot.atoms[i].position_angstrom;
  }
  result.images.clear();
  result.velocities_angstrom_per_ps.clear();
  for (const auto& velocity : snapshot.velocities_angstrom_per_ps) {
    result.velocities_angstrom_per_ps.emplace_back(back * velocity);
  }
  for (const auto& column : snapshot.columns) {
    if (column.name == "forces" && column.width == 3) {
      result.columns.push_back(turned(column, back));
    }
  }
  result.timestep = snapshot.timestep;
  if (snapshot.timestep) {
    result.time_ps = static_cast<double>(*snapshot.timestep) * job.dynamics.timestep_fs / 1000.0;
  }
  return result;
}

}  // namespace adatom::md
