#include "md/md_work.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "config/potential_text.h"
#include "md/folder_lock.h"
#include "md/lammps_replica.h"
#include "md/md_report.h"
#include "md/md_summary.h"
#include "md/replica.h"
#include "md/replica_run.h"
#include "md/thermalisation_forecast.h"
#include "md/thermo_table.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// All replicas' steps are one task.
class CommonProgress final : public Progress {
 public:
  explicit CommonProgress(Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { whole_.advance(steps); }
  void advance_found(std::size_t steps) override { whole_.advance_found(steps); }
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  Progress& whole_;
};

/// Options with paths as seen from the folder, so that the folder is the same on another machine.
std::string relative_yaml(MdOptions options, const fs::path& folder) {
  const fs::path from = fs::absolute(folder).lexically_normal();
  for (auto& file : options.structures) {
    file.path = fs::absolute(file.path).lexically_normal().lexically_relative(from).string();
  }
  options.potential = relative_potential(options.potential, folder.string());
  return write_yaml(options);
}

/// What killed programs left of files that were being written: ".checkpoint.1234.0". Nobody else is
/// at work here while the folder is locked.
void remove_unfinished(const fs::path& folder) {
  std::error_code error;
  for (const std::string& name : list_entries(folder)) {
    const bool ours =
        name.starts_with('.') && name != ".lock" && std::count(name.begin(), name.end(), '.') >= 3;
    if (ours && fs::is_regular_file(folder / name, error)) fs::remove(folder / name, error);
  }
}

/// @returns what is wrong with this run: the others do not wait for it to be mended
std::vector<Complaint> run_one(
    const Replica& replica, const MdOptions& options,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const fs::path& folder, Progress& progress) {
  CommonProgress common(progress);
  try {
    const auto run = options.engine == MdEngine::native ? run_native : run_by_lammps;
    run(replica, options, potential, folder / replica.name, common);
  } catch (const InputError& error) {
    std::vector<Complaint> complaints = error.complaints();
    for (auto& complaint : complaints) {
      complaint.where =
          complaint.where.empty() ? replica.name : replica.name + ": " + complaint.where;
    }
    return complaints;
  }
  common.advance(1);
  return {};
}

void run_all(const std::vector<Replica>& replicas, const MdOptions& options,
             const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
             const fs::path& folder, Progress& progress, const SayLine& say) {
  std::vector<std::size_t> unfinished;
  std::int64_t steps_to_do = 0;
  double atom_steps = 0.0;
  remove_unfinished(folder);
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    remove_unfinished(folder / replicas[i].name);
    const std::int64_t left = steps_left(replicas[i], options, folder / replicas[i].name);
    if (left > 0) unfinished.push_back(i);
    steps_to_do += left;
    atom_steps +=
        static_cast<double>(left) * static_cast<double>(replicas[i].input->structure.atoms.size());
  }
  if (unfinished.empty()) return;
  const auto begin = std::chrono::steady_clock::now();
  const auto steps = static_cast<std::int64_t>(unfinished.size()) * steps_of_run(options);
  progress.begin("molecular dynamics", static_cast<std::size_t>(steps));
  progress.advance_found(static_cast<std::size_t>(steps - steps_to_do));
  std::vector<std::vector<Complaint>> failures(unfinished.size());
  const auto run = [&](std::size_t k) {
    failures[k] = run_one(replicas[unfinished[k]], options, potential, folder, progress);
  };
  // What mpirun starts takes several cores by itself.
  if (options.engine == MdEngine::lammps && !lammps_program(options).prefix.empty()) {
    for (std::size_t k = 0; k < unfinished.size(); ++k) run(k);
  } else {
    parallel_for(unfinished.size(), run);
  }
  std::vector<Complaint> complaints;
  for (const auto& failure : failures) {
    complaints.insert(complaints.end(), failure.begin(), failure.end());
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (took.count() < 1.0) return;
  say(fmt::format("{} runs, {:.3g} million atom-steps per second", unfinished.size(),
                  1e-6 * atom_steps / took.count()));
}

}  // namespace

ShownReplica read_replica(const Replica& replica, const MdOptions& options,
                          const fs::path& folder) {
  ShownReplica shown;
  std::error_code error;
  const auto thermo = [&](const char* name) {
    return fs::exists(folder / name, error) ? read_thermo(folder / name)
                                            : std::vector<md::Thermo>();
  };
  shown.thermalisation = thermo(ReplicaFiles::thermalisation);
  shown.production = thermo(ReplicaFiles::thermo);
  shown.start = options.minimise ? crystal::read_structure(folder / ReplicaFiles::relaxed)
                                 : replica.input->structure;
  shown.end = crystal::read_structure(folder / ReplicaFiles::final_state);
  shown.summary = summarise(replica, options, shown.thermalisation, shown.production,
                            facts_of_run(replica, options, folder));
  return shown;
}

std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_of(const MdOptions& options,
                                                                      const SayLine& say) {
  if (options.has_lammps_commands()) return nullptr;
  return energetics::make_potential(options.potential,
                                    [&](const std::string& text) { say("warning: " + text); });
}

Remarks run_md(const MdOptions& options, const fs::path& folder, Progress& progress,
               const SayLine& say) {
  const auto potential = potential_of(options, say);
  const auto inputs = read_inputs(options, potential.get());
  const auto replicas = list_replicas(inputs, options);
  Remarks remarks;
  for (const double temperature : options.temperatures_k) {
    if (auto warning = thermalisation_warning(options, temperature, {})) {
      remarks.warnings.push_back(*warning);
      say("warning: " + *warning);
    }
  }
  const FolderLock lock(folder);
  const std::string configuration = relative_yaml(options, folder);
  storage::write_file(folder / "md.yaml", configuration);
  run_all(replicas, options, potential, folder, progress, say);

  std::vector<ReplicaSummary> summaries(replicas.size());
  std::vector<ReplicaFigures> figures(replicas.size());
  progress.begin("pictures", replicas.size());
  parallel_for(replicas.size(), [&](std::size_t i) {
    stop_if_cancelled(progress);
    const fs::path home = folder / replicas[i].name;
    const ShownReplica shown = read_replica(replicas[i], options, home);
    figures[i] = draw_replica(shown, options);
    summaries[i] = shown.summary;
    storage::write_file(home / ReplicaFiles::summary, summary_json(shown.summary, options));
    storage::write_file(home / "start.svg", report::svg_file(figures[i].start));
    storage::write_file(home / "final.svg", report::svg_file(figures[i].end));
    progress.advance(1);
  });
  if (const auto text = precision_text(summaries)) say(*text);
  std::vector<std::string> measured;
  for (const auto& summary : summaries) {
    measured.insert(measured.end(), summary.warnings.begin(), summary.warnings.end());
  }
  for (const auto& warning : measured) say("warning: " + warning);
  remarks.warnings.insert(remarks.warnings.end(), measured.begin(), measured.end());
  storage::write_file(folder / "summary.csv", summary_csv(summaries));
  storage::write_file(folder / "report.html",
                      md_report(summaries, figures, options, remarks.warnings, configuration));
  return remarks;
}

}  // namespace adatom::pipeline
