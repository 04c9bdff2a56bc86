#include "child_process.h"

#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "program.h"

namespace adatom::md {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds long_enough(60000);

/// Gone, or waiting for whoever adopted it.
bool is_gone(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string id;
  std::string name;
  std::string state;
  return !(file >> id >> name >> state) || state == "Z";
}

pid_t read_pid(const std::filesystem::path& path) {
  pid_t process = 0;
  while (process == 0) std::ifstream(path) >> process;
  return process;
}

TEST(ChildProcess, SaysAndReturns) {
  const testing::ScratchFolder folder;
  ChildProcess child({"sh", "-c", "pwd; echo trouble >&2; exit 7"}, folder.path());
  const auto ending = child.wait(long_enough);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->code, 7);
  EXPECT_EQ(ending->text(), "exit code 7");
  EXPECT_FALSE(ending->well());
  EXPECT_EQ(child.last_words(), folder.path().string() + "\ntrouble\n");
}

TEST(ChildProcess, KeepsTheLastWordsOfMany) {
  ChildProcess child({"sh", "-c", "yes | head -c 1000000; echo end"}, "/");
  ASSERT_TRUE(child.wait(long_enough));
  EXPECT_EQ(child.last_words().size(), 16384U);
  EXPECT_EQ(child.last_words().substr(16380), "end\n");
}

TEST(ChildProcess, EndsBySignal) {
  ChildProcess child({"sh", "-c", "kill -9 $$"}, "/");
  const auto ending = child.wait(long_enough);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->text(), "signal 9 (Killed)");
}

TEST(ChildProcess, WaitsNoLongerThanAsked) {
  ChildProcess child({"sleep", "1000"}, "/");
  EXPECT_FALSE(child.wait(milliseconds(1)));
  EXPECT_EQ(child.end(long_enough).signal, SIGTERM);
  EXPECT_EQ(child.wait(milliseconds(0))->signal, SIGTERM);
}

TEST(ChildProcess, EndsWhatDoesNotListen) {
  const testing::ScratchFolder folder;
  // The shell and its own child both pass over SIGTERM.
  ChildProcess child({"sh", "-c", "trap '' TERM; sleep 1000 & echo $! > pid; wait"}, folder.path());
  const pid_t grandchild = read_pid(folder.path() / "pid");
  EXPECT_EQ(child.end(milliseconds(1)).signal, SIGKILL);
  while (!is_gone(grandchild)) child.wait(milliseconds(1));
}

TEST(ChildProcess, LeavesNobodyBehind) {
  const testing::ScratchFolder folder;
  pid_t process = 0;
  {
    const ChildProcess child({"sh", "-c", "echo $$ > pid; exec sleep 1000"}, folder.path());
    process = read_pid(folder.path() / "pid");
  }
  EXPECT_TRUE(is_gone(process));
  ChildProcess parent({"sh", "-c", "sleep 1000 & echo $! > pid"}, folder.path());
  ASSERT_TRUE(parent.wait(long_enough));
  process = read_pid(folder.path() / "pid");
  while (!is_gone(process)) parent.wait(milliseconds(1));
}

TEST(ChildProcess, SaysWhatCannotBeStarted) {
  EXPECT_THROW(ChildProcess({"no-such-program"}, "/"), InputError);
  EXPECT_THROW(ChildProcess({"/no/such/program"}, "/"), InputError);
  EXPECT_THROW(ChildProcess({"/etc/passwd"}, "/"), InputError);  // no program
  EXPECT_THROW(ChildProcess({"/tmp"}, "/"), InputError);
  EXPECT_THROW(ChildProcess({"true"}, "/no/such/folder"), InputError);
  const testing::ScratchFolder folder;
  const auto text = folder.path() / "text";
  std::ofstream(text) << "not a program\n";
  std::filesystem::permissions(text, std::filesystem::perms::owner_all);
  EXPECT_THROW(ChildProcess({text}, "/"), InputError);
}

}  // namespace
}  // namespace adatom::md
