// Diffusion by the covariance estimator.
#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"
#include "adatom/tracking/motion_sums.h"
#include "displacements.h"

namespace adatom::tracking {

/// Sums over both axes of neighbouring steps.
struct StepSums {
  double square = 0.0;
  double steps = 0.0;
  double product = 0.0;
  double pairs = 0.0;
};

namespace {

StepSums steps_of(const Track& track) {
  StepSums sums;
  const auto& p = track.points;
  for (std::size_t i = 1; i < p.size(); ++i) {
    if (p[i].frame != p[i - 1].frame + 1) continue;
    const double dx = p[i].x_nm - p[i - 1].x_nm;
    const double dy = p[i].y_nm - p[i - 1].y_nm;
    sums.square += dx * dx + dy * dy;
    sums.steps += 1.0;
    if (i + 1 == p.size() || p[i + 1].frame != p[i].frame + 1) continue;
    sums.product += dx * (p[i + 1].x_nm - p[i].x_nm) + dy * (p[i + 1].y_nm - p[i].y_nm);
    sums.pairs += 1.0;
  }
  return sums;
}

void require_blur(double blur) {
  constexpr double most = 0.25;  // the paper's largest
  if (blur >= 0.0 && blur <= most) return;
  throw InputError({.what = "a blur that is not between 0 and 1/4",
                    .where = "diffusion",
                    .why = {},
                    .remedy = "give 0 for short exposures, 1/6 for full ones"});
}

Diffusion estimate(const StepSums& sums, double frame_time_s, double blur) {
  const double square = 0.5 * sums.square / sums.steps;  // per axis
  const double product = 0.5 * sums.product / sums.pairs;
  Diffusion result;
  result.d_nm2_per_s = (0.5 * square + product) / frame_time_s;
  result.localisation_variance_nm2 = blur * square + (2.0 * blur - 1.0) * product;
  result.steps = static_cast<std::int64_t>(sums.steps);
  result.step_pairs = static_cast<std::int64_t>(sums.pairs);
  result.tracks = 1;
  return result;
}

}  // namespace

std::optional<Diffusion> track_diffusion(const Track& track, double frame_time_s, double blur) {
  require_tracks({&track, 1}, frame_time_s);
  require_blur(blur);
  const StepSums sums = steps_of(track);
  if (sums.pairs < 1.0) return std::nullopt;
  Diffusion result = estimate(sums, frame_time_s, blur);
  // var(D) = D^2 [(6 + 4 e + 2 e^2) / N + 4 (1 + e)^2 / N^2], e = sigma^2 / (D dt) - 2 R, written
  // without a division by D; two axes halve it.
  const double walk = std::max(0.0, result.d_nm2_per_s) * frame_time_s;
  const double noise = std::max(0.0, result.localisation_variance_nm2) - 2.0 * blur * walk;
  const double n = sums.steps;
  const double variance = (6.0 * walk * walk + 4.0 * walk * noise + 2.0 * noise * noise) / n +
                          4.0 * (walk + noise) * (walk + noise) / (n * n);
  result.stderr_nm2_per_s = std::sqrt(0.5 * variance) / frame_time_s;
  return result;
}

DiffusionSums::DiffusionSums(double frame_time_s, double blur)
    : frame_time_s_(frame_time_s), blur_(blur) {
  require_tracks({}, frame_time_s);
  require_blur(blur);
}

DiffusionSums::~DiffusionSums() = default;

void DiffusionSums::add(std::span<const Track> tracks) {
  require_tracks(tracks, frame_time_s_);
  for (const auto& track : tracks) {
    const StepSums sums = steps_of(track);
    if (sums.pairs >= 1.0) tracks_.push_back(sums);
  }
}

std::optional<Diffusion> DiffusionSums::diffusion() const {
  if (tracks_.empty()) return std::nullopt;
  StepSums all;
  for (const auto& sums : tracks_) {
    all.square += sums.square;
    all.steps += sums.steps;
    all.product += sums.product;
    all.pairs += sums.pairs;
  }
  Diffusion result = estimate(all, frame_time_s_, blur_);
  result.tracks = static_cast<std::int64_t>(tracks_.size());
  const auto count = static_cast<double>(tracks_.size());
  if (count < 2.0) return result;
  const double square = 0.5 * all.square / all.steps;
  const double product = 0.5 * all.product / all.pairs;
  double scatter = 0.0;
  for (const auto& sums : tracks_) {
    const double of_square = (0.5 * sums.square - sums.steps * square) / all.steps;
    const double of_product = (0.5 * sums.product - sums.pairs * product) / all.pairs;
    scatter += std::pow(0.5 * of_square + of_product, 2);
  }
  result.stderr_nm2_per_s = std::sqrt(scatter * count / (count - 1.0)) / frame_time_s_;
  return result;
}

std::optional<Diffusion> ensemble_diffusion(std::span<const Track> tracks, double frame_time_s,
                                            double blur) {
  DiffusionSums sums(frame_time_s, blur);
  sums.add(tracks);
  return sums.diffusion();
}

}  // namespace adatom::tracking
