// md, environments, mobility and film as stages of a run: 38 gold atoms, picoseconds.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/stages.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "md/md_work.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Remembers what was to be done of the tasks, and asks to stop in the middle of one.
class StoppingProgress final : public Progress {
 public:
  void begin(std::string_view task, std::size_t total) override {
    task_ = task;
    lengths[task_] += total;
    in_task_ = task == stop_in;
  }
  void advance(std::size_t) override {
    if (in_task_) stopped_ = true;
  }
  void advance_found(std::size_t steps) override { lengths[task_] -= steps; }
  [[nodiscard]] bool cancelled() const override { return stopped_; }

  std::string stop_in = {};
  std::map<std::string, std::size_t> lengths = {};

 private:
  std::string task_;
  std::atomic<bool> in_task_{false};
  std::atomic<bool> stopped_{false};
};

class StudyStages : public ::testing::Test {
 protected:
  StudyStages() {
    Grid<double> frame(24, 24);
    frame(12, 12) = 1.0;
    const std::array raw = {image::to_raw(frame, image::PixelType::float64)};
    image::write_series(scratch.path() / "frame.tif", raw, {});
    write_gold("gold", 0.0);
    config.name = "study";
    config.input.files = {{(scratch.path() / "frame.tif").string()}};
    config.input.pixel_size_angstrom = 0.2;
    config.counting.enabled = false;
    config.md.enabled = config.environments.enabled = true;
    config.mobility.enabled = config.film.enabled = true;
    config.md.structures = {{(scratch.path() / "gold.xyz").string()}};
    config.md.potential = "smatb:Au";
    config.md.minimise = true;
    config.md.temperatures_k = {300.0};
    config.md.steps = 400;
    config.md.dump_every = 20;
    config.md.thermo_every = 20;
    config.md.dynamics.damping_ps = 0.5;
    config.md.thermalise = {.steps = 100, .timestep_fs = 1.0, .damping_ps = 0.02};
    config.environments.window_ns = 2e-4;
    config.environments.bootstrap = 100;
    config.film.frames_between = 4;
    config.film.frame_interval_s = 0.6;
  }

  /// 38 atoms, moved by so much.
  void write_gold(const std::string& name, double shift_angstrom) const {
    crystal::Structure gold = crystal::build_truncated_octahedron({}, 4, 1);
    for (auto& atom : gold.atoms) atom.position_angstrom.x() += shift_angstrom;
    const std::vector<crystal::Structure> all = {gold};
    storage::write_file(scratch.path() / (name + ".xyz"), crystal::format_extended_xyz(all));
  }
  RunOutcome run(const fs::path& folder, Progress& progress) const {
    NoListener listener;
    return run_stages(RunDirectory(folder), make_stages(config), {}, listener, progress);
  }
  RunOutcome run(const fs::path& folder) const {
    NoProgress progress;
    return run(folder, progress);
  }
  [[nodiscard]] std::string plan(const fs::path& folder, const std::string& stage) const {
    for (const StagePlan& one : plan_run(RunDirectory(folder), make_stages(config))) {
      if (one.stage == stage) return one.text();
    }
    return "no such stage";
  }
  /// The only item of a stage.
  static fs::path item(const fs::path& folder, const char* stage) {
    return fs::directory_iterator(folder / stage / "items")->path();
  }

  const testing::ScratchFolder scratch;
  const fs::path directory = scratch.path() / "run";
  RunConfig config;
};

