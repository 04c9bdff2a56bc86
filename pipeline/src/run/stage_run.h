#pragma once
// Runs one stage.
#include <vector>

#include "adatom/pipeline/runner.h"

namespace adatom::pipeline {

enum class Recompute { what_is_missing, everything };

/// Computes what `plan` lists and stores it; returns the stage's new plan, all of it done.
StagePlan run_stage(const RunDirectory& directory, const Stage& stage, StagePlan plan,
                    Recompute recompute, std::span<const StageOutputs> upstream,
                    EventListener& listener, Progress& progress, RunOutcome& outcome);

/// Copies the stage's published files to the run directory where they differ.
void publish(const RunDirectory& directory, const Stage& stage, StagePlan& plan);

}  // namespace adatom::pipeline
