// One run of `adatom md`, ended at a known step as a kill would end it.
#include "md/replica_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::ScratchFolder;

/// Nothing in the program catches it: the run has no chance to write anything more.
struct Killed {};

/// Sees what the checkpoint on the disk says while the run goes on.
class Watch final : public Progress {
 public:
  Watch(fs::path folder, std::int64_t most_steps)
      : folder_(std::move(folder)), most_steps_(most_steps) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override {
    done_ += static_cast<std::int64_t>(steps);
    const auto checkpoint =
        decode_checkpoint(storage::read_file(folder_ / ReplicaFiles::checkpoint), "checkpoint");
    auto& latest = checkpoint.phase == MdPhase::production ? of_production_ : of_thermalisation_;
    latest = std::max(latest, checkpoint.state.step);
    if (done_ >= most_steps_) throw Killed();
  }
  [[nodiscard]] bool cancelled() const override { return false; }
  [[nodiscard]] std::int64_t of_thermalisation() const { return of_thermalisation_; }
  [[nodiscard]] std::int64_t of_production() const { return of_production_; }

 private:
  fs::path folder_;
  std::int64_t most_steps_;
  std::int64_t done_ = 0;
  std::int64_t of_thermalisation_ = -1;
  std::int64_t of_production_ = -1;
};

/// 38 gold atoms.
class MdReplicaRun : public ::testing::Test {
 protected:
  MdReplicaRun() {
    auto input = std::make_shared<MdInput>();
    input->name = "gold";
    input->file = "gold.xyz";
    input->structure = crystal::build_truncated_octahedron({}, 4, 1);
    replica.name = "gold_300K_s1";
    replica.input = input;
    replica.temperature_k = 300.0;
    replica.seed = 1;
    replica.stream = 1;
    options.potential = "smatb:Au";
    options.thermalise.steps = 0;
    options.dynamics.damping_ps = 0.5;
    options.steps = 200;
    options.dump_every = 20;
    options.thermo_every = 10;
    potential = energetics::make_potential(options.potential, [](const std::string&) {});
  }
  void run(Progress& progress) const { run_native(replica, options, potential, folder, progress); }

  const ScratchFolder scratch;
  const fs::path folder = scratch.path() / "run";
  Replica replica;
  MdOptions options;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential;
};

TEST_F(MdReplicaRun, AKilledExtensionLeavesTheShorterRunToBeMended) {
  NoProgress silent;
  run(silent);
  ASSERT_EQ(steps_left(replica, options, folder), 0);
  const auto whole = testing::result_bytes(folder);

  options.steps = 100000;
  Watch watch(folder, 200);
  EXPECT_THROW(run(watch), Killed);
  EXPECT_NE(testing::difference(whole, testing::result_bytes(folder)), "");

  options.steps = 200;
  EXPECT_EQ(steps_left(replica, options, folder), 1);
  run(silent);
  EXPECT_EQ(steps_left(replica, options, folder), 0);
  EXPECT_EQ(testing::difference(whole, testing::result_bytes(folder)), "");
}

TEST_F(MdReplicaRun, CheckpointsDoNotWaitForALineOfTheLog) {
  options.checkpoint_minutes = 0.0;
  options.thermalise.steps = 400000;  // a line every 2000 steps
  options.steps = 100000;
  options.dump_every = 50000;
  options.thermo_every = 50000;
  Watch first(folder, 1500);
  EXPECT_THROW(run(first), Killed);
  EXPECT_EQ(first.of_thermalisation(), 1000);

  options.thermalise.steps = 0;
  fs::remove_all(folder);
  Watch second(folder, 2500);
  EXPECT_THROW(run(second), Killed);
  EXPECT_EQ(second.of_production(), 2000);
}

}  // namespace
}  // namespace adatom::pipeline
