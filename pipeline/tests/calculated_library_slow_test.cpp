// Libraries that are really calculated: interrupted, gone on with, kept and counted by.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "adatom/base/error.h"
#include "adatom/base/part_store.h"
#include "adatom/base/random.h"
#include "adatom/pipeline/data_folder.h"
#include "adatom/simulate/slab_library.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "tables/library_cache.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Of a user who stops after so many steps.
class StopAfter final : public Progress {
 public:
  explicit StopAfter(int steps) : steps_(steps) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { steps_ -= static_cast<int>(steps); }
  [[nodiscard]] bool cancelled() const override { return steps_ <= 0; }

 private:
  std::atomic<int> steps_;
};

/// Little work: 8 configurations of 3 slices.
simulate::SlabLibraryOptions small_options() {
  simulate::SlabLibraryOptions options;
  options.atoms = 3;
  options.configurations = 8;
  options.beam_directions = 2;
  options.largest_angle_mrad = 60.0;
  return options;
}

class SmallLibrary : public ::testing::Test {
 protected:
  std::vector<float> find() {
    said_.clear();
    NoProgress progress;
    return find_or_calculate(options_, folder_, say_, progress).scs_angstrom2;
  }
  std::vector<float> undisturbed() const {
    NoPartStore parts;
    NoProgress progress;
    return simulate::simulate_slab_library(options_, {}, parts, progress).library.scs_angstrom2;
  }
  fs::path file() const { return folder_ / cache_file_name(options_); }
  fs::path parts() const { return folder_ / (".partial-" + cache_file_name(options_)); }

  const testing::ScratchFolder scratch_;
  const simulate::SlabLibraryOptions options_ = small_options();
  fs::path folder_ = scratch_.path() / "cache";
  std::string said_;
  const Say say_ = [this](const std::string& line) { said_ += line + '\n'; };
};

TEST_F(SmallLibrary, GoesOnWhereItWasInterrupted) {
  StopAfter progress(12);
  EXPECT_THROW((void)find_or_calculate(options_, folder_, say_, progress), Interrupted);
  EXPECT_FALSE(fs::exists(file()));
  ASSERT_TRUE(fs::exists(parts()));
  const auto library = find();
  EXPECT_TRUE(holds(said_, "going on with")) << said_;
  EXPECT_EQ(library, undisturbed());
  EXPECT_FALSE(fs::exists(parts()));
  // The next call takes what is kept, whose bytes are those of an undisturbed one.
  const auto bytes = storage::read_file(file());
  EXPECT_EQ(find(), library);
  EXPECT_FALSE(holds(said_, "calculating")) << said_;
  fs::remove_all(folder_);
  (void)find();
  EXPECT_EQ(storage::read_file(file()), bytes);
}

TEST_F(SmallLibrary, IsCalculatedWhereNothingCanBeKept) {
  storage::write_file(scratch_.path() / "file", "");
  folder_ = scratch_.path() / "file";
  EXPECT_EQ(find(), undisturbed());
  EXPECT_TRUE(holds(said_, "warning: ")) << said_;
}

