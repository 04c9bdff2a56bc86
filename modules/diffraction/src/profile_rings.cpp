#include "profile_rings.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <Eigen/Dense>

namespace adatom::diffraction {
namespace {

/// Bins without pixels take what is nearest, so that nothing there looks like an edge.
void fill_empty(const std::vector<double>& count, std::vector<double>& values) {
  std::ptrdiff_t before = -1;
  const auto size = static_cast<std::ptrdiff_t>(values.size());
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    if (count[static_cast<std::size_t>(i)] > 0.0) {
      if (before < 0) {
        std::fill(values.begin(), values.begin() + i, values[static_cast<std::size_t>(i)]);
      }
      before = i;
    } else if (before >= 0) {
      values[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(before)];
    }
  }
}

/// Centre value of a parabola through 2 m + 1 values (Savitzky and Golay).
double parabola_weight(double k, double m) {
  return 3.0 * (3.0 * m * m + 3.0 * m - 1.0 - 5.0 * k * k) /
         ((2.0 * m + 3.0) * (2.0 * m + 1.0) * (2.0 * m - 1.0));
}

/// Where the profile falls below `level` on the way from `peak` to `limit`, in bins.
double crossing(const std::vector<double>& value, std::size_t peak, std::size_t limit,
                double level) {
  const std::ptrdiff_t way = limit < peak ? -1 : 1;
  auto i = static_cast<std::ptrdiff_t>(peak);
  while (i != static_cast<std::ptrdiff_t>(limit)) {
    const double here = value[static_cast<std::size_t>(i)];
    const double next = value[static_cast<std::size_t>(i + way)];
    if (next <= level) {
      return static_cast<double>(i) + static_cast<double>(way) * (here - level) / (here - next);
    }
    i += way;
  }
  return static_cast<double>(limit);
}

struct Foot {
  std::size_t left = 0;
  std::size_t right = 0;
};

/// The lowest bins on both sides before something higher comes.
Foot foot_of(const std::vector<double>& value, std::size_t peak, std::size_t begin,
             std::size_t end) {
  Foot foot{peak, peak};
  for (std::size_t i = peak; i-- > begin && value[i] <= value[peak];) {
    if (value[i] < value[foot.left]) foot.left = i;
  }
  for (std::size_t i = peak + 1; i < end && value[i] <= value[peak]; ++i) {
    if (value[i] < value[foot.right]) foot.right = i;
  }
  return foot;
}

/// Does at least a tenth of the circle show?
bool shows(const SmoothProfile& profile, std::size_t bin) {
  const double radius = static_cast<double>(bin) * profile.step_px;
  return profile.count[bin] > 0.1 * 2.0 * 3.14159 * radius * profile.step_px;
}

/// A Gaussian (height, radius, sigma) on a parabola.
struct PeakFit {
  using Vector = Eigen::Matrix<double, 6, 1>;
  using Matrix = Eigen::Matrix<double, 6, 6>;
  struct Equations {
    Matrix normal = Matrix::Zero();
    Vector right = Vector::Zero();
    double chi2 = 0.0;
  };
  const SmoothProfile& profile;
  const RingWindow& ring;
  double radius;  // of the parabola's origin
  double sigma;   // and its unit

  [[nodiscard]] Equations at(const Vector& p) const {
    Equations sums;
    for (std::size_t b = ring.begin; b < ring.end; ++b) {
      if (profile.count[b] <= 0.0 || profile.variance[b] <= 0.0) continue;
      const double r = static_cast<double>(b) * profile.step_px;
      const double z = (r - p[1]) / p[2];
      const double x = (r - radius) / sigma;
      const double g = std::exp(-0.5 * z * z);
      Vector gradient;
      gradient << g, p[0] * g * z / p[2], p[0] * g * z * z / p[2], 1.0, x, x * x;
      const double rest = profile.mean[b] - (p[0] * g + p[3] + p[4] * x + p[5] * x * x);
      const double weight = profile.count[b] / profile.variance[b];
      sums.normal += weight * gradient * gradient.transpose();
      sums.right += weight * rest * gradient;
      sums.chi2 += weight * rest * rest;
    }
    return sums;
  }
};

}  // namespace

SmoothProfile smooth_profile(const PolarSums& sums, std::size_t half_window) {
  SmoothProfile profile;
  profile.half_window = half_window;
  profile.step_px = sums.step_px;
  const std::size_t bins = sums.bins;
  profile.count.assign(bins, 0.0);
  profile.mean.assign(bins, 0.0);
  profile.value.assign(bins, 0.0);
  profile.slope.assign(bins, 0.0);
  std::vector<double> variance(bins, 0.0);
  for (std::size_t b = 0; b < bins; ++b) {
    PolarBin all;
    for (std::size_t s = 0; s < sums.sectors; ++s) {
      const PolarBin& bin = sums.at(s, b);
      all.count += bin.count;
      all.sum += bin.sum;
      all.square += bin.square;
    }
    if (all.count < 1e-3) continue;
    profile.count[b] = all.count;
    profile.mean[b] = all.sum / all.count;
    variance[b] = std::max(all.square / all.count - profile.mean[b] * profile.mean[b], 0.0);
  }
  fill_empty(profile.count, profile.mean);
  fill_empty(profile.count, variance);
  const double m = static_cast<double>(half_window);
  profile.variance = variance;
  for (std::size_t b = 0; b < bins; ++b) {
    double value = 0.0;
    double slope = 0.0;
    double scatter = 0.0;
    for (std::size_t j = 0; j <= 2 * half_window; ++j) {
      const double k = static_cast<double>(j) - m;
      const auto at = static_cast<std::size_t>(
          std::clamp(static_cast<double>(b) + k, 0.0, static_cast<double>(bins - 1)));
      value += parabola_weight(k, m) * profile.mean[at];
      slope += k * profile.mean[at];
      scatter += variance[at];
    }
    profile.value[b] = value;
    profile.slope[b] = slope * 3.0 / (m * (m + 1.0) * (2.0 * m + 1.0)) / profile.step_px;
    profile.variance[b] = scatter / (2.0 * m + 1.0);
  }
  return profile;
}

