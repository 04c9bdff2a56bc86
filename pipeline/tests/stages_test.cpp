// The real stages on a small simulated series, against the truth it was made from.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/stages.h"
#include "adatom/simulate/incoherent.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/registration_work.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr double pixel_size_angstrom = 0.15;
constexpr double scs_per_atom_angstrom2 = 0.02;

// A 4 x 4 lattice of columns, 2.2 angstrom apart, with 1 to 4 atoms in unlike order. The frame
// shows it displaced by (dx, dy).
std::vector<simulate::TrueColumn> true_columns(double dx, double dy) {
  std::vector<simulate::TrueColumn> columns;
  for (int i = 0; i < 16; ++i) {
    const std::int64_t atoms = 1 + (7 * i + i / 4) % 4;
    columns.push_back({2.2 + 2.2 * (i % 4) + dx, 2.2 + 2.2 * (i / 4) + dy, atoms,
                       scs_per_atom_angstrom2 * static_cast<double>(atoms), i});
  }
  return columns;
}

class Stages : public ::testing::Test {
 protected:
  void SetUp() override {
    config.name = "small";
    config.input.pixel_size_angstrom = pixel_size_angstrom;
    config.columns.fit.background = columns::BackgroundModel::none;
    storage::write_file(scratch.path() / "library.csv",
                        "atom_count,scs_angstrom2\n1,0.02\n2,0.04\n3,0.06\n4,0.08\n5,0.1\n");
    config.counting.library.path = (scratch.path() / "library.csv").string();
    config.counting.options.method = counting::Method::library;
    for (int i = 0; i < 3; ++i) add_frame(0.0, 0.0);
  }

  // Without jitter, with the shot noise of 1e5 electrons per square angstrom.
  void add_frame(double dx, double dy) {
    simulate::FrameOptions options;
    options.width = 72;
    options.height = 72;
    options.pixel_size_angstrom = pixel_size_angstrom;
    options.dose_per_angstrom2 = 1e5;
    const std::size_t index = config.input.files.size();
    const Grid<double> frame =
        simulate::render_frame(true_columns(dx, dy), options, RandomStream(17).substream(index));
    const fs::path path = scratch.path() / ("f" + std::to_string(index) + ".tif");
    const std::array raw = {image::to_raw(frame, image::PixelType::float64)};
    image::write_series(path, raw, {});
    config.input.files.push_back({path.string()});
  }

  RunOutcome run(const RunRequest& request = {}) {
    NoListener listener;
    NoProgress progress;
    return run_stages(directory, make_stages(config), request, listener, progress);
  }
  std::vector<std::string> plan() const {
    std::vector<std::string> lines;
    for (const StagePlan& stage : plan_run(directory, make_stages(config))) {
      lines.push_back(stage.text());
    }
    return lines;
  }
  fs::path result(const char* stage) const { return directory.stage(stage).result(); }

  testing::ScratchFolder scratch;
  RunDirectory directory{scratch.path() / "run"};
  RunConfig config;
};

TEST_F(Stages, CountTheColumnsOfTheTruth) {
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.exit_code(), 0) << (outcome.shortfalls.empty() ? "" : outcome.shortfalls[0]);

  const storage::Table columns = storage::read_csv(result("columns") / "columns.csv");
  EXPECT_EQ(columns.header(),
            (std::vector<std::string>{"frame", "column_id", "x_angstrom", "y_angstrom", "height",
                                      "width_angstrom", "scs_angstrom2", "x_stderr_angstrom",
                                      "y_stderr_angstrom", "height_stderr", "width_stderr_angstrom",
                                      "scs_stderr_angstrom2"}));
  const storage::Table counts = storage::read_csv(result("counts") / "counts.csv");
  EXPECT_EQ(counts.header(),
            (std::vector<std::string>{"frame", "column_id", "x_angstrom", "y_angstrom",
                                      "scs_angstrom2", "atom_count", "probability"}));
  ASSERT_EQ(columns.rows(), 48U);
  ASSERT_EQ(counts.rows(), 48U);
  const auto x = counts.numbers("x_angstrom");
  const auto y = counts.numbers("y_angstrom");
  const auto x_stderr = columns.numbers("x_stderr_angstrom");
  const auto atoms = counts.integers("atom_count");
  const std::vector<simulate::TrueColumn> truth = true_columns(0.0, 0.0);
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    double nearest = 10.0;
    const simulate::TrueColumn* match = nullptr;
    for (const simulate::TrueColumn& column : truth) {
      const double distance = std::hypot(x[i] - column.x_angstrom, y[i] - column.y_angstrom);
      if (distance < nearest) {
        nearest = distance;
        match = &column;
      }
    }
    // 48 columns, two coordinates each: beyond six standard errors in one of 1e6 such tests.
    EXPECT_LT(nearest, 6.0 * x_stderr[i]);
    EXPECT_EQ(atoms[i], match->atom_count) << "column " << i;
  }
  const storage::Table totals = storage::read_csv(result("counts") / "totals.csv");
  long long expected = 0;
  for (const simulate::TrueColumn& column : truth) expected += column.atom_count;
  EXPECT_EQ(totals.integers("atoms"), (std::vector<long long>{expected, expected, expected}));

  for (const char* file : {"histogram.svg", "counting.json", "probabilities.csv"}) {
    EXPECT_TRUE(fs::exists(result("counts") / file)) << file;
  }
  for (const char* entry :
       {"columns.csv", "model.tif", "residual.tif", "fit.json", "columns.svg"}) {
    for (const auto& item : fs::directory_iterator(directory.stage("columns").items())) {
      EXPECT_TRUE(fs::exists(item.path() / entry)) << entry;
    }
  }
  const std::string page = storage::read_file(directory.path() / "report.html");
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_EQ(page.find(scratch.path().string()), std::string::npos) << "a path is in the report";
}

