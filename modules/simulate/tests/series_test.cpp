#include "adatom/simulate/series.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "moves.h"

namespace adatom::simulate {
namespace {

struct Series {
  std::vector<SimulatedFrame> frames;
  SeriesSummary summary;
};

Series run(const SeriesOptions& options) {
  Series series;
  NoProgress progress;
  series.summary = simulate_series(
      options, std::nullopt, std::nullopt,
      [&](const SimulatedFrame& frame) { series.frames.push_back(frame); }, progress);
  return series;
}

SeriesOptions small_series() {
  SeriesOptions options;
  options.specimen.length = 7;
  options.specimen.cutoff = 2;
  options.frame.width = 150;
  options.frame.height = 140;
  options.frame.pixel_size_angstrom = 0.2;
  options.frames = 6;
  return options;
}

std::map<std::int64_t, std::int64_t> counts(const SimulatedFrame& frame) {
  std::map<std::int64_t, std::int64_t> map;
  for (const auto& column : frame.columns) map[column.column_id] = column.atom_count;
  return map;
}

TEST(Series, StandsInTheMiddleOfTheFrame) {
  const auto series = run(small_series());
  EXPECT_EQ(series.summary.atoms, 201);
  EXPECT_TRUE(series.summary.warnings.empty());
  double x = 0.0;
  double y = 0.0;
  for (const auto& column : series.frames[0].columns) {
    x += column.x_angstrom / static_cast<double>(series.frames[0].columns.size());
    y += column.y_angstrom / static_cast<double>(series.frames[0].columns.size());
  }
  EXPECT_NEAR(x, 149 * 0.2 / 2.0, 1e-9);  // the particle is symmetric
  EXPECT_NEAR(y, 139 * 0.2 / 2.0, 1e-9);
}

TEST(Series, DriftMovesEveryColumnAlike) {
  auto options = small_series();
  options.motion.drift_x_angstrom = 0.3;
  options.motion.drift_y_angstrom = -0.1;
  const auto series = run(options);
  for (const auto& frame : series.frames) {
    const auto i = static_cast<double>(frame.index);
    EXPECT_NEAR(frame.drift_x_angstrom, 0.3 * i, 1e-12);
    for (std::size_t c = 0; c < frame.columns.size(); ++c) {
      const auto& first = series.frames[0].columns[c];
      EXPECT_NEAR(frame.columns[c].x_angstrom - first.x_angstrom, 0.3 * i, 1e-12);
      EXPECT_NEAR(frame.columns[c].y_angstrom - first.y_angstrom, -0.1 * i, 1e-12);
    }
  }
}

TEST(Series, RandomWalkHasItsStepLength) {
  auto options = small_series();
  options.frame.width = options.frame.height = 4;
  options.frames = 400;
  options.motion.drift_walk_angstrom = 0.25;
  const auto series = run(options);
  double square = 0.0;
  for (std::size_t i = 1; i < 400; ++i) {
    const double dx = series.frames[i].drift_x_angstrom - series.frames[i - 1].drift_x_angstrom;
    const double dy = series.frames[i].drift_y_angstrom - series.frames[i - 1].drift_y_angstrom;
    square += dx * dx + dy * dy;
  }
  // Four standard errors, 1 / sqrt(2 * 798) each.
  EXPECT_NEAR(std::sqrt(square / 798.0), 0.25, 0.25 * 4.0 * 0.025);
  EXPECT_EQ(series.summary.warnings.size(), 1U);  // columns outside the tiny frame
}

TEST(Series, MovesKeepTheAtomsAndChangeFewColumns) {
  auto options = small_series();
  options.frames = 30;
  options.motion.moves_per_frame = 3;
  const auto series = run(options);
  const auto start = counts(series.frames[0]);
  std::map<std::int64_t, std::int64_t> last = start;
  std::int64_t changes = 0;
  for (const auto& frame : series.frames) {
    auto now = counts(frame);
    std::int64_t atoms = 0;
    std::int64_t gained = 0;
    for (const auto& [id, count] : start) {
      const std::int64_t after = now.contains(id) ? now[id] : 0;
      const std::int64_t before = last.contains(id) ? last[id] : 0;
      atoms += after;
      gained += std::max<std::int64_t>(after - before, 0);
    }
    EXPECT_EQ(atoms, 201);
    EXPECT_LE(gained, 3);
    changes += gained;
    last = now;
    for (const auto& column : frame.columns) {
      EXPECT_GT(column.atom_count, 0);
      EXPECT_DOUBLE_EQ(column.scs_angstrom2, 0.0276 * static_cast<double>(column.atom_count));
    }
  }
  EXPECT_GT(changes, 60);  // 87 moves; a few undo each other within a frame
}

TEST(Series, InnerColumnsKeepTheirAtoms) {
  auto options = small_series();
  options.frames = 40;
  options.motion.moves_per_frame = 5;
  const auto series = run(options);
  const auto neighbours = column_neighbours(series.frames[0].columns);
  const auto edge = outline(neighbours);
  EXPECT_GT(edge.size(), 10U);
  EXPECT_LT(edge.size(), series.frames[0].columns.size() / 2);
  for (const auto& column : series.frames[0].columns) {
    const auto id = column.column_id;
    if (std::ranges::count(edge, static_cast<std::size_t>(id)) > 0) continue;
    for (const auto& frame : series.frames) {
      EXPECT_EQ(counts(frame)[id], column.atom_count);
    }
  }
}

TEST(Series, LonelyAtomsCannotMove) {
  auto options = small_series();
  options.specimen.length = 1;
  options.specimen.cutoff = 0;
  options.motion.moves_per_frame = 1;
  const auto series = run(options);
  EXPECT_EQ(series.frames.back().columns.size(), 1U);
  EXPECT_EQ(series.summary.warnings.size(), 1U);
}

TEST(Series, FramesBeforeDoNotDependOnHowManyFollow) {
  auto options = small_series();
  options.frame.dose_per_angstrom2 = 1e4;
  options.motion.moves_per_frame = 2;
  options.motion.drift_walk_angstrom = 0.1;
  options.frames = 4;
  const auto few = run(options);
  options.frames = 6;
  const auto more = run(options);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(std::ranges::equal(few.frames[i].image.values(), more.frames[i].image.values()));
  }
  EXPECT_FALSE(std::ranges::equal(few.frames[0].image.values(), few.frames[1].image.values()));
}

TEST(Series, TruthTableHasTheAgreedColumns) {
  const auto series = run(small_series());
  auto table = truth_table();
  for (const auto& frame : series.frames) add_truth(table, frame);
  const auto text = table.text();
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "frame,column_id,x_angstrom,y_angstrom,atom_count,scs_angstrom2");
  EXPECT_EQ(table.rows(), 6 * series.frames[0].columns.size());
  EXPECT_EQ(table.integers("frame").back(), 5);
}

TEST(Series, OptionsNameWhatIsWrong) {
  SeriesOptions options;
  options.frame.pixel_size_angstrom = -1.0;
  options.specimen.cutoff = 20;
  options.frames = 0;
  const auto issues = options.validate();
  ASSERT_EQ(issues.size(), 3U);
  const auto named = [&](const char* name) {
    return std::ranges::any_of(issues, [&](const auto& issue) { return issue.name == name; });
  };
  EXPECT_TRUE(named("frame.pixel_size_angstrom"));
  EXPECT_TRUE(named("specimen.cutoff"));
  EXPECT_TRUE(named("frames"));
  EXPECT_THROW((void)run(options), InputError);
}

}  // namespace
}  // namespace adatom::simulate
