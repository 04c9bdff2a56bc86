// Particles of simulated frames: how many are found, and how well they are placed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/simulate/video.h"
#include "adatom/tracking/detect.h"

namespace adatom {
namespace {

using simulate::TrueParticle;
using simulate::VideoFrame;
using simulate::VideoOptions;
using tracking::DetectResult;
using tracking::Particle;

constexpr double gate_px = 5.0;
constexpr double blur_px = 1.0;
constexpr std::int64_t side = 1024;

/// Of 1 nm per pixel; round ones, ellipses and hexagons that touch but do not overlap, on an uneven
/// background.
VideoOptions phantom(std::int64_t particles, double electrons, std::int64_t seed) {
  VideoOptions options;
  options.seed = seed;
  options.frames = 1;
  options.particles.count = particles;
  options.particles.radius_min_nm = 2.5;
  options.particles.radius_max_nm = 15.0;
  options.particles.ellipse_share = 0.2;
  options.particles.facet_share = 0.2;
  options.particles.edge_blur_nm = blur_px;
  options.background.gradient = 0.2;
  options.background.waves = 0.03;
  options.camera.width = side;
  options.camera.height = side;
  options.camera.dose_per_nm2 = electrons;
  options.camera.output = simulate::CameraOutput::float32;
  return options;
}

struct Score {
  double truths = 0.0;  ///< with their centre in the frame
  double found = 0.0;
  double detections = 0.0;
  double right = 0.0;
  double squares = 0.0;  ///< of errors along x and y over the bound, of those found
  double free_squares = 0.0;
  double free = 0.0;
  [[nodiscard]] double recall() const { return found / truths; }
  [[nodiscard]] double precision() const { return right / detections; }
  [[nodiscard]] double rmse() const { return std::sqrt(squares / found); }
  [[nodiscard]] double free_rmse() const { return std::sqrt(free_squares / free); }
};

bool in_frame(double x, double y) {
  const double last = static_cast<double>(side) - 0.5;
  return x >= -0.5 && y >= -0.5 && x < last && y < last;
}

double gap_to_others(const std::vector<TrueParticle>& all, std::size_t i) {
  double gap = 1e9;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k == i) continue;
    const double distance = std::hypot(all[k].x_nm - all[i].x_nm, all[k].y_nm - all[i].y_nm);
    gap = std::min(gap, distance - all[k].radius_nm - all[i].radius_nm);
  }
  return gap;
}

/// Nearest pairs first, each at most once.
std::vector<std::ptrdiff_t> match(const std::vector<TrueParticle>& truth,
                                  const std::vector<Particle>& found) {
  struct Pair {
    double distance;
    std::size_t truth;
    std::size_t found;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t k = 0; k < found.size(); ++k) {
      const double d = std::hypot(truth[i].x_nm - found[k].x_px, truth[i].y_nm - found[k].y_px);
      if (d < gate_px) pairs.push_back({d, i, k});
    }
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
  std::vector<std::ptrdiff_t> partner(truth.size(), -1);
  std::vector<bool> taken(found.size(), false);
  for (const Pair& pair : pairs) {
    if (partner[pair.truth] >= 0 || taken[pair.found]) continue;
    partner[pair.truth] = static_cast<std::ptrdiff_t>(pair.found);
    taken[pair.found] = true;
  }
  return partner;
}

void add_frame(const VideoFrame& frame, const DetectResult& result, double electrons,
               Score& score) {
  const auto& truth = frame.particles;
  const auto partner = match(truth, result.particles);
  std::vector<bool> used(result.particles.size(), false);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const TrueParticle& t = truth[i];
    if (partner[i] >= 0) used[static_cast<std::size_t>(partner[i])] = true;
    if (!in_frame(t.x_nm, t.y_nm)) continue;
    score.truths += 1.0;
    if (partner[i] < 0) continue;
    const Particle& p = result.particles[static_cast<std::size_t>(partner[i])];
    const double bound = tracking::position_bound_px(t.radius_nm, blur_px, electrons * t.contrast,
                                                     electrons * (1.0 - 0.5 * t.contrast));
    const double dx = (p.x_px - t.x_nm) / bound;
    const double dy = (p.y_px - t.y_nm) / bound;
    const double square = 0.5 * (dx * dx + dy * dy);
    score.found += 1.0;
    score.squares += square;
    if (gap_to_others(truth, i) > 5.0 * blur_px && t.edge_distance_nm > t.radius_nm + 4.0) {
      score.free += 1.0;
      score.free_squares += square;
    }
  }
  for (std::size_t k = 0; k < used.size(); ++k) {
    if (!in_frame(result.particles[k].x_px, result.particles[k].y_px)) continue;
    score.detections += 1.0;
    score.right += used[k] ? 1.0 : 0.0;
  }
}

Score measure(std::int64_t particles, double electrons) {
  Score score;
  tracking::DetectWorkspace workspace;
  NoProgress progress;
  for (const std::int64_t seed : {1, 2, 3}) {
    (void)simulate_video(
        phantom(particles, electrons, seed),
        [&](const VideoFrame& frame) {
          add_frame(frame, tracking::detect_particles(frame.image, {}, {}, workspace), electrons,
                    score);
        },
        progress);
  }
  return score;
}

// The limits are those that issue 8 sets.
TEST(DetectPhantom, SixtyElectronsPerPixel) {
  for (const std::int64_t particles : {300, 800}) {
    const Score score = measure(particles, 60.0);
    EXPECT_GE(score.recall(), 0.99) << particles;
    EXPECT_GE(score.precision(), 0.99) << particles;
    EXPECT_LE(score.free_rmse(), 1.15) << particles;
    EXPECT_LE(score.rmse(), 1.5) << particles;
  }
}

TEST(DetectPhantom, EightElectronsPerPixel) {
  for (const std::int64_t particles : {300, 800}) {
    const Score score = measure(particles, 8.0);
    EXPECT_GE(score.recall(), 0.93) << particles;
    EXPECT_GE(score.precision(), 0.93) << particles;
    EXPECT_LE(score.rmse(), 1.5) << particles;
  }
}

// Heaps of faint bodies, as which irregular flakes are described, are no particles; a flake that is
// nearly an ellipse cannot be told.
TEST(DetectPhantom, MostFlakesAreToldFromParticles) {
  VideoOptions options = phantom(100, 60.0, 4);
  options.background.clutter_count = 10;
  Score score;
  NoProgress progress;
  (void)simulate_video(
      options,
      [&](const VideoFrame& frame) {
        add_frame(frame, tracking::detect_particles(frame.image, {}), 60.0, score);
      },
      progress);
  EXPECT_GE(score.recall(), 0.98);
  EXPECT_GE(score.precision(), 0.85);
}

}  // namespace
}  // namespace adatom