TEST_F(Stages, OnlyWhatDependsOnAChangeRuns) {
  run();
  EXPECT_EQ(plan(), (std::vector<std::string>{"frames: up to date", "columns: up to date",
                                              "counts: up to date", "report: up to date"}));
  add_frame(0.0, 0.0);
  EXPECT_EQ(plan().front(), "frames: 1 new item (1 of 4 items)");
  EXPECT_EQ(plan()[1], "columns: 1 new item; frame 3 waits for frames (1 of 4 items)");
  // One frame, the tables over all, one fit, counts and report.
  EXPECT_EQ(run().computed, 6U);

  config.columns.fit.background = columns::BackgroundModel::plane;
  EXPECT_EQ(plan()[0], "frames: up to date");
  EXPECT_EQ(plan()[1], "columns: columns.fit.background none -> plane (4 of 4 items)");
  EXPECT_EQ(plan()[2], "counts: waits for columns");
  config.columns.fit.background = columns::BackgroundModel::none;
  config.counting.options.min_probability = 0.7;
  EXPECT_EQ(plan()[1], "columns: up to date");
  EXPECT_EQ(plan()[2], "counts: counting.min_probability 0.75 -> 0.7");

  // The same numbers under another name and in another format are the same frame.
  config.counting.options.min_probability = 0.75;
  const fs::path npy = scratch.path() / "renamed.npy";
  const std::array raw = {image::open_series(config.input.files[0].path)->read(0)};
  image::write_series(npy, raw, {});
  config.input.files[0].path = npy.string();
  EXPECT_EQ(plan()[0], "frames: up to date");
  // Only the page that shows the names is made again.
  EXPECT_NE(plan().back(), "report: up to date");
}

TEST_F(Stages, AFrameThatIsGoneChangesNoOther) {
  run();
  config.input.files.erase(config.input.files.begin());
  EXPECT_EQ(plan()[0], "frames: 1 item gone (0 of 2 items)");
  EXPECT_EQ(plan()[1], "columns: 1 item gone (0 of 2 items)");
  // The tables over all frames, the counts and the report.
  EXPECT_EQ(run().computed, 4U);
  const auto left = testing::result_bytes(directory.path());
  directory = RunDirectory(scratch.path() / "fresh");
  EXPECT_EQ(run().computed, 8U);
  EXPECT_EQ(testing::difference(testing::result_bytes(directory.path()), left), "");
  EXPECT_EQ(storage::read_csv(result("columns") / "columns.csv").integers("frame").back(), 1);
  // The same image twice is computed once and counts twice.
  fs::copy_file(config.input.files.front().path, scratch.path() / "again.tif");
  config.input.files.push_back({(scratch.path() / "again.tif").string()});
  EXPECT_EQ(run().computed, 4U);
  EXPECT_EQ(storage::read_csv(result("columns") / "columns.csv").rows(), 48U);
  NoProgress progress;
  EXPECT_TRUE(verify_run(directory, progress).empty());
}

