// The pieces of `adatom environments`: labels on the disk, frames in time, atoms that count.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/storage/files.h"
#include "environments/atom_mask.h"
#include "environments/coloured_xyz.h"
#include "environments/label_file.h"
#include "environments/label_file_source.h"
#include "environments/trajectory_plan.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::ScratchFolder;

LabelledFrame labels_of(std::uint8_t first) {
  return {.digest = 1000U + first,
          .environments = {first, static_cast<std::uint8_t>(first + 1), dynamics::no_label},
          .distances = {distance_steps(0.25), distance_steps(first * 0.01), 0}};
}

class LabelsOnDisk : public ::testing::Test {
 protected:
  /// Three frames of three atoms.
  void write_three() const {
    LabelFile file(path, head);
    for (std::uint8_t i = 0; i < 3; ++i) file.append(labels_of(i));
  }
  const ScratchFolder scratch;
  const fs::path path = scratch.path() / "a.labels";
  const LabelFileHead head{.identity = {{"dictionary", "sha256:12"}, {"periodic", "auto"}},
                           .atoms = 3};
};

TEST_F(LabelsOnDisk, AreReadAsTheyWereWritten) {
  write_three();
  LabelFileReader reader(path);
  EXPECT_EQ(reader.head().identity, head.identity);
  LabelledFrame frame;
  for (std::uint8_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader.next(frame));
    EXPECT_EQ(frame.digest, labels_of(i).digest);
    EXPECT_EQ(frame.environments, labels_of(i).environments);
    EXPECT_EQ(frame.distances, labels_of(i).distances);
  }
  EXPECT_FALSE(reader.next(frame));
  reader.go_to(1);
  ASSERT_TRUE(reader.next(frame));
  EXPECT_EQ(frame.digest, labels_of(1).digest);
  EXPECT_EQ(frame.distances[0] * label_distance_step, 0.25);  // a multiple of the step
}

TEST_F(LabelsOnDisk, ABrokenRecordEndsThem) {
  write_three();
  const std::string whole = storage::read_file(path);
  // Cut off within the last record, or changed in the second.
  fs::resize_file(path, whole.size() - 5);
  EXPECT_EQ(LabelFile(path, head).frames(), 2U);
  EXPECT_EQ(storage::read_file(path), whole.substr(0, whole.size() - 25));  // 16 + 3 x 3 bytes
  std::string changed = whole;
  changed[whole.size() - 41] ^= 1;
  storage::write_file(path, changed);
  LabelFile file(path, head);
  EXPECT_EQ(file.frames(), 1U);
  EXPECT_EQ(file.anew_because(), "");
  file.append(labels_of(1));
  file.append(labels_of(2));
  EXPECT_EQ(storage::read_file(path), whole);
}

TEST_F(LabelsOnDisk, OfSomethingElseAreMadeAnew) {
  write_three();
  LabelFileHead other = head;
  other.identity[1].value = "no";
  LabelFile file(path, other);
  EXPECT_EQ(file.frames(), 0U);
  EXPECT_EQ(file.anew_because(), "periodic is auto there and no here");
  storage::write_file(path, "my notes\n");
  EXPECT_EQ(LabelFile(path, head).frames(), 0U);
}

TEST_F(LabelsOnDisk, AreASourceOfClasses) {
  write_three();
  // Environments 0 and 1 are one class.
  const std::vector<std::uint8_t> class_of = {0, 0, 1, 2};
  LabelFileSource source(path, class_of, 2);
  std::vector<std::uint8_t> labels(3);
  ASSERT_TRUE(source.next(labels));
  EXPECT_EQ(labels, (std::vector<std::uint8_t>{0, 0, dynamics::no_label}));
  ASSERT_TRUE(source.next(labels));
  EXPECT_EQ(labels, (std::vector<std::uint8_t>{0, 1, dynamics::no_label}));
  EXPECT_FALSE(source.next(labels));  // only two were asked for
  source.rewind();
  EXPECT_TRUE(source.next(labels));
}

class TrajectoryTimes : public ::testing::Test {
 protected:
  static crystal::Structure particle(std::size_t atoms = 2) {
    crystal::Structure structure;
    for (std::size_t i = 0; i < atoms; ++i) {
      structure.atoms.push_back({"Au", {3.0 * static_cast<double>(i), 0, 0}});
    }
    return structure;
  }
  void write(const std::vector<crystal::Structure>& frames) const {
    storage::write_file(scratch.path() / "run.xyz", crystal::format_extended_xyz(frames));
  }
  TrajectoryPlan plan() {
    options.trajectories = {{(scratch.path() / "run.xyz").string()}};
    return plan_trajectories(options).front();
  }
  std::string refusal() {
    try {
      (void)plan();
    } catch (const InputError& error) {
      return error.complaints().front().text();
    }
    return {};
  }
  const ScratchFolder scratch;
  EnvironmentsOptions options;
};

