#include "ring_shifts.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include <Eigen/Dense>

namespace adatom::diffraction {
namespace {

constexpr double height_to_error = 6.0;  // a ring shows in a sector
// With Huber's weights w at 1.5 the sum of w z^2 is this share of that of z^2 for normal errors.
constexpr double huber_share = 0.866;

struct SectorFit {
  double shift_px = 0.0;
  double stderr_px = 0.0;
  double height_ratio = 0.0;  // over its standard error
};

/// a T + b T' + c + d r about the ring, in `group` sectors from `first` on.
std::optional<SectorFit> fit_sector(const PolarSums& sums, const SmoothProfile& profile,
                                    const RingWindow& ring, std::size_t first, std::size_t group) {
  Eigen::Matrix4d normal = Eigen::Matrix4d::Zero();
  Eigen::Vector4d right = Eigen::Vector4d::Zero();
  double square = 0.0;
  double pixels = 0.0;
  const double base = profile.value[ring.begin];
  for (std::size_t b = ring.begin; b < ring.end; ++b) {
    const double variance = profile.variance[b];
    if (variance <= 0.0) continue;
    PolarBin bin;
    for (std::size_t s = first; s < first + group; ++s) {
      const PolarBin& one = sums.at(s, b);
      bin.count += one.count;
      bin.sum += one.sum;
      bin.square += one.square;
    }
    if (bin.count <= 0.0) continue;
    // Less the profile itself: only small numbers are squared.
    const double about = profile.value[b];
    const double sum = bin.sum - bin.count * about;
    const double sum_of_squares = bin.square - 2.0 * about * bin.sum + bin.count * about * about;
    const Eigen::Vector4d x(
        (about - base) / ring.height, profile.slope[b] / ring.height, 1.0,
        (static_cast<double>(b) * profile.step_px - ring.radius_px) / ring.width_px);
    const double weight = 1.0 / variance;
    normal += weight * bin.count * x * x.transpose();
    right += weight * sum * x;
    square += weight * sum_of_squares;
    pixels += bin.count;
  }
  const double low = static_cast<double>(ring.begin) * profile.step_px;
  const double high = static_cast<double>(ring.end) * profile.step_px;
  const double expected = std::numbers::pi * (high * high - low * low) *
                          static_cast<double>(group) / static_cast<double>(sums.sectors);
  if (pixels < 0.5 * expected || pixels < 12.0) return std::nullopt;
  Eigen::LDLT<Eigen::Matrix4d> solver(normal);
  if (solver.info() != Eigen::Success || !(solver.rcond() > 1e-12)) return std::nullopt;
  const Eigen::Vector4d p = solver.solve(right);
  const Eigen::Matrix4d inverse = solver.solve(Eigen::Matrix4d::Identity());
  const double rest = std::max(square - p.dot(right), 0.0) / (pixels - 4.0);
  // What was taken off is the ring at its mean height.
  const double a = ring.height + p[0];
  const double a_stderr = std::sqrt(rest * std::max(inverse(0, 0), 0.0));
  const double b_stderr = std::sqrt(rest * std::max(inverse(1, 1), 0.0));
  if (!(a > 0.0) || !(b_stderr > 0.0)) return std::nullopt;
  return SectorFit{-p[1] / a, b_stderr / a, a_stderr > 0.0 ? a / a_stderr : 0.0};
}

std::vector<RingShift> shifts_of_ring(const PolarSums& sums, const SmoothProfile& profile,
                                      const RingWindow& ring, std::size_t index,
                                      std::size_t group) {
  std::vector<RingShift> list;
  for (std::size_t s = 0; s + group <= sums.sectors; s += group) {
    const auto fit = fit_sector(sums, profile, ring, s, group);
    // A ring that moved by more than its width is another one.
    if (!fit || fit->height_ratio < height_to_error || std::abs(fit->shift_px) > ring.width_px) {
      continue;
    }
    const double azimuth = sums.azimuth_rad(s) + std::numbers::pi * static_cast<double>(group - 1) /
                                                     static_cast<double>(sums.sectors);
    list.push_back({index, azimuth, fit->shift_px, fit->stderr_px, 1.0});
  }
  return list;
}

/// Of one shift.
ShiftVector derivative(const RingShift& shift, double radius, const Fitted& fitted) {
  const double phi = shift.azimuth_rad;
  const double square = radius * radius;
  ShiftVector row;
  row << std::cos(phi), std::sin(phi), radius * std::cos(2.0 * phi), radius * std::sin(2.0 * phi),
      square * std::cos(phi), square * std::sin(phi), square * std::cos(3.0 * phi),
      square * std::sin(3.0 * phi);
  for (int i = 0; i < shift_parameters; ++i) {
    if (fitted.parts[static_cast<std::size_t>(i)] == 0) row[i] = 0.0;
  }
  return row;
}

/// Normal equations of one ring, its own mean taken out.
struct RingSums {
  ShiftMatrix normal = ShiftMatrix::Zero();
  ShiftVector right = ShiftVector::Zero();
  ShiftVector mean_row = ShiftVector::Zero();
  double mean_shift = 0.0;
  std::size_t count = 0;
};

RingSums sum_ring(std::span<const RingShift> shifts, std::size_t ring, double radius,
                  const Fitted& fitted) {
  RingSums sums;
  double weights = 0.0;
  for (const RingShift& shift : shifts) {
    if (shift.ring != ring) continue;
    const double weight = shift.weight / (shift.stderr_px * shift.stderr_px);
    const ShiftVector row = derivative(shift, radius, fitted);
    sums.normal += weight * row * row.transpose();
    sums.right += weight * shift.shift_px * row;
    sums.mean_row += weight * row;
    sums.mean_shift += weight * shift.shift_px;
    weights += weight;
    ++sums.count;
  }
  if (weights <= 0.0) return sums;
  sums.mean_row /= weights;
  sums.mean_shift /= weights;
  sums.normal -= weights * sums.mean_row * sums.mean_row.transpose();
  sums.right -= weights * sums.mean_shift * sums.mean_row;
  return sums;
}

/// The inverse over what is fitted, 0 elsewhere. Nothing: not determined.
std::optional<ShiftMatrix> inverse_of(ShiftMatrix normal, const Fitted& fitted) {
  // All parameters in units of about their errors.
  ShiftVector unit = ShiftVector::Zero();
  for (int i = 0; i < shift_parameters; ++i) {
    if (fitted.parts[static_cast<std::size_t>(i)] == 0) {
      normal(i, i) = 1.0;
      continue;
    }
    if (!(normal(i, i) > 0.0)) return std::nullopt;
    unit[i] = 1.0 / std::sqrt(normal(i, i));
  }
  const ShiftVector scale = (unit.array() > 0.0).select(unit, 1.0);
  normal = scale.asDiagonal() * normal * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<ShiftMatrix> solver(normal);
  if (!(solver.eigenvalues()[0] > 1e-6)) return std::nullopt;
  return ShiftMatrix(unit.asDiagonal() * solver.eigenvectors() *
                     solver.eigenvalues().cwiseInverse().asDiagonal() *
                     solver.eigenvectors().transpose() * unit.asDiagonal());
}

/// Residuals over their errors, and the weights they bring. Returns the scale of the errors.
double weigh(std::span<RingShift> shifts, std::span<const FoundRing> rings,
             std::span<const RingSums> sums, const ShiftVector& move, const Fitted& fitted) {
  std::vector<double> sizes;
  std::vector<double> residual(shifts.size(), 0.0);
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const RingShift& shift = shifts[i];
    if (rings[shift.ring].use != RingUse::used) continue;
    const ShiftVector row =
        derivative(shift, rings[shift.ring].radius_px, fitted) - sums[shift.ring].mean_row;
    residual[i] = (shift.shift_px - sums[shift.ring].mean_shift - row.dot(move)) / shift.stderr_px;
    sizes.push_back(std::abs(residual[i]));
  }
  if (sizes.empty()) return 1.0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  const double scale = std::max(1.4826 * *middle, 1e-9);
  constexpr double huber = 1.5;
  constexpr double reject = 6.0;
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const double z = std::abs(residual[i]) / scale;
    shifts[i].weight = z <= huber ? 1.0 : (z < reject ? huber / z : 0.0);
  }
  return scale;
}

