#include "track/track_sorter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "adatom/base/random.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "track/file_remarks.h"
#include "track/thinned.h"
#include "track/track_read.h"
#include "track/track_statistics.h"

namespace adatom::pipeline {
namespace {

TEST(TrackSorter, PutsTracksTogetherInTheOrderOfFrames) {
  const adatom::testing::ScratchFolder scratch;
  // Runs of 7: more than 64 of them, so that they are merged twice.
  TrackSorter sorter(scratch.path(), 7);
  RandomStream random(2);
  std::vector<std::vector<std::int64_t>> frames(23);
  for (std::int64_t frame = 0; frame < 100; ++frame) {
    for (std::int64_t id = 22; id >= 0; --id) {
      if (random.uniform() < 0.3) continue;
      frames[static_cast<std::size_t>(id)].push_back(frame);
      sorter.add({.id = id, .point = {.frame = frame, .x_nm = 0.5}, .at_edge = id == 3 ? 1 : 0});
    }
  }
  sorter.sort();
  std::int64_t next = 0;
  std::int64_t points = 0;
  sorter.for_batches(
      [&](const TrackBatch& batch) {
        const auto after = next + static_cast<std::int64_t>(batch.tracks.size());
        const std::size_t left_out = next <= 3 && 3 < after ? 1 : 0;
        EXPECT_EQ(batch.inner.size(), batch.tracks.size() - left_out);
        for (const auto& track : batch.tracks) {
          EXPECT_EQ(track.id, next);
          std::vector<std::int64_t> found;
          for (const auto& point : track.points) found.push_back(point.frame);
          EXPECT_EQ(found, frames[static_cast<std::size_t>(next)]);
          points += static_cast<std::int64_t>(found.size());
          ++next;
        }
      },
      200);
  EXPECT_EQ(next, 23);
  EXPECT_EQ(points, sorter.points());
  // Nothing is left on the disk.
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

TEST(TrackSorter, NothingGivesNothing) {
  const adatom::testing::ScratchFolder scratch;
  TrackSorter sorter(scratch.path());
  sorter.sort();
  sorter.for_batches([](const TrackBatch&) { FAIL(); });
}

TEST(Thinned, KeepsFewWithTheFirstAndTheLast) {
  for (const int count : {0, 1, 2, 598, 599, 600, 1200, 123457}) {
    Thinned<int> thinned;
    for (int i = 0; i < count; ++i) thinned.add(i);
    const auto kept = thinned.elements();
    EXPECT_LE(kept.size(), 600U);
    if (count == 0) continue;
    EXPECT_GE(kept.size(), static_cast<std::size_t>(std::min(count, 299)));
    EXPECT_EQ(kept.front(), 0);
    EXPECT_EQ(kept.back(), count - 1);
    for (std::size_t i = 1; i < kept.size(); ++i) EXPECT_GT(kept[i], kept[i - 1]);
  }
}

TEST(RoughMedian, IsTheMedianToATenThousandth) {
  RandomStream random(3);
  std::vector<double> values;
  RoughMedian median;
  EXPECT_TRUE(std::isnan(median.value()));
  for (int i = 0; i < 10001; ++i) {
    values.push_back(std::exp(random.normal()));
    median.add(values.back());
  }
  std::ranges::nth_element(values, values.begin() + 5000);
  EXPECT_NEAR(median.value(), values[5000], 1e-4 * values[5000]);
}

TEST(NameRemarks, TellWhereNumbersJump) {
  using Files = std::vector<std::filesystem::path>;
  EXPECT_TRUE(name_remarks(Files{"a/f_01.png", "a/f_02.png", "a/f_03.png"}).empty());
  EXPECT_TRUE(name_remarks(Files{"f10.png", "f20.png", "f30.png"}).empty());
  EXPECT_TRUE(name_remarks(Files{"one.png", "two.png", "three.png"}).empty());
  EXPECT_TRUE(name_remarks(Files{"a1.png", "b7.png", "c2.png"}).empty());
  const auto missing = name_remarks(Files{"f1.png", "f2.png", "f4.png", "f5.png"});
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_NE(missing[0].find("f4.png follows f2.png: frames are missing"), std::string::npos);
  // As a shell sorts names without zeros.
  const auto order = name_remarks(Files{"f1.png", "f10.png", "f11.png", "f12.png", "f2.png"});
  ASSERT_EQ(order.size(), 1U);
  EXPECT_NE(order[0].find("that of the time"), std::string::npos);
}

TEST(Grouped, WarningsOfManyFilesAreOne) {
  const auto remarks = grouped({"a: grey", "b: grey", "b: cut", "c: grey", "alone"});
  ASSERT_EQ(remarks.size(), 3U);
  EXPECT_EQ(remarks[0], "a and 2 other files: grey");
  EXPECT_EQ(remarks[1], "b: cut");
  EXPECT_EQ(remarks[2], "alone");
}

TEST(TrackRemarks, ABlurThatJumpsIsToldWhereParticlesGoWithIt) {
  constexpr VideoScale scale{.pixel_size_nm = 1.0, .frame_time_s = 0.04};
  const auto remarks_of = [&](std::size_t more_particles) {
    const adatom::testing::ScratchFolder scratch;
    storage::write_file(scratch.path() / "tracks.csv", tracks_header());
    storage::write_file(scratch.path() / "events.csv", track_events_header());
    storage::write_file(scratch.path() / "drift.csv", track_drift_header());
    std::string text = detections_header();
    for (std::size_t frame = 0; frame < 10; ++frame) {
      SearchedFrame searched;
      searched.found.particles.resize(100 + (frame % 2) * more_particles);
      searched.found.edge_blur_px = frame % 2 == 0 ? 1.0 : 1.5;
      text += detections_row(frame, searched, scale);
    }
    storage::write_file(scratch.path() / "detections.csv", text);
    const auto tables = read_track_tables(scratch.path(), scale, [](const auto&) {});
    return track_remarks(tables, track_statistics(tables, scale, {}), scale, {}).warnings;
  };
  EXPECT_TRUE(remarks_of(0).empty());
  const auto remarks = remarks_of(50);
  ASSERT_EQ(remarks.size(), 1U);
  // ln 1.5
  EXPECT_NE(remarks[0].find("edges changes by 41 %, and the number of particles found by 41 %"),
            std::string::npos)
      << remarks[0];
}

}  // namespace
}  // namespace adatom::pipeline