std::vector<RingWindow> find_rings(const SmoothProfile& profile, double significance,
                                   double radius_min_px, double radius_max_px) {
  const auto& value = profile.value;
  const double step = profile.step_px;
  const auto first = static_cast<std::size_t>(std::max(radius_min_px / step, 2.0));
  auto last = std::min(static_cast<std::size_t>(radius_max_px / step) + 1, value.size());
  while (last > first && !shows(profile, last - 1)) --last;
  const double share = parabola_weight(0.0, static_cast<double>(profile.half_window));
  std::vector<RingWindow> rings;
  for (std::size_t b = first + 1; b + 1 < last; ++b) {
    if (!(value[b] > value[b - 1] && value[b] >= value[b + 1]) || !shows(profile, b)) continue;
    const Foot foot = foot_of(value, b, first, last);
    const double low = std::max(value[foot.left], value[foot.right]);
    const double noise = std::sqrt(share * profile.variance[b] / profile.count[b]);
    const double height = value[b] - low;
    if (!(height > significance * noise) || height <= 0.0) continue;
    const double left = crossing(value, b, foot.left, value[b] - 0.5 * height);
    const double right = crossing(value, b, foot.right, value[b] - 0.5 * height);
    RingWindow ring;
    ring.radius_px = static_cast<double>(b) * step;
    ring.width_px = (right - left) * step;
    ring.height = height;
    ring.significance = noise > 0.0 ? height / noise : 1e6;
    // As far as 1.5 of the half widths beyond the half height, or the foot.
    const double reach = 0.5 * 1.5 * (right - left);
    ring.begin = std::max(foot.left, static_cast<std::size_t>(std::max(left - reach, 0.0)));
    ring.end = std::min(foot.right, static_cast<std::size_t>(right + reach)) + 1;
    if (!rings.empty() && rings.back().end > ring.begin) {
      // Neighbours part at the lowest bin between them.
      const auto from = static_cast<std::size_t>(rings.back().radius_px / step);
      const auto lowest = std::min_element(value.begin() + static_cast<std::ptrdiff_t>(from),
                                           value.begin() + static_cast<std::ptrdiff_t>(b));
      const auto border = static_cast<std::size_t>(lowest - value.begin());
      rings.back().end = std::min(rings.back().end, border);
      ring.begin = std::max(ring.begin, border);
    }
    rings.push_back(ring);
  }
  return rings;
}

void fit_ring(const SmoothProfile& profile, RingWindow& ring) {
  if (ring.end < ring.begin + 9) return;
  constexpr double fwhm_per_sigma = 2.3548200450309493;
  const double sigma = std::max(ring.width_px / fwhm_per_sigma, profile.step_px);
  const PeakFit fit{profile, ring, ring.radius_px, sigma};
  PeakFit::Vector p;
  p << ring.height, ring.radius_px, sigma, profile.value[ring.begin], 0.0, 0.0;
  auto here = fit.at(p);
  double lambda = 1e-3;
  for (int iteration = 0; iteration < 40 && lambda < 1e8; ++iteration) {
    PeakFit::Matrix damped = here.normal;
    damped.diagonal() *= 1.0 + lambda;
    damped.diagonal().array() += 1e-300;
    PeakFit::Vector next = p + damped.ldlt().solve(here.right);
    if (!next.allFinite()) return;
    next[2] = std::max(std::abs(next[2]), 0.3);
    const auto there = fit.at(next);
    if (there.chi2 > here.chi2) {
      lambda *= 10.0;
      continue;
    }
    const bool done = here.chi2 - there.chi2 <= 1e-9 * here.chi2;
    p = next;
    here = there;
    lambda *= 0.2;
    if (done) break;
  }
  if (std::abs(p[1] - ring.radius_px) > ring.width_px || p[0] <= 0.0) return;
  ring.radius_px = p[1];
  const PeakFit::Matrix inverse = here.normal.ldlt().solve(PeakFit::Matrix::Identity());
  // Pixels are shared by two bins, and the shape is not quite Gaussian: the scatter counts.
  const double used = static_cast<double>(ring.end - ring.begin);
  const double scale = std::max(here.chi2 / std::max(used - 6.0, 1.0), 1.0);
  if (inverse(1, 1) > 0.0) ring.radius_stderr_px = std::sqrt(inverse(1, 1) * scale);
}

}  // namespace adatom::diffraction
