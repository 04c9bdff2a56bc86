// After a change only what depends on it runs again, and `plan` says why.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::testing {
namespace {

namespace fs = std::filesystem;

class Rerun : public ::testing::Test {
 protected:
  ProgramResult call(const std::string& command, const std::vector<std::string>& changes,
                     int expected_exit = 0) const {
    std::vector<std::string> arguments = {
        command, (fs::path(ADATOM_SOURCE_DIR) / "configs" / "sample.yaml").string(), "--run-dir",
        run.string()};
    for (const auto& change : changes) {
      arguments.emplace_back("--set");
      arguments.push_back(change);
    }
    ProgramResult result = run_program(arguments, scratch.path());
    EXPECT_EQ(result.exit_code, expected_exit) << result.output << result.messages;
    return result;
  }
  // When each file of a stage was last written.
  std::map<std::string, fs::file_time_type> times(const std::string& stage) const {
    std::map<std::string, fs::file_time_type> found;
    for (const auto& entry : fs::recursive_directory_iterator(run / stage)) {
      if (entry.is_regular_file()) found[entry.path().string()] = entry.last_write_time();
    }
    return found;
  }
  // The part of a plan's text that speaks of one stage.
  static std::string line_of(const std::string& plan, const std::string& stage) {
    const auto at = plan.find(stage + ":");
    return at == std::string::npos ? "" : plan.substr(at, plan.find('\n', at) - at);
  }
  ScratchFolder scratch;
  fs::path run = scratch.path() / "run";
};

TEST_F(Rerun, OnlyWhatDependsOnAChangeRunsAgain) {
  call("run", {});
  const auto frames = times("frames");
  const auto columns = times("columns");
  const auto counts = times("counts");
  for (const char* stage : {"frames", "columns", "counts", "report"}) {
    EXPECT_NE(line_of(call("plan", {}).output, stage).find("up to date"), std::string::npos)
        << stage;
  }
  call("run", {});
  EXPECT_EQ(columns, times("columns"));
  EXPECT_EQ(counts, times("counts"));

  // An option of the counting alone.
  const std::string plan = call("plan", {"counting.starts=21"}).output;
  EXPECT_NE(line_of(plan, "columns").find("up to date"), std::string::npos) << plan;
  EXPECT_NE(line_of(plan, "counts").find("starts"), std::string::npos) << plan;
  EXPECT_NE(line_of(plan, "counts").find("21"), std::string::npos) << plan;
  call("run", {"counting.starts=21"});
  EXPECT_EQ(frames, times("frames"));
  EXPECT_EQ(columns, times("columns"));
  EXPECT_NE(counts, times("counts"));

  // An option of the fit that leaves its results as they were: the fit runs, the cascade ends
  // there.
  const auto counts_now = times("counts");
  call("run", {"counting.starts=21", "columns.fit.max_iterations=99"});
  EXPECT_EQ(frames, times("frames"));
  EXPECT_NE(columns, times("columns"));
  EXPECT_EQ(counts_now, times("counts"));
}

TEST_F(Rerun, DamageIsHealedToTheSameBytes) {
  call("run", {});
  const auto expected = result_bytes(run);
  std::size_t damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(run / "columns" / "items")) {
    if (entry.path().filename() != "model.tif" || ++damaged % 3 != 0) continue;
    std::string bytes = storage::read_file(entry.path());
    storage::write_file(entry.path(), bytes.substr(0, bytes.size() / 2));
  }
  ASSERT_GE(damaged, 3U);
  EXPECT_NE(run_program({"verify", "--run-dir", run.string()}, scratch.path()).exit_code, 0);
  call("run", {});
  EXPECT_EQ(difference(expected, result_bytes(run)), "");
}

TEST_F(Rerun, ForceFindsTheSameBytes) {
  call("run", {});
  const auto expected = result_bytes(run);
  const auto forced =
      run_program({"run", (fs::path(ADATOM_SOURCE_DIR) / "configs" / "sample.yaml").string(),
                   "--run-dir", run.string(), "--force", "columns"},
                  scratch.path());
  EXPECT_EQ(forced.exit_code, 0) << forced.messages;
  EXPECT_EQ(difference(expected, result_bytes(run)), "");
}

}  // namespace
}  // namespace adatom::testing
