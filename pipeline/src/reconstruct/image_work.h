#pragma once
// The model imaged again beside its frame.
#include <string>
#include <vector>

#include "reconstruct/model_work.h"

namespace adatom::pipeline {

/// By the method of the options (automatic: incoherent).
/// @param warnings gets what the check rests on, where that is not a library
/// Nothing: there are no cross-sections, which the warnings say.
[[nodiscard]] std::optional<reconstruct::ImageCheckResult> check_model_image(
    const FrameImage& frame, const crystal::Structure& model,
    const std::vector<reconstruct::ObservedColumn>& columns,
    const reconstruct::MisfitResult& misfit, const ModelOptions& options, WorkStore& store,
    std::vector<std::string>& warnings, Progress& progress);

}  // namespace adatom::pipeline
