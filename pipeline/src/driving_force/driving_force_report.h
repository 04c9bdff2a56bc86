#pragma once
// Figures and the page of `adatom driving-force`.
#include <span>
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "driving_force/driving_force_work.h"

namespace adatom::pipeline {

struct ForceFigure {
  std::string file;  ///< "prediction_1.svg"
  report::Figure figure;
};

/// Of each series: prediction beside measurement, the share of copper, and with several
/// temperatures what activation energies change.
[[nodiscard]] std::vector<ForceFigure> driving_force_figures(const DrivingForce& force);
[[nodiscard]] std::string driving_force_page(const DrivingForce& force,
                                             const DrivingForceOptions& options,
                                             std::span<const ForceFigure> figures);

}  // namespace adatom::pipeline