struct Solution {
  ShiftFit fit;
  std::vector<RingSums> sums;
};

Solution solve(std::span<RingShift> shifts, std::span<const FoundRing> rings,
               const Fitted& fitted) {
  Solution solution;
  for (RingShift& shift : shifts) shift.weight = 1.0;
  ShiftMatrix normal = ShiftMatrix::Zero();
  for (int round = 0; round < 8; ++round) {
    normal.setZero();
    ShiftVector right = ShiftVector::Zero();
    solution.sums.assign(rings.size(), {});
    std::size_t means = 0;
    for (std::size_t k = 0; k < rings.size(); ++k) {
      solution.sums[k] = sum_ring(shifts, k, rings[k].radius_px, fitted);
      if (rings[k].use != RingUse::used) continue;
      normal += solution.sums[k].normal;
      right += solution.sums[k].right;
      ++means;
    }
    const auto inverse = inverse_of(normal, fitted);
    if (!inverse) return solution;
    solution.fit.move = *inverse * right;
    (void)weigh(shifts, rings, solution.sums, solution.fit.move, fitted);
    // chi-square with Huber's weights; its expectation for normal errors is known (1 at most).
    double chi2 = 0.0;
    double count = 0.0;
    for (const RingShift& shift : shifts) {
      if (rings[shift.ring].use != RingUse::used || shift.weight <= 0.0) continue;
      const ShiftVector row = derivative(shift, rings[shift.ring].radius_px, fitted) -
                              solution.sums[shift.ring].mean_row;
      const double z =
          (shift.shift_px - solution.sums[shift.ring].mean_shift - row.dot(solution.fit.move)) /
          shift.stderr_px;
      chi2 += shift.weight * z * z;
      count += 1.0;
    }
    const auto parameters = static_cast<double>(fitted.count());
    const double freedom = count - parameters - static_cast<double>(means);
    if (freedom < 1.0) return solution;
    solution.fit.used = static_cast<std::size_t>(count);
    solution.fit.chi2_per_dof = chi2 / freedom;
    solution.fit.covariance = *inverse * (solution.fit.chi2_per_dof / huber_share);
    solution.fit.solved = true;
  }
  return solution;
}

