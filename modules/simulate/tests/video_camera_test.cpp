// What the camera makes of a scene: statistics, background, faults, determinism.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/simulate/video.h"

namespace adatom::simulate {
namespace {

std::vector<VideoFrame> run(const VideoOptions& options) {
  std::vector<VideoFrame> frames;
  NoProgress progress;
  simulate_video(
      options, [&](const VideoFrame& frame) { frames.push_back(frame); }, progress);
  return frames;
}

VideoOptions small_video() {
  VideoOptions options;
  options.particles.count = 15;
  options.camera.width = 128;
  options.camera.height = 100;
  options.frames = 4;
  return options;
}

VideoOptions empty_field() {
  auto options = small_video();
  options.particles.count = 0;
  options.camera.width = options.camera.height = 200;
  options.frames = 1;
  return options;
}

struct Statistics {
  double mean = 0.0;
  double variance = 0.0;
};

Statistics statistics(const Grid<double>& image) {
  Statistics s;
  const auto n = static_cast<double>(image.size());
  for (const double value : image.values()) s.mean += value / n;
  for (const double value : image.values()) s.variance += (value - s.mean) * (value - s.mean) / n;
  return s;
}

TEST(VideoCamera, CountsArePoissonDistributed) {
  auto options = empty_field();
  for (const double dose : {8.0, 60.0}) {
    options.camera.dose_per_nm2 = dose;
    const auto s = statistics(run(options)[0].image);
    // 40000 pixels; 4 standard errors, of the variance sqrt(2 + 1 / mean) over sqrt(N).
    EXPECT_NEAR(s.mean, dose, 4.0 * std::sqrt(dose / 40000.0));
    EXPECT_NEAR(s.variance / dose, 1.0, 4.0 * std::sqrt((2.0 + 1.0 / dose) / 40000.0));
  }
}

TEST(VideoCamera, GainOffsetAndReadoutMakeItsValues) {
  auto options = empty_field();
  options.camera.gain = 3.0;
  options.camera.offset = 100.0;
  options.camera.readout_noise = 20.0;
  options.camera.pixel_size_nm = 0.5;
  options.background.level = 0.5;
  const auto s = statistics(run(options)[0].image);
  const double electrons = 60.0 * 0.25 * 0.5;
  const double variance = 9.0 * electrons + 400.0;
  EXPECT_NEAR(s.mean, 100.0 + 3.0 * electrons, 4.0 * std::sqrt(variance / 40000.0));
  EXPECT_NEAR(s.variance / variance, 1.0, 4.0 * std::sqrt(2.2 / 40000.0));
}

TEST(VideoCamera, BackgroundRisesAndTheCellHasAnEdge) {
  auto options = empty_field();
  options.camera.noise = CameraNoise::none;
  options.background.gradient = 0.4;
  auto image = run(options)[0].image;
  EXPECT_NEAR(image(0, 7), 60.0 * (1.0 - 0.2 * 199.0 / 200.0), 1e-9);
  EXPECT_NEAR(image(199, 7), 60.0 * (1.0 + 0.2 * 199.0 / 200.0), 1e-9);
  options.background.gradient = 0.0;
  options.background.cell_edge_radius_nm = 60.0;
  options.background.cell_edge_x_nm = 100.0;
  options.background.cell_edge_y_nm = 90.0;
  image = run(options)[0].image;
  EXPECT_NEAR(image(100, 90), 60.0, 1e-9);
  EXPECT_NEAR(image(160, 90), 60.0 * (0.05 + 0.95 * 0.5), 1e-9);  // on the edge: half open
  EXPECT_NEAR(image(199, 199), 3.0, 1e-9);
  EXPECT_NEAR(image(162, 90), 60.0 * (0.05 + 0.95 * 0.15865525393145707), 1e-9);  // 1 sigma
}

TEST(VideoCamera, WavesHaveTheirVariance) {
  auto options = empty_field();
  options.camera.noise = CameraNoise::none;
  options.camera.width = options.camera.height = 500;
  options.background.waves = 0.05;
  options.background.wave_length_nm = 10.0;
  const auto s = statistics(run(options)[0].image);
  // Fifty waves and more fit across: their squares average to a few percent.
  EXPECT_NEAR(std::sqrt(s.variance) / 60.0, 0.05, 0.003);
}

TEST(VideoCamera, BrightParticlesAddUp) {
  auto options = small_video();
  options.particles.count = 1;
  options.particles.tone = ParticleTone::bright;
  options.background.level = 0.1;
  options.camera.noise = CameraNoise::none;
  options.frames = 1;
  const auto frame = run(options)[0];
  const auto& truth = frame.particles.at(0);
  double sum = 0.0;
  for (const double value : frame.image.values()) sum += value - 6.0;
  ASSERT_GT(truth.edge_distance_nm, truth.radius_nm + 6.0);
  EXPECT_NEAR(sum / (60.0 * truth.contrast * truth.area_nm2), 1.0, 1e-9);
}

TEST(VideoCamera, RecordingsHaveTheFaultsAskedFor) {
  auto options = small_video();
  options.camera.noise = CameraNoise::none;
  options.camera.output = CameraOutput::float32;
  const auto plain = run(options);
  options.faults.empty_frames = {1};
  options.faults.jump_frames = {3};
  options.faults.jump_factor = 1.5;
  const auto faulty = run(options);
  EXPECT_EQ(statistics(faulty[1].image).mean, 0.0);
  EXPECT_EQ(statistics(faulty[2].image).mean, statistics(plain[2].image).mean);
  EXPECT_NEAR(statistics(faulty[3].image).mean / statistics(plain[3].image).mean, 1.5, 1e-12);
  // A frame that is dropped: the next comes in its place, at its own time.
  options = small_video();
  options.faults.dropped_frames = {1};
  const auto fresh = run(small_video());
  const auto dropped = run(options);
  ASSERT_EQ(dropped.size(), 4U);
  EXPECT_EQ(dropped[1].index, 1);
  EXPECT_EQ(dropped[1].time_s, 0.08);
  EXPECT_TRUE(std::ranges::equal(dropped[1].image.values(), fresh[2].image.values()));
}

TEST(VideoCamera, FlickerChangesTheDoseOfAFrame) {
  auto options = empty_field();
  options.camera.noise = CameraNoise::none;
  options.camera.width = options.camera.height = 1;
  options.camera.flicker = 0.05;
  options.frames = 2000;
  double sum = 0.0;
  for (const auto& frame : run(options)) {
    const double deviation = frame.image(0, 0) / 60.0 - 1.0;
    sum += deviation * deviation / 2000.0;
  }
  EXPECT_NEAR(std::sqrt(sum), 0.05, 0.05 * 4.0 / std::sqrt(4000.0));
}

TEST(VideoCamera, FramesDependNeitherOnThreadsNorOnHowManyFollow) {
  auto options = small_video();
  options.motion.contact = Contact::coalesce;
  options.motion.blur_steps = 3;
  options.motion.drift_walk_nm = 0.3;
  options.camera.readout_noise = 1.0;
  options.background.clutter_count = 3;
  std::vector<VideoFrame> one;
  {
    const ThreadLimit limit(1);
    one = run(options);
  }
  options.frames = 6;
  const ThreadLimit limit(2);
  const auto two = run(options);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(one[i].image.values(), two[i].image.values())) << i;
    ASSERT_EQ(one[i].particles.size(), two[i].particles.size());
    for (std::size_t k = 0; k < one[i].particles.size(); ++k) {
      EXPECT_EQ(one[i].particles[k].x_nm, two[i].particles[k].x_nm);
    }
  }
}

TEST(VideoCamera, SaturationIsSaid) {
  auto options = empty_field();
  options.camera.output = CameraOutput::uint8;
  options.camera.gain = 10.0;
  NoProgress progress;
  const auto summary = simulate_video(
      options, [](const VideoFrame&) {}, progress);
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_NE(summary.warnings[0].find("beyond the range"), std::string::npos);
}

TEST(VideoCamera, AllThatIsWrongIsSaid) {
  auto options = small_video();
  options.particles.radius_min_nm = 9.0;
  options.particles.edge_blur_nm = 0.1;
  options.motion.brownian_share = 0.9;
  options.faults.empty_frames = {1.5};
  EXPECT_EQ(options.validate().size(), 4U);
  NoProgress progress;
  EXPECT_THROW(simulate_video(
                   options, [](const VideoFrame&) {}, progress),
               InputError);
  options = small_video();
  options.particles.count = 1000;  // they cover more than the field
  EXPECT_THROW(simulate_video(
                   options, [](const VideoFrame&) {}, progress),
               InputError);
}

}  // namespace
}  // namespace adatom::simulate
