#pragma once
// labels.h5: the environment of every atom in every frame.
#include <cstdint>
#include <filesystem>
#include <span>

#include "adatom/base/progress.h"
#include "adatom/dynamics/dictionary.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

/// /environment (uint8, frame x atom; 255: an atom of another element), /distance (float32, same
/// shape: sqrt(2 - 2 p.q) to that environment, in steps of 2^-15), /class_of (uint8, of each
/// environment), /time_ps (float64, of each frame, since the first), /frame (uint64, its number in
/// the trajectory), /counted (uint8, of each atom). Attributes of the file: names of environments
/// and classes, one a line, element, axis_order, trajectory.
/// @param labels a LabelFile with all frames of the plan
/// @throws InputError: it cannot be written; Interrupted: nothing is
void write_labels_hdf5(const std::filesystem::path& path, const std::filesystem::path& labels,
                       const TrajectoryPlan& plan,
                       const dynamics::EnvironmentDictionary& dictionary,
                       std::span<const std::uint8_t> counted, Progress& progress);

}  // namespace adatom::pipeline
