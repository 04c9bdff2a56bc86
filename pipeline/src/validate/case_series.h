#pragma once
// Frames of one particle counted together, and what that gains.
#include <optional>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/counting/count.h"
#include "validate/case_result.h"
#include "validate/chain_frame.h"

namespace adatom::pipeline {

/// Follows the columns through the frames and counts them together: fills in `series_counts` and
/// `series_probabilities` of every frame, and what `result` says of series. Changes are those of
/// columns that two successive frames both show: true ones by the true counts, spurious ones where
/// those stay.
/// @param independent count_atoms of all columns, frame by frame, with `options`
/// @throws InputError: too few columns to follow; Interrupted
void count_series(std::vector<ChainFrame>& chain, const counting::CountingResult& independent,
                  const counting::Library& library, const counting::CountingOptions& options,
                  CaseResult& result, Progress& progress);

}  // namespace adatom::pipeline
