#include "ring_start.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/QR>

#include "adatom/diffraction/baseline.h"

namespace adatom::diffraction {
namespace {

/// Bins left out are interpolated; then the mean of three.
std::vector<double> smoothed(const Eigen::VectorXd& measured, const Eigen::VectorXd& variance) {
  const auto count = static_cast<std::size_t>(measured.size());
  std::vector<double> filled(count);
  std::size_t left = count;
  const auto at = [&](std::size_t i) { return measured[static_cast<Eigen::Index>(i)]; };
  for (std::size_t i = 0; i <= count; ++i) {
    if (i < count && variance[static_cast<Eigen::Index>(i)] <= 0.0) continue;
    for (std::size_t j = left == count ? 0 : left + 1; j < i; ++j) {
      if (left == count) {
        filled[j] = i < count ? at(i) : 0.0;
      } else if (i == count) {
        filled[j] = at(left);
      } else {
        const double t = static_cast<double>(j - left) / static_cast<double>(i - left);
        filled[j] = (1.0 - t) * at(left) + t * at(i);
      }
    }
    if (i < count) filled[i] = at(i);
    left = i;
  }
  auto mean = filled;
  for (std::size_t i = 1; i + 1 < count; ++i) {
    mean[i] = (filled[i - 1] + filled[i] + filled[i + 1]) / 3.0;
  }
  return mean;
}

Eigen::VectorXd fit_background(const RingModel& model, BackgroundModel kind,
                               const Eigen::VectorXd& baseline) {
  if (kind == BackgroundModel::polynomial) {
    return model.polynomials().colPivHouseholderQr().solve(baseline);
  }
  const double least = std::max(1e-3 * baseline.maxCoeff(), 1e-12);
  const Eigen::ArrayXd positive = baseline.array().max(least);
  const Eigen::MatrixXd weighted = positive.matrix().asDiagonal() * model.polynomials();
  const Eigen::VectorXd target = (positive * positive.log()).matrix();
  return weighted.colPivHouseholderQr().solve(target);
}

struct Trial {
  double chi2 = std::numeric_limits<double>::infinity();
  Eigen::VectorXd coefficients;
};

/// Rings of given scales and one width, each a pseudo-Voigt of equal parts.
class RingScan {
 public:
  RingScan(const RingModel& model, Eigen::VectorXd signal, const Eigen::VectorXd& variance)
      : model_(model), signal_(std::move(signal)) {
    weights_ =
        (variance.array() > 0.0).select(variance.array().max(1e-300).inverse(), 0.0).matrix();
    all_ = signal_.dot(weights_.asDiagonal() * signal_);
  }

  [[nodiscard]] Trial at(const std::vector<double>& scales, double width) const {
    const auto count = static_cast<Eigen::Index>(model_.list().coefficients);
    Eigen::MatrixXd rings = Eigen::MatrixXd::Zero(signal_.size(), count);
    for (const auto& line : model_.list().lines) {
      const double middle = line.s_per_angstrom * scales[line.phase];
      const auto peak = peak_curve(model_.s(), middle, width, 0.5, Slopes::unwanted);
      rings.col(static_cast<Eigen::Index>(line.coefficient)).array() += line.weight * peak.value;
    }
    const Eigen::MatrixXd weighted = weights_.asDiagonal() * rings;
    return not_negative(rings.transpose() * weighted, weighted.transpose() * signal_);
  }

 private:
  /// Least squares without negative coefficients: those that come out negative become 0.
  [[nodiscard]] Trial not_negative(const Eigen::MatrixXd& normal,
                                   const Eigen::VectorXd& right) const {
    const auto count = right.size();
    std::vector<Eigen::Index> kept;
    for (Eigen::Index i = 0; i < count; ++i) kept.push_back(i);
    Eigen::VectorXd values;
    while (!kept.empty()) {
      const auto size = static_cast<Eigen::Index>(kept.size());
      Eigen::MatrixXd part(size, size);
      Eigen::VectorXd side(size);
      for (Eigen::Index i = 0; i < size; ++i) {
        const auto row = kept[static_cast<std::size_t>(i)];
        side[i] = right[row];
        for (Eigen::Index j = 0; j < size; ++j) {
          part(i, j) = normal(row, kept[static_cast<std::size_t>(j)]);
        }
        part(i, i) = part(i, i) * (1.0 + 1e-9) + 1e-60;
      }
      values = part.ldlt().solve(side);
      std::vector<Eigen::Index> positive;
      for (Eigen::Index i = 0; i < size; ++i) {
        if (values[i] > 0.0) positive.push_back(kept[static_cast<std::size_t>(i)]);
      }
      if (positive.size() == kept.size()) break;
      kept = positive;
    }
    Trial trial{.chi2 = all_, .coefficients = Eigen::VectorXd::Zero(count)};
    for (std::size_t i = 0; i < kept.size(); ++i) {
      trial.coefficients[kept[i]] = values[static_cast<Eigen::Index>(i)];
      trial.chi2 -= values[static_cast<Eigen::Index>(i)] * right[kept[i]];
    }
    return trial;
  }

  const RingModel& model_;
  Eigen::VectorXd signal_;
  Eigen::VectorXd weights_;
  double all_ = 0.0;
};

}  // namespace

RingStart find_start(const RingModel& model, const RingFitOptions& options, std::size_t phases,
                     const Eigen::VectorXd& measured, const Eigen::VectorXd& variance) {
  const double step = model.s()[1] - model.s()[0];
  const auto bins = static_cast<int>(measured.size());
  constexpr double window = 0.04;  // 1/angstrom: wider than rings and their overlaps
  const int half = std::clamp(static_cast<int>(window / step), std::min(8, bins / 4), bins / 4);
  const auto base = snip_baseline(smoothed(measured, variance), half);
  const Eigen::Map<const Eigen::VectorXd> baseline(base.data(), measured.size());
  RingStart start;
  start.background = fit_background(model, options.background, baseline);
  const RingScan scan(model, measured - baseline, variance);
  const double s_max = model.s().maxCoeff();
  Trial best;
  constexpr double widest = 0.03;  // 1/angstrom
  for (double width = 2.5 * step; width <= std::max(widest, 5.0 * step); width *= 1.4) {
    const int steps = static_cast<int>(std::ceil(options.scale_range * s_max / (0.3 * width)));
    for (int i = -steps; i <= steps; ++i) {
      const double scale = 1.0 + (steps == 0 ? 0.0 : options.scale_range * i / steps);
      auto trial = scan.at(std::vector<double>(phases, scale), width);
      if (trial.chi2 >= best.chi2) continue;
      best = std::move(trial);
      start.scale = scale;
      start.width = width;
    }
  }
  start.phase_scales.assign(phases, start.scale);
  const double change = 0.2 * start.width / s_max;
  const int steps = static_cast<int>(std::ceil(0.5 * options.scale_range / change));
  constexpr double worth = 25.0;  // chi-square that five standard errors bring
  for (std::size_t phase = 0; phase < phases; ++phase) {
    auto scales = start.phase_scales;
    for (int i = -steps; i <= steps; ++i) {
      scales[phase] = start.scale + change * i;
      auto trial = scan.at(scales, start.width);
      if (trial.chi2 >= best.chi2 - worth) continue;
      best = std::move(trial);
      start.phase_scales = scales;
    }
  }
  start.coefficients = best.coefficients;
  return start;
}

}  // namespace adatom::diffraction
