#pragma once
// How far each ring lies from its mean radius in each sector, and the geometry that explains it.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/diffraction/find_geometry.h"
#include "profile_rings.h"

namespace adatom::diffraction {

struct RingShift {
  std::size_t ring = 0;
  double azimuth_rad = 0.0;
  double shift_px = 0.0;
  double stderr_px = 0.0;
  double weight = 1.0;  ///< Huber's
};

/// Sectors of weak rings are put together until the ring shows in them, two or four at most; a
/// sector of which half is masked says nothing.
[[nodiscard]] std::vector<RingShift> ring_shifts(const PolarSums& sums,
                                                 const SmoothProfile& profile,
                                                 std::span<const RingWindow> rings);

enum class Fitted : std::size_t { none, centre, ellipse, both };

struct ShiftFit {
  /// Of centre x, y in the round pattern, px, and of the ellipse (GeometryResult::covariance).
  Eigen::Vector4d move = Eigen::Vector4d::Zero();
  Eigen::Matrix4d covariance = Eigen::Matrix4d::Zero();
  double chi2_per_dof = 0.0;
  std::size_t used = 0;
  bool solved = false;
};

/// Sets the weights of the shifts, and the use of each ring.
[[nodiscard]] ShiftFit fit_shifts(std::span<RingShift> shifts, std::span<FoundRing> rings,
                                  Fitted fitted);

}  // namespace adatom::diffraction
