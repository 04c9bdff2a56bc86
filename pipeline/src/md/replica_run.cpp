#include "md/replica_run.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/random.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/minimise.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/velocities.h"
#include "adatom/storage/files.h"
#include "md/growing_file.h"
#include "md/thermo_table.h"
#include "md/trajectory_frame.h"
#include "run/file_system.h"
#include "run/item_progress.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr double ps_per_fs = 1e-3;

// Between two looks at whether a checkpoint is due, at most: however seldom the log has a line.
constexpr std::int64_t steps_between_checks = 1000;

/// Of the random numbers of a replica.
enum class Purpose : std::uint64_t { velocities, thermalisation, production };

RandomStream stream_for(const Replica& replica, Purpose purpose) {
  return RandomStream(replica.stream).substream(static_cast<std::uint64_t>(purpose));
}

/// A thermalisation is short, so its log is as fine as a picture of it.
std::int64_t thermalisation_log_every(const MdOptions& options) {
  return std::max<std::int64_t>(options.thermalise.steps / 200, 1);
}

std::int64_t seed_of(const Replica& replica, Purpose purpose) {
  RandomStream stream = stream_for(replica, purpose);
  const std::uint64_t high = stream.bits();
  return static_cast<std::int64_t>((high << 20U) ^ (stream.bits() >> 12U));
}

std::optional<MdCheckpoint> load_checkpoint(const Replica& replica, const MdOptions& options,
                                            const fs::path& folder) {
  const fs::path path = folder / ReplicaFiles::checkpoint;
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  MdCheckpoint checkpoint = decode_checkpoint(storage::read_file(path), path.string());
  require_same_run(identity_of(replica, options), checkpoint, path.string());
  if (checkpoint.phase == MdPhase::production && checkpoint.state.step > options.steps) {
    throw InputError(
        {.what = "the run there is longer than the one asked for",
         .where = path.string(),
         .why = fmt::format("it is at step {} of {}", checkpoint.state.step, options.steps),
         .remedy = "ask for more --steps, or name another folder with -o"});
  }
  return checkpoint;
}

class NativeRun {
 public:
  NativeRun(const Replica& replica, const MdOptions& options,
            std::shared_ptr<const energetics::EmbeddedAtomPotential> potential, fs::path folder,
            Progress& progress)
      : replica_(replica),
        options_(options),
        potential_(std::move(potential)),
        folder_(std::move(folder)),
        progress_(progress),
        input_(replica.input->structure),
        elements_(energetics::element_numbers(*potential_, input_)),
        surroundings_(energetics::make_surroundings(options.support, input_)) {
    for (const std::size_t element : elements_) masses_.push_back(potential_->mass_u(element));
  }

  void run() {
    create_folder(folder_);
    if (auto found = load_checkpoint(replica_, options_, folder_)) {
      checkpoint_ = std::move(*found);
    } else {
      begin();
    }
    energetics::ForceField field = make_field();
    require_same_kernel(checkpoint_, field.kernel_name(),
                        (folder_ / ReplicaFiles::checkpoint).string());
    checkpoint_.facts["kernel"] = field.kernel_name();
    checkpoint_.facts["support"] = energetics::describe_support(options_.support, surroundings_);
    if (checkpoint_.phase == MdPhase::thermalisation) {
      if (options_.thermalise.steps > 0) thermalise(field);
      checkpoint_.phase = MdPhase::production;
      checkpoint_.state.step = 0;
      checkpoint_.state.thermostat.clear();
    }
    produce(field);
    save_final();
  }

 private:
  energetics::ForceField make_field() {
    return {potential_, elements_, crystal::box_of(input_), surroundings_, options_.force_field};
  }

  /// The minimum and the velocities: the first checkpoint.
  void begin() {
    checkpoint_.identity = identity_of(replica_, options_);
    auto positions = energetics::positions_of(input_);
    checkpoint_.state.positions_angstrom = positions;
    if (options_.minimise) minimise();
    checkpoint_.state.velocities_angstrom_per_ps = start_velocities();
    save();
  }

