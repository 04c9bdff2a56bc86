#include "stages/md_item.h"

#include <array>
#include <optional>
#include <system_error>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/storage/files.h"
#include "md/lammps_replica.h"
#include "md/md_summary.h"
#include "md/md_work.h"
#include "md/replica_run.h"
#include "md/thermalisation_forecast.h"
#include "run/link_files.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

bool holds_run(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / ReplicaFiles::checkpoint, error);
}

/// Where the same run, shorter, has come farthest; nothing if nowhere.
std::optional<fs::path> find_shorter_run(const Replica& replica, const MdOptions& options,
                                         const std::vector<fs::path>& folders) {
  std::optional<fs::path> best;
  std::int64_t least = 0;
  for (const fs::path& folder : folders) {
    try {
      if (!holds_run(folder)) continue;
      const std::int64_t left = steps_left(replica, options, folder);
      if (best && left >= least) continue;
      best = folder;
      least = left;
    } catch (const InputError&) {
      // Another run, or a longer one: nothing to go on from.
    }
  }
  return best;
}

/// The checkpoint last: without it what is there counts for nothing.
void copy_run(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (const char* name : {ReplicaFiles::relaxed, ReplicaFiles::thermalisation,
                           ReplicaFiles::thermo, ReplicaFiles::trajectory}) {
    if (fs::exists(from / name, error)) duplicate_file(from / name, to / name);
  }
  storage::write_file(to / ReplicaFiles::checkpoint,
                      storage::read_file(from / ReplicaFiles::checkpoint));
}

}  // namespace

Remarks run_md_item(const Replica& replica, const MdOptions& options,
                    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                    const Work& work) {
  const bool native = options.engine == MdEngine::native;
  if (native && !holds_run(work.kept)) {
    const auto shorter = find_shorter_run(replica, options, work.others());
    if (shorter) copy_run(*shorter, work.kept);
  }
  const std::int64_t steps = steps_of_run(options);
  const std::int64_t left = steps_left(replica, options, work.kept);
  work.progress.begin("molecular dynamics", static_cast<std::size_t>(steps));
  work.progress.advance_found(static_cast<std::size_t>(steps - left));
  const auto run = native ? run_native : run_by_lammps;
  run(replica, options, potential, work.kept, work.progress);
  link_files(work.kept, work.folder);
  const std::vector<crystal::Structure> start = {replica.input->structure};
  storage::write_file(work.folder / md_start_file, crystal::format_extended_xyz(start));
  const ReplicaSummary summary = read_replica(replica, options, work.folder).summary;
  storage::write_file(work.folder / ReplicaFiles::summary, summary_json(summary, options));

  Remarks remarks;
  remarks.metrics = {{"temperature_k", replica.temperature_k},
                     {"seed", static_cast<double>(replica.seed)},
                     {"steps", static_cast<double>(options.steps)},
                     {"mean_temperature_k", summary.temperature.mean}};
  if (const auto warning = thermalisation_warning(options, replica.temperature_k, "md.")) {
    remarks.warnings.push_back(*warning);
  }
  remarks.warnings.insert(remarks.warnings.end(), summary.warnings.begin(), summary.warnings.end());
  return remarks;
}

}  // namespace adatom::pipeline
