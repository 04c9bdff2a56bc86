// What tracks say is summed up in memory that does not grow with the length of the video.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "adatom/base/random.h"
#include "program.h"
#include "track/track_read.h"
#include "track/track_statistics.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr VideoScale scale{.pixel_size_nm = 1.0, .frame_time_s = 0.04};
constexpr double step_nm = 1.2;

/// The tables of a video in which so many particles wander, all the time.
void write_tables(const fs::path& folder, std::int64_t particles, std::int64_t frames) {
  std::ofstream tracks(folder / "tracks.csv");
  std::ofstream detections(folder / "detections.csv");
  std::ofstream drift(folder / "drift.csv");
  tracks << tracks_header();
  detections << detections_header();
  drift << track_drift_header();
  std::ofstream(folder / "events.csv") << track_events_header();
  RandomStream random(1);
  // One at a time: this program's own memory is what is measured.
  tracking::LinkedFrame linked;
  linked.particles.resize(1);
  auto& particle = linked.particles[0].particle;
  particle.x_stderr_px = particle.y_stderr_px = particle.x_bound_px = 0.1;
  particle.radius_px = 5.0;
  std::vector<std::array<double, 2>> places(static_cast<std::size_t>(particles));
  SearchedFrame searched;
  searched.found.particles.resize(1);
  for (linked.frame = 0; linked.frame < frames; ++linked.frame) {
    for (std::size_t id = 0; id < places.size(); ++id) {
      for (double& place : places[id]) place += step_nm * random.normal();
      particle.x_px = places[id][0];
      particle.y_px = places[id][1];
      linked.particles[0].track = static_cast<std::int64_t>(id);
      tracks << tracks_rows(linked, scale);
    }
    searched.brightness = random.uniform();
    detections << detections_row(static_cast<std::size_t>(linked.frame), searched, scale);
    drift << track_drift_row(linked, scale);
  }
}

struct Summed {
  TrackStatistics statistics;
  double peak_mib = 0.0;  ///< of this program so far
};

Summed sum_up(std::int64_t particles, std::int64_t frames) {
  const adatom::testing::ScratchFolder scratch;
  write_tables(scratch.path(), particles, frames);
  const auto tables = read_track_tables(scratch.path(), scale, [](const auto&) {});
  Summed result{track_statistics(tables, scale, {})};
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  result.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024.0;
  return result;
}

void expect_truth(const Summed& summed, std::int64_t particles, std::int64_t frames) {
  EXPECT_EQ(summed.statistics.tracks.size(), static_cast<std::size_t>(particles));
  ASSERT_TRUE(summed.statistics.diffusion);
  const auto& diffusion = *summed.statistics.diffusion;
  EXPECT_EQ(diffusion.steps, particles * (frames - 1));
  EXPECT_NEAR(diffusion.d_nm2_per_s, step_nm * step_nm / (2.0 * scale.frame_time_s),
              4.0 * diffusion.stderr_nm2_per_s);
  const auto& msd = summed.statistics.msd;
  ASSERT_GE(msd.size(), 10U);
  EXPECT_NEAR(msd[9].msd_nm2, 10.0 * 2.0 * step_nm * step_nm, 4.0 * msd[9].stderr_nm2);
}

TEST(TrackMemory, DoesNotGrowWithTheLengthOfTheVideo) {
  constexpr std::int64_t particles = 200;
  const Summed few = sum_up(particles, 400);
  const Summed many = sum_up(particles, 4000);
  expect_truth(few, particles, 400);
  expect_truth(many, particles, 4000);
  // 720 000 places more: 35 MB if each was held once. A batch holds whole tracks, of 4000 points
  // here.
  EXPECT_LT(many.peak_mib - few.peak_mib, 8.0);
  std::printf("400 frames %.1f MiB, 4000 frames %.1f MiB\n", few.peak_mib, many.peak_mib);
}

TEST(TrackMemory, OfDenseFieldsGoesWithTheNumberOfTracks) {
  const Summed few = sum_up(2000, 48);
  constexpr std::int64_t particles = 20000;
  const Summed many = sum_up(particles, 48);
  expect_truth(many, particles, 48);
  // 18 000 tracks more, of 48 places each: 79 MiB if these were held twice. Of each there is a row
  // of the table of tracks, 200 bytes, and seven numbers, in vectors that double; of all together
  // the counts of 1000 groups of tracks in some hundred cells of distances, for each of three lags.
  EXPECT_LT(many.peak_mib - few.peak_mib, 18000 * (200.0 + 3 * 56.0) / 1048576.0 + 12.0);
  std::printf("2000 tracks %.1f MiB, 20000 tracks %.1f MiB\n", few.peak_mib, many.peak_mib);
}

}  // namespace
}  // namespace adatom::pipeline
