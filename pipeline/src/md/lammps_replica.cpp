#include "md/lammps_replica.h"

#include <vector>

#include "adatom/base/number_text.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/md/lammps_engine.h"
#include "adatom/storage/files.h"
#include "md/checkpoint.h"
#include "md/replica_run.h"
#include "md/thermo_table.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

md::LammpsJob make_job(const Replica& replica, const MdOptions& options,
                       const energetics::EmbeddedAtomPotential* potential) {
  md::LammpsJob job;
  job.structure = replica.input->structure;
  job.potential = potential != nullptr ? md::tabulate_potential(*potential)
                                       : md::parse_lammps_potential(options.potential);
  job.surroundings = md::lammps_surroundings(options.support, job.structure);
  if (options.minimise) job.minimisation = options.minimisation;
  if (options.velocities == VelocitySource::file) job.velocities = md::LammpsVelocities::given;
  if (options.thermalise.steps > 0) {
    job.thermalisation = {.steps = options.thermalise.steps,
                          .timestep_fs = options.thermalise.timestep_fs,
                          .damping_ps = options.thermalise.damping_ps};
  }
  job.dynamics = options.dynamics;
  job.dynamics.temperature_k = replica.temperature_k;
  job.dynamics.seed = static_cast<std::int64_t>(replica.stream);
  job.steps = options.steps;
  job.dump_every = options.dump_every;
  job.thermo_every = options.thermo_every;
  return job;
}

void write_snapshots(const fs::path& from, const fs::path& to, const md::LammpsJob& job) {
  const auto elements = md::lammps_elements(job);
  crystal::TypeElements of_types;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    of_types[static_cast<int>(i) + 1] = elements[i];
  }
  crystal::TrajectoryReader reader(from, of_types);
  storage::FileWriter file(to);
  while (const auto snapshot = reader.next()) {
    const std::vector<crystal::Structure> one = {md::restore_snapshot(*snapshot, job)};
    file.append(crystal::format_extended_xyz(one));
  }
  file.commit();
}

void write_thermo(const fs::path& path, const std::vector<md::Thermo>& rows) {
  std::string text = thermo_header();
  for (const auto& row : rows) text += thermo_row(row);
  storage::write_file(path, text);
}

/// The rows of another part, read as if they were the dynamics.
std::vector<md::Thermo> rows_of(md::LammpsLog log, const char* part, double timestep_fs) {
  std::erase_if(log.tables, [&](const md::LammpsTable& table) { return table.part != part; });
  for (auto& table : log.tables) table.part = "dynamics";
  return md::dynamics_thermo(log, timestep_fs);
}

}  // namespace

md::LammpsProgram lammps_program(const MdOptions& options) {
  md::LammpsProgram program;
  std::string words = options.lammps_command;
  words.erase(words.find_last_not_of(' ') + 1);
  const std::size_t blank = words.find_last_of(' ');
  program.binary = words.substr(blank == std::string::npos ? 0 : blank + 1);
  program.prefix = blank == std::string::npos ? "" : words.substr(0, blank);
  program.arguments = options.lammps_arguments;
  return program;
}

void run_by_lammps(const Replica& replica, const MdOptions& options,
                   const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                   const fs::path& folder, Progress& progress) {
  using Files = md::LammpsFiles;
  const auto job = make_job(replica, options, potential.get());
  const fs::path home = folder / "lammps";
  create_folder(folder);
  const auto result = md::run_lammps(job, lammps_program(options), home, progress);

  MdCheckpoint done;
  done.identity = identity_of(replica, options);
  done.phase = MdPhase::production;
  done.state.step = options.steps;
  if (job.minimisation) {
    write_snapshots(home / Files::minimised, folder / ReplicaFiles::relaxed, job);
    const auto rows = rows_of(result.log, "minimisation", 0.0);
    if (!rows.empty()) done.facts["relaxed_ev"] = shortest(rows.back().potential_ev);
  }
  if (job.thermalisation) {
    write_thermo(folder / ReplicaFiles::thermalisation,
                 rows_of(result.log, "thermalisation", job.thermalisation->timestep_fs));
  }
  write_thermo(folder / ReplicaFiles::thermo, result.thermo);
  write_snapshots(home / Files::trajectory, folder / ReplicaFiles::trajectory, job);
  write_snapshots(home / Files::final_state, folder / ReplicaFiles::final_state, job);
  done.facts[finished_fact] = std::to_string(options.steps);
  storage::write_file(folder / ReplicaFiles::checkpoint, encode_checkpoint(done));
}

}  // namespace adatom::pipeline
