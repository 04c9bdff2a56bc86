#pragma once
// A frame of a known particle on its way through the chain.
#include <cstdint>
#include <vector>

#include "stages/columns_work.h"
#include "validate/column_score.h"
#include "validate/known_frame.h"

namespace adatom::pipeline {

struct ChainFrame {
  KnownFrame known;
  FittedFrame fitted;
  ColumnScore columns;
  std::vector<std::int64_t> counts;  ///< of each fitted column
  std::vector<double> probabilities;
  /// Of several frames counted together; of a single one the same as those.
  std::vector<std::int64_t> series_counts;
  std::vector<double> series_probabilities;
};

}  // namespace adatom::pipeline
