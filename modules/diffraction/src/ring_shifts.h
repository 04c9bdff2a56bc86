#pragma once
// How far each ring lies from its mean radius in each sector, and the geometry that explains it.
#include <array>
#include <cstddef>
#include <initializer_list>
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

/// Centre x, y in the round pattern, px; the ellipse (GeometryResult::covariance); the distortion.
constexpr int shift_parameters = 8;
using ShiftVector = Eigen::Matrix<double, shift_parameters, 1>;
using ShiftMatrix = Eigen::Matrix<double, shift_parameters, shift_parameters>;

/// Which of them are fitted; the others are 0.
struct Fitted {
  std::array<char, shift_parameters> parts{};
  [[nodiscard]] int count() const;
};
[[nodiscard]] Fitted fitted_parts(std::initializer_list<int> parts);

struct ShiftFit {
  ShiftVector move = ShiftVector::Zero();
  ShiftMatrix covariance = ShiftMatrix::Zero();
  double chi2_per_dof = 0.0;
  std::size_t used = 0;
  bool solved = false;
};

/// Sets the weights of the shifts, and the use of each ring.
[[nodiscard]] ShiftFit fit_shifts(std::span<RingShift> shifts, std::span<FoundRing> rings,
                                  const Fitted& fitted);

}  // namespace adatom::diffraction