TEST_F(Stages, OptionsThatCannotChangeTheResultComputeNothing) {
  const std::vector<std::string> all_up_to_date = {"frames: up to date", "columns: up to date",
                                                   "counts: up to date", "report: up to date"};
  run();
  config.preprocess.outliers.threshold_sigma = 9.0;
  config.preprocess.background.margin_px = 7;
  config.preprocess.normalise.detector_level = 2.0;
  config.columns.fit.dose_per_angstrom2 = 1e5;
  EXPECT_EQ(plan(), all_up_to_date);
  config.preprocess.outliers.method = preprocess::OutlierMethod::replace;
  EXPECT_EQ(plan()[0],
            "frames: preprocess.outliers.method off -> replace; "
            "preprocess.outliers.threshold_sigma is new (9) (3 of 3 items)");
  config.preprocess.outliers.method = preprocess::OutlierMethod::off;

  std::string start = "x_angstrom,y_angstrom\n";
  for (const simulate::TrueColumn& column : true_columns(0.0, 0.0)) {
    start += storage::cell(column.x_angstrom) + "," + storage::cell(column.y_angstrom) + "\n";
  }
  storage::write_file(scratch.path() / "start.csv", start);
  config.columns.start.path = (scratch.path() / "start.csv").string();
  config.counting.options.method = counting::Method::equidistant;
  run();
  config.columns.detection.threshold_sigma = 4.0;
  config.counting.library = {};
  config.counting.options.min_probability = 0.7;
  config.counting.options.library_scale_prior = 0.02;
  EXPECT_EQ(plan(), all_up_to_date);
}

TEST_F(Stages, TheCommandsWriteTheSameBytes) {
  run();
  NoProgress progress;
  const image::FrameSeries one({config.input.files[1].path},
                               {.pixel_size_angstrom = pixel_size_angstrom, .time_step_s = {}});
  const fs::path folder = scratch.path() / "fit";
  fs::create_directories(folder);
  const Remarks remarks = fit_series(one, config.columns, folder, progress);
  EXPECT_EQ(remarks.metrics.at("columns"), 16.0);
  const std::optional<Manifest> manifest = directory.stage("columns").read_manifest();
  ASSERT_TRUE(manifest);
  const fs::path item = directory.stage("columns").item(manifest->items[1].record.key);
  for (const char* file : {"model.tif", "residual.tif"}) {
    EXPECT_EQ(storage::read_file(folder / file), storage::read_file(item / file)) << file;
  }

  const fs::path counted = scratch.path() / "counted";
  fs::create_directories(counted);
  count_columns(
      read_measured_columns(result("columns") / "columns.csv"), config.counting,
      static_cast<std::uint64_t>(config.seed), counted, [](const std::string&) {}, progress);
  auto stored = testing::result_bytes(result("counts"));
  stored.erase("record.json");
  EXPECT_EQ(testing::difference(stored, testing::result_bytes(counted)), "");
}

TEST_F(Stages, ASeriesIsFittedFrameByFrame) {
  std::vector<fs::path> files;
  for (const InputFile& file : config.input.files) files.emplace_back(file.path);
  const image::FrameSeries series(files,
                                  {.pixel_size_angstrom = pixel_size_angstrom, .time_step_s = {}});
  NoProgress progress;
  const fs::path folder = scratch.path() / "fits";
  fs::create_directories(folder);
  fit_series(series, config.columns, folder, progress);
  EXPECT_EQ(storage::read_csv(folder / "columns.csv").rows(), 48U);
  EXPECT_EQ(storage::read_csv(folder / "fit.csv").rows(), 3U);
  EXPECT_TRUE(fs::exists(folder / "frame_0002" / "model.tif"));
}

TEST_F(Stages, StartPositionsFollowTheDrift) {
  config.input.files.clear();
  // More than half the distance of columns: without the drift, starts would fall on neighbours.
  const std::array<std::array<double, 2>, 3> drift = {{{0.0, 0.0}, {0.6, -0.45}, {1.2, -0.9}}};
  for (const auto& [dx, dy] : drift) add_frame(dx, dy);
  std::string start = "x_angstrom,y_angstrom\n";
  for (const simulate::TrueColumn& column : true_columns(0.0, 0.0)) {
    start += storage::cell(column.x_angstrom) + "," + storage::cell(column.y_angstrom) + "\n";
  }
  storage::write_file(scratch.path() / "start.csv", start);
  config.columns.start.path = (scratch.path() / "start.csv").string();
  config.preprocess.registration.method = preprocess::RegisterMethod::correlation;
  config.preprocess.registration.max_step_px = 7.0;
  EXPECT_EQ(run().exit_code(), 0);
  const storage::Table shifts = storage::read_csv(result("registration") / "drift.csv");
  const storage::Table columns = storage::read_csv(result("columns") / "columns.csv");
  ASSERT_EQ(columns.rows(), 48U);
  const auto x = columns.numbers("x_angstrom");
  const auto y = columns.numbers("y_angstrom");
  for (std::size_t f = 0; f < drift.size(); ++f) {
    // A tenth of a pixel: the registration's own promise is far better, but columns that leave the
    // frame's edge bias it.
    EXPECT_NEAR(shifts.numbers("shift_x_px")[f], drift[f][0] / pixel_size_angstrom, 0.1);
    EXPECT_NEAR(shifts.numbers("shift_y_px")[f], drift[f][1] / pixel_size_angstrom, 0.1);
    const auto truth = true_columns(drift[f][0], drift[f][1]);
    for (std::size_t c = 0; c < truth.size(); ++c) {
      // Column c is the same atom column in every frame; 0.1 angstrom is twenty standard errors
      // and a twentieth of the distance of columns.
      EXPECT_NEAR(x[16 * f + c], truth[c].x_angstrom, 0.1);
      EXPECT_NEAR(y[16 * f + c], truth[c].y_angstrom, 0.1);
    }
  }
  EXPECT_TRUE(fs::exists(result("registration") / "average.tif"));
}

