#pragma once
// Which dictionary the environments are looked up in.
#include <set>
#include <string>
#include <vector>

#include "adatom/dynamics/dictionary.h"
#include "adatom/pipeline/environments_options.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

struct ChosenDictionary {
  dynamics::EnvironmentDictionary dictionary;
  std::string sha256;  ///< of its file
};

/// The one named, or that of the element that is named, or of the only element of the trajectories
/// for which one ships with the program.
/// @throws InputError: none, or several
[[nodiscard]] ChosenDictionary choose_dictionary(const EnvironmentsOptions& options,
                                                 const std::vector<TrajectoryPlan>& plans);

/// The same where only the elements are known.
[[nodiscard]] ChosenDictionary choose_dictionary(const EnvironmentsOptions& options,
                                                 const std::set<std::string>& elements);

}  // namespace adatom::pipeline
