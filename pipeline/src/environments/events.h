#pragma once
// Rare events of a trajectory: a few atoms that move elsewhere.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/rare_events.h"
#include "adatom/pipeline/environments_options.h"
#include "environments/statistics.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

struct NumberedEvent {
  std::size_t number = 0;  ///< as in the tables, from 1 on
  dynamics::RareEvent event;
};

struct EventsFound {
  std::size_t events = 0;
  std::size_t moved_atoms = 0;              ///< of all events
  std::vector<NumberedEvent> largest = {};  ///< those of most atoms, a few, without paths
};

/// Can there be any: are there blocks of frames before and after one?
[[nodiscard]] bool has_room_for_events(const TrajectoryPlan& plan,
                                       const EnvironmentsOptions& options);

/// Reads the trajectory once more and writes events.csv, event_atoms.csv and event_paths.csv into
/// `folder`, event by event as they are found.
/// @param labels a LabelFile with all frames of the plan
/// @throws InputError, Interrupted
[[nodiscard]] EventsFound find_events(const std::filesystem::path& labels,
                                      const TrajectoryPlan& plan, const CountedLabels& counted,
                                      const EnvironmentsOptions& options,
                                      const std::filesystem::path& folder, Progress& progress);

}  // namespace adatom::pipeline
