// The runner on toy stages: what runs, what is kept, what is said.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/runner.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "run/group_remarks.h"
#include "run/item_progress.h"
#include "support/toy_stages.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using toy::calls;

class Recorder final : public EventListener {
 public:
  void hear(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

class StopAfter final : public Progress {
 public:
  explicit StopAfter(int steps) : steps_(steps) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { steps_ -= static_cast<int>(steps); }
  [[nodiscard]] bool cancelled() const override { return steps_ <= 0; }

 private:
  std::atomic<int> steps_;
};

/// Of the steps of a task: those done now, and those found done.
class Steps final : public Progress {
 public:
  void begin(std::string_view task, std::size_t) override { task_ = task; }
  void advance(std::size_t steps) override { add(steps, done); }
  void advance_found(std::size_t steps) override { add(steps, found); }
  [[nodiscard]] bool cancelled() const override { return false; }

  std::map<std::string, std::size_t> done = {};
  std::map<std::string, std::size_t> found = {};

 private:
  void add(std::size_t steps, std::map<std::string, std::size_t>& to) {
    const std::lock_guard lock(mutex_);
    to[task_] += steps;
  }
  std::mutex mutex_;
  std::string task_;
};

class Runner : public ::testing::Test {
 protected:
  void SetUp() override {
    toys.numbers = scratch.path() / "numbers";
    for (int i = 0; i < 6; ++i) toy::write_number(toys.numbers, i, i + 1);
    calls().reset();
  }
  RunOutcome run(const RunRequest& request = {}) {
    calls().reset();
    listener.events.clear();
    NoProgress progress;
    return run_stages(directory, toy::make_toys(toys), request, listener, progress);
  }
  std::vector<std::string> plan() const {
    std::vector<std::string> lines;
    for (const StagePlan& stage : plan_run(directory, toy::make_toys(toys))) {
      lines.push_back(stage.text());
    }
    return lines;
  }
  std::string sum() const {
    return storage::read_file(directory.stage("sum").result() / "sum.txt");
  }
  testing::ScratchFolder scratch;
  RunDirectory directory{scratch.path() / "run"};
  toy::Toys toys;
  Recorder listener;
};

const std::vector<std::string> all_up_to_date = {"power: up to date", "sum: up to date",
                                                 "note: up to date"};

TEST_F(Runner, ComputesEverythingOnce) {
  EXPECT_EQ(plan(), (std::vector<std::string>{"power: not run yet (6 of 6 items)",
                                              "sum: not run yet; waits for power",
                                              "note: not run yet; waits for sum"}));
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.computed, 9U);
  EXPECT_EQ(calls().items, 6);
  EXPECT_EQ(sum(), "91\n");  // 1 + 4 + 9 + 16 + 25 + 36
  EXPECT_EQ(storage::read_file(directory.path() / "note.txt"), "The sum is 91\n");
  EXPECT_EQ(plan(), all_up_to_date);

  const auto before = testing::result_bytes(directory.path());
  EXPECT_EQ(run().computed, 0U);
  EXPECT_EQ(calls().items + calls().results, 0);
  EXPECT_EQ(testing::difference(before, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, OneThreadGivesTheSameBytes) {
  run();
  const auto two = testing::result_bytes(directory.path());
  fs::remove_all(directory.path());
  const ThreadLimit limit(1);
  run();
  EXPECT_EQ(testing::difference(two, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, ANewItemIsOneItemMore) {
  run();
  toy::write_number(toys.numbers, 6, 7);
  EXPECT_EQ(plan(), (std::vector<std::string>{"power: 1 new item (1 of 7 items)",
                                              "sum: waits for power", "note: waits for sum"}));
  run();
  EXPECT_EQ(calls().items, 1);
  EXPECT_EQ(sum(), "140\n");
  fs::remove(toys.numbers / "n6.txt");
  EXPECT_EQ(plan().front(), "power: 1 item gone (0 of 6 items)");
  run();
  EXPECT_EQ(calls().items, 0);
  EXPECT_EQ(sum(), "91\n");
  // What nothing needs any more is gone.
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.stage("power").items()), {}), 6);
}

TEST_F(Runner, AChangedInputIsNamed) {
  run();
  toy::write_number(toys.numbers, 3, 8);
  EXPECT_EQ(plan().front(), "power: number 3 changed (1 of 6 items)");
  run();
  EXPECT_EQ(calls().items, 1);
  EXPECT_EQ(sum(), "139\n");
}

TEST_F(Runner, AChangedOptionIsNamed) {
  run();
  toys.exponent = 1;
  EXPECT_EQ(plan().front(), "power: power.exponent 2 -> 1 (6 of 6 items)");
  toys.exponent = 2;
  toys.modulus = 50;
  EXPECT_EQ(plan(), (std::vector<std::string>{"power: up to date", "sum: sum.modulus 1000 -> 50",
                                              "note: waits for sum"}));
  run();
  EXPECT_EQ(calls().items, 0);
  EXPECT_EQ(sum(), "41\n");
}

TEST_F(Runner, AnUnchangedOutputStopsTheCascade) {
  run();
  // -1 squared is 1 squared: the item runs, its output is the same, nothing below it runs.
  toy::write_number(toys.numbers, 0, -1);
  EXPECT_EQ(run().computed, 1U);
  EXPECT_EQ(calls().results, 0);
  // A modulus that does not change the sum: the note stays.
  toys.modulus = 999;
  EXPECT_EQ(run().computed, 1U);
  EXPECT_EQ(plan(), all_up_to_date);
}

TEST_F(Runner, TheSameContentUnderAnotherPathIsTheSame) {
  run();
  fs::rename(toys.numbers, scratch.path() / "moved");
  toys.numbers = scratch.path() / "moved";
  EXPECT_EQ(plan(), all_up_to_date);
}

TEST_F(Runner, WhatACalculationSaysIsHeardAndNotKept) {
  run();
  const auto silent = testing::result_bytes(directory.path());
  fs::remove_all(directory.path());
  toys.says = "at work in /some/path";
  run();
  std::vector<std::string> items;
  for (const Event& event : listener.events) {
    if (event.kind != EventKind::notice) continue;
    EXPECT_EQ(event.stage, "power");
    EXPECT_EQ(event.message, toys.says);
    items.push_back(event.item);
  }
  std::ranges::sort(items);
  EXPECT_EQ(items, (std::vector<std::string>{"number 0", "number 1", "number 2", "number 3",
                                             "number 4", "number 5"}));
  EXPECT_EQ(testing::difference(silent, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, AnErrorKeepsWhatIsFinished) {
  toys.broken_item = "number 5";
  const ThreadLimit limit(1);  // in order: the five before it are finished
  try {
    run();
    FAIL() << "the error is lost";
  } catch (const InputError& error) {
    EXPECT_EQ(error.complaints().front().where, "power, number 5");
  }
  EXPECT_EQ(listener.events.back().kind, EventKind::run_stopped);
  const std::vector<StageStatus> status = read_status(directory);
  ASSERT_EQ(status.size(), 1U);
  EXPECT_FALSE(status[0].complete);
  EXPECT_EQ(status[0].finished, 5U);
  EXPECT_EQ(status[0].interrupted, 1U);
  EXPECT_EQ(plan().front(), "power: not finished (1 of 6 items)");
  toys.broken_item.clear();
  run();
  EXPECT_EQ(calls().items, 1);
  EXPECT_EQ(sum(), "91\n");
}

TEST_F(Runner, AnInterruptedReduceGoesOnFromItsCheckpoint) {
  run();
  const auto undisturbed = testing::result_bytes(directory.path());
  fs::remove_all(directory.path());
  calls().reset();
  StopAfter progress(6 + 4);  // six items, four of the six steps of the sum
  EXPECT_THROW(run_stages(directory, toy::make_toys(toys), {}, listener, progress), Interrupted);
  EXPECT_EQ(calls().sum_steps, 4);
  EXPECT_FALSE(fs::exists(directory.stage("sum").result()));
  run();
  EXPECT_EQ(calls().items, 0);
  EXPECT_EQ(calls().sum_steps, 2);
  EXPECT_EQ(testing::difference(undisturbed, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, WhatWasDoneBeforeIsNoMeasureOfSpeed) {
  run();
  toy::write_number(toys.numbers, 6, 7);
  Steps progress;
  run_stages(directory, toy::make_toys(toys), {.only = "power"}, listener, progress);
  EXPECT_EQ(progress.done["power"], 1U);
  EXPECT_EQ(progress.found["power"], 6U);
  // Nor is an item that was gone on with.
  progress.begin("items", 2);
  ItemProgress fresh(progress);
  fresh.advance(10);
  fresh.finish();
  EXPECT_EQ(progress.done["items"], 1U);
  ItemProgress gone_on_with(progress);
  gone_on_with.advance_found(3);
  gone_on_with.advance(7);
  gone_on_with.finish();
  EXPECT_EQ(progress.done["items"], 1U);
  EXPECT_EQ(progress.found["items"], 1U);
}

TEST_F(Runner, ChosenStages) {
  run({.to = "sum"});
  EXPECT_FALSE(fs::exists(directory.path() / "note"));
  EXPECT_THROW(run({.from = "none"}), InputError);
  EXPECT_THROW(run({.from = "note", .to = "sum"}), InputError);
  EXPECT_THROW(run({.from = "note", .only = "sum"}), InputError);
  EXPECT_THROW(run({.to = "sum", .force = {"note"}}), InputError);
  run({.only = "note"});
  EXPECT_EQ(plan(), all_up_to_date);
  toy::write_number(toys.numbers, 0, 5);
  // What is before the first stage must be up to date.
  EXPECT_THROW(run({.from = "sum"}), InputError);
  EXPECT_EQ(calls().items + calls().results, 0);
}

TEST_F(Runner, ForceComparesWithWhatIsStored) {
  run();
  const auto before = testing::result_bytes(directory.path());
  const RunOutcome same = run({.force = {"power"}});
  EXPECT_EQ(same.computed, 7U);
  EXPECT_EQ(same.exit_code(), 0);
  EXPECT_EQ(testing::difference(before, testing::result_bytes(directory.path())), "");

  toys.noisy = true;
  const RunOutcome different = run({.force = {"power"}});
  EXPECT_EQ(different.exit_code(), 1);
  ASSERT_EQ(different.differences.size(), 6U);
  EXPECT_NE(std::find(different.differences.begin(), different.differences.end(),
                      "power: number 0: noise.txt"),
            different.differences.end());
  NoProgress progress;
  EXPECT_TRUE(verify_run(directory, progress).empty());
  EXPECT_EQ(plan(), all_up_to_date);
}

TEST_F(Runner, WhatManyItemsSayAlikeIsSaidOnce) {
  const std::vector<ItemRemark> remarks = {
      {"frame 0", "ended at 488.5 K"}, {"frame 0", "too short"},    {"frame 1", "ended at 91 K"},
      {"frame 1", "too short"},        {"frame 2", "ended at 7 K"}, {"frame 3", "alone"},
      {"frame 3", "ended at 8 K"},     {"frame 3", "too short"},    {"result", "atom 3 is far"},
      {"result", "atom 4 is far"},     {"result", "atom 5 is far"}};
  const std::vector<std::string> lines = {
      "all 4: ended at 488.5 K (the numbers are those of frame 0)",
      "3 of 4 (frame 0, frame 1, frame 3): too short",
      "frame 3: alone",
      "result: atom 3 is far",
      "result: atom 4 is far",
      "result: atom 5 is far"};
  EXPECT_EQ(group_remarks(remarks, 4), lines);
}

TEST_F(Runner, RemarksComeBackFromStoredResults) {
  toy::write_number(toys.numbers, 5, 30);  // 900 is "large"
  toys.modulus = 18;                       // (55 + 900) % 18 = 1
  EXPECT_EQ(run().exit_code(), 0);
  toys.modulus = 942;  // 13
  for (int time = 0; time < 2; ++time) {
    const RunOutcome outcome = run();
    EXPECT_EQ(outcome.exit_code(), 3);
    EXPECT_EQ(outcome.shortfalls, std::vector<std::string>{"sum: result: an unlucky sum"});
    EXPECT_EQ(outcome.warnings, std::vector<std::string>{"power: number 5: large"});
  }
  EXPECT_EQ(storage::read_file(directory.path() / "note.txt"), "The sum is 13\n");
}

TEST_F(Runner, VerifyNamesDamageAndARunHealsIt) {
  run();
  NoProgress progress;
  EXPECT_TRUE(verify_run(directory, progress).empty());
  const auto healthy = testing::result_bytes(directory.path());
  const auto damaged_files = [&] {
    std::vector<std::string> files;
    for (const Damage& damage : verify_run(directory, progress)) files.push_back(damage.file);
    return files;
  };
  std::size_t tried = 0;
  for (const auto& [name, bytes] : healthy) {
    const fs::path file = directory.path() / name;
    for (const std::string& content :
         {std::string(), bytes.substr(0, bytes.size() / 2), std::string("?") + bytes.substr(1)}) {
      storage::write_file(file, content);
      EXPECT_EQ(damaged_files(), std::vector<std::string>{name});
      EXPECT_NE(plan(), all_up_to_date);
      run();
      EXPECT_EQ(testing::difference(healthy, testing::result_bytes(directory.path())), "") << name;
    }
    fs::remove(file);
    run();
    EXPECT_EQ(testing::difference(healthy, testing::result_bytes(directory.path())), "") << name;
    ++tried;
  }
  EXPECT_EQ(tried, 6U * 3U + 3U * 3U + 1U);
  storage::write_file(directory.stage("sum").result() / "extra.txt", "?");
  EXPECT_EQ(damaged_files(), std::vector<std::string>{"sum/result/extra.txt"});
  run();
  EXPECT_EQ(testing::difference(healthy, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, RemainsOfAKilledRunAreRemoved) {
  run();
  const auto healthy = testing::result_bytes(directory.path());
  storage::write_file(directory.path() / ".note.txt.123.0", "half");
  storage::write_file(directory.path() / ".provenance.json.123.0", "half");
  storage::write_file(directory.stage("sum").path() / ".manifest.json.123.0", "half");
  storage::write_file(directory.stage("sum").partial("abc") / "x", "half");
  storage::write_file(directory.stage("power").items() / "old" / "x", "old");
  EXPECT_EQ(run().computed, 0U);
  EXPECT_EQ(testing::difference(healthy, testing::result_bytes(directory.path())), "");
}

TEST_F(Runner, TwoRunsAreKeptApart) {
  EXPECT_FALSE(is_locked(directory));
  {
    const RunLock lock(directory);
    EXPECT_TRUE(is_locked(directory));
    EXPECT_THROW(RunLock{directory}, InputError);
  }
  EXPECT_FALSE(is_locked(directory));
  const RunLock again(directory);
}

TEST_F(Runner, AFolderThatCannotBeWrittenIsAnInputError) {
  // A file where the run directory should be: refused even to root.
  const RunDirectory blocked(toys.numbers / "n0.txt" / "run");
  EXPECT_THROW(RunLock{blocked}, InputError);
  NoProgress progress;
  EXPECT_THROW(run_stages(blocked, toy::make_toys(toys), {}, listener, progress), InputError);
  EXPECT_THROW((void)verify_run(RunDirectory(scratch.path() / "none"), progress), InputError);
  EXPECT_THROW((void)read_status(RunDirectory(scratch.path())), InputError);
}

TEST_F(Runner, EventsAreLinesOfJson) {
  EventFile file(scratch.path() / "events.jsonl");
  file.hear({EventKind::item_finished, "power", "number 1", {}, 0.25});
  file.hear({EventKind::warning, "power", {}, "a \"quoted\"\nword", {}});
  const std::string text = storage::read_file(scratch.path() / "events.jsonl");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(
      text.find(R"("event":"item_finished","stage":"power","item":"number 1","seconds":0.25})"),
      std::string::npos);
  EXPECT_NE(text.find(R"("message":"a \"quoted\"\nword"})"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
