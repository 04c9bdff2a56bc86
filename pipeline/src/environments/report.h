#pragma once
// The page of `adatom environments`.
#include <optional>
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "environments/results.h"

namespace adatom::pipeline {

struct TrajectoryFigures {
  report::Figure particle;
  std::vector<report::Figure> populations = {};
  std::vector<report::Figure> survival = {};
};

struct CommonFigures {
  report::Figure populations;
  report::Figure distances;
  report::Figure dendrogram;
  std::optional<report::Figure> transitions = {};
  std::optional<report::Figure> chords = {};
};

struct ReportFigures {
  std::vector<TrajectoryFigures> trajectories;
  CommonFigures common;
};

/// @param configuration all options as YAML
[[nodiscard]] std::string environments_report(const EnvironmentsResult& result,
                                              const ReportFigures& figures,
                                              const EnvironmentsOptions& options,
                                              const std::vector<std::string>& warnings,
                                              const std::string& configuration);

}  // namespace adatom::pipeline
