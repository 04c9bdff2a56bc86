#include "adatom/simulate/video.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"

namespace adatom::simulate {
namespace {

constexpr double pi = std::numbers::pi;

struct Video {
  std::vector<VideoFrame> frames;
  VideoSummary summary;
};

Video run(const VideoOptions& options) {
  Video video;
  NoProgress progress;
  video.summary = simulate_video(
      options, [&](const VideoFrame& frame) { video.frames.push_back(frame); }, progress);
  return video;
}

/// Particles that see neither each other nor a wall, on few pixels.
VideoOptions free_particles(std::int64_t count) {
  VideoOptions options;
  options.particles.count = count;
  options.particles.radius_mean_nm = 3.0;
  options.particles.radius_max_nm = 6.0;
  options.motion.contact = Contact::overlap;
  // A field 8000 nm wide: no wall is near for most.
  options.particles.edge_blur_nm = 300.0;
  options.camera.pixel_size_nm = 1000.0;
  options.camera.width = 8;
  options.camera.height = 8;
  options.camera.dose_per_nm2 = 1e-3;
  options.camera.output = CameraOutput::float32;
  return options;
}

using Path = std::vector<TrueParticle>;

std::map<std::int64_t, Path> paths_of(const Video& video) {
  std::map<std::int64_t, Path> paths;
  for (const auto& frame : video.frames) {
    for (const auto& particle : frame.particles) paths[particle.id].push_back(particle);
  }
  return paths;
}

/// Mean of the squared displacements from frame 0 to frame n of particles far from walls.
double squared_displacement(const Video& video, std::size_t n, double margin_nm) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const auto& [id, path] : paths_of(video)) {
    if (path[0].edge_distance_nm < margin_nm) continue;
    const double dx = path[n].x_specimen_nm - path[0].x_specimen_nm;
    const double dy = path[n].y_specimen_nm - path[0].y_specimen_nm;
    sum += dx * dx + dy * dy;
    ++count;
  }
  return sum / static_cast<double>(count);
}

TEST(Video, BrownianParticlesSpreadAsFourDt) {
  auto options = free_particles(2000);
  options.motion.brownian_share = 1.0;
  options.motion.directed_share = 0.0;
  options.motion.diffusion_nm2_per_s = 20.0;
  options.camera.frame_time_s = 0.2;
  options.frames = 11;
  const auto video = run(options);
  for (const std::size_t n : {1U, 5U, 10U}) {
    const double expected = 4.0 * 20.0 * 0.2 * static_cast<double>(n);
    // The square is exponentially distributed: 4 standard errors of 1 / sqrt(N).
    EXPECT_NEAR(squared_displacement(video, n, 100.0) / expected, 1.0, 4.0 / std::sqrt(1850.0));
  }
}

TEST(Video, DiffusionScalesWithTheRadius) {
  auto options = free_particles(2000);
  options.motion.brownian_share = 1.0;
  options.motion.directed_share = 0.0;
  options.motion.reference_radius_nm = 3.0;
  options.motion.diffusion_exponent = 2.0;
  options.frames = 2;
  double sum = 0.0;
  std::size_t count = 0;
  for (const auto& [id, path] : paths_of(run(options))) {
    if (path[0].edge_distance_nm < 100.0) continue;
    const double step = path[1].speed_nm_per_s * 0.04;
    const double scale = std::pow(3.0 / path[0].radius_nm, 2.0);
    sum += step * step / (4.0 * 20.0 * 0.04 * scale);
    ++count;
  }
  EXPECT_NEAR(sum / static_cast<double>(count), 1.0, 4.0 / std::sqrt(static_cast<double>(count)));
}

TEST(Video, DirectedParticlesFollowFuerth) {
  auto options = free_particles(2000);
  options.motion.brownian_share = 0.0;
  options.motion.directed_share = 1.0;
  options.motion.speed_nm_per_s = 30.0;
  options.motion.persistence_s = 0.5;
  options.motion.directed_diffusion_nm2_per_s = 5.0;
  options.camera.frame_time_s = 0.2;
  options.frames = 11;
  const auto video = run(options);
  for (const std::size_t n : {1U, 4U, 10U}) {
    const double t = 0.2 * static_cast<double>(n) / 0.5;
    const double expected = 2.0 * 30.0 * 30.0 * 0.25 * (t + std::expm1(-t)) + 4.0 * 5.0 * 0.5 * t;
    // Four standard errors, of a square that scatters by at most its mean, and 2e-4 for the
    // steps of a twentieth of the persistence.
    EXPECT_NEAR(squared_displacement(video, n, 200.0) / expected, 1.0,
                4.0 / std::sqrt(1700.0) + 2e-4);
  }
}

