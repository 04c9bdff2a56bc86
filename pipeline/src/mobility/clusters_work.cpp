#include "mobility/clusters_work.h"

#include <chrono>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/energetics/energies.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "cli/structure_files.h"
#include "md/folder_lock.h"
#include "md/growing_file.h"
#include "mobility/clusters_report.h"
#include "mobility/clusters_tables.h"
#include "mobility/followed_trajectory.h"
#include "mobility/placed_error.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view state_kind = "clusters";
constexpr const char* frames_name = "clusters.csv";
constexpr const char* events_name = "events.csv";
constexpr const char* coloured_name = "clusters.xyz";
constexpr const char* state_name = "state";

/// The files that grow, and how much of each belongs to the frames that were read.
class Outputs {
 public:
  Outputs(const fs::path& folder, const nlohmann::ordered_json& bytes, ColouredFrames coloured)
      : frames_(folder / frames_name, size_in(bytes, frames_name)),
        events_(folder / events_name, size_in(bytes, events_name)) {
    if (frames_.bytes() == 0) frames_.append(clusters_header());
    if (events_.bytes() == 0) events_.append(events_header());
    if (coloured == ColouredFrames::write) {
      coloured_.emplace(folder / coloured_name, size_in(bytes, coloured_name));
    }
  }
  void add(std::size_t frame, double time_ps, const crystal::Structure& structure,
           const dynamics::FrameClusters& now, const dynamics::ClusterTracker& tracker) {
    frames_.append(clusters_row(frame, time_ps, now));
    for (const auto& event : now.events) events_.append(events_row(event));
    if (coloured_) coloured_->append(coloured_frame(structure, now, tracker, time_ps));
  }
  /// On the disk, so that a state may count on it.
  [[nodiscard]] nlohmann::ordered_json sync() {
    frames_.sync();
    events_.sync();
    if (coloured_) coloured_->sync();
    nlohmann::ordered_json bytes = {{frames_name, frames_.bytes()}, {events_name, events_.bytes()}};
    if (coloured_) bytes[coloured_name] = coloured_->bytes();
    return bytes;
  }

 private:
  static std::int64_t size_in(const nlohmann::ordered_json& bytes, const char* name) {
    return bytes.contains(name) ? bytes[name].get<std::int64_t>() : 0;
  }
  GrowingFile frames_;
  GrowingFile events_;
  std::optional<GrowingFile> coloured_;
};

/// What the files depend on besides the frames.
nlohmann::ordered_json clusters_identity(const ClustersOptions& options,
                                         const dynamics::ClusterOptions& distances,
                                         std::size_t atoms) {
  return {{"version", 1},
          {"atoms", atoms},
          {"bind_angstrom", distances.bind_angstrom},
          {"release_angstrom", distances.release_angstrom},
          {"least_duration_ps", distances.least_duration_ps},
          {"frame_time_ps", shortest(options.frame_time_ps.value_or(0.0))},
          {"box", options.box == FrameBox::open ? "open" : "file"},
          {"coloured", options.coloured == ColouredFrames::write},
          {"type_elements", options.type_elements}};
}

/// Where an earlier call stopped.
struct Stop {
  std::size_t frame = 0;
  nlohmann::ordered_json bytes = nlohmann::ordered_json::object();
};

bool are_there(const fs::path& folder, const nlohmann::ordered_json& bytes) {
  for (const auto& [name, size] : bytes.items()) {
    std::error_code error;
    const auto there = fs::file_size(folder / name, error);
    if (error || !size.is_number_unsigned() || there < size.get<std::uintmax_t>()) return false;
  }
  return true;
}

Stop restore(dynamics::ClusterTracker& tracker, const nlohmann::ordered_json& identity,
             FollowedTrajectory& trajectory, const fs::path& folder) {
  const auto state = read_state(state_kind, folder / state_name);
  if (!state || !state->head.contains("read") || !state->head.contains("identity") ||
      !state->head.contains("bytes") || state->head["identity"] != identity ||
      !are_there(folder, state->head["bytes"])) {
    return {};
  }
  const auto read = trajectory.marked(state->head["read"]);
  if (!read) return {};
  tracker.restore(state->numbers);
  return {*read, state->head["bytes"]};
}

