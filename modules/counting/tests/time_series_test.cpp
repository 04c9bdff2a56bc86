// Columns followed through a series of frames, and counted in all of them together.
#include "adatom/counting/time_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "simulated_series.h"

namespace adatom::counting {
namespace {

using testing::count_series;
using testing::CountedSeries;
using testing::gold_library;
using testing::identity_of;
using testing::nearest_counts;
using testing::SeriesScene;
using testing::SeriesScore;
using testing::simulate_series_of;
using testing::SimulatedSeries;

MatchResult match(const SimulatedSeries& series) {
  NoProgress progress;
  return match_columns(series.frames, {}, progress);
}

std::size_t true_columns(const SimulatedSeries& series) {
  std::set<std::int64_t> ids;
  for (const auto& frame : series.truth) {
    for (const auto& [id, atoms] : frame) ids.insert(id);
  }
  return ids.size();
}

CountingOptions at_dose(double dose) {
  CountingOptions options;
  options.dose_per_angstrom2 = dose;
  return options;
}

// Drift of several spacings (2.5 angstrom) between frames in any direction, positions off by 0.15,
// a fifth of the single atoms not found, columns that vanish and come back: every column is
// followed without a mistake.
TEST(MatchColumns, EveryColumnKeepsItsId) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SeriesScene scene;
    scene.seed = seed;
    scene.frames = 15;
    scene.drift_walk_angstrom = 5.0;
    scene.moves_per_frame = 5;
    scene.missed_single_atoms = 0.2;
    const SimulatedSeries series = simulate_series_of(scene, gold_library());
    const MatchResult result = match(series);
    EXPECT_EQ(result.columns.size(), true_columns(series));
    std::set<std::int64_t> ids;
    std::size_t members = 0;
    for (const SeriesColumn& column : result.columns) {
      const testing::Identity identity = identity_of(column, series);
      EXPECT_EQ(identity.strangers, 0U);
      ids.insert(identity.id);
      members += static_cast<std::size_t>(column.frames_seen);
      EXPECT_TRUE(column.on_lattice);
    }
    EXPECT_EQ(ids.size(), result.columns.size());
    EXPECT_EQ(members, series.all_scs().size());
    for (std::size_t f = 0; f < series.frames.size(); ++f) {
      // 88 positions off by 0.15 angstrom: their median is known to 0.02; five of that.
      EXPECT_NEAR(result.frames[f].drift_x_angstrom, series.drift_x[f] - series.drift_x[0], 0.1);
      EXPECT_NEAR(result.frames[f].drift_y_angstrom, series.drift_y[f] - series.drift_y[0], 0.1);
      EXPECT_TRUE(result.frames[f].usable);
    }
    EXPECT_TRUE(result.warnings.empty());
  }
}

// Shear of 10 % in every other frame moves the outer columns by more than half a spacing.
TEST(MatchColumns, SlowDistortionsAreFollowed) {
  SeriesScene scene;
  scene.shear = 0.1;
  const SimulatedSeries series = simulate_series_of(scene, gold_library());
  const MatchResult result = match(series);
  EXPECT_EQ(result.columns.size(), true_columns(series));
  for (const SeriesColumn& column : result.columns) {
    EXPECT_EQ(identity_of(column, series).strangers, 0U);
  }
  for (const FrameMatch& frame : result.frames) {
    // What is left is jitter: 0.15 angstrom along both axes, a little more by what is taken off.
    EXPECT_NEAR(frame.rms_angstrom, 0.21, 0.06);
  }
}

// Positions off by an eighth of a spacing along both axes, in the first frame as well: a column
// that was not recognised at first is not two in the end.
TEST(MatchColumns, JitterDoesNotSplitColumns) {
  std::size_t found = 0;
  std::size_t there = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SeriesScene scene;
    scene.seed = seed;
    scene.jitter_angstrom = 0.3;
    const SimulatedSeries series = simulate_series_of(scene, gold_library());
    found += match(series).columns.size();
    there += true_columns(series);
  }
  EXPECT_GE(found, there);
  EXPECT_LE(static_cast<double>(found), 1.02 * static_cast<double>(there));
}