TEST(Video, PositionsAreThoseOfTheSpecimenAndTheDrift) {
  VideoOptions options;
  options.particles.count = 12;
  options.camera.width = 200;
  options.camera.height = 160;
  options.motion.drift_x_nm_per_s = 50.0;
  options.motion.drift_y_nm_per_s = -25.0;
  options.motion.brownian_share = 0.0;
  options.motion.directed_share = 0.0;
  options.frames = 4;
  for (const std::int64_t blur_steps : {1, 4}) {
    options.motion.blur_steps = blur_steps;
    for (const auto& frame : run(options).frames) {
      const auto i = static_cast<double>(frame.index);
      EXPECT_NEAR(frame.drift_x_nm, 2.0 * i, 1e-12);
      EXPECT_NEAR(frame.drift_y_nm, -1.0 * i, 1e-12);
      for (const auto& p : frame.particles) {
        EXPECT_NEAR(p.x_nm - p.x_specimen_nm, 2.0 * i, 1e-12);
        EXPECT_NEAR(p.y_nm - p.y_specimen_nm, -1.0 * i, 1e-12);
        if (frame.index > 0) {
          EXPECT_EQ(p.speed_nm_per_s, 0.0);
        }
      }
    }
  }
}

TEST(Video, TheDriftWalksByItsStep) {
  auto options = free_particles(1);
  options.motion.drift_walk_nm = 0.5;
  options.frames = 2000;
  const auto video = run(options);
  double sum = 0.0;
  for (std::size_t i = 1; i < video.frames.size(); ++i) {
    const double dx = video.frames[i].drift_x_nm - video.frames[i - 1].drift_x_nm;
    const double dy = video.frames[i].drift_y_nm - video.frames[i - 1].drift_y_nm;
    sum += dx * dx + dy * dy;
  }
  // 3998 squares of a normal deviate: 4 standard errors of sqrt(2 / N).
  EXPECT_NEAR(sum / 3998.0 / 0.25, 1.0, 4.0 * std::sqrt(2.0 / 3998.0));
}

TEST(Video, APictureShowsEachParticleWhereTheTruthSays) {
  VideoOptions options;
  options.particles.count = 1;
  options.camera.width = 120;
  options.camera.height = 110;
  options.camera.noise = CameraNoise::none;
  options.camera.pixel_size_nm = 0.5;
  options.camera.offset = 3.0;
  options.camera.gain = 2.0;
  options.camera.output = CameraOutput::float32;
  options.particles.edge_blur_nm = 0.4;
  options.particles.radius_max_nm = 8.0;
  options.motion.directed_share = 1.0;
  options.motion.brownian_share = 0.0;
  options.motion.drift_x_nm_per_s = 3.0;
  options.frames = 5;
  const double full = 3.0 + 2.0 * 60.0 * 0.25;
  for (const auto& frame : run(options).frames) {
    const auto& truth = frame.particles.at(0);
    double sum = 0.0;
    double x = 0.0;
    double y = 0.0;
    for (std::size_t j = 0; j < frame.image.height(); ++j) {
      for (std::size_t i = 0; i < frame.image.width(); ++i) {
        const double missing = full - frame.image(i, j);
        sum += missing;
        x += missing * static_cast<double>(i);
        y += missing * static_cast<double>(j);
      }
    }
    // Whole particles only: a blur's tail would leave the field.
    ASSERT_GT(truth.edge_distance_nm, truth.radius_nm + 2.5);
    EXPECT_NEAR(sum / (2.0 * 60.0 * truth.contrast * truth.area_nm2), 1.0, 1e-9);
    EXPECT_NEAR(0.5 * x / sum, truth.x_nm, 5e-4);  // 1e-3 px
    EXPECT_NEAR(0.5 * y / sum, truth.y_nm, 5e-4);
  }
}

