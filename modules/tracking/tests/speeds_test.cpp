#include "adatom/tracking/speeds.h"

#include <cmath>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/tracking/speed_sums.h"
#include "noise_deconvolution.h"
#include "support/point_tracks.h"
#include "support/walks.h"

namespace adatom::tracking {
namespace {

constexpr double dt = 0.04;

std::vector<SpeedDistribution> speeds(const std::vector<Track>& tracks,
                                      const SpeedOptions& options = {}) {
  return speed_distributions(tracks, dt, options, RandomStream(1));
}

TEST(Speeds, OfParticlesAtRestAreTheNoisesFormulas) {
  // <v> = sigma sqrt(pi) / (n dt) and P(v > v0) = exp(-(v0 n dt)^2 / (4 sigma^2)).
  const double sigma = 0.4;
  const auto tracks = make_walks({.tracks = 200, .sigma_nm = sigma}, 1);
  for (const auto& result : speeds(tracks, {.noise = NoiseSource::reported})) {
    const double t = result.lag_s;
    const double mean = sigma * std::sqrt(std::numbers::pi) / t;
    const double false_share = std::exp(-std::pow(10.0 * t / (2.0 * sigma), 2));
    EXPECT_NEAR(result.rest_mean_nm_per_s, mean, 1e-9 * mean);
    EXPECT_NEAR(result.rest_share_faster, false_share, 1e-9);
    // 40 000 displacements.
    EXPECT_NEAR(result.mean_nm_per_s, mean, 0.02 * mean);
    EXPECT_NEAR(result.faster.value, false_share, 0.01);
    EXPECT_NEAR(result.sigma_nm, sigma, 1e-9);
    EXPECT_EQ(result.warning.empty(), false_share <= 0.01);
    // None of it is motion, where the noise allows to say so at all.
    if (result.lag_frames > 1) {
      EXPECT_LT(result.corrected_faster.value, 0.01);
      EXPECT_LT(result.corrected_mean_nm_per_s, 0.4 * mean);
    }
  }
}

TEST(Speeds, ErrorsNeededForOnePercentAreThoseOfTheReference) {
  // sigma below 0.093 nm (n = 1), 0.47 nm (n = 5) and 2.3 nm (n = 25) at 10 nm/s.
  for (const auto& [lag, sigma] : {std::pair{1.0, 0.093}, {5.0, 0.466}, {25.0, 2.33}}) {
    const SpeedOptions options{
        .lags_frames = {lag}, .noise = NoiseSource::reported, .replicates = 0};
    const auto better = speeds(make_walks({.tracks = 3, .sigma_nm = 0.97 * sigma}, 2), options);
    const auto worse = speeds(make_walks({.tracks = 3, .sigma_nm = 1.03 * sigma}, 2), options);
    EXPECT_TRUE(better[0].warning.empty()) << lag;
    EXPECT_FALSE(worse[0].warning.empty()) << lag;
  }
}

TEST(Speeds, CorrectedShareOfAMixtureIsTheTruth) {
  // 30 % at 16 nm/s, 70 % at rest; a lag of 5 frames is 0.2 s, errors of 1 nm are 10 nm/s there.
  auto tracks = make_walks({.tracks = 90, .speed_nm = 0.64, .sigma_nm = 1.0}, 3);
  for (auto& track : make_walks({.tracks = 210, .sigma_nm = 1.0}, 4)) tracks.push_back(track);
  for (const auto& result : speeds(tracks, {.lags_frames = {5, 25}})) {
    EXPECT_NEAR(result.corrected_faster.value, 0.30, 0.03) << result.lag_frames;
    EXPECT_LE(result.corrected_faster.low, 0.30);
    EXPECT_GE(result.corrected_faster.high, 0.30);
    if (result.lag_frames == 5) {
      EXPECT_GT(result.faster.value, 0.4) << "raw";
      EXPECT_FALSE(result.warning.empty());
    }
  }
}

TEST(Speeds, HistogramsAreWhole) {
  const auto tracks = make_walks({.tracks = 50, .step_nm = 1.0, .sigma_nm = 0.2}, 5);
  for (const auto& result : speeds(tracks)) {
    double raw = 0.0;
    double corrected = 0.0;
    for (const double share : result.share) raw += share;
    for (const double share : result.corrected_share) corrected += share;
    EXPECT_NEAR(raw, 1.0, 1e-9);
    EXPECT_NEAR(corrected, 1.0, 1e-9);
    EXPECT_EQ(result.edges_nm_per_s.size(), result.share.size() + 1);
  }
}

/// Tracks as the linker gives them, the drift taken out; one pixel is one nm.
std::vector<Track> tracks_of(const LinkedSet& linked) {
  std::map<std::int64_t, Track> tracks;
  for (const auto& frame : linked.frames) {
    for (const auto& [p, id] : frame.particles) {
      if (id < 0) continue;
      tracks[id].id = id;
      tracks[id].points.push_back({frame.frame, p.x_px - frame.drift.x_px,
                                   p.y_px - frame.drift.y_px, p.x_stderr_px, p.y_stderr_px,
                                   p.radius_px});
    }
  }
  std::vector<Track> result;
  for (auto& [id, track] : tracks) result.push_back(std::move(track));
  return result;
}

double true_share_faster(const PointTrackSet& set, std::int64_t lag, double speed) {
  double count = 0.0;
  double faster = 0.0;
  for (const auto& truth : set.truth) {
    Track track;
    for (const auto& p : truth.points) {
      const auto f = static_cast<std::size_t>(p.frame);
      track.points.push_back(
          {p.frame, p.x_px - set.drift_x_px[f], p.y_px - set.drift_y_px[f], 0, 0, 1});
    }
    for (std::size_t i = 0; i < track.points.size(); ++i) {
      for (std::size_t j = i + 1; j < track.points.size(); ++j) {
        const auto& a = track.points[i];
        const auto& b = track.points[j];
        if (b.frame != a.frame + lag) continue;
        count += 1.0;
        const double distance = std::hypot(b.x_nm - a.x_nm, b.y_nm - a.y_nm);
        faster += distance > speed * dt * static_cast<double>(lag) ? 1.0 : 0.0;
      }
    }
  }
  return faster / count;
}

TEST(Speeds, OfLinkedSetsAreTrueToThreePercent) {
  for (const double electrons : {60.0, 8.0}) {
    const auto set =
        make_point_tracks({.particles = 300, .electrons_per_px = electrons, .seed = 3});
    const auto tracks = tracks_of(link_all(set.seen, {}));
    EXPECT_NEAR(localisation_factor(tracks).value(), 1.0, 0.06);
    for (const auto& result : speeds(tracks, {.lags_frames = {5, 25}})) {
      // The floor of the issue.
      const double truth = true_share_faster(set, result.lag_frames, 10.0);
      EXPECT_NEAR(result.corrected_faster.value, truth, 0.03) << electrons;
      EXPECT_LE(result.corrected_faster.low, truth);
      EXPECT_GE(result.corrected_faster.high, truth);
    }
  }
}

TEST(Speeds, WrongErrorsAreMeasured) {
  auto tracks = make_walks({.tracks = 60, .sigma_nm = 0.6}, 6);
  for (auto& track : make_walks({.tracks = 60, .step_nm = 1.2, .sigma_nm = 0.6}, 7)) {
    tracks.push_back(track);
  }
  for (auto& track : make_walks({.tracks = 60, .speed_nm = 0.8, .sigma_nm = 0.6}, 8)) {
    tracks.push_back(track);
  }
  for (auto& track : tracks) {
    for (auto& p : track.points) {
      p.x_stderr_nm = 0.4;
      p.y_stderr_nm = 0.4;
    }
  }
  EXPECT_NEAR(localisation_factor(tracks).value(), 1.5, 0.05);
  EXPECT_FALSE(localisation_factor({}).has_value());
  // Few tracks do not tell, and say so rather than something.
  EXPECT_FALSE(localisation_factor(make_walks({.tracks = 2, .frames = 12}, 3)).has_value());
}

TEST(Speeds, TheFactorOfErrorsScattersAsItsStandardErrorSays) {
  double squares = 0.0;
  double expected = 0.0;
  constexpr int sets = 60;
  for (std::uint64_t seed = 0; seed < sets; ++seed) {
    const auto tracks = make_walks({.tracks = 100, .frames = 60, .sigma_nm = 0.3}, 100 + seed);
    LocalisationSums sums;
    sums.add(tracks);
    squares += std::pow(sums.factor().value() - 1.0, 2) / sets;
    expected += std::pow(sums.factor_stderr(), 2) / sets;
  }
  // Of 60 sets the scatter is known to 9 %.
  EXPECT_NEAR(std::sqrt(squares / expected), 1.0, 0.27);
}

TEST(Speeds, PlacesThatAreHardlyKnownDoNotDecideAboutTheErrors) {
  // A tenth of the tracks ends at the border of the frame, where errors of 20 nm are given; the
  // places that are linked at all are within 2 nm.
  auto tracks = make_walks({.tracks = 100, .sigma_nm = 0.1}, 11);
  RandomStream random(12);
  for (std::size_t k = 0; k < tracks.size(); ++k) {
    auto& points = tracks[k].points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool cut = k % 10 == 0 && 5 * i > 4 * points.size();
      points[i].x_stderr_nm = points[i].y_stderr_nm = cut ? 20.0 : 0.1;
      if (!cut) continue;
      points[i].x_nm += 2.0 * random.normal();
      points[i].y_nm += 2.0 * random.normal();
    }
  }
  EXPECT_NEAR(localisation_factor(tracks).value(), 1.0, 0.03);
}

TEST(Speeds, IntervalsHoldTheTruth) {
  // 40 tracks each, half of them at 16 nm/s: 12 to 28 of 40 are expected in 95 of 100 sets.
  int held = 0;
  int raw_held = 0;
  constexpr int sets = 40;
  for (int s = 0; s < sets; ++s) {
    RandomStream random(static_cast<std::uint64_t>(100 + s));
    std::vector<Track> tracks;
    for (int k = 0; k < 40; ++k) {
      const bool fast = random.uniform() < 0.5;
      tracks.push_back(
          make_walks({.tracks = 1, .frames = 60, .speed_nm = fast ? 0.64 : 0.0, .sigma_nm = 0.3},
                     1000 * static_cast<std::uint64_t>(s) + static_cast<std::uint64_t>(k))[0]);
    }
    const auto result = speeds(tracks, {.lags_frames = {5}, .noise = NoiseSource::reported})[0];
    held += result.corrected_faster.low <= 0.5 && result.corrected_faster.high >= 0.5 ? 1 : 0;
    raw_held += result.faster.low <= 0.5 && result.faster.high >= 0.5 ? 1 : 0;
  }
  EXPECT_GE(held, 34);  // of 38 expected, two and a half standard deviations
  EXPECT_GE(raw_held, 34);
}

TEST(Speeds, NoTrackAsLongAsTheLagIsSaid) {
  const auto result =
      speeds(make_walks({.tracks = 2, .frames = 10, .sigma_nm = 0.1}, 9), {.lags_frames = {25}});
  EXPECT_EQ(result[0].displacements, 0);
  EXPECT_FALSE(result[0].warning.empty());
  EXPECT_THROW((void)speeds({}, {.lags_frames = {}}), InputError);
  EXPECT_THROW((void)speeds({}, {.lags_frames = {0}}), InputError);
}

TEST(NoiseDeconvolution, FindsWhereTheDistancesAre) {
  RandomStream random(10);
  DistanceCellSums measured;
  for (std::uint32_t i = 0; i < 20000; ++i) {
    const double truth = i % 4 == 0 ? 5.0 : 0.0;
    const double error = i % 8 < 4 ? 0.8 : 1.2;
    measured.add(std::hypot(truth + error * random.normal(), error * random.normal()), error,
                 i % 50);
  }
  const auto cells = measured.cells();
  double sum = 0.0;
  for (const auto& entry : cells.entries) sum += entry.count;
  EXPECT_EQ(sum, 20000.0);
  const NoiseDeconvolution deconvolution(cells.cells, 2.5);
  std::vector<double> counts;
  for (const auto& cell : cells.cells) counts.push_back(cell.count);
  const auto shares = deconvolution.solve(deconvolution.uniform(), 2000, counts);
  EXPECT_NEAR(deconvolution.beyond(shares), 0.25, 0.01);
}

}  // namespace
}  // namespace adatom::tracking
