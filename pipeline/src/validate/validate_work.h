#pragma once
// All cases of a validation, and what is made of them.
#include <filesystem>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/say.h"
#include "validate/case_result.h"

namespace adatom::pipeline {

struct Validation {
  std::vector<CaseResult> results;
  std::vector<LimitOutcome> limits;
};

/// Runs the cases that are not in `folder` yet, and writes validation.csv, limits.csv,
/// validation.json, figures and report.html. A shortfall for each limit that is missed.
/// @throws InputError; Interrupted: the next call goes on
Remarks run_validation(const ValidateOptions& options, const std::filesystem::path& folder,
                       const Say& say, Progress& progress);

}  // namespace adatom::pipeline
