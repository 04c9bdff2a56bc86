#include "adatom/columns/fit.h"

namespace adatom::columns {

void FitOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width", .help = "one width for all columns, or one each"}, width);
  v.visit({.name = "background", .help = "what lies under the columns"}, background);
  v.visit({.name = "noise",
           .help = "gaussian: least squares; poisson: maximum likelihood of the counts"},
          noise);
  v.visit({.name = "dose_per_angstrom2",
           .unit = "1/angstrom^2",
           .help = "incident electrons per area; needed by poisson",
           .min = 1e-6,
           .max = 1e12},
          dose_per_angstrom2);
  v.visit({.name = "start_width_angstrom",
           .unit = "angstrom",
           .help = "starting width; not given: estimated from the image",
           .min = 1e-3,
           .max = 1e3},
          start_width_angstrom);
  v.visit({.name = "max_iterations",
           .help = "the fit ends unconverged after so many",
           .min = 1,
           .max = 100000},
          max_iterations);
  v.visit({.name = "tolerance",
           .help = "relative change of the objective and of every parameter at which the fit ends",
           .min = 1e-14,
           .max = 1e-2},
          tolerance);
}

std::vector<OptionIssue> FitOptions::validate() const {
  std::vector<OptionIssue> issues = check_ranges(*this);
  if (noise == NoiseModel::poisson && !dose_per_angstrom2) {
    issues.push_back(
        {"dose_per_angstrom2", "needed by noise poisson: counts = dose * pixel area * value"});
  }
  return issues;
}

}  // namespace adatom::columns
