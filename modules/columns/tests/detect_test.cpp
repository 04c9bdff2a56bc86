#include "adatom/columns/detect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "detect_particles.h"
#include "detect_scoring.h"

namespace adatom::columns {
namespace {

using testing::Match;
using testing::match_positions;
using testing::ParticleScene;
using testing::SimulatedFrame;
using testing::TrueColumn;

DetectionResult detect(const Grid<double>& image, double pixel,
                       const DetectionOptions& options = {}) {
  NoProgress progress;
  return detect_columns(image, pixel, options, progress);
}

std::vector<Position> positions_of(const std::vector<TrueColumn>& columns) {
  std::vector<Position> positions;
  for (const TrueColumn& c : columns) positions.push_back({c.x_angstrom, c.y_angstrom});
  return positions;
}

ParticleScene small_scene() {
  ParticleScene scene;
  scene.radius_angstrom = 9.0;
  scene.pixel_size_angstrom = 0.14;
  scene.dose_per_angstrom2 = 1e5;
  scene.background = 0.02;
  return scene;
}

// 0.2 A is a twelfth of the nearest distance; the bound for one atom (rho / sqrt(N), N = 3000) is
// 0.013 A.
TEST(Detect, FindsAParticleUnaided) {
  const SimulatedFrame frame = simulate_particle(small_scene());
  const DetectionResult result = detect(frame.image, 0.14);
  const Match match = match_positions(positions_of(frame.columns), result.positions, 0.2);
  EXPECT_EQ(match.found, frame.columns.size());
  EXPECT_EQ(match.extra, 0U);
  EXPECT_NEAR(result.width_angstrom, 0.7, 0.01);
  // Gold's nearest distance along [110] is sqrt(a^2 + a^2 / 2) / 2 = 2.497 A.
  EXPECT_NEAR(result.nearest_distance_angstrom, 2.497, 0.02);
  // Several thousand vacuum pixels of 39 electrons each fix it to 0.3 % or better; 2.5 %.
  EXPECT_NEAR(result.background.level, 0.02, 0.0005);
  ASSERT_EQ(result.scores.size(), result.positions.size());
  ASSERT_EQ(result.heights.size(), result.positions.size());
  for (const double score : result.scores) EXPECT_GT(score, 0.0);
  EXPECT_TRUE(std::ranges::is_sorted(result.positions, {}, &Position::y_angstrom));
}

TEST(Detect, UnitAndOffsetDoNotMatter) {
  const SimulatedFrame frame = simulate_particle(small_scene());
  const DetectionResult fraction = detect(frame.image, 0.14);
  Grid<double> counts = frame.image;
  for (double& value : counts.values()) value = 3e4 * value + 1e3;
  const DetectionResult scaled = detect(counts, 0.14);
  ASSERT_EQ(scaled.positions.size(), fraction.positions.size());
  for (std::size_t i = 0; i < scaled.positions.size(); ++i) {
    // Rounding only: the offset costs two digits of sixteen, the fit stops at 1e-7 of its
    // objective.
    EXPECT_NEAR(scaled.positions[i].x_angstrom, fraction.positions[i].x_angstrom, 1e-6);
    EXPECT_NEAR(scaled.positions[i].y_angstrom, fraction.positions[i].y_angstrom, 1e-6);
    EXPECT_NEAR(scaled.heights[i], 3e4 * fraction.heights[i], 1e-2);
  }
}

TEST(Detect, SlopingBackgroundAndNoNoise) {
  ParticleScene scene = small_scene();
  scene.slope_per_angstrom = 0.001;
  for (const double dose : {0.0, 1e5}) {
    scene.dose_per_angstrom2 = dose;
    const SimulatedFrame frame = simulate_particle(scene);
    const DetectionResult result = detect(frame.image, 0.14);
    const Match match = match_positions(positions_of(frame.columns), result.positions, 0.2);
    EXPECT_EQ(match.found, frame.columns.size()) << dose;
    EXPECT_EQ(match.extra, 0U) << dose;
    EXPECT_NEAR(result.background.slope_x_per_angstrom, 0.001, 1e-4) << dose;
  }
}

// Fifteen atoms beside one, 2.5 A apart, and single atoms alone.
TEST(Detect, WeakColumnsBesideStrongOnesAndAlone) {
  ParticleScene scene = small_scene();
  scene.dose_per_angstrom2 = 4e4;
  const std::vector<TrueColumn> columns = {{8.0, 8.0, 15}, {10.5, 8.0, 1},  {5.5, 8.0, 12},
                                           {8.0, 10.5, 1}, {22.0, 6.0, 1},  {20.0, 20.0, 1},
                                           {6.0, 21.0, 2}, {14.0, 15.0, 1}, {25.0, 14.0, 1}};
  const Grid<double> image = draw_frame(columns, scene, 210);
  const DetectionResult result = detect(image, 0.14);
  const Match match = match_positions(positions_of(columns), result.positions, 0.3);
  EXPECT_EQ(match.found, columns.size());
  EXPECT_EQ(match.extra, 0U);
}

TEST(Detect, ALoneAtom) {
  ParticleScene scene = small_scene();
  const std::vector<TrueColumn> columns = {{9.0, 11.0, 1}};
  const DetectionResult result = detect(draw_frame(columns, scene, 150), 0.14);
  ASSERT_EQ(result.positions.size(), 1U);
  EXPECT_NEAR(result.positions[0].x_angstrom, 9.0, 0.15);  // five times the bound with background
  EXPECT_NEAR(result.positions[0].y_angstrom, 11.0, 0.15);
  EXPECT_EQ(result.nearest_distance_angstrom, 0.0);
}

// Two columns 1.6 widths apart make one maximum (two Gaussians need 2 widths for two).
TEST(Detect, TwoColumnsCloserThanTheirResolution) {
  ParticleScene scene = small_scene();
  std::vector<TrueColumn> columns;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) columns.push_back({4.0 + 3.0 * i, 4.0 + 3.0 * j, 6});
  }
  columns[12].x_angstrom -= 0.56;
  columns.push_back({columns[12].x_angstrom + 1.12, columns[12].y_angstrom, 6});
  const DetectionResult result = detect(draw_frame(columns, scene, 145), 0.14);
  const Match match = match_positions(positions_of(columns), result.positions, 0.2);
  EXPECT_EQ(match.found, columns.size());
  EXPECT_EQ(match.extra, 0U);
  DetectionOptions apart;
  apart.min_distance_angstrom = 1.5;
  EXPECT_EQ(detect(draw_frame(columns, scene, 145), 0.14, apart).positions.size(), 25U);
}

