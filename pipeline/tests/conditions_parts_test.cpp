// What `adatom track-conditions` is made of, on numbers that are worked out by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "conditions/comparison.h"
#include "conditions/conditions_table.h"
#include "conditions/interval_speeds.h"
#include "program.h"
#include "track/track_tables.h"

namespace adatom::pipeline {
namespace {

using adatom::testing::ScratchFolder;

const Quantity share{"corrected_share_faster", "faster than 10 nm/s", "", 0.2};
const Quantity merges{"merges_per_particle_s", "merges", "per particle and s", {}};

VideoNumbers with_share(double value, double error, double lag_s = 0.2) {
  VideoNumbers numbers{
      .frames = 100, .tracks = 50, .length_s = 4.0, .measurements = {}, .histograms = {}};
  Quantity quantity = share;
  quantity.lag_s = lag_s;
  numbers.measurements.push_back({.quantity = quantity, .value = value, .standard_error = error});
  return numbers;
}

/// A table with one column of numbers, a row for each value.
ConditionsTable table_of(const std::vector<double>& temperatures) {
  ConditionsTable table{.columns = {{"temperature_c"}}, .videos = {}, .warnings = {}};
  for (const double value : temperatures) {
    const auto text = std::to_string(static_cast<int>(value));
    table.videos.push_back({.name = "at" + text,
                            .place = "table.csv",
                            .files = {},
                            .cells = {text},
                            .numbers = {value},
                            .given = {}});
  }
  return table;
}

std::vector<ComparedVideo> videos_of(const ConditionsTable& table,
                                     const std::vector<VideoNumbers>& numbers) {
  std::vector<ComparedVideo> videos;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    videos.push_back({.video = &table.videos[i], .numbers = numbers[i]});
  }
  return videos;
}

ConditionComparison compare(const ConditionsTable& table,
                            const std::vector<VideoNumbers>& numbers) {
  return compare_conditions(table, videos_of(table, numbers), 0.95, RandomStream(1));
}

// Five temperatures out of order, shares that rise: 2 of 120 orders are as extreme.
TEST(Conditions, ARiseOverFiveConditionsHasItsExactProbability) {
  const auto table = table_of({500, 400, 600, 450, 550});
  const auto result =
      compare(table, {with_share(0.3, 0.01), with_share(0.1, 0.01), with_share(0.5, 0.01),
                      with_share(0.2, 0.01), with_share(0.4, 0.01)});
  ASSERT_EQ(result.series.size(), 1U);
  EXPECT_EQ(result.conditions.front().numbers.front(), 400.0);
  ASSERT_EQ(result.trends.size(), 1U);
  const Trend& trend = result.trends.front();
  EXPECT_DOUBLE_EQ(trend.ranks.spearman.coefficient, 1.0);
  EXPECT_DOUBLE_EQ(trend.ranks.kendall.p_two_sided, 2.0 / 120.0);
  EXPECT_EQ(result.conditions[trend.largest].numbers.front(), 600.0);
  // 0.1 more than the next, each known to 0.01.
  EXPECT_NEAR(trend.lead.value, 0.1, 1e-12);
  EXPECT_NEAR(trend.lead.standard_error, std::sqrt(2.0) * 0.01, 1e-12);
  EXPECT_NEAR(trend.lead.low, 0.1 - 1.959964 * std::sqrt(2.0) * 0.01, 1e-7);
}

// Largest at 500: no rank correlation tells that, the lead does. rho of (1 2 5 4 3) is 0.6 - the
// squared differences sum up to 8, 1 - 48 / 120.
TEST(Conditions, ALargestOneInTheMiddleIsTold) {
  const auto table = table_of({400, 450, 500, 550, 600});
  const auto result =
      compare(table, {with_share(0.1, 0.01), with_share(0.2, 0.01), with_share(0.6, 0.01),
                      with_share(0.4, 0.01), with_share(0.3, 0.01)});
  const Trend& trend = result.trends.at(0);
  EXPECT_NEAR(trend.ranks.spearman.coefficient, 0.6, 1e-12);
  EXPECT_GT(trend.ranks.spearman.p_two_sided, 0.3);
  EXPECT_EQ(result.conditions[trend.largest].numbers.front(), 500.0);
  EXPECT_GT(trend.lead.low, 0.0);
  // Ten pairs; the nearest two differ by 0.1, seven errors of their difference.
  ASSERT_EQ(result.differences.size(), 10U);
  for (const Difference& each : result.differences) {
    EXPECT_GE(each.p_holm, each.p);
    EXPECT_LT(each.p_holm, 1e-8);
  }
}

// Holm: p of 0.0027 (3 errors) and so on; the smallest of three times 3, the next times 2, the last
// as it is, never below the one before.
TEST(Conditions, AdjustedProbabilities) {
  const double error = 0.01 / std::sqrt(2.0);
  const auto table = table_of({1, 2, 3});
  const auto result =
      compare(table, {with_share(0.5, error), with_share(0.51, error), with_share(0.53, error)});
  std::vector<double> p;
  std::vector<double> adjusted;
  for (const auto& each : result.differences) {
    p.push_back(each.p);
    adjusted.push_back(each.p_holm);
  }
  // 0 to 1: 1 error; 0 to 2: 3; 1 to 2: 2.
  ASSERT_EQ(p.size(), 3U);
  EXPECT_NEAR(p[0], 0.3173, 5e-5);
  EXPECT_NEAR(p[1], 0.0027, 5e-5);
  EXPECT_NEAR(p[2], 0.0455, 5e-5);
  EXPECT_NEAR(adjusted[0], 0.3173, 5e-5);
  EXPECT_NEAR(adjusted[1], 3 * 0.0027, 1.5e-4);
  EXPECT_NEAR(adjusted[2], 2 * 0.0455, 1e-4);
}

// 10 merges in 100 and 30 in 100 particle seconds: 0.2, with the scatter of two counts of 20:
// chi^2 = 2 * 100 / 20 = 10 on one degree of freedom, so an error of sqrt(10 * 40) / 200.
TEST(Conditions, CountsOfVideosOfOneConditionAddUp) {
  const auto table = table_of({500, 500});
  std::vector<VideoNumbers> numbers(2, with_share(0.3, 0.01));
  const std::vector<double> events = {10.0, 30.0};
  for (std::size_t i = 0; i < 2; ++i) {
    numbers[i].measurements.push_back(
        {.quantity = merges, .value = events[i] / 100.0, .events = events[i], .exposure = 100.0});
  }
  const auto result = compare(table, numbers);
  ASSERT_EQ(result.conditions.size(), 1U);
  EXPECT_EQ(result.conditions[0].tracks, 100);
  const PooledValue* pooled = result.conditions[0].find(merges);
  ASSERT_NE(pooled, nullptr);
  EXPECT_NEAR(pooled->pooled.value, 0.2, 1e-12);
  EXPECT_NEAR(pooled->pooled.heterogeneity, 10.0, 1e-12);
  EXPECT_NEAR(pooled->pooled.standard_error, std::sqrt(10.0 * 40.0) / 200.0, 1e-12);
  EXPECT_TRUE(result.series.empty());
}

TEST(Conditions, OneVideoHasTheExactIntervalOfItsCounts) {
  const auto table = table_of({500});
  VideoNumbers numbers = with_share(0.3, 0.01);
  numbers.measurements.push_back(
      {.quantity = merges, .value = 0.1, .events = 10.0, .exposure = 100.0});
  const auto result = compare(table, {numbers});
  // Garwood's 95 % limits of a count of 10: 4.795 and 18.39.
  const auto& pooled = result.conditions[0].find(merges)->pooled;
  EXPECT_NEAR(pooled.low, 0.04795, 1e-5);
  EXPECT_NEAR(pooled.high, 0.1839, 1e-4);
}

TEST(Conditions, LagsThatDifferAreNotCompared) {
  const auto table = table_of({400, 500});
  const auto result = compare(table, {with_share(0.3, 0.01, 0.2), with_share(0.3, 0.01, 0.25)});
  EXPECT_TRUE(result.quantities.empty());
  ASSERT_EQ(result.warnings.size(), 2U);
  EXPECT_NE(result.warnings[0].find("a lag of 0.2 s is not there in all videos"),
            std::string::npos);
}

// Two columns: series run along one while the other stays.
TEST(Conditions, SeriesKeepTheOtherColumns) {
  ConditionsTable table{
      .columns = {{"temperature_c"}, {"h2_o2_ratio"}}, .videos = {}, .warnings = {}};
  std::vector<VideoNumbers> numbers;
  for (const auto& [t, r] :
       std::vector<std::pair<double, double>>{{400, 6}, {500, 6}, {600, 6}, {500, 2}, {500, 10}}) {
    table.videos.push_back({.name = "v",
                            .place = "t",
                            .files = {},
                            .cells = {std::to_string(t), std::to_string(r)},
                            .numbers = {t, r},
                            .given = {}});
    numbers.push_back(with_share(0.001 * t - 0.01 * r, 0.01));
  }
  const auto result = compare(table, numbers);
  ASSERT_EQ(result.series.size(), 2U);
  EXPECT_EQ(result.series[0].fixed, "h2_o2_ratio = 6");
  EXPECT_EQ(result.series[1].fixed, "temperature_c = 500");
  ASSERT_EQ(result.trends.size(), 2U);
  EXPECT_DOUBLE_EQ(result.trends[0].ranks.spearman.coefficient, 1.0);
  EXPECT_DOUBLE_EQ(result.trends[1].ranks.spearman.coefficient, -1.0);
  EXPECT_DOUBLE_EQ(result.trends[0].ranks.least_p, 2.0 / 6.0);
}

// Three particles for three frames of 0.1 s: one goes 3 nm a frame, one rests, one is there only in
// the last two frames and goes 1 nm.
TEST(IntervalSpeeds, ByHand) {
  const ScratchFolder scratch;
  std::string text = tracks_header();
  const storage::Table header = storage::parse_csv(text, "header");
  const auto add = [&](int frame, int id, double x, int at_edge) {
    for (std::size_t i = 0; i < header.header().size(); ++i) {
      const std::string& name = header.header()[i];
      std::string cell = "0";
      if (name == "frame") cell = std::to_string(frame);
      if (name == "particle_id") cell = std::to_string(id);
      if (name == "x_specimen_nm") cell = storage::cell(x);
      if (name == "at_edge") cell = std::to_string(at_edge);
      text += (i > 0 ? "," : "") + cell;
    }
    text += "\n";
  };
  for (int frame = 0; frame < 3; ++frame) {
    add(frame, 1, 3.0 * frame, 0);
    add(frame, 2, 7.0, 0);
    if (frame > 0) add(frame, 3, 20.0 + frame, 0);
    add(frame, 4, 100.0 * frame, 1);  // cut by the border: does not count
  }
  storage::write_file(scratch.path() / "tracks.csv", text);
  const std::vector<double> lags = {1.0, 2.0};
  const auto speeds = interval_speeds(scratch.path() / "tracks.csv", 0.1, lags, 5.0);
  ASSERT_EQ(speeds.size(), 2U);
  // 30, 30, 0, 0 and 10 nm/s.
  EXPECT_EQ(speeds[0].displacements, 5);
  EXPECT_NEAR(speeds[0].mean_nm_per_s, 14.0, 1e-9);
  // Sums 60, 0, 10 of 2, 2, 1 steps: off by 32, -28, -4; sqrt(3/2 * 1824) / 5.
  EXPECT_NEAR(speeds[0].mean_stderr_nm_per_s, std::sqrt(1.5 * 1824.0) / 5.0, 1e-9);
  // One of two, then two of three are faster.
  EXPECT_EQ(speeds[0].intervals, 2);
  EXPECT_NEAR(speeds[0].share_faster, 0.5 * (0.5 + 2.0 / 3.0), 1e-12);
  EXPECT_EQ(speeds[1].displacements, 2);
  EXPECT_NEAR(speeds[1].mean_nm_per_s, 15.0, 1e-9);
}

class ConditionsTableTest : public ::testing::Test {
 protected:
  ConditionsTable read(const std::string& text) const {
    storage::write_file(scratch.path() / "table.csv", text);
    return read_conditions(scratch.path() / "table.csv");
  }
  std::string complaint(const std::string& text) const {
    try {
      (void)read(text);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
  const ScratchFolder scratch;
};

TEST_F(ConditionsTableTest, ColumnsAreConditionsOrOptions) {
  const auto table = read(
      "video,temperature_c,gas,pixel_size_nm,lags_frames\n"
      "a/film.tif,400,H2,0.5,\"1,5\"\n"
      "b/film.tif; b/more.tif,500,O2,,\n");
  ASSERT_EQ(table.columns.size(), 2U);
  EXPECT_TRUE(table.columns[0].is_number);
  EXPECT_FALSE(table.columns[1].is_number);
  EXPECT_EQ(table.videos[0].name, "a_film");
  EXPECT_EQ(table.videos[1].name, "b_film");
  ASSERT_EQ(table.videos[1].files.size(), 2U);
  EXPECT_EQ(table.videos[1].files[1], scratch.path() / "b/more.tif");
  const std::vector<GivenOption> common = {{"pixel_size_nm", "2", "--pixel-size-nm"},
                                           {"frame_time_s", "0.1", "--frame-time-s"}};
  const TrackOptions first = options_of(table.videos[0], common);
  EXPECT_EQ(first.pixel_size_nm, 0.5);
  EXPECT_EQ(first.frame_time_s, 0.1);
  EXPECT_EQ(first.lags_frames, (std::vector<double>{1.0, 5.0}));
  EXPECT_EQ(options_of(table.videos[1], common).pixel_size_nm, 2.0);
}

TEST_F(ConditionsTableTest, SaysWhatIsWrong) {
  EXPECT_NE(complaint("film,temperature_c\na.tif,1\n").find("no column 'video'"),
            std::string::npos);
  EXPECT_NE(complaint("video,pixel_size_nm\na.tif,1\n").find("no conditions"), std::string::npos);
  EXPECT_NE(complaint("video,t\n").find("no rows"), std::string::npos);
  EXPECT_NE(complaint("video,t\na.tif,\n").find("cell of 't' is empty"), std::string::npos);
  EXPECT_NE(complaint("video,t\n,3\n").find("cell of 'video' is empty"), std::string::npos);
  EXPECT_NE(complaint("video,t,name\na.tif,3,x\nb.tif,4,x\n").find("the same name"),
            std::string::npos);
  const auto table = read("video,temperature_c,frame_time_ss\na.tif,400,1\n");
  ASSERT_EQ(table.warnings.size(), 1U);
  EXPECT_NE(table.warnings[0].find("frame_time_s"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