  void minimise() {
    auto& positions = checkpoint_.state.positions_angstrom;
    energetics::ForceField field = make_field();
    checkpoint_.facts["kernel"] = field.kernel_name();
    ItemProgress silent(progress_);
    const auto result =
        energetics::minimise(field, positions, masses_, options_.minimisation, silent);
    if (result.reason == energetics::StopReason::cancelled) throw Interrupted();
    auto& facts = checkpoint_.facts;
    facts["minimisation_end"] = energetics::stop_text(result.reason);
    facts["minimisation_iterations"] = std::to_string(result.iterations);
    facts["initial_ev"] = shortest(result.initial_ev);
    facts["relaxed_ev"] = shortest(result.final_ev);
    facts["relaxed_largest_force_ev_per_angstrom"] =
        shortest(result.final_largest_force_ev_per_angstrom);
    crystal::Structure relaxed = input_;
    relaxed.velocities_angstrom_per_ps.clear();
    relaxed.images.clear();
    for (std::size_t i = 0; i < positions.size(); ++i) {
      relaxed.atoms[i].position_angstrom = positions[i];
    }
    write_structure(ReplicaFiles::relaxed, relaxed);
  }

  std::vector<Eigen::Vector3d> start_velocities() const {
    if (options_.velocities == VelocitySource::file) return input_.velocities_angstrom_per_ps;
    const auto& positions = checkpoint_.state.positions_angstrom;
    const auto removal =
        md::choose_drift_removal(positions, crystal::box_of(input_), surroundings_.held);
    return md::create_velocities(positions, masses_, surroundings_.held, replica_.temperature_k,
                                 removal, stream_for(replica_, Purpose::velocities));
  }

  void thermalise(energetics::ForceField& field) {
    md::DynamicsOptions dynamics = options_.dynamics;
    dynamics.ensemble = md::Ensemble::langevin;
    dynamics.temperature_k = replica_.temperature_k;
    dynamics.timestep_fs = options_.thermalise.timestep_fs;
    dynamics.damping_ps = options_.thermalise.damping_ps;
    dynamics.seed = seed_of(replica_, Purpose::thermalisation);
    open_log(ReplicaFiles::thermalisation);
    const std::int64_t every = thermalisation_log_every(options_);
    const std::vector<md::Observer> observers = {
        {every, [this](const md::State&, const md::Thermo& thermo) { log(thermo); }},
        checkpoints(every)};
    move(field, dynamics, options_.thermalise.steps, observers);
    close_log();
  }

  void produce(energetics::ForceField& field) {
    md::DynamicsOptions dynamics = options_.dynamics;
    dynamics.temperature_k = replica_.temperature_k;
    dynamics.seed = seed_of(replica_, Purpose::production);
    open_log(ReplicaFiles::thermo);
    auto& written = checkpoint_.files[ReplicaFiles::trajectory];
    trajectory_.emplace(folder_ / ReplicaFiles::trajectory, written.bytes);
    // From here on files may be longer than those of the shorter run that was complete.
    checkpoint_.facts.erase(finished_fact);
    save();
    const std::vector<md::Observer> observers = {
        {options_.dump_every,
         [&](const md::State& state, const md::Thermo& thermo) {
           if (state.step <= written.last_step) return;
           const std::vector<crystal::Structure> frame = {
               frame_of(input_, state, thermo.time_ps, FrameContent::positions)};
           trajectory_->append(crystal::format_extended_xyz(frame));
           written = {trajectory_->bytes(), state.step};
         }},
        {options_.thermo_every,
         [this](const md::State&, const md::Thermo& thermo) { log(thermo); }},
        checkpoints(options_.thermo_every)};
    move(field, dynamics, options_.steps, observers);
  }

  void move(energetics::ForceField& field, const md::DynamicsOptions& dynamics,
            std::int64_t last_step, const std::vector<md::Observer>& observers) {
    saved_at_ = Clock::now();
    try {
      md::run_dynamics(field, masses_, dynamics, last_step, observers, checkpoint_.state,
                       progress_);
    } catch (const Interrupted&) {
      save();
      throw;
    } catch (const InputError& error) {
      // The checkpoint on the disk is one of before; here the state is of no use.
      std::vector<Complaint> complaints = error.complaints();
      for (auto& complaint : complaints) {
        complaint.where = fmt::format("after step {}: {}", checkpoint_.state.step, complaint.where);
      }
      throw InputError(std::move(complaints));
    }
  }

