#pragma once
// Where a fit of rings starts, found from the profile itself.
#include <vector>

#include <Eigen/Core>

#include "ring_model.h"

namespace adatom::diffraction {

struct RingStart {
  double scale = 1.0;                ///< common to all phases
  std::vector<double> phase_scales;  ///< of each phase
  double width = 0.0;                ///< full width at half maximum, 1/angstrom
  Eigen::VectorXd coefficients;      ///< none negative
  Eigen::VectorXd background;        ///< of the polynomials
};

/// A SNIP baseline gives the background; then all scales in range and widths from 2.5 bins to 0.03
/// 1/angstrom are tried, each with the best non-negative areas; then each phase's own scale.
[[nodiscard]] RingStart find_start(const RingModel& model, const RingFitOptions& options,
                                   std::size_t phases, const Eigen::VectorXd& measured,
                                   const Eigen::VectorXd& variance);

}  // namespace adatom::diffraction
