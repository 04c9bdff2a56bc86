#pragma once
// Labels of one run: of its structure before the dynamics, and of its trajectory.
#include <filesystem>
#include <string>

#include "adatom/pipeline/config.h"
#include "adatom/pipeline/stage.h"
#include "environments/environments_work.h"

namespace adatom::pipeline {

/// Of the environments of the run's particles.
/// @throws InputError: as choose_dictionary
[[nodiscard]] ChosenDictionary dictionary_of_run(const RunConfig& config);

/// "trajectory.labels" for trajectory.xyz.
[[nodiscard]] std::string labels_file(const std::filesystem::path& structures);

/// How the frames of one file are read; it has no name.
/// @throws InputError: as plan_trajectories
[[nodiscard]] TrajectoryPlan plan_file(const std::filesystem::path& file,
                                       const EnvironmentsOptions& options);

/// Writes NAME.labels into the item's folder for each of its inputs NAME.xyz. Labels that another
/// item of the stage has of the same frames (of a shorter run, or with other statistics) are
/// copied.
/// @throws InputError, Interrupted
Remarks label_item(const Item& item, const EnvironmentsOptions& options,
                   const ChosenDictionary& dictionary, const Work& work);

}  // namespace adatom::pipeline
