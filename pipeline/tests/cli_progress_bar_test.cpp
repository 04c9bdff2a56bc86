// What the progress bar writes, with a clock of its own.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/pipeline/progress_bar.h"
#include "adatom/pipeline/signals.h"

namespace adatom::pipeline {
namespace {

class Screen {
 public:
  ProgressOutput output() {
    return {[this](std::string_view text) { text_ += text; }, [this] { return now; },
            [this] { return stop; }, 80};
  }
  /// What was written since the last call.
  std::string take() { return std::exchange(text_, {}); }
  double now = 100.0;
  bool stop = false;

 private:
  std::string text_;
};

TEST(ProgressBar, ShowsCountAndRemainingTimeOnATerminal) {
  Screen screen;
  ProgressBar bar(ProgressStyle::bar, screen.output());
  bar.begin("columns", 10);
  screen.now += 5.0;
  screen.take();
  bar.advance(4);  // 5 s for 4 of 10: 7.5 s for the other 6
  const std::string drawn = screen.take();
  EXPECT_NE(drawn.find("columns"), std::string::npos);
  EXPECT_NE(drawn.find("4/10  8 s left"), std::string::npos) << drawn;
  const auto filled = std::count(drawn.begin(), drawn.end(), '#');
  const auto empty = std::count(drawn.begin(), drawn.end(), '.');
  EXPECT_EQ(filled, (filled + empty) * 4 / 10);
  EXPECT_LT(drawn.size(), 80U + 5U);  // one line, with its control letters
  bar.advance(1);                     // sooner than anyone can see
  EXPECT_EQ(screen.take(), "");
  bar.say("a message");
  const std::string said = screen.take();
  EXPECT_TRUE(said.starts_with("\r\033[Ka message\n")) << said;
  EXPECT_NE(said.find("5/10"), std::string::npos);  // and the bar again
  bar.finish();
  EXPECT_EQ(screen.take(), "\r\033[K");
}

TEST(ProgressBar, WhatAnEarlierProgramDidTellsNothingOfTheRemainingTime) {
  Screen screen;
  ProgressBar bar(ProgressStyle::bar, screen.output());
  bar.begin("steps", 100);
  bar.advance_found(60);
  std::string drawn = screen.take();
  EXPECT_NE(drawn.find("60/100"), std::string::npos) << drawn;
  EXPECT_EQ(drawn.find("left"), std::string::npos) << drawn;
  screen.now += 5.0;
  bar.advance(10);  // 5 s for 10: 15 s for the other 30
  drawn = screen.take();
  EXPECT_NE(drawn.find("70/100  15 s left"), std::string::npos) << drawn;

  ProgressBar lines(ProgressStyle::lines, screen.output());
  lines.begin("steps", 100);
  lines.advance_found(60);
  screen.now += 20.0;
  lines.advance(20);
  lines.finish();
  EXPECT_EQ(screen.take(),
            "steps: 80 of 100, 20 s left\nsteps: 80 of 100 in 20 s, 60 of them before\n");
}

TEST(ProgressBar, WritesFewLinesElsewhere) {
  Screen screen;
  ProgressBar bar(ProgressStyle::lines, screen.output());
  bar.begin("columns", 100000);
  for (int step = 0; step < 100000; ++step) {
    screen.now += 0.0005;  // 50 s in all
    bar.advance(1);
  }
  bar.finish();
  const std::string text = screen.take();
  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_GE(lines, 4);  // one every ten seconds, and the end
  EXPECT_LE(lines, 6);
  EXPECT_NE(text.find("columns: 100000 of 100000 in 50 s\n"), std::string::npos) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
}

TEST(ProgressBar, ShortTasksLeaveNoTrace) {
  Screen screen;
  ProgressBar bar(ProgressStyle::lines, screen.output());
  for (int task = 0; task < 1000; ++task) {
    bar.begin("a frame", 3);
    bar.advance(3);
  }
  bar.finish();
  EXPECT_EQ(screen.take(), "");
}

TEST(ProgressBar, TakesStepsFromSeveralThreads) {
  Screen screen;
  ProgressBar bar(ProgressStyle::lines, screen.output());
  bar.begin("frames", 40000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int step = 0; step < 10000; ++step) bar.advance(1);
    });
  }
  for (auto& thread : threads) thread.join();
  screen.now += 3.0;
  bar.finish();
  EXPECT_EQ(screen.take(), "frames: 40000 of 40000 in 3 s\n");
}

TEST(ProgressBar, PassesOnTheWishToStop) {
  Screen screen;
  ProgressBar bar(ProgressStyle::silent, screen.output());
  EXPECT_FALSE(bar.cancelled());
  screen.stop = true;
  EXPECT_TRUE(bar.cancelled());
  EXPECT_THROW(stop_if_cancelled(bar), Interrupted);
}

TEST(Duration, ReadsAsPeopleSayIt) {
  EXPECT_EQ(duration_text(0.0), "0 s");
  EXPECT_EQ(duration_text(11.2), "12 s");
  EXPECT_EQ(duration_text(200.0), "3 min 20 s");
  EXPECT_EQ(duration_text(7500.0), "2 h 5 min");
  EXPECT_EQ(duration_text(-1.0), "0 s");
}

TEST(StopSignals, TheFirstRaisesAFlagAndTheSecondEndsTheProcess) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const StopSignals signals;
    EXPECT_FALSE(StopSignals::requested());
    raise(signal);
    EXPECT_TRUE(StopSignals::requested());
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL);  // the next one is deadly
  }
}

}  // namespace
}  // namespace adatom::pipeline
