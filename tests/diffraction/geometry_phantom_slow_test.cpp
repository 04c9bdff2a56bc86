// Mask and geometry of simulated patterns, with nothing given.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/find_scale.h"
#include "adatom/simulate/saed.h"

namespace adatom {
namespace {

using namespace diffraction;  // NOLINT(google-build-using-namespace)
using simulate::SaedFrame;
using simulate::SaedOptions;

/// Cu and Cu2O: ten rings of the study and more; ellipse of 2 % at 35 degrees, beam stop, faulty
/// pixels. `side` scales it all but the pixels themselves.
SaedOptions phantom(std::int64_t side, std::int64_t seed) {
  SaedOptions options;
  const auto size = static_cast<double>(side);
  options.pattern.width = side;
  options.pattern.height = side;
  options.pattern.s_per_px = 2.0 / size;
  options.pattern.centre_x_px = 0.5 * size + 3.37;
  options.pattern.centre_y_px = 0.5 * size - 7.81;
  options.pattern.ellipse_ratio = 1.02;
  options.pattern.ellipse_angle_deg = 35.0;
  options.beam.ring_counts = 24.0 * size * size;
  options.beam_stop.radius_px = 0.045 * size;
  options.beam_stop.rod_width_px = 0.03 * size;
  options.beam_stop.rod_angle_deg = 70.0;
  options.beam_stop.offset_x_px = 0.008 * size;
  options.detector.hot_pixels = 200;
  options.detector.dead_pixels = 100;
  options.seed = seed;
  return options;
}

void each(const SaedOptions& options,
          const std::function<void(const SaedFrame&, const PatternResult&)>& look) {
  NoProgress progress;
  (void)simulate::simulate_saed(
      options, {},
      [&](const SaedFrame& frame) { look(frame, find_pattern(std::span(&frame.image, 1), {})); },
      progress);
}

// The limits are those that issue 9 sets.
TEST(GeometryPhantom, CentreAndEllipseOfTheStudysPattern) {
  for (const std::int64_t seed : {1, 2}) {
    each(phantom(2048, seed), [](const SaedFrame& frame, const PatternResult& found) {
      const Geometry& g = found.geometry.geometry;
      ASSERT_EQ(found.geometry.state, GeometryState::converged);
      EXPECT_NEAR(g.centre_x_px, frame.centre_x_px, 0.005);
      EXPECT_NEAR(g.centre_y_px, frame.centre_y_px, 0.005);
      EXPECT_NEAR(g.ellipse_ratio, 1.02, 2e-4);
      // As a vector the ellipse is right within 2e-4 when its angle is within 0.29 degrees.
      EXPECT_NEAR(g.ellipse_angle_deg, 35.0, 0.29);
      EXPECT_GE(found.geometry.rings.size(), 10U);
      EXPECT_GE(found.mask.count(MaskReason::hot), 198);
      const std::vector<crystal::Phase> phases = {crystal::find_phase("Cu").value(),
                                                  crystal::find_phase("Cu2O").value()};
      const auto scale = find_scale(found.geometry.rings, phases);
      EXPECT_EQ(scale.state, ScaleState::found);
      EXPECT_NEAR(scale.s_per_px * 1024.0, 1.0, 2e-4);
    });
  }
}

struct Pulls {
  double centre = 0.0;  // sums of squares
  double ellipse = 0.0;
  double count = 0.0;
  int unsettled = 0;
  void add(const SaedFrame& frame, const GeometryResult& found) {
    if (found.state != GeometryState::converged) {
      ++unsettled;
      return;
    }
    const Geometry& g = found.geometry;
    const Geometry& e = found.geometry_stderr;
    centre += std::pow((g.centre_x_px - frame.centre_x_px) / e.centre_x_px, 2) +
              std::pow((g.centre_y_px - frame.centre_y_px) / e.centre_y_px, 2);
    ellipse += std::pow((g.ellipse_ratio - 1.02) / e.ellipse_ratio, 2) +
               std::pow((g.ellipse_angle_deg - 35.0) / e.ellipse_angle_deg, 2);
    count += 2.0;
  }
};

// 150 frames whose centre drifts over all parts of a pixel: means of 300 squares, with a standard
// deviation of 0.08. Over 300 frames both are 0.8: rings narrower than three pixels seem to scatter
// from sector to sector by how they meet the pixels, too, which centre and ellipse hardly feel.
// (With rings of four pixels they are 1, @see find_geometry_test.cpp.)
TEST(GeometryPhantom, ErrorsAreCalibrated) {
  auto options = phantom(512, 1);
  options.beam.ring_counts = 2e6;
  options.frames = 150;
  options.pattern.drift_x_px = 0.027;
  options.pattern.drift_y_px = -0.014;
  Pulls pulls;
  PatternResult first;
  NoProgress progress;
  (void)simulate::simulate_saed(
      options, {},
      [&](const SaedFrame& frame) {
        if (frame.index == 0) first = find_pattern(std::span(&frame.image, 1), {});
        pulls.add(frame, refine_geometry(frame.image, first.mask.mask, first.geometry.geometry,
                                         {.parts = RefineParts::centre_and_ellipse}));
      },
      progress);
  std::printf("chi2 of centres %.3f, of ellipses %.3f\n", pulls.centre / pulls.count,
              pulls.ellipse / pulls.count);
  // As sectors come and go some move to and fro by a third of their error.
  EXPECT_LE(pulls.unsettled, 3);
  for (const double sum : {pulls.centre, pulls.ellipse}) {
    EXPECT_GT(sum / pulls.count, 0.55);
    EXPECT_LT(sum / pulls.count, 1.25);
  }
}

// Spots, texture that is another for each phase, gaps, a negative, and the centre a third of the
// frame off its middle.
TEST(GeometryPhantom, HardPatterns) {
  const auto expect_right = [](const SaedFrame& frame, const PatternResult& found) {
    ASSERT_EQ(found.geometry.state, GeometryState::converged);
    const Geometry& g = found.geometry.geometry;
    EXPECT_NEAR(g.centre_x_px, frame.centre_x_px, 0.03);
    EXPECT_NEAR(g.centre_y_px, frame.centre_y_px, 0.03);
    EXPECT_NEAR(g.ellipse_ratio, 1.02, 2e-4);
  };
  auto spots = phantom(1024, 3);
  spots.spots.count = 300;
  each(spots, expect_right);
  auto texture = phantom(1024, 4);
  texture.crystallites.texture2 = {0.5, -0.3};
  texture.crystallites.texture_angle_deg = 20.0;
  each(texture, expect_right);
  auto negative = phantom(1024, 5);
  negative.detector.polarity = simulate::SaedPolarity::inverted;
  negative.detector.saturation = 20000.0;
  negative.detector.gap_columns = {300.0, 700.0};
  negative.detector.gap_rows = {511.0};
  each(negative, [&](const SaedFrame& frame, const PatternResult& found) {
    EXPECT_EQ(found.mask.polarity, Polarity::inverted);
    // Three gaps of 4 pixels and their margins, 2 on each side.
    EXPECT_EQ(found.mask.count(MaskReason::gap), 1024 * 24 - 2 * 64);
    expect_right(frame, found);
  });
  auto aside = phantom(1024, 6);
  aside.pattern.centre_x_px = 512.0 + 1024.0 / 3.0;
  aside.pattern.centre_y_px = 512.0 - 256.0;
  each(aside, expect_right);
}

TEST(GeometryPhantom, DriftingSeries) {
  auto options = phantom(1024, 8);
  options.frames = 4;
  options.pattern.drift_x_px = 0.4;
  options.pattern.drift_y_px = -0.25;
  NoProgress progress;
  PatternResult first;
  (void)simulate::simulate_saed(
      options, {},
      [&](const SaedFrame& frame) {
        if (frame.index == 0) first = find_pattern(std::span(&frame.image, 1), {});
        const auto found = refine_geometry(frame.image, first.mask.mask, first.geometry.geometry);
        ASSERT_EQ(found.state, GeometryState::converged);
        EXPECT_NEAR(found.geometry.centre_x_px, frame.centre_x_px, 0.015);
        EXPECT_NEAR(found.geometry.centre_y_px, frame.centre_y_px, 0.015);
      },
      progress);
}

}  // namespace
}  // namespace adatom