TEST_F(SmallLibrary, IsCalculatedWhileAnotherProgramIsAtIt) {
  storage::write_file(parts(), "of the other");
  const int other = ::open(parts().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(find(), undisturbed());
  EXPECT_TRUE(holds(said_, "another program is at work here")) << said_;
  EXPECT_TRUE(fs::exists(file()));
  EXPECT_EQ(storage::read_file(parts()), "of the other");
  ::close(other);
}

/// Waits until the file has so many bytes; false if the program ends before.
bool wait_for_bytes(pid_t program, const fs::path& file, std::uintmax_t bytes) {
  for (;;) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (!error && size >= bytes) return true;
    siginfo_t ended = {};
    if (::waitid(P_PID, static_cast<id_t>(program), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        ended.si_pid != 0) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Columns of 1 to 8 atoms of gold at 500 K by a calculation of its own, with other displacements,
/// twenty of each, with a noise of 0.5 %: the cross-sections of neighbours differ by over 8 %.
std::string simulated_columns() {
  simulate::SlabLibraryOptions options;
  options.atoms = 8;
  options.temperature_k = 500.0;
  options.configurations = 24;
  options.seed = 7;
  NoPartStore parts;
  NoProgress progress;
  const auto result = simulate::simulate_slab_library(options, {}, parts, progress);
  RandomStream random(11);
  std::string text = "scs_angstrom2\n";
  for (int i = 0; i < 20; ++i) {
    for (const auto& value : scs_on_detector(result.library, 40.0, 160.0)) {
      text += std::to_string(value.scs_angstrom2 * (1.0 + 0.005 * random.normal())) + '\n';
    }
  }
  return text;
}

TEST(CalculatedLibrarySlow, ColumnsAreCountedBetweenTheTemperaturesThatShip) {
  const testing::ScratchFolder scratch;
  const fs::path cache = scratch.path() / "cache";
  ::setenv("ADATOM_CACHE", cache.c_str(), 1);
  storage::write_file(scratch.path() / "columns.csv", simulated_columns());
  const auto arguments = [](const char* folder) -> std::vector<std::string> {
    return {"count-atoms",
            "columns.csv",
            "-o",
            folder,
            "--element",
            "Au",
            "--zone-axis",
            "110",
            "--temperature-k",
            "500",
            "--voltage-kv",
            "300",
            "--aperture-mrad",
            "20",
            "--detector-mrad",
            "40:160"};
  };
  const auto options = [] {
    simulate::SlabLibraryOptions gold;
    gold.atoms = 30;
    gold.temperature_k = 500.0;
    return gold;
  }();
  const fs::path file = cache / cache_file_name(options);

  // Stopped after a few of 96 configurations.
  const pid_t child = testing::start_program(arguments("out"), scratch.path());
  const auto few = 4 * sizeof(double) * simulate::slab_library_part_size(options);
  const fs::path parts = cache / (".partial-" + file.filename().string());
  ASSERT_TRUE(wait_for_bytes(child, parts, few));
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_FALSE(fs::exists(file));
  EXPECT_FALSE(fs::exists(scratch.path() / "out" / "counts.csv"));

  const auto done = testing::run_program(arguments("out"), scratch.path());
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  EXPECT_TRUE(holds(done.messages, "calculating")) << done.messages;
  EXPECT_TRUE(holds(done.messages, "going on with")) << done.messages;
  EXPECT_TRUE(fs::exists(file));
  EXPECT_FALSE(fs::exists(parts));
  const auto atoms =
      storage::read_csv(scratch.path() / "out" / "counts.csv").integers("atom_count");
  ASSERT_EQ(atoms.size(), 160U);
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    EXPECT_EQ(atoms[i], static_cast<long long>(1 + i % 8)) << i;
  }

  // One atom scatters as in the converged calculation of others, whatever the temperature (0.3 %:
  // two standard errors). Columns of 30 lie between the temperatures that ship.
  const auto values =
      storage::read_csv(scratch.path() / "out" / "library.csv").numbers("scs_angstrom2");
  ASSERT_EQ(values.size(), 30U);
  EXPECT_NEAR(values[0], 0.019683, 0.003 * 0.019683);
  const auto shipped = [](const char* name) {
    const auto library = simulate::read_angular_library(data_folder() / "scs" / name);
    return scs_on_detector(library, 40.0, 160.0).back().scs_angstrom2;
  };
  EXPECT_GT(values[29], shipped("au_110_300k.h5"));
  EXPECT_LT(values[29], shipped("au_110_673k.h5"));

  const auto again = testing::run_program(arguments("again"), scratch.path());
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_FALSE(holds(again.messages, "calculating")) << again.messages;
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "out"),
                                testing::result_bytes(scratch.path() / "again")),
            "");
  ::unsetenv("ADATOM_CACHE");
}

}  // namespace
}  // namespace adatom::pipeline