TEST_F(StudyStages, GoFromStructuresToFilmAndReport) {
  config.md.temperatures_k = {300.0, 673.0};
  config.md.replicas = 2;
  run(directory);

  // The same run by the command: the same trajectory.
  NoProgress progress;
  (void)run_md(config.md, scratch.path() / "md", progress, [](const std::string&) {});
  std::vector<std::string> by_command;
  std::vector<std::string> by_stage;
  for (const char* name : {"gold_300K_s1", "gold_300K_s2", "gold_673K_s1", "gold_673K_s2"}) {
    by_command.push_back(storage::read_file(scratch.path() / "md" / name / "trajectory.xyz"));
  }
  for (const auto& entry : fs::directory_iterator(directory / "md" / "items")) {
    by_stage.push_back(storage::read_file(entry.path() / "trajectory.xyz"));
  }
  std::ranges::sort(by_command);
  std::ranges::sort(by_stage);
  EXPECT_EQ(by_stage, by_command);

  // Every atom is in one class, before and after.
  const auto before = storage::read_csv(directory / "environments/result/before_after.csv");
  for (const char* column : {"atoms_model", "atoms_relaxed", "atoms_first", "atoms_mean"}) {
    double atoms = 0.0;
    for (const double of_class : before.numbers(column)) atoms += of_class;
    EXPECT_NEAR(atoms, 4.0 * 38.0, 1e-9) << column;  // four runs; sums of means of 21 frames
  }
  for (const char* file : {"transitions.csv", "transitions_mean_of_matrices.svg", "chords.svg",
                           "gold_673K_s2/labels.h5", "report.html"}) {
    EXPECT_TRUE(fs::exists(directory / "environments/result/673K" / file)) << file;
  }

  // 20 intervals of 38 atoms, each in one class.
  const auto classes = storage::read_csv(directory / "mobility/result/classes.csv");
  double values = 0.0;
  double atoms = 0.0;
  for (const double of_class : classes.numbers("values")) values += of_class;
  for (const double of_class : classes.numbers("atoms")) atoms += of_class;
  EXPECT_EQ(values, 4.0 * 20.0 * 38.0);
  EXPECT_EQ(atoms, 4.0 * 38.0);

  // The model, then four frames of the hotter run, the last at its end.
  const auto film = storage::read_csv(directory / "film/result/film.csv");
  EXPECT_EQ(film.texts("kind"),
            (std::vector<std::string>{"model", "dynamics", "dynamics", "dynamics", "dynamics"}));
  EXPECT_EQ(film.numbers("temperature_k").back(), 673.0);
  EXPECT_DOUBLE_EQ(film.numbers("dynamics_ps").back(), 2.0);
  crystal::TrajectoryReader frames(directory / "film/result/film.xyz");
  ASSERT_EQ(frames.frames().size(), 5U);
  EXPECT_EQ(frames.read(0).comment, "0 (gold), 0 s, model");
  const auto video = image::open_series(directory / "film/result/film.mp4");
  EXPECT_EQ(video->info().frames, 8U + 4U);  // the model stands for 0.8 s

  const std::string page = storage::read_file(directory / "report.html");
  for (const char* text :
       {"Molecular dynamics", "gold_673K_s1", "Environments before and after", "who becomes what",
        "the mean of the matrices", "Mobility", "film.xyz", "and springs of the options"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(page.find(scratch.path().string()), std::string::npos) << "a path is in the report";
  EXPECT_EQ(plan(directory, "report"), "report: up to date");
}

TEST_F(StudyStages, InterruptedAndLengthenedEndWithTheSameBytes) {
  const fs::path whole = scratch.path() / "whole";
  run(whole);

  config.md.steps = 200;
  for (const char* task : {"molecular dynamics", "environments", "LENS", "film"}) {
    StoppingProgress progress;
    progress.stop_in = task;
    EXPECT_THROW(run(directory, progress), Interrupted) << task;
  }
  run(directory);
  EXPECT_EQ(storage::read_csv(item(directory, "md") / "thermo.csv").integers("step").back(), 200);

  config.md.steps = 400;
  EXPECT_EQ(plan(directory, "md"), "md: md.steps 200 -> 400 (1 of 1 items)");
  StoppingProgress progress;
  run(directory, progress);
  // Gone on with: half of the steps and the end; ten new frames are labelled, and the structure
  // before and after its minimisation.
  EXPECT_EQ(progress.lengths["molecular dynamics"], 201U);
  EXPECT_EQ(progress.lengths["environments"], 12U);
  EXPECT_EQ(testing::difference(testing::result_bytes(whole), testing::result_bytes(directory)),
            "");
  EXPECT_FALSE(fs::exists(directory / "md" / ".kept"));
}

TEST_F(StudyStages, OneStructureOrTemperatureMoreComputesOnlyThose) {
  config.md.steps = 40;
  config.environments.enabled = config.mobility.enabled = config.film.enabled = false;
  run(directory);
  write_gold("other", 0.3);
  config.md.structures.push_back({(scratch.path() / "other.xyz").string()});
  EXPECT_EQ(plan(directory, "md"), "md: 1 new item (1 of 2 items)");
  run(directory);
  config.md.temperatures_k.push_back(673.0);
  EXPECT_EQ(plan(directory, "md"), "md: 2 new items (2 of 4 items)");
  // What only its summary depends on is no reason to run again: the trajectory is copied.
  config.md.temperatures_k.pop_back();
  config.md.structures.pop_back();
  config.md.discard_ps = 0.1;
  StoppingProgress progress;
  run(directory, progress);
  EXPECT_EQ(progress.lengths["molecular dynamics"], 0U);
  // The same structure under another name is the same.
  fs::rename(scratch.path() / "gold.xyz", scratch.path() / "moved.xyz");
  config.md.structures = {{(scratch.path() / "moved.xyz").string()}};
  EXPECT_EQ(run(directory).computed, 2U);  // the result with the new name, and the report
}

}  // namespace
}  // namespace adatom::pipeline