TEST(Video, TheExposureLiesAboutTheTruePlace) {
  VideoOptions options;
  options.particles.count = 1;
  options.camera.width = 120;
  options.camera.height = 110;
  options.camera.noise = CameraNoise::none;
  options.motion.brownian_share = options.motion.directed_share = 0.0;
  options.motion.drift_x_nm_per_s = 150.0;  // 6 px a frame
  options.motion.blur_steps = 12;
  options.frames = 3;
  for (const double fraction : {1.0, 0.5}) {
    options.motion.exposure_fraction = fraction;
    for (const auto& frame : run(options).frames) {
      const auto& truth = frame.particles.at(0);
      ASSERT_GT(truth.edge_distance_nm, truth.radius_nm + 9.0);
      double sum = 0.0;
      double x = 0.0;
      double xx = 0.0;
      double yy = 0.0;
      for (std::size_t j = 0; j < frame.image.height(); ++j) {
        for (std::size_t i = 0; i < frame.image.width(); ++i) {
          const double missing = 60.0 - frame.image(i, j);
          const double dx = static_cast<double>(i) - truth.x_nm;
          const double dy = static_cast<double>(j) - truth.y_nm;
          sum += missing;
          x += missing * dx;
          xx += missing * dx * dx;
          yy += missing * dy * dy;
        }
      }
      EXPECT_NEAR(x / sum, 0.0, 1e-3);
      // A path of length L in n steps: L^2 / 12 (1 - 1 / n^2) along it.
      const double length = 6.0 * fraction;
      EXPECT_NEAR((xx - yy) / sum, length * length / 12.0 * (1.0 - 1.0 / 144.0), 5e-3);
    }
  }
}

VideoOptions crowd() {
  VideoOptions options;
  options.particles.count = 120;
  options.particles.radius_mean_nm = 5.0;
  options.particles.radius_max_nm = 9.0;
  options.camera.width = 240;
  options.camera.height = 200;
  options.motion.contact = Contact::coalesce;
  options.motion.brownian_share = 0.7;
  options.motion.directed_share = 0.3;
  options.motion.diffusion_nm2_per_s = 100.0;
  options.frames = 60;
  return options;
}

using ById = std::map<std::int64_t, TrueParticle>;

ById by_id(const VideoFrame& frame) {
  ById list;
  for (const auto& particle : frame.particles) list[particle.id] = particle;
  return list;
}

TEST(Video, CoalescenceKeepsVolumeOrAreaAndTheMassCentre) {
  for (const auto conserve : {Conserved::volume, Conserved::area}) {
    auto options = crowd();
    options.population.conserve = conserve;
    options.population.split_rate_per_s = 0.3;  // fragments that may meet again
    options.particles.radius_min_nm = 1.0;
    options.motion.directed_share = 0.0;
    options.motion.diffusion_nm2_per_s = 20.0;
    options.frames = 40;
    const int power = conserve == Conserved::volume ? 3 : 2;
    const auto video = run(options);
    std::size_t merges = 0;
    for (std::size_t i = 1; i < video.frames.size(); ++i) {
      const auto before = by_id(video.frames[i - 1]);
      const auto now = by_id(video.frames[i]);
      double total_before = 0.0;
      double total_now = 0.0;
      for (const auto& [id, p] : before) total_before += std::pow(p.radius_nm, power);
      for (const auto& [id, p] : now) total_now += std::pow(p.radius_nm, power);
      EXPECT_NEAR(total_now / total_before, 1.0, 1e-12);
      for (const auto& event : video.frames[i].events) {
        if (event.kind != VideoEventKind::coalescence) continue;
        ++merges;
        const auto& child = now.at(event.id);
        const auto& a = before.at(event.parents.at(0));
        const auto& b = before.at(event.parents.at(1));
        const double mass_a = std::pow(a.radius_nm, power);
        const double mass_b = std::pow(b.radius_nm, power);
        EXPECT_NEAR(std::pow(child.radius_nm, power) / (mass_a + mass_b), 1.0, 1e-12);
        // Each moved for a frame time: 6 sigma of a step; walls push the new one in.
        const double x = (mass_a * a.x_nm + mass_b * b.x_nm) / (mass_a + mass_b);
        const double y = (mass_a * a.y_nm + mass_b * b.y_nm) / (mass_a + mass_b);
        if (child.edge_distance_nm < child.radius_nm + 10.0) continue;
        EXPECT_LT(std::hypot(child.x_nm - x, child.y_nm - y), 6.0 * std::sqrt(2.0 * 20.0 * 0.04));
      }
    }
    EXPECT_GT(merges, 10U);
  }
}

