#pragma once
// All that `adatom environments` found out, for its tables, figures and page.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/dynamics/populations.h"
#include "adatom/dynamics/transitions.h"
#include "adatom/report/atom_kinds.h"
#include "environments/events.h"
#include "environments/statistics.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

struct TrajectoryResult {
  TrajectoryPlan plan;
  std::vector<std::uint8_t> mask;  ///< which atoms are counted
  TrajectoryStatistics statistics;
  std::optional<dynamics::TransitionMatrix> matrix = {};
  std::optional<EventsFound> events = {};
  std::size_t shown_frame = 0;  ///< of the plan, the last one
  crystal::Structure shown = {};
  std::vector<std::uint8_t> shown_environments = {};
};

struct EnvironmentsResult {
  dynamics::EnvironmentDictionary dictionary;
  CountedLabels counted;
  std::vector<report::AtomKind> class_kinds;  ///< of the dictionary's classes
  std::vector<report::AtomKind> kinds;        ///< of what is counted
  std::vector<TrajectoryResult> trajectories;
  std::vector<dynamics::Population> populations;          ///< of all trajectories together
  std::optional<dynamics::TransitionMatrix> pooled = {};  ///< counts added
  std::optional<dynamics::TransitionMatrix> mean_of_matrices = {};  ///< of several trajectories
  std::string kernel;                                               ///< of SOAP

  [[nodiscard]] bool all_single() const;
};

/// Means over trajectories, each of which weighs the same; with two or more the standard errors are
/// those of the mean of their spread. Single structures are left out where there are others.
[[nodiscard]] std::vector<dynamics::Population> mean_populations(
    const std::vector<TrajectoryResult>& trajectories);

}  // namespace adatom::pipeline
