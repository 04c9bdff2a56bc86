#pragma once
// The pictures and the page of `adatom lindemann`.
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "mobility/lindemann_curves.h"

namespace adatom::pipeline {

struct LindemannFigures {
  report::Figure curves;                ///< the S-shaped curves, where temperatures are known
  report::Figure radial;                ///< P(r) at the lowest and at the highest temperature
  std::vector<std::string> steps;       ///< temperatures of the next
  std::vector<report::Figure> radials;  ///< P(r) at each of them
  report::Figure growth;
};

[[nodiscard]] LindemannFigures draw_lindemann(const std::vector<TrajectoryIndices>& trajectories,
                                              const LindemannCurves& curves);

[[nodiscard]] std::string lindemann_report(const std::vector<TrajectoryIndices>& trajectories,
                                           const LindemannCurves& curves,
                                           const LindemannFigures& figures,
                                           const std::vector<std::string>& warnings,
                                           const std::string& configuration);

}  // namespace adatom::pipeline