TEST(Video, EventsExplainWhoComesAndGoes) {
  auto options = crowd();
  options.motion.margin_nm = 30.0;
  options.motion.drift_x_nm_per_s = 20.0;
  options.population.births_per_s = 10.0;
  options.population.death_rate_per_s = 0.05;
  options.population.split_rate_per_s = 0.1;
  options.faults.dropped_frames = {7, 8, 30};
  const auto video = run(options);
  std::map<VideoEventKind, std::size_t> kinds;
  for (std::size_t i = 1; i < video.frames.size(); ++i) {
    const auto before = by_id(video.frames[i - 1]);
    const auto now = by_id(video.frames[i]);
    std::set<std::int64_t> come;
    std::set<std::int64_t> gone;
    for (const auto& event : video.frames[i].events) {
      ++kinds[event.kind];
      EXPECT_EQ(event.frame, static_cast<std::int64_t>(i));
      EXPECT_EQ(event.time_s, video.frames[i].time_s);
      const bool ends = event.kind == VideoEventKind::death || event.kind == VideoEventKind::leave;
      (ends ? gone : come).insert(event.id);
      gone.insert(event.parents.begin(), event.parents.end());
      const std::size_t parents = event.kind == VideoEventKind::coalescence ? 2
                                  : event.kind == VideoEventKind::split     ? 1
                                                                            : 0;
      EXPECT_EQ(event.parents.size(), parents);
    }
    for (const auto& [id, p] : now) EXPECT_EQ(before.contains(id), !come.contains(id)) << i;
    for (const auto& [id, p] : before) EXPECT_EQ(now.contains(id), !gone.contains(id)) << i;
  }
  EXPECT_EQ(kinds.size(), 6U);  // each kind was met
}

TEST(Video, RatesAreThoseAskedFor) {
  auto options = free_particles(500);
  options.camera.frame_time_s = 0.2;
  options.frames = 51;  // 10 s
  options.population.births_per_s = 40.0;
  std::map<VideoEventKind, double> kinds;
  for (const auto& frame : run(options).frames) {
    for (const auto& event : frame.events) kinds[event.kind] += 1.0;
  }
  // Between the first and the last frame, 4 standard deviations.
  EXPECT_NEAR(kinds[VideoEventKind::birth], 40.0 * 10.0, 4.0 * std::sqrt(400.0));
  options.population.births_per_s = 0.0;
  options.population.death_rate_per_s = 0.1;
  const auto left = static_cast<double>(run(options).frames.back().particles.size());
  const double p = std::exp(-1.0);
  EXPECT_NEAR(left, 500.0 * p, 4.0 * std::sqrt(500.0 * p * (1.0 - p)));
}

TEST(Video, ATouchingPairWaitsBeforeItIsOne) {
  auto options = crowd();
  options.population.coalescence_time_s = 0.5;
  options.frames = 100;
  const auto video = run(options);
  const auto touch = [](const TrueParticle& a, const TrueParticle& b) {
    return std::hypot(a.x_nm - b.x_nm, a.y_nm - b.y_nm) <= a.radius_nm + b.radius_nm + 1e-6;
  };
  double merges = 0.0;
  double waited = 0.0;
  for (std::size_t i = 1; i < video.frames.size(); ++i) {
    const auto& particles = video.frames[i - 1].particles;
    for (std::size_t a = 0; a < particles.size(); ++a) {
      for (std::size_t b = a + 1; b < particles.size(); ++b) {
        if (touch(particles[a], particles[b])) waited += 1.0;
      }
    }
    const auto before = by_id(video.frames[i - 1]);
    for (const auto& event : video.frames[i].events) {
      if (event.kind != VideoEventKind::coalescence) continue;
      merges += 1.0;
      EXPECT_TRUE(touch(before.at(event.parents[0]), before.at(event.parents[1])));
    }
  }
  ASSERT_GT(merges, 40.0);
  // Every frame that shows a pair in contact is one trial of this chance; 4 standard errors of a
  // geometric number.
  const double chance = -std::expm1(-0.04 / 0.5);
  EXPECT_NEAR(waited * chance / merges, 1.0, 4.0 / std::sqrt(merges));
}

