#pragma once
// Counts of a series in the report.
#include "adatom/pipeline/stage.h"
#include "adatom/report/page.h"
#include "stages/json_text.h"

namespace adatom::pipeline {

/// What all frames together tell, and every frame by itself does not; nothing where the counts
/// stage did not count them together.
void add_series_counts(report::Page& page, const StageOutputs& counts, const nlohmann::json& json);

}  // namespace adatom::pipeline
