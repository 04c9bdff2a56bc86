#pragma once
// The page of a comparison of conditions.
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adatom/report/figure.h"
#include "conditions/conditions_files.h"

namespace adatom::pipeline {

struct ComparisonShown {
  const ConditionsTable& table;
  const ConditionComparison& comparison;
  std::span<const ComparedVideo> videos;
  std::span<const VideoOutcome> outcomes;
  double confidence;
  double threshold_nm_per_s;
  std::vector<std::string> warnings;
  std::string options;
};

struct ComparisonFigure {
  std::string file;  ///< "share_faster.svg"
  report::Figure figure;
};

/// Shares, speeds, sizes and rates against each column of conditions (bars where none is a number),
/// and the distributions of speeds.
[[nodiscard]] std::vector<ComparisonFigure> conditions_figures(const ComparisonShown& shown);
/// @param figures as conditions_figures gives them
[[nodiscard]] std::string conditions_page(const ComparisonShown& shown,
                                          std::span<const ComparisonFigure> figures);

}  // namespace adatom::pipeline