TEST(Video, ParticlesKeptApartNeverOverlapNorLeave) {
  auto options = crowd();
  options.motion.contact = Contact::apart;
  for (const auto& frame : run(options).frames) {
    const auto& list = frame.particles;
    EXPECT_EQ(list.size(), 120U);
    for (std::size_t a = 0; a < list.size(); ++a) {
      EXPECT_GE(list[a].edge_distance_nm, list[a].radius_nm - 1e-9);
      for (std::size_t b = a + 1; b < list.size(); ++b) {
        EXPECT_GT(std::hypot(list[a].x_nm - list[b].x_nm, list[a].y_nm - list[b].y_nm),
                  list[a].radius_nm + list[b].radius_nm - 1e-6);
      }
    }
  }
}

TEST(Video, RipeningKeepsTheVolumeWhileSmallOnesVanish) {
  auto options = crowd();
  options.motion.contact = Contact::overlap;
  options.population.ripening_nm3_per_s = 60.0;
  options.frames = 100;
  const auto video = run(options);
  const auto volume = [](const VideoFrame& frame) {
    double sum = 0.0;
    for (const auto& p : frame.particles) sum += std::pow(p.radius_nm, 3.0);
    return sum;
  };
  EXPECT_NEAR(volume(video.frames.back()) / volume(video.frames.front()), 1.0, 1e-11);
  EXPECT_LT(video.frames.back().particles.size(), video.frames.front().particles.size());
  // Above the mean radius they grow, below it they shrink: dr/dt = K / r (1 / <r> - 1 / r).
  const auto first = by_id(video.frames[0]);
  const auto second = by_id(video.frames[1]);
  double mean = 0.0;
  for (const auto& [id, p] : first) mean += p.radius_nm / static_cast<double>(first.size());
  for (const auto& [id, p] : second) {
    const double r = first.at(id).radius_nm;
    const double rate = 60.0 / r * (1.0 / mean - 1.0 / r);
    // The step is taken in r^3: the next order of the expansion in 0.04 s.
    const double next = 2.0 * (0.04 * rate) * (0.04 * rate) / r;
    EXPECT_NEAR(p.radius_nm - r, 0.04 * rate, next + 1e-12);
  }
}

TEST(Video, RadiiAreLogNormal) {
  auto options = free_particles(5000);
  options.particles.radius_mean_nm = 7.0;
  options.particles.radius_spread = 0.4;
  options.particles.radius_min_nm = 0.1;
  options.particles.radius_max_nm = 200.0;
  options.frames = 1;
  double mean = 0.0;
  double square = 0.0;
  const auto video = run(options);
  for (const auto& p : video.frames[0].particles) {
    mean += p.radius_nm / 5000.0;
    square += p.radius_nm * p.radius_nm / 5000.0;
  }
  const double error = 4.0 * 0.4 * 7.0 / std::sqrt(5000.0);
  EXPECT_NEAR(mean, 7.0, error);
  // The standard deviation of a log-normal sample: kurtosis 7 at this spread.
  EXPECT_NEAR(std::sqrt(square - mean * mean), 2.8, 4.0 * 2.8 * std::sqrt(1.5 / 5000.0));
}

TEST(Video, SharesAreThoseAskedFor) {
  auto options = free_particles(3000);
  options.particles.ellipse_share = 0.3;
  options.particles.facet_share = 0.2;
  options.motion.brownian_share = 0.5;
  options.motion.directed_share = 0.2;
  options.frames = 1;
  std::map<ParticleShape, double> shapes;
  std::map<ParticleMotion, double> motions;
  const auto video = run(options);
  for (const auto& p : video.frames[0].particles) {
    shapes[p.shape] += 1.0 / 3000.0;
    motions[p.motion] += 1.0 / 3000.0;
  }
  const double error = 4.0 * std::sqrt(0.25 / 3000.0);
  EXPECT_NEAR(shapes[ParticleShape::ellipse], 0.3, error);
  EXPECT_NEAR(shapes[ParticleShape::faceted], 0.2, error);
  EXPECT_NEAR(motions[ParticleMotion::brownian], 0.5, error);
  EXPECT_NEAR(motions[ParticleMotion::directed], 0.2, error);
}

}  // namespace
}  // namespace adatom::simulate