TEST_F(Stages, WhatFallsShortIsSaidAndStored) {
  config.columns.fit.max_iterations = 1;
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.exit_code(), 3);
  ASSERT_FALSE(outcome.shortfalls.empty());
  EXPECT_NE(outcome.shortfalls.front().find("did not converge"), std::string::npos)
      << outcome.shortfalls.front();
  const std::string page = storage::read_file(directory.path() / "report.html");
  EXPECT_NE(page.find("did not converge"), std::string::npos);
}

TEST_F(Stages, NoColumnAnywhereStillEndsInAReport) {
  const fs::path dark = scratch.path() / "dark.tif";
  const std::array raw = {image::to_raw(image::Image(64, 64, 0.0), image::PixelType::float64)};
  image::write_series(dark, raw, {});
  config.input.files = {{dark.string()}};
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.exit_code(), 3);
  EXPECT_EQ(storage::read_csv(result("counts") / "counts.csv").rows(), 0U);
  EXPECT_NE(storage::read_file(result("counts") / "counting.json").find("no columns to count"),
            std::string::npos);
  const std::string page = storage::read_file(directory.path() / "report.html");
  EXPECT_NE(page.find("no columns"), std::string::npos);
}

TEST_F(Stages, FilesThatAreMissingAreInputErrors) {
  RunConfig broken = config;
  broken.input.files.push_back({(scratch.path() / "none.tif").string()});
  EXPECT_THROW((void)make_stages(broken), InputError);
  broken = config;
  broken.columns.start.path = (scratch.path() / "none.csv").string();
  EXPECT_THROW((void)make_stages(broken), InputError);
}

TEST(RegistrationState, ReadsBackAsItWasSaved) {
  RegistrationSoFar registration;
  registration.state.frames = 2;
  registration.state.last = {1.5, -2.25, 0.1, 0.2, 0.9, 0.5};
  registration.state.sum = Grid<double>(3, 2, {1, 2, 3, 4, 5, 6});
  registration.state.coverage = Grid<double>(3, 2, 2.0);
  registration.state.x_variance_frame0_px2 = 0.25;
  registration.state.y_variance_frame0_px2 = 0.5;
  registration.shifts = {{}, registration.state.last};
  const std::string bytes = to_bytes(registration);
  const std::optional<RegistrationSoFar> read = parse_registration(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_bytes(*read), bytes);
  EXPECT_EQ(read->state.sum(2, 1), 6.0);
  EXPECT_EQ(read->shifts.at(1).y_px, -2.25);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(parse_registration(bytes.substr(0, length))) << length;
  }
  EXPECT_FALSE(parse_registration(bytes + "x"));
}

TEST(RegistrationState, GoesOnAsIfNeverStopped) {
  simulate::FrameOptions options;
  options.width = 72;
  options.height = 72;
  options.pixel_size_angstrom = pixel_size_angstrom;
  options.dose_per_angstrom2 = 1e4;
  preprocess::RegisterOptions how;
  how.method = preprocess::RegisterMethod::correlation;
  how.max_step_px = 5.0;
  RegistrationSoFar whole;
  std::optional<RegistrationSoFar> resumed = whole;
  for (int i = 0; i < 4; ++i) {
    const Grid<double> frame =
        simulate::render_frame(true_columns(0.1 * i, -0.05 * i), options,
                               RandomStream(3).substream(static_cast<std::uint64_t>(i)));
    whole.shifts.push_back(preprocess::register_frame(whole.state, frame, how));
    resumed->shifts.push_back(preprocess::register_frame(resumed->state, frame, how));
    resumed = parse_registration(to_bytes(*resumed));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(to_bytes(*resumed), to_bytes(whole)) << "after frame " << i;
  }
}

}  // namespace
}  // namespace adatom::pipeline
