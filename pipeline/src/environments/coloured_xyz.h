#pragma once
// coloured.xyz: the trajectory as OVITO shows it in colours.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/report/atom_kinds.h"
#include "environments/label_file.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

/// Which of the plan's frames go into the file: every so manieth; not given: at most 200.
[[nodiscard]] std::vector<std::size_t> coloured_frames(std::size_t frames,
                                                       std::optional<std::int64_t> every);

/// The structure with the columns environment (number, -1: none), class (its name), class_id,
/// distance and color, which OVITO takes as the atoms' colours; without velocities and other
/// columns.
/// @param class_kinds colours of the dictionary's classes
[[nodiscard]] crystal::Structure coloured_structure(
    const crystal::Structure& structure, const LabelledFrame& labels,
    const dynamics::EnvironmentDictionary& dictionary,
    std::span<const report::AtomKind> class_kinds);

/// Extended XYZ, frame after frame, as coloured_structure.
/// @param labels a LabelFile with all frames of the plan
/// @param class_kinds colours of the dictionary's classes
/// @throws InputError: it cannot be written; Interrupted: nothing is
void write_coloured_xyz(const std::filesystem::path& path, const std::filesystem::path& labels,
                        const TrajectoryPlan& plan,
                        const dynamics::EnvironmentDictionary& dictionary,
                        std::span<const report::AtomKind> class_kinds,
                        std::span<const std::size_t> frames, Progress& progress);

}  // namespace adatom::pipeline