/// Brings the errors of each ring's shifts to the scatter about its own centre and ellipse: that
/// the profile is smoothed shows as noise in strong rings. Shrunk to what it was where sectors are
/// few.
void rescale_errors(std::span<RingShift> shifts, std::span<const FoundRing> rings,
                    const Fitted& fitted) {
  constexpr double few = 6.0;
  for (std::size_t k = 0; k < rings.size(); ++k) {
    std::vector<RingShift> own;
    for (const RingShift& shift : shifts) {
      if (shift.ring == k) own.push_back(shift);
    }
    const auto count = static_cast<double>(own.size());
    const double freedom = count - 1.0 - fitted.count();
    if (freedom < few) continue;
    std::vector<FoundRing> one(rings.begin(), rings.end());
    for (FoundRing& ring : one) ring.use = RingUse::incomplete;
    one[k].use = RingUse::used;
    const Solution solution = solve(own, one, fitted);
    if (!solution.fit.solved) continue;
    const double scatter = solution.fit.chi2_per_dof / huber_share;
    const double factor = std::sqrt((scatter * freedom + few) / (freedom + few));
    for (RingShift& shift : shifts) {
      if (shift.ring == k) shift.stderr_px *= factor;
    }
  }
}

/// How many standard errors, squared and per parameter, the ellipse of ring `k` alone is off.
double contradiction(const Solution& solution, std::size_t k, const Fitted& fitted) {
  const RingSums& own = solution.sums[k];
  const auto inverse = inverse_of(own.normal, fitted);
  if (!inverse) return 0.0;
  const ShiftVector off = *inverse * own.right - solution.fit.move;
  const double scale = std::max(solution.fit.chi2_per_dof / huber_share, 1e-12);
  const auto parameters = static_cast<double>(fitted.count());
  return off.dot(own.normal * off) / scale / parameters;
}

}  // namespace

int Fitted::count() const {
  return static_cast<int>(std::ranges::count(parts, static_cast<char>(1)));
}

Fitted fitted_parts(std::initializer_list<int> parts) {
  Fitted fitted;
  for (const int part : parts) fitted.parts[static_cast<std::size_t>(part)] = 1;
  return fitted;
}

std::vector<RingShift> ring_shifts(const PolarSums& sums, const SmoothProfile& profile,
                                   std::span<const RingWindow> rings) {
  std::vector<RingShift> all;
  for (std::size_t k = 0; k < rings.size(); ++k) {
    std::vector<RingShift> best;
    for (const std::size_t group : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
      auto list = shifts_of_ring(sums, profile, rings[k], k, group);
      if (list.size() * group > best.size() * std::max<std::size_t>(group / 2, 1)) {
        best = std::move(list);
      }
      if (best.size() * group * 2 > sums.sectors) break;
    }
    all.insert(all.end(), best.begin(), best.end());
  }
  return all;
}

ShiftFit fit_shifts(std::span<RingShift> shifts, std::span<FoundRing> rings, const Fitted& fitted) {
  for (std::size_t k = 0; k < rings.size(); ++k) {
    const auto own = std::ranges::count(shifts, k, &RingShift::ring);
    rings[k].sectors = own;
    rings[k].use = own < 6 ? RingUse::incomplete : RingUse::used;
  }
  const auto usable = [&] { return std::ranges::count(rings, RingUse::used, &FoundRing::use); };
  rescale_errors(shifts, rings, fitted);
  Solution solution = solve(shifts, rings, fitted);
  if (!solution.fit.solved) return solution.fit;
  constexpr double limit = 6.0;  // chance of a sound ring: 7e-5 with four parameters
  while (usable() > 2) {
    std::size_t worst = rings.size();
    double most = limit;
    for (std::size_t k = 0; k < rings.size(); ++k) {
      if (rings[k].use != RingUse::used) continue;
      const double off = contradiction(solution, k, fitted);
      if (off > most) {
        most = off;
        worst = k;
      }
    }
    if (worst == rings.size()) break;
    rings[worst].use = RingUse::contradicts;
    const Solution next = solve(shifts, rings, fitted);
    if (!next.fit.solved) {
      rings[worst].use = RingUse::used;
      break;
    }
    solution = next;
  }
  // With the weights of the rings that are left.
  return solve(shifts, rings, fitted).fit;
}

}  // namespace adatom::diffraction
