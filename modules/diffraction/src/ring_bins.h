#pragma once
// The bins of a profile as a fit needs them.
#include <Eigen/Core>

#include "adatom/diffraction/profile.h"
#include "ring_list.h"

namespace adatom::diffraction {

/// Bins of a range, and what is known of their errors.
struct Bins {
  Eigen::VectorXd measured;
  Eigen::VectorXd stated;     ///< variance; 0: left out
  Eigen::VectorXd inflation;  ///< what correlation between bins multiplies it with
  Eigen::VectorXd weight;     ///< px^2
};

/// @throws InputError: most bins have no error
[[nodiscard]] Bins read_bins(const Profile& profile, BinRange range);

/// The variances as they would be had each bin counted what the curve says: variance times weight
/// over the curve hardly changes along s, so its running mean is free of the counts' own scatter.
[[nodiscard]] Eigen::VectorXd smooth_variances(const Bins& bins, const Eigen::VectorXd& curve);

}  // namespace adatom::diffraction
