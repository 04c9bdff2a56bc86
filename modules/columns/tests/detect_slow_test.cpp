// Recall and precision over many simulated particles. The figures are printed: the README quotes
// them.
#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

#include "adatom/columns/detect.h"
#include "detect_particles.h"
#include "detect_scoring.h"

namespace adatom::columns {
namespace {

using testing::Match;
using testing::match_positions;
using testing::ParticleScene;
using testing::SimulatedFrame;

struct Tally {
  std::size_t columns = 0;
  std::size_t found = 0;
  std::size_t extra = 0;
  std::size_t single = 0;
  std::size_t single_found = 0;
};

enum class Shape { sphere, octahedron, twin, distorted };

// Half an angstrom is a fifth of the nearest distance: enough to say which column is meant.
constexpr double reach_angstrom = 0.5;

Tally run(double dose, double background) {
  Tally tally;
  for (const Shape shape : {Shape::sphere, Shape::octahedron, Shape::twin, Shape::distorted}) {
    for (const double pixel : {0.10, 0.13, 0.16}) {
      ParticleScene scene;
      scene.pixel_size_angstrom = pixel;
      scene.radius_angstrom = 15.0;
      scene.dose_per_angstrom2 = dose;
      scene.background = background;
      scene.octahedron = shape == Shape::octahedron;
      scene.twin = shape == Shape::twin;
      scene.distortion_angstrom = shape == Shape::distorted ? 0.2 : 0.0;
      scene.slope_per_angstrom = background > 0.0 && scene.octahedron ? 0.0005 : 0.0;
      scene.seed = 1000 + static_cast<std::uint64_t>(1000.0 * pixel) +
                   10000 * static_cast<std::uint64_t>(shape);
      const SimulatedFrame frame = simulate_particle(scene);
      NoProgress progress;
      const DetectionResult result = detect_columns(frame.image, pixel, {}, progress);
      std::vector<Position> truth;
      for (const auto& c : frame.columns) truth.push_back({c.x_angstrom, c.y_angstrom});
      const Match match = match_positions(truth, result.positions, reach_angstrom);
      tally.columns += truth.size();
      tally.found += match.found;
      tally.extra += match.extra;
      for (const auto& c : frame.columns) tally.single += c.atoms == 1 ? 1 : 0;
      for (const auto& c : frame.columns) tally.single_found += c.atoms == 1 ? 1 : 0;
      for (const std::size_t i : match.missed) {
        tally.single_found -= frame.columns[i].atoms == 1 ? 1 : 0;
      }
    }
  }
  std::printf(
      "dose %g per A^2, background %g: %zu of %zu columns, %zu extra, single atoms %zu of %zu\n",
      dose, background, tally.found, tally.columns, tally.extra, tally.single_found, tally.single);
  return tally;
}

double recall(const Tally& t) {
  return static_cast<double>(t.found) / static_cast<double>(t.columns);
}
double precision(const Tally& t) {
  return static_cast<double>(t.found) / static_cast<double>(t.found + t.extra);
}

// The aim of the program: 99 % of both at doses of 1e5 per A^2 and above.
TEST(DetectSlow, RecallAndPrecisionOfSimulatedParticles) {
  for (const double dose : {1e5, 4e5, 0.0}) {
    for (const double background : {0.0, 0.05}) {
      const Tally tally = run(dose, background);
      EXPECT_GE(recall(tally), 0.99);
      EXPECT_GE(precision(tally), 0.99);
    }
  }
}

// At 2e4 per A^2 a single atom on a background of 0.05 stands about six standard errors high: a few
// may be lost, and hardly anything may be invented.
TEST(DetectSlow, LowDose) {
  for (const double background : {0.0, 0.05}) {
    const Tally tally = run(2e4, background);
    EXPECT_GE(recall(tally), 0.97);
    EXPECT_GE(precision(tally), 0.99);
  }
}

}  // namespace
}  // namespace adatom::columns
