#include "adatom/tracking/population.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/random.h"

namespace adatom::tracking {
namespace {

constexpr double dt = 0.04;

Track of_radius(std::int64_t id, std::int64_t first, std::int64_t frames, double radius) {
  Track track{id, {}};
  for (std::int64_t i = first; i < first + frames; ++i) {
    track.points.push_back({i, 0, 0, 0.1, 0.1, radius});
  }
  return track;
}

TEST(Population, SizesOverTimeAreTheMoments) {
  const std::vector tracks = {of_radius(1, 0, 10, 2.0), of_radius(2, 0, 10, 4.0),
                              of_radius(3, 5, 5, 9.0)};
  const auto points = sizes_over_time(tracks, dt);
  ASSERT_EQ(points.size(), 10U);
  EXPECT_EQ(points[0].particles, 2);
  EXPECT_DOUBLE_EQ(points[0].mean_radius_nm, 3.0);
  EXPECT_DOUBLE_EQ(points[0].mean_radius_stderr_nm, 1.0);
  EXPECT_DOUBLE_EQ(points[0].skewness, 0.0);
  EXPECT_EQ(points[5].particles, 3);
  EXPECT_DOUBLE_EQ(points[5].time_s, 0.2);
  EXPECT_DOUBLE_EQ(points[5].mean_radius_nm, 5.0);
  EXPECT_DOUBLE_EQ(points[5].median_radius_nm, 4.0);
  EXPECT_DOUBLE_EQ(points[5].spread, std::sqrt(26.0 / 3.0) / 5.0);
  EXPECT_NEAR(points[5].volume_nm3, 4.0 / 3.0 * std::numbers::pi * (8.0 + 64.0 + 729.0), 1e-9);
  EXPECT_TRUE(sizes_over_time({}, dt).empty());
}

TEST(Population, HistogramIsADensity) {
  const std::vector tracks = {of_radius(1, 0, 10, 2.0), of_radius(2, 0, 10, 4.0)};
  const auto histogram = size_histogram(tracks, 0, 4, 0.5);
  EXPECT_EQ(histogram.radii, 10);
  double sum = 0.0;
  for (const double density : histogram.density_per_nm) sum += 0.5 * density;
  EXPECT_DOUBLE_EQ(sum, 1.0);
  EXPECT_DOUBLE_EQ(histogram.density_per_nm[4], 1.0);
}

TEST(Population, MergesTellWhatIsKept) {
  const double merged = std::cbrt(2.0 * 125.0);
  const std::vector tracks = {of_radius(1, 0, 20, 5.0), of_radius(2, 0, 20, 5.0),
                              of_radius(3, 20, 20, merged)};
  const TrackEvent merge{
      .frame = 20, .kind = TrackEventKind::merge, .id = 3, .parents = {1, 2}, .x_px = 0, .y_px = 0};
  const auto result = growth_statistics(tracks, std::vector{merge}, dt);
  EXPECT_EQ(result.measured_merges, 1);
  EXPECT_NEAR(result.volume_ratio, 1.0, 1e-12);
  EXPECT_NEAR(result.area_ratio, std::pow(2.0, -1.0 / 3.0), 1e-12);
  EXPECT_DOUBLE_EQ(result.parents_radius_ratio, 1.0);
  // One in 60 frames of 0.04 s; Garwood's interval of a count of one is 0.0253 to 5.572.
  EXPECT_NEAR(result.merges.per_particle_s, 1.0 / 2.4, 1e-12);
  EXPECT_NEAR(result.merges.low, 0.0253178 / 2.4, 1e-6);
  EXPECT_NEAR(result.merges.high, 5.5716434 / 2.4, 1e-6);
  EXPECT_EQ(result.growth, Growth::coalescence);
}

TEST(Population, RipeningIsTheRateThatWasPutIn) {
  RandomStream random(3);
  constexpr double k = 10.0;
  std::vector<Track> tracks(150);
  std::vector<double> radii(tracks.size());
  for (std::size_t i = 0; i < radii.size(); ++i) {
    tracks[i].id = static_cast<std::int64_t>(i);
    radii[i] = 6.0 + 6.0 * random.uniform();
  }
  for (std::int64_t frame = 0; frame < 200; ++frame) {
    double mean = 0.0;
    for (const double r : radii) mean += r / static_cast<double>(radii.size());
    for (std::size_t i = 0; i < radii.size(); ++i) {
      tracks[i].points.push_back({frame, 0, 0, 0.1, 0.1, radii[i] + 0.05 * random.normal()});
      radii[i] += dt * k / radii[i] * (1.0 / mean - 1.0 / radii[i]);
    }
  }
  const auto result = growth_statistics(tracks, {}, dt);
  // A straight line through 8 s of a curve, and that at its middle: some percent.
  EXPECT_NEAR(result.ripening_nm3_per_s, k, 4.0 * result.ripening_stderr_nm3_per_s + 0.05 * k);
  EXPECT_LT(result.ripening_stderr_nm3_per_s, 0.05 * k);
  EXPECT_EQ(result.growth, Growth::ripening);
}

TEST(Population, NothingHappensToThoseThatStay) {
  RandomStream random(4);
  std::vector<Track> tracks;
  for (std::int64_t i = 0; i < 50; ++i) {
    tracks.push_back(of_radius(i, 0, 100, 4.0 + 0.1 * static_cast<double>(i)));
    for (auto& p : tracks.back().points) p.radius_nm += 0.05 * random.normal();
  }
  const auto result = growth_statistics(tracks, {}, dt);
  EXPECT_EQ(result.growth, Growth::none);
  EXPECT_NEAR(result.ripening_nm3_per_s, 0.0, 4.0 * result.ripening_stderr_nm3_per_s);
  EXPECT_EQ(result.merges.per_particle_s, 0.0);
  EXPECT_EQ(growth_statistics({}, {}, dt).growth, Growth::none);
}

}  // namespace
}  // namespace adatom::tracking