void save(const dynamics::ClusterTracker& tracker, const nlohmann::ordered_json& identity,
          FollowedTrajectory& trajectory, std::size_t read, Outputs& outputs,
          const fs::path& folder) {
  const auto bytes = outputs.sync();
  storage::write_file(
      folder / state_name,
      encode_state(
          state_kind,
          {.head = {{"identity", identity}, {"read", trajectory.mark(read)}, {"bytes", bytes}},
           .numbers = tracker.numbers()}));
}

/// Reads the frames that are left.
void follow(dynamics::ClusterTracker& tracker, const ClustersOptions& options,
            const nlohmann::ordered_json& identity, FollowedTrajectory& trajectory,
            const fs::path& folder, Progress& progress) {
  const Stop stop = restore(tracker, identity, trajectory, folder);
  Outputs outputs(folder, stop.bytes, options.coloured);
  progress.begin("clusters", trajectory.frames());
  progress.advance_found(stop.frame);
  auto saved = std::chrono::steady_clock::now();
  constexpr std::chrono::seconds between(30);
  for (std::size_t frame = stop.frame; frame < trajectory.frames(); ++frame) {
    if (progress.cancelled()) {
      save(tracker, identity, trajectory, frame, outputs, folder);
      throw Interrupted();
    }
    const double time_ps = trajectory.time_ps(frame);
    try {
      crystal::Structure structure = trajectory.read(frame);
      if (options.box == FrameBox::open) structure.periodic = {false, false, false};
      const auto now =
          tracker.add(energetics::positions_of(structure), crystal::box_of(structure), time_ps);
      outputs.add(frame, time_ps, structure, now, tracker);
    } catch (const InputError& error) {
      throw placed(error, frame_place(trajectory.path(), frame));
    }
    progress.advance(1);
    if (std::chrono::steady_clock::now() - saved < between) continue;
    save(tracker, identity, trajectory, frame + 1, outputs, folder);
    saved = std::chrono::steady_clock::now();
  }
  save(tracker, identity, trajectory, trajectory.frames(), outputs, folder);
}

}  // namespace

Remarks run_clusters(const ClustersOptions& options, const fs::path& path, const fs::path& folder,
                     Progress& progress, const std::function<void(const std::string&)>& say) {
  FollowedTrajectory trajectory(path, type_elements(options.type_elements), options.frame_time_ps);
  crystal::Structure start = trajectory.read(0);
  if (options.box == FrameBox::open) start.periodic = {false, false, false};
  const auto distances = options.for_structure(start);
  say(fmt::format("atoms bind within {:.2f} angstrom, part beyond {:.2f} angstrom",
                  distances.bind_angstrom, distances.release_angstrom));
  dynamics::ClusterTracker tracker(start.atoms.size(), distances);
  const FolderLock lock(folder);
  follow(tracker, options, clusters_identity(options, distances, start.atoms.size()), trajectory,
         folder, progress);

  Remarks remarks;
  remarks.warnings = trajectory.damage();
  ClustersShown shown{.times_ps = {},
                      .outside = {},
                      .events = storage::read_csv(folder / events_name),
                      .sizes = storage::parse_csv(sizes_csv(tracker.sizes()), "sizes.csv"),
                      .distances = distances,
                      .atoms = start.atoms.size()};
  read_outside(folder / frames_name, shown);
  const ClustersFigures figures = draw_clusters(shown);
  storage::write_file(folder / "clusters.yaml", write_yaml(options));
  storage::write_file(folder / "sizes.csv", shown.sizes.text());
  storage::write_file(folder / "outside.svg", report::svg_file(figures.outside));
  storage::write_file(folder / "sizes.svg", report::svg_file(figures.sizes));
  storage::write_file(folder / "report.html",
                      clusters_report(shown, figures, remarks.warnings, write_yaml(options)));
  return remarks;
}

}  // namespace adatom::pipeline
