#pragma once
// Parts of the plan that the runner uses one by one.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/pipeline/plan.h"

namespace adatom::pipeline {

/// The stage's items, each compared with what is stored.
[[nodiscard]] std::vector<PiecePlan> assess_items(const StageFolder& folder, const Stage& stage,
                                                  std::span<const StageOutputs> upstream);

/// The stage's result; `upstream` ends with the stage itself.
[[nodiscard]] PiecePlan assess_result(const StageFolder& folder, const Stage& stage,
                                      std::span<const StageOutputs> upstream);

/// The manifest of a stage whose every piece is done.
[[nodiscard]] Manifest make_manifest(const Stage& stage, const StagePlan& plan);

/// Why the stage would run, compared with the manifest that is stored.
[[nodiscard]] std::vector<std::string> explain(const RunDirectory& directory, const Stage& stage,
                                               const StagePlan& plan);

/// Names of the published files whose copies in the run directory are missing or differ.
[[nodiscard]] std::vector<std::string> damaged_copies(const RunDirectory& directory,
                                                      const std::vector<std::string>& published,
                                                      const Record& result);

}  // namespace adatom::pipeline