TEST(MatchColumns, AFrameOfSomethingElseIsLeftOut) {
  SeriesScene scene;
  scene.moves_per_frame = 0;
  SimulatedSeries series = simulate_series_of(scene, gold_library());
  const std::size_t columns = series.frames[0].x_angstrom.size();
  RandomStream random(5);
  for (const std::size_t f : {0U, 4U}) {
    FrameColumns& frame = series.frames[f];
    if (f == 0) frame = {{1.0, 2.0}, {1.0, 2.0}, {0.1, 0.1}};
    for (double& x : frame.x_angstrom) x = 40.0 * random.uniform();
    for (double& y : frame.y_angstrom) y = 40.0 * random.uniform();
  }
  const MatchResult result = match(series);
  EXPECT_EQ(result.columns.size(), columns);
  EXPECT_FALSE(result.frames[0].usable);
  EXPECT_FALSE(result.frames[4].usable);
  EXPECT_TRUE(result.frames[5].usable);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_NE(result.warnings[0].find("frames 0, 4: "), std::string::npos) << result.warnings[0];
  for (const SeriesColumn& column : result.columns) {
    EXPECT_EQ(column.sight[4], Sight::out_of_sight);
    EXPECT_EQ(column.frames_seen, 8);
  }
}

// Columns that drift out of the image are not absent.
TEST(MatchColumns, OutsideTheImageNothingIsMissing) {
  SeriesScene scene;
  scene.moves_per_frame = 0;
  SimulatedSeries series = simulate_series_of(scene, gold_library());
  const auto& x = series.frames[9].x_angstrom;
  const double right =
      0.5 * (*std::min_element(x.begin(), x.end()) + *std::max_element(x.begin(), x.end()));
  for (FrameColumns& frame : series.frames) frame.width_angstrom = frame.height_angstrom = 1e4;
  series.frames[9].width_angstrom = right;
  FrameColumns& cut = series.frames[9];
  for (std::size_t i = cut.x_angstrom.size(); i-- > 0;) {
    if (cut.x_angstrom[i] < right) continue;
    for (auto* values : {&cut.x_angstrom, &cut.y_angstrom, &cut.scs_angstrom2}) {
      values->erase(values->begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  for (FrameColumns& frame : series.frames) {
    for (double& y : frame.y_angstrom) y += 50.0;  // above the lower edge, below the upper one
  }
  for (FrameColumns& frame : series.frames) {
    for (double& value : frame.x_angstrom) value += 50.0;
    if (frame.width_angstrom < 1e4) frame.width_angstrom += 50.0;
  }
  const MatchResult result = match(series);
  std::size_t outside = 0;
  for (const SeriesColumn& column : result.columns) {
    EXPECT_NE(column.sight[9], Sight::not_seen);
    if (column.sight[9] == Sight::out_of_sight) ++outside;
  }
  EXPECT_GT(outside, 20U);
}

CountedSeries count_nearest(const SimulatedSeries& series, const CountingOptions& options,
                            const TimeSeriesOptions& series_options = {}) {
  return count_series(series, gold_library(), options,
                      nearest_counts(series.all_scs(), gold_library()), series_options);
}

/// Series of ten frames at one dose, five particles.
SeriesScore score_at(double dose, Scatter scatter) {
  SeriesScore score;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SeriesScene scene;
    scene.seed = seed;
    scene.dose_per_angstrom2 = dose;
    scene.missed_single_atoms = 0.1;
    const SimulatedSeries series = simulate_series_of(scene, gold_library());
    CountingOptions options = at_dose(dose);
    options.scatter = scatter;
    if (scatter == Scatter::measured) options.dose_per_angstrom2.reset();
    const CountedSeries counted = count_nearest(series, options);
    EXPECT_TRUE(counted.result.converged);
    score.add(series, counted.matched, counted.result);
  }
  return score;
}

// Where counts overlap (sigma up to 0.33 steps), the series leaves a few of the false changes and
// finds the true ones.
TEST(TimeSeries, HasFewSpuriousChangesAndFindsTheTrueOnes) {
  for (const Scatter scatter : {Scatter::common, Scatter::measured}) {
    const SeriesScore score = score_at(5e3, scatter);
    EXPECT_GT(score.true_changes, 100.0);
    EXPECT_GT(score.spurious_independent, 100.0);
    EXPECT_LE(score.spurious, 0.5 * score.spurious_independent);
    EXPECT_GE(score.found, 0.9 * score.true_changes);
    EXPECT_GT(score.right, score.right_independent);
  }
}

TEST(TimeSeries, CountsAreExactAtTwentyThousandElectrons) {
  const SeriesScore score = score_at(2e4, Scatter::common);
  EXPECT_GE(score.right, 0.99 * score.observations);
  EXPECT_GE(score.found, 0.9 * score.true_changes);
}

/// Columns on a square lattice, all of `atoms` in every frame, without noise.
SimulatedSeries still_series(std::size_t frames, std::int64_t atoms) {
  SimulatedSeries series;
  const Library library = gold_library();
  for (std::size_t f = 0; f < frames; ++f) {
    FrameColumns& frame = series.frames.emplace_back();
    for (int i = 0; i < 36; ++i) {
      frame.x_angstrom.push_back(2.5 * (i % 6));
      frame.y_angstrom.push_back(2.5 * (i / 6));
      const std::int64_t own = i < 6 ? 1 + i : atoms;
      frame.scs_angstrom2.push_back(library.scs_angstrom2[static_cast<std::size_t>(own - 1)] +
                                    0.001 * ((i + static_cast<int>(f)) % 3 - 1));
    }
    series.scs_stderr.emplace_back(36, 0.001);
  }
  return series;
}

void remove_column(FrameColumns& frame, std::size_t i) {
  for (auto* values : {&frame.x_angstrom, &frame.y_angstrom, &frame.scs_angstrom2}) {
    values->erase(values->begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// A thick column that is missing once was not found by the fit; a single atom that is never seen
// again left.
TEST(TimeSeries, TellsColumnsThatAreMissedFromThoseThatAreGone) {
  SimulatedSeries series = still_series(9, 7);
  remove_column(series.frames[4], 20);
  for (std::size_t f = 3; f < 9; ++f) remove_column(series.frames[f], 0);
  const CountedSeries counted = count_nearest(series, {});
  const auto& columns = counted.result.columns;
  ASSERT_EQ(columns.size(), 36U);
  EXPECT_EQ(columns[20].atom_count, std::vector<std::int64_t>(9, 7));
  EXPECT_EQ(columns[20].independent[4], 0);
  EXPECT_EQ(columns[0].atom_count, (std::vector<std::int64_t>{1, 1, 1, 0, 0, 0, 0, 0, 0}));
  ASSERT_EQ(counted.result.changes.size(), 1U);
  const CountChange& change = counted.result.changes[0];
  EXPECT_EQ(change.column, 0U);
  EXPECT_EQ(change.frame, 2U);
  EXPECT_EQ(change.from, 1);
  EXPECT_EQ(change.to, 0);
  EXPECT_TRUE(change.independent_too);
  EXPECT_GT(change.probability, 0.5);
  EXPECT_EQ(counted.result.tally.series, 1);
  // Gone, and missing once and back again.
  EXPECT_EQ(counted.result.tally.independent, 3);
  const std::int64_t all = 21 + 30 * 7;
  for (std::size_t f = 0; f < 9; ++f) {
    EXPECT_EQ(counted.result.totals[f].atoms, f < 3 ? all : all - 1);
    EXPECT_LE(counted.result.totals[f].low, counted.result.totals[f].atoms);
  }
}

// From independent counts with a library that is 2 % too low, which is not half a step anywhere.
TEST(TimeSeries, EstimatesTheScaleItself) {
  const SimulatedSeries series = simulate_series_of({}, gold_library());
  Library low = gold_library();
  for (double& value : low.scs_angstrom2) value /= 1.02;
  const CountedSeries counted =
      count_series(series, low, at_dose(2e4), nearest_counts(series.all_scs(), low));
  // About 900 cross-sections, each known to 1 to 4 %: the scale to 1e-3.
  EXPECT_NEAR(counted.result.library_scale, 1.02, 3e-3);
}

// The whole of it: independent counts that find the scale themselves, and those without a library.
TEST(TimeSeries, FindsTheScaleOfTheLibraryAndWorksWithoutOne) {
  SeriesScene scene;
  scene.frames = 4;
  scene.length = 8;
  scene.cutoff = 2;
  const SimulatedSeries series = simulate_series_of(scene, gold_library());
  Library shrunk = gold_library();
  for (double& value : shrunk.scs_angstrom2) value /= 1.05;
  const auto count = [&](const Library& library, const CountingOptions& options) {
    NoProgress progress;
    const bool with_library = options.method == Method::hybrid;
    return count_series(
        series, library, options,
        count_atoms(series.all_scs(), {}, with_library ? std::optional(library) : std::nullopt,
                    options, RandomStream(1), progress));
  };
  CountingOptions options;
  options.dose_per_angstrom2 = 2e4;
  options.starts = 0;
  options.max_components = 9;
  // About 200 cross-sections, each known to 1 to 4 %: the scale to 2e-3.
  EXPECT_NEAR(count(shrunk, options).result.library_scale, 1.05, 6e-3);
  options.method = Method::equidistant;
  const CountedSeries plain = count(gold_library(), options);
  EXPECT_EQ(plain.result.library_scale, 1.0);
  SeriesScore score;
  score.add(series, plain.matched, plain.result);
  EXPECT_GE(score.right, score.right_independent);
  EXPECT_GE(score.right, 0.99 * score.observations);
}

TEST(TimeSeries, PosteriorsSumToOneAndThreadsDoNotChangeThem) {
  SeriesScene scene;
  scene.dose_per_angstrom2 = 3e3;
  const SimulatedSeries series = simulate_series_of(scene, gold_library());
  std::vector<CountedSeries> results;
  for (const std::size_t threads : {1U, 2U}) {
    const ThreadLimit limit(threads);
    TimeSeriesOptions options;
    options.decoding = Decoding::posterior;
    results.push_back(count_nearest(series, at_dose(3e3), options));
  }
  const auto& result = results[0].result;
  const std::size_t states = result.level_angstrom2.size();
  for (std::size_t c = 0; c < result.columns.size(); ++c) {
    const ColumnHistory& column = result.columns[c];
    EXPECT_EQ(column.posterior, results[1].result.columns[c].posterior);
    for (std::size_t f = 0; f < series.frames.size(); ++f) {
      const auto row = column.posterior.begin() + static_cast<std::ptrdiff_t>(f * states);
      const auto end = row + static_cast<std::ptrdiff_t>(states);
      EXPECT_NEAR(std::accumulate(row, end, 0.0), 1.0, 1e-9);
      EXPECT_EQ(*std::max_element(row, end), column.probability[f]);
    }
  }
  EXPECT_EQ(result.sigma_angstrom2, results[1].result.sigma_angstrom2);
}

TEST(TimeSeries, BadInputIsRefused) {
  NoProgress progress;
  EXPECT_THROW((void)match_columns({}, {}, progress), InputError);
  const std::vector<FrameColumns> uneven = {{{1.0, 2.0, 3.0}, {1.0, 2.0}}};
  EXPECT_THROW((void)match_columns(uneven, {}, progress), InputError);
  const std::vector<FrameColumns> one_place = {{{1.0, 1.0, 1.0}, {1.0, 1.0, 1.0}}};
  EXPECT_THROW((void)match_columns(one_place, {}, progress), InputError);
  const std::vector<FrameColumns> no_number = {{{1.0, 2.0, std::nan("")}, {1.0, 2.0, 3.0}}};
  EXPECT_THROW((void)match_columns(no_number, {}, progress), InputError);
  const SimulatedSeries series = still_series(3, 5);
  const CountedSeries good = count_nearest(series, at_dose(1e5));
  const auto again = [&](const CountingOptions& options, const std::optional<Library>& library,
                         std::size_t frames) {
    (void)count_time_series(std::span(series.frames).first(frames), good.matched, {},
                            good.independent, library, options, {}, progress);
  };
  EXPECT_NO_THROW(again(at_dose(1e5), gold_library(), 3));
  EXPECT_THROW(again(at_dose(1e5), gold_library(), 2), InputError);
  EXPECT_THROW(again(at_dose(1e5), std::nullopt, 3), InputError);
  CountingOptions measured;
  measured.scatter = Scatter::measured;
  EXPECT_THROW(again(measured, gold_library(), 3), InputError);
}

}  // namespace
}  // namespace adatom::counting