// No vacuum anywhere: every column with its centre at least one width inside must be found.
TEST(Detect, ACrystalThatFillsTheFrame) {
  ParticleScene scene = small_scene();
  std::vector<TrueColumn> columns;
  for (int i = -2; i < 14; ++i) {
    for (int j = -2; j < 20; ++j) {
      const double shift = i % 2 == 0 ? 0.0 : 1.442;
      columns.push_back({2.039 * i + 0.3, 2.884 * j + shift + 0.2, 4 + (i + j) % 3});
    }
  }
  constexpr std::size_t side = 170;
  const DetectionResult result = detect(draw_frame(columns, scene, side), 0.14);
  const double last = 0.14 * (side - 1);
  std::vector<Position> inside;
  std::vector<Position> near;
  for (const Position& p : positions_of(columns)) {
    const double depth =
        std::min({p.x_angstrom, p.y_angstrom, last - p.x_angstrom, last - p.y_angstrom});
    if (depth > 0.7) inside.push_back(p);
    if (depth > -0.7) near.push_back(p);
  }
  EXPECT_EQ(match_positions(inside, result.positions, 0.2).found, inside.size());
  EXPECT_EQ(match_positions(near, result.positions, 0.5).extra, 0U);
}

TEST(Detect, NothingThereIsSaidSo) {
  const DetectionResult flat = detect(Grid<double>(64, 64, 0.3), 0.12);
  EXPECT_TRUE(flat.positions.empty());
  EXPECT_EQ(flat.warnings.size(), 1U);
  ParticleScene scene = small_scene();
  for (const double slope : {0.0, 0.002}) {
    scene.slope_per_angstrom = slope;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      scene.seed = seed;
      const DetectionResult noise = detect(draw_frame({}, scene, 128), 0.14);
      EXPECT_TRUE(noise.positions.empty()) << seed;
      EXPECT_EQ(noise.warnings.size(), 1U);
      EXPECT_EQ(noise.width_angstrom, 0.0);
    }
  }
}

TEST(Detect, TheGivenWidthIsUsed) {
  const SimulatedFrame frame = simulate_particle(small_scene());
  DetectionOptions options;
  options.width_angstrom = 0.7;
  const DetectionResult result = detect(frame.image, 0.14, options);
  EXPECT_DOUBLE_EQ(result.width_angstrom, 0.7);
  const Match match = match_positions(positions_of(frame.columns), result.positions, 0.2);
  EXPECT_EQ(match.found, frame.columns.size());
  EXPECT_EQ(match.extra, 0U);
}

TEST(Detect, SameBytesWithOneAndTwoThreads) {
  const SimulatedFrame frame = simulate_particle(small_scene());
  std::vector<DetectionResult> results;
  for (const std::size_t threads : {1U, 2U}) {
    const ThreadLimit limit(threads);
    results.push_back(detect(frame.image, 0.14));
  }
  ASSERT_EQ(results[0].positions.size(), results[1].positions.size());
  for (std::size_t i = 0; i < results[0].positions.size(); ++i) {
    EXPECT_EQ(results[0].positions[i].x_angstrom, results[1].positions[i].x_angstrom);
    EXPECT_EQ(results[0].positions[i].y_angstrom, results[1].positions[i].y_angstrom);
    EXPECT_EQ(results[0].scores[i], results[1].scores[i]);
  }
}

TEST(Detect, BadInputIsRefused) {
  const Grid<double> image(32, 32, 1.0);
  EXPECT_THROW((void)detect(image, 0.0), InputError);
  EXPECT_THROW((void)detect(image, std::numeric_limits<double>::quiet_NaN()), InputError);
  EXPECT_THROW((void)detect(Grid<double>(), 0.1), InputError);
  EXPECT_THROW((void)detect(Grid<double>(4, 100, 1.0), 0.1), InputError);
  Grid<double> bad = image;
  bad(3, 3) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)detect(bad, 0.1), InputError);
  DetectionOptions options;
  options.threshold_sigma = -1.0;
  options.width_angstrom = 1e9;
  try {
    (void)detect(image, 0.1, options);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.complaints().size(), 2U);  // all at once
  }
}

}  // namespace
}  // namespace adatom::columns
