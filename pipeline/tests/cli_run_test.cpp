// A whole run through the program, from the template that users copy.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class CliRun : public ::testing::Test {
 protected:
  // The template beside a frame of the name that stands in it.
  void SetUp() override {
    const auto made = call(
        {"simulate", "image", "--specimen-kind", "sphere", "--specimen-radius-angstrom", "8",
         "--specimen-zone-axis", "100", "--frame-width", "112", "--frame-height", "112",
         "--frame-pixel-size-angstrom", "0.18", "--frame-dose-per-angstrom2", "1e6", "-o", "made"});
    ASSERT_EQ(made.exit_code, 0) << made.messages;
    fs::rename(scratch.path() / "made" / "frames.tif", scratch.path() / "frame.tif");
    fs::copy_file(fs::path(ADATOM_SOURCE_DIR) / "configs" / "own_frame.yaml",
                  scratch.path() / "own_frame.yaml");
    std::string library = "atom_count,scs_angstrom2\n";
    for (int atoms = 1; atoms <= 9; ++atoms) {
      library += fmt::format("{},{}\n", atoms, 0.0276 * atoms);
    }
    storage::write_file(scratch.path() / "library.csv", library);
  }
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, scratch.path());
  }
  fs::path run(const std::string& name) const { return scratch.path() / "runs/own_frame" / name; }
  const ScratchFolder scratch;
};

TEST_F(CliRun, TheTemplateRunsAndEveryCommandUnderstandsTheRun) {
  const std::vector<std::string> settings = {"--set", "counting.library=library.csv"};
  const auto with_settings = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    return call(arguments);
  };
  const auto before = with_settings({"plan", "own_frame.yaml"});
  EXPECT_EQ(before.exit_code, 0) << before.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "runs"));  // a plan changes nothing
  EXPECT_EQ(call({"status", "own_frame.yaml"}).exit_code, 2);

  const auto first = with_settings({"run", "own_frame.yaml"});
  ASSERT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_EQ(first.output, "");
  for (const char* name :
       {"config.resolved.yaml", "provenance.json", "events.jsonl", "report.html"}) {
    EXPECT_TRUE(fs::is_regular_file(run(name))) << name;
  }
  const auto truth = storage::read_csv(scratch.path() / "made" / "truth.csv");
  EXPECT_EQ(storage::read_csv(run("counts/result/counts.csv")).rows(), truth.rows());

  const auto again = with_settings({"run", "own_frame.yaml"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_TRUE(contains(again.messages, "columns: up to date")) << again.messages;
  const auto status = call({"status", "runs/own_frame"});
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_TRUE(contains(status.output, "counts: done")) << status.output;
  EXPECT_EQ(call({"verify", "runs/own_frame"}).exit_code, 0);
  // The directory holds its configuration: no file and no settings are needed any more.
  EXPECT_TRUE(contains(call({"plan", "runs/own_frame"}).output, "columns: up to date"));
  const auto report = call({"report", "runs/own_frame"});
  EXPECT_EQ(report.exit_code, 0) << report.messages;
  const auto changed = call({"plan", "runs/own_frame", "--set", "columns.fit.background=plane"});
  EXPECT_TRUE(contains(changed.output, "fit.background constant -> plane")) << changed.output;

  std::string bytes = storage::read_file(run("counts/result/counts.csv"));
  bytes[bytes.size() - 2] = bytes[bytes.size() - 2] == '1' ? '2' : '1';
  storage::write_file(run("counts/result/counts.csv"), bytes);
  const auto damaged = call({"verify", "runs/own_frame"});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_TRUE(contains(damaged.output, "counts/result/counts.csv: ")) << damaged.output;
}

TEST_F(CliRun, StatusCallsNoOldResultDone) {
  const auto with_settings = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--set", "counting.library=library.csv"});
    return call(arguments);
  };
  ASSERT_EQ(with_settings({"run", "own_frame.yaml"}).exit_code, 0);
  ASSERT_EQ(with_settings({"run", "own_frame.yaml", "--only", "columns", "--set",
                           "columns.fit.background=plane"})
                .exit_code,
            0);
  const auto partly = call({"status", "runs/own_frame"});
  EXPECT_EQ(partly.exit_code, 0) << partly.messages;
  EXPECT_TRUE(contains(partly.output, "columns: done, 1 items finished\n")) << partly.output;
  EXPECT_TRUE(contains(partly.output, "counts: outdated (input columns.csv changed)"))
      << partly.output;
  EXPECT_TRUE(contains(partly.output, "report: outdated")) << partly.output;

  ASSERT_EQ(call({"run", "own_frame.yaml", "--set", "counting.enabled=false"}).exit_code, 0);
  const auto without = call({"status", "runs/own_frame"});
  EXPECT_TRUE(contains(without.output, "counts: not part of this configuration")) << without.output;
  EXPECT_TRUE(contains(without.output, "report: done")) << without.output;

  // What is there is told even when it cannot be compared any more.
  fs::remove(scratch.path() / "frame.tif");
  const auto blind = call({"status", "runs/own_frame"});
  EXPECT_EQ(blind.exit_code, 0) << blind.messages;
  EXPECT_TRUE(contains(blind.output, "columns: done")) << blind.output;
  EXPECT_TRUE(contains(blind.messages, "not compared with its configuration: ")) << blind.messages;
}

TEST_F(CliRun, AWrongConfigurationChangesNothing) {
  storage::write_file(scratch.path() / "wrong.yaml",
                      "input:\n  files: [frame.tif]\n  pixl_size: 2\ncolumns: {fit: {width: x}}\n");
  for (const char* command : {"run", "plan", "report", "status"}) {
    const auto result = call({command, "wrong.yaml"});
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_TRUE(contains(result.messages, "wrong.yaml:3:3: unknown option 'pixl_size'"))
        << result.messages;
    EXPECT_TRUE(contains(result.messages, "wrong.yaml:4:17: columns.fit.width")) << result.messages;
  }
  EXPECT_EQ(call({"run", "own_frame.yaml", "--only", "colums"}).exit_code, 2);
  EXPECT_EQ(call({"run", "absent.yaml"}).exit_code, 2);
  EXPECT_FALSE(fs::exists(scratch.path() / "runs" / "wrong"));
}

TEST_F(CliRun, WhatIsNotReachedIsExitCodeThree) {
  const auto result = call({"run", "own_frame.yaml", "--set", "columns.fit.max_iterations=1",
                            "--set", "counting.enabled=false"});
  EXPECT_EQ(result.exit_code, 3) << result.messages;
  EXPECT_TRUE(contains(result.messages, "not as asked for: columns: ")) << result.messages;
  EXPECT_TRUE(fs::exists(run("report.html")));
}

}  // namespace
}  // namespace adatom::pipeline
