#pragma once
// How far registered shifts are from the truth.
#include "adatom/preprocess/register.h"

namespace adatom::preprocess {

/// Of both components of the shifts; means and root mean squares over all of them.
struct RegistrationErrors {
  double mean_x_px = 0.0;
  double mean_y_px = 0.0;
  double rms_px = 0.0;
  double rms_in_stderr = 0.0;  ///< 1 if the standard errors are right
  double slips = 0.0;          ///< share of shifts more than 3 px off
};

/// From so many drifting series of eight noisy frames each.
[[nodiscard]] RegistrationErrors registration_errors(const RegisterOptions& options,
                                                     double electrons, int series);

}  // namespace adatom::preprocess
