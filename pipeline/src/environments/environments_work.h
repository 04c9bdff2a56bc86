#pragma once
// All that `adatom environments` does.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/environments_options.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/say.h"
#include "environments/dictionary_choice.h"
#include "environments/frame_labels.h"
#include "environments/label_file.h"
#include "environments/results.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

/// Labels the trajectories' frames that have no labels yet, and writes tables, figures and page
/// anew. Labels stay in `folder`/parts, frame by frame as they are found.
/// @throws InputError, Interrupted: labels that are there stay
Remarks run_environments(const EnvironmentsOptions& options, const std::filesystem::path& folder,
                         Progress& progress, const Say& say);

/// What the labels of a trajectory are of.
[[nodiscard]] LabelFileHead label_head(const TrajectoryPlan& plan, const FrameLabeller& labeller,
                                       const ChosenDictionary& dictionary,
                                       const EnvironmentsOptions& options);

/// Trajectories whose labels are in `parts`, where `labels_path` has them.
struct LabelledTrajectories {
  std::vector<TrajectoryPlan> plans;
  std::vector<std::vector<std::uint8_t>> masks;  ///< of each: which atoms are counted
  ChosenDictionary dictionary;
  std::string kernel;  ///< of SOAP
  std::filesystem::path parts;
};

/// Tables, figures and page from the labels, into the empty `folder`.
/// @param configuration all options as YAML
/// @param remarks warnings that are known; what the statistics warn of is added
/// @throws InputError, Interrupted
EnvironmentsResult write_environments(LabelledTrajectories labelled,
                                      const EnvironmentsOptions& options,
                                      const std::string& configuration,
                                      const std::filesystem::path& folder, Remarks& remarks,
                                      Progress& progress);

}  // namespace adatom::pipeline