  void open_log(const char* name) {
    log_name_ = name;
    auto& written = checkpoint_.files[name];
    log_.emplace(folder_ / name, written.bytes);
    if (written.bytes > 0) return;
    log_->append(thermo_header());
    written.bytes = log_->bytes();
  }

  void log(const md::Thermo& thermo) {
    auto& written = checkpoint_.files[log_name_];
    if (thermo.step <= written.last_step) return;
    log_->append(thermo_row(thermo));
    written = {log_->bytes(), thermo.step};
  }

  void close_log() {
    log_->sync();
    log_.reset();
  }

  /// The last of the observers: a checkpoint then knows of the frame and the line of its step.
  md::Observer checkpoints(std::int64_t log_every) {
    return {std::min(log_every, steps_between_checks),
            [this](const md::State& state, const md::Thermo&) { save_now_and_then(state); }};
  }

  void save_now_and_then(const md::State& state) {
    const std::chrono::duration<double> since = Clock::now() - saved_at_;
    if (since.count() < 60.0 * options_.checkpoint_minutes) return;
    // The dynamics moves the state of the checkpoint itself.
    if (&state == &checkpoint_.state) save();
  }

  /// Files first, then what says how long they are.
  void save() {
    if (log_) log_->sync();
    if (trajectory_) trajectory_->sync();
    storage::write_file(folder_ / ReplicaFiles::checkpoint, encode_checkpoint(checkpoint_));
    saved_at_ = Clock::now();
  }

  void save_final() {
    const auto& state = checkpoint_.state;
    const double time = static_cast<double>(state.step) * options_.dynamics.timestep_fs * ps_per_fs;
    write_structure(ReplicaFiles::final_state,
                    frame_of(input_, state, time, FrameContent::velocities));
    if (options_.force_field.precision == energetics::Precision::mixed) {
      const auto error =
          energetics::measure_precision(potential_, elements_, crystal::box_of(input_),
                                        state.positions_angstrom, options_.force_field);
      checkpoint_.facts["mixed_energy_error_ev_per_atom"] = shortest(error.energy_ev_per_atom);
      checkpoint_.facts["mixed_force_error_ev_per_angstrom"] =
          shortest(error.largest_force_ev_per_angstrom);
    }
    checkpoint_.facts[finished_fact] = std::to_string(state.step);
    save();
  }

  void write_structure(const char* name, const crystal::Structure& structure) const {
    const std::vector<crystal::Structure> all = {structure};
    storage::write_file(folder_ / name, crystal::format_extended_xyz(all));
  }

  using Clock = std::chrono::steady_clock;

  const Replica& replica_;
  const MdOptions& options_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  fs::path folder_;
  Progress& progress_;
  const crystal::Structure& input_;
  std::vector<std::size_t> elements_;
  energetics::Surroundings surroundings_;
  std::vector<double> masses_;
  MdCheckpoint checkpoint_;
  std::optional<GrowingFile> log_;
  const char* log_name_ = "";
  std::optional<GrowingFile> trajectory_;
  Clock::time_point saved_at_ = Clock::now();
};

}  // namespace

std::int64_t steps_of_run(const MdOptions& options) {
  return options.thermalise.steps + options.steps + 1;
}

std::int64_t steps_left(const Replica& replica, const MdOptions& options, const fs::path& folder) {
  const auto checkpoint = load_checkpoint(replica, options, folder);
  if (!checkpoint) return steps_of_run(options);
  const std::int64_t step = checkpoint->state.step;
  if (checkpoint->phase == MdPhase::thermalisation) {
    return steps_of_run(options) - step;
  }
  const auto end = checkpoint->facts.find(finished_fact);
  const bool whole = end != checkpoint->facts.end() && end->second == std::to_string(options.steps);
  return whole ? 0 : options.steps - step + 1;
}

std::map<std::string, std::string> facts_of_run(const Replica& replica, const MdOptions& options,
                                                const fs::path& folder) {
  auto checkpoint = load_checkpoint(replica, options, folder);
  if (!checkpoint) return {};
  checkpoint->facts.erase(finished_fact);
  return std::move(checkpoint->facts);
}

void run_native(const Replica& replica, const MdOptions& options,
                const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                const fs::path& folder, Progress& progress) {
  NativeRun(replica, options, potential, folder, progress).run();
}

}  // namespace adatom::pipeline