TEST_F(TrajectoryTimes, ComeFromTheFramesOrTheOptions) {
  std::vector<crystal::Structure> frames(5, particle());
  // 0.1 + 0.1 + 0.1 is a little more than 0.3.
  for (std::size_t i = 0; i < 5; ++i) frames[i].time_ps = 7.0 + 0.1 * static_cast<double>(i);
  write(frames);
  EXPECT_EQ(plan().frame_time_ps, 0.1);
  options.read_every = 2;
  EXPECT_EQ(plan().frames, (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(plan().frame_time_ps, 0.2);
  options.read_every = 1;
  for (std::size_t i = 0; i < 5; ++i) {
    frames[i].time_ps.reset();
    frames[i].timestep = 100 + 20 * static_cast<std::int64_t>(i);
  }
  write(frames);
  EXPECT_NE(refusal().find("the frames have timesteps and no times"), std::string::npos);
  options.timestep_fs = 5.0;
  EXPECT_EQ(plan().frame_time_ps, 0.1);
  options.frame_time_ps = 2.5;
  EXPECT_EQ(plan().frame_time_ps, 2.5);
}

TEST_F(TrajectoryTimes, FramesThatARestartWroteAgainArePassedOver) {
  std::vector<crystal::Structure> frames(6, particle());
  for (std::size_t i = 0; i < 6; ++i) {
    frames[i].timestep = std::vector<std::int64_t>{0, 10, 20, 10, 20, 30}[i];
  }
  write(frames);
  options.timestep_fs = 1.0;
  EXPECT_EQ(plan().frames, (std::vector<std::size_t>{0, 1, 2, 5}));
  EXPECT_EQ(plan().frame_time_ps, 0.01);
  ASSERT_EQ(plan().warnings.size(), 1U);
}

TEST_F(TrajectoryTimes, ThatAreNotRegularAreRefused) {
  std::vector<crystal::Structure> frames(4, particle());
  for (std::size_t i = 0; i < 4; ++i) {
    frames[i].time_ps = std::vector<double>{0, 1, 2, 4}[i];
  }
  write(frames);
  EXPECT_NE(refusal().find("not evenly spread over time"), std::string::npos) << refusal();
  frames[3] = particle(3);
  frames[3].time_ps = 3.0;
  write(frames);
  EXPECT_NE(refusal().find("frame 0 has 2, frame 3 has 3"), std::string::npos) << refusal();
}

TEST_F(TrajectoryTimes, OfASingleStructureThereAreNone) {
  write({particle()});
  EXPECT_TRUE(plan().is_single());
  EXPECT_FALSE(plan().frame_time_ps.has_value());
}

TEST_F(TrajectoryTimes, NamesTellTrajectoriesApart) {
  for (const char* folder : {"a", "b"}) {
    fs::create_directory(scratch.path() / folder);
    storage::write_file(scratch.path() / folder / "trajectory.xyz",
                        crystal::format_extended_xyz(std::vector{particle()}));
    storage::write_file(scratch.path() / folder / "x.xyz",
                        crystal::format_extended_xyz(std::vector{particle()}));
  }
  for (const char* file : {"a/trajectory.xyz", "b/trajectory.xyz", "a/x.xyz", "b/x.xyz"}) {
    options.trajectories.push_back({(scratch.path() / file).string()});
  }
  std::vector<std::string> names;
  for (const auto& one : plan_trajectories(options)) names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "x", "x-2"}));
}

TEST(AtomMask, KeepsAtomsOfTheElementWhereTheyAreWanted) {
  crystal::Structure frame;
  for (int i = 0; i < 6; ++i) frame.atoms.push_back({i == 4 ? "Ce" : "Au", {0, 2.0 * i, 0}});
  const auto mask = [&](const AtomMaskOptions& options) {
    return make_atom_mask(options, "Au", frame, "a.xyz");
  };
  using Mask = std::vector<std::uint8_t>;
  EXPECT_EQ(mask({}), (Mask{1, 1, 1, 1, 0, 1}));
  EXPECT_EQ(mask({.axis = HeightAxis::y, .above_angstrom = 3.0}), (Mask{0, 0, 1, 1, 0, 1}));
  EXPECT_EQ(mask({.axis = HeightAxis::y, .below_angstrom = 9.0, .skip_layers = 1}),
            (Mask{0, 1, 1, 1, 0, 0}));
  EXPECT_THROW((void)mask({.axis = HeightAxis::z, .above_angstrom = 3.0}), InputError);
}

TEST(ColouredFrames, AreEvenlySpreadAndFew) {
  EXPECT_EQ(coloured_frames(5, {}), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(coloured_frames(5, 2), (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_TRUE(coloured_frames(5, 0).empty());
  const auto few = coloured_frames(1001, {});
  EXPECT_LE(few.size(), 200U);
  EXPECT_EQ(few[1], 6U);
}

}  // namespace
}  // namespace adatom::pipeline
