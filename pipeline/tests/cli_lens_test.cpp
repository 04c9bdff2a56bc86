// `lens` and `timesoap` through the program.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <Eigen/Core>

#include "adatom/base/random.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "adatom/storage/npy.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

constexpr std::size_t atoms = 30;
constexpr double r_cut = 4.48;

struct Frame {
  std::vector<Eigen::Vector3d> positions;
  std::optional<double> edge;  // of a periodic cube
};

/// Atoms that wander in a cube; its edge, where there is one, changes from frame to frame.
std::vector<Frame> wandering(std::size_t count, bool periodic) {
  RandomStream random(3);
  std::vector<Frame> frames(count);
  std::vector<Eigen::Vector3d> places;
  for (std::size_t i = 0; i < atoms; ++i) {
    places.emplace_back(11 * random.uniform(), 11 * random.uniform(), 11 * random.uniform());
  }
  for (std::size_t f = 0; f < count; ++f) {
    for (auto& place : places) {
      for (double& x : place) x += 0.4 * random.normal();
    }
    frames[f].positions = places;
    if (periodic) frames[f].edge = 10.0 + 2.0 * random.uniform();
  }
  return frames;
}

std::string text_of(const std::vector<Frame>& frames) {
  std::string text;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    text += fmt::format("{}\n", frames[f].positions.size());
    if (frames[f].edge) {
      text += fmt::format("Lattice=\"{0} 0 0 0 {0} 0 0 0 {0}\" pbc=\"T T T\" ", *frames[f].edge);
    }
    text += fmt::format("Properties=species:S:1:pos:R:3 Time={}\n", 0.5 * static_cast<double>(f));
    for (const auto& p : frames[f].positions) {
      text += fmt::format("Au {} {} {}\n", p.x(), p.y(), p.z());
    }
  }
  return text;
}

std::vector<std::set<std::size_t>> sets_of(const Frame& frame) {
  std::vector<std::set<std::size_t>> sets(frame.positions.size());
  const int images = frame.edge ? 2 : 0;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t j = 0; j < sets.size(); ++j) {
      for (int u = -images; u <= images; ++u) {
        for (int v = -images; v <= images; ++v) {
          for (int w = -images; w <= images; ++w) {
            const Eigen::Vector3d moved = frame.edge.value_or(0.0) * Eigen::Vector3d(u, v, w);
            const double r = (frame.positions[j] - frame.positions[i] + moved).norm();
            if (i != j && r <= r_cut) sets[i].insert(j);
          }
        }
      }
    }
  }
  return sets;
}

/// atoms x (frames - delay), by sets.
std::vector<double> brute_lens(const std::vector<Frame>& frames, std::size_t delay) {
  std::vector<std::vector<std::set<std::size_t>>> sets;
  for (const auto& frame : frames) sets.push_back(sets_of(frame));
  std::vector<double> values;
  for (std::size_t i = 0; i < atoms; ++i) {
    for (std::size_t t = 0; t + delay < frames.size(); ++t) {
      const auto& a = sets[t][i];
      const auto& b = sets[t + delay][i];
      std::size_t common = 0;
      for (const std::size_t j : a) common += b.count(j);
      const auto both = static_cast<double>(a.size() + b.size());
      values.push_back(both > 0.0 ? (both - 2.0 * static_cast<double>(common)) / both : 0.0);
    }
  }
  return values;
}

class Lens : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    storage::write_file(scratch.path() / name, text);
  }
  [[nodiscard]] testing::ProgramResult call(std::vector<std::string> arguments) const {
    return run_program(arguments, scratch.path());
  }
  [[nodiscard]] testing::ProgramResult lens(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"lens", "--r-cut", "4.48"});
    return call(std::move(arguments));
  }
  [[nodiscard]] storage::NpyArray array(const std::string& name) const {
    return storage::parse_npy(storage::read_file(scratch.path() / name), name);
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  const ScratchFolder scratch;
};

TEST_F(Lens, IsTheSetComputation) {
  for (const bool periodic : {false, true}) {
    const auto frames = wandering(9, periodic);
    write("run.xyz", text_of(frames));
    for (const std::size_t delay : {1U, 3U}) {
      const auto result = lens({"run.xyz", "--delay", std::to_string(delay), "-o", "lens.npy"});
      ASSERT_EQ(result.exit_code, 0) << result.messages;
      const auto found = array("lens.npy");
      EXPECT_EQ(found.shape, (std::vector<std::size_t>{atoms, 9 - delay}));
      EXPECT_EQ(found.type, storage::NpyType::float64);
      EXPECT_EQ(found.numbers(), brute_lens(frames, delay)) << periodic << delay;
    }
  }
  EXPECT_FALSE(fs::exists(scratch.path() / ".lens.npy.parts"));
}

TEST_F(Lens, BoxIsNeverGuessed) {
  const auto periodic = wandering(6, true);
  auto open = periodic;
  for (auto& frame : open) frame.edge.reset();
  write("cell.xyz", text_of(periodic));
  write("none.xyz", text_of(open));
  ASSERT_EQ(lens({"cell.xyz", "--periodic", "no", "-o", "no.npy"}).exit_code, 0);
  EXPECT_EQ(array("no.npy").numbers(), brute_lens(open, 1));
  ASSERT_EQ(lens({"none.xyz", "-o", "none.npy"}).exit_code, 0);
  EXPECT_EQ(array("none.npy").numbers(), brute_lens(open, 1));
  // A cell whose file says that it is not periodic.
  auto text = text_of(periodic);
  for (std::size_t at = 0; (at = text.find("T T T", at)) != std::string::npos;) {
    text.replace(at, 5, "F F F");
  }
  write("closed.xyz", text);
  ASSERT_EQ(lens({"closed.xyz", "-o", "auto.npy"}).exit_code, 0);
  EXPECT_EQ(array("auto.npy").numbers(), brute_lens(open, 1));
  ASSERT_EQ(lens({"closed.xyz", "--periodic", "yes", "-o", "yes.npy"}).exit_code, 0);
  EXPECT_EQ(array("yes.npy").numbers(), brute_lens(periodic, 1));
  const auto refused = lens({"none.xyz", "--periodic", "yes", "-o", "x.npy"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.messages.find("without a cell"), std::string::npos) << refused.messages;
}

TEST_F(Lens, Hdf5SaysWhatItHolds) {
  const auto frames = wandering(5, false);
  write("run.xyz", text_of(frames));
  ASSERT_EQ(lens({"run.xyz", "--frames", "1:", "--threads", "1", "-o", "a.h5"}).exit_code, 0);
  ASSERT_EQ(lens({"run.xyz", "--frames", "1:", "--threads", "4", "-o", "b.h5"}).exit_code, 0);
  EXPECT_EQ(bytes("a.h5"), bytes("b.h5"));
  const storage::Hdf5Reader file(scratch.path() / "a.h5");
  EXPECT_EQ(file.dataset("/lens").shape, (std::vector<std::uint64_t>{atoms, 3}));
  EXPECT_EQ(file.text("/lens", "axes"), "atoms, intervals");
  EXPECT_EQ(file.text("/lens", "periodic"), "auto");
  EXPECT_EQ(file.number("/lens", "r_cut_angstrom"), 4.48);
  EXPECT_EQ(file.number("/lens", "delay_frames"), 1.0);
  EXPECT_EQ(file.number("/lens", "first_frame"), 1.0);
  const auto times =
      file.read("/time_ps", std::vector<std::uint64_t>{0}, std::vector<std::uint64_t>{3});
  std::vector<double> expected = {0.5, 1.0, 1.5};
  EXPECT_EQ(std::memcmp(times.data(), expected.data(), 24), 0);
}

TEST_F(Lens, FolderHoldsDomains) {
  const auto frames = wandering(60, false);
  write("run.xyz", text_of(frames));
  const auto result = lens({"run.xyz", "--smooth-window", "11", "--domains", "2", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto domains = storage::read_csv(scratch.path() / "out/domains.csv");
  ASSERT_EQ(domains.rows(), 2U);
  const auto fraction = domains.numbers("fraction");
  EXPECT_NEAR(fraction[0] + fraction[1], 1.0, 1e-12);
  EXPECT_EQ(domains.numbers("to")[0], domains.numbers("from")[1]);
  const auto exchange = storage::read_csv(scratch.path() / "out/exchange.csv");
  double pairs = 0.0;
  for (const double count : exchange.numbers("count")) pairs += count;
  // 59 intervals, 5 left out at both ends, 48 pairs of neighbours among the 49.
  EXPECT_EQ(pairs, 48.0 * atoms);
  const auto populations = storage::read_csv(scratch.path() / "out/populations.csv");
  ASSERT_EQ(populations.rows(), 49U);
  EXPECT_EQ(populations.numbers("time_ps")[0], 2.5);
  // The domains as HDF5 are those that are counted, and those of the coloured frames.
  const storage::Hdf5Reader file(scratch.path() / "out/domains.h5");
  const auto labels =
      file.read("/domain", std::vector<std::uint64_t>{0, 0}, std::vector<std::uint64_t>{atoms, 49});
  double mobile = 0.0;
  for (std::size_t i = 0; i < atoms; ++i) mobile += static_cast<double>(labels[i * 49]);
  EXPECT_EQ(populations.numbers("atoms_2")[0], mobile);
  std::ifstream coloured(scratch.path() / "out/domains.xyz");
  std::string line;
  std::getline(coloured, line);
  std::getline(coloured, line);
  EXPECT_NE(line.find("lens_smoothed:R:1:domain:I:1"), std::string::npos) << line;
  std::getline(coloured, line);
  EXPECT_EQ(line.back() - '1', static_cast<int>(labels[0])) << line;
  EXPECT_NE(bytes("out/report.html").find("Mobile and static atoms"), std::string::npos);
}

TEST_F(Lens, GoesOnWhereTheTrajectoryHasGrown) {
  const auto frames = wandering(40, true);
  const std::vector<std::string> options = {"run.xyz", "--delay", "2", "--smooth-window", "5"};
  const auto run = [&](const std::string& out) {
    auto all = options;
    all.insert(all.end(), {"-o", out});
    const auto result = lens(all);
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return result;
  };
  write("run.xyz", text_of(frames));
  run("whole");
  write("run.xyz", text_of({frames.begin(), frames.begin() + 25}));
  run("grown");
  // Marked, so that it shows whether they are made again.
  {
    std::fstream values(scratch.path() / "grown/.parts/values",
                        std::ios::binary | std::ios::in | std::ios::out);
    const double mark = 0.875;
    values.write(reinterpret_cast<const char*>(&mark), sizeof mark);
  }
  write("run.xyz", text_of(frames));
  run("grown");
  const auto lens_of = [&](const std::string& folder) {
    const storage::Hdf5Reader file(scratch.path() / folder / "lens.h5");
    const auto raw =
        file.read("/lens", std::vector<std::uint64_t>{0, 0}, std::vector<std::uint64_t>{atoms, 38});
    std::vector<double> values(atoms * 38);
    std::memcpy(values.data(), raw.data(), values.size() * sizeof(double));
    return values;
  };
  auto expected = lens_of("whole");
  EXPECT_EQ(expected, brute_lens(frames, 2));
  auto grown = lens_of("grown");
  EXPECT_EQ(grown[0], 0.875);
  grown[0] = expected[0];
  EXPECT_EQ(grown, expected);
  // Another past: all is made again, and said so.
  auto changed = frames;
  changed[39].positions[0] *= 1.01;
  write("run.xyz", text_of(changed));
  EXPECT_NE(run("grown").messages.find("begun anew"), std::string::npos);
  EXPECT_EQ(lens_of("grown"), brute_lens(changed, 2));
  write("run.xyz", text_of(frames));
  run("grown");
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "grown"),
                                testing::result_bytes(scratch.path() / "whole")),
            "");
}

TEST_F(Lens, AnInterruptedFileGoesOn) {
  const auto frames = wandering(20, false);
  write("run.xyz", text_of({frames.begin(), frames.begin() + 12}));
  ASSERT_EQ(lens({"run.xyz", "--smooth-window", "3", "-o", "parts"}).exit_code, 0);
  // What a killed program leaves: whole intervals, half of one more, no output.
  fs::copy(scratch.path() / "parts/.parts", scratch.path() / ".lens.h5.parts");
  std::ofstream(scratch.path() / ".lens.h5.parts/values", std::ios::app) << "half of it";
  write("run.xyz", text_of(frames));
  ASSERT_EQ(lens({"run.xyz", "-o", "lens.h5"}).exit_code, 0);
  ASSERT_EQ(lens({"run.xyz", "-o", "fresh.h5"}).exit_code, 0);
  EXPECT_EQ(bytes("lens.h5"), bytes("fresh.h5"));
  EXPECT_FALSE(fs::exists(scratch.path() / ".lens.h5.parts"));
}

TEST_F(Lens, WrongInputIsSaidWithItsPlace) {
  const auto frames = wandering(4, false);
  const auto expect = [&](const testing::ProgramResult& result, const std::string& words) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.messages.find(words), std::string::npos) << result.messages;
  };
  write("run.xyz", text_of(frames));
  expect(call({"lens", "run.xyz", "-o", "x.npy"}), "r-cut");
  expect(lens({"run.xyz", "-o", "x.csv"}), ".csv");
  expect(lens({"run.xyz", "--delay", "4", "-o", "x.npy"}), "4 frames are too few");
  expect(lens({"run.xyz", "-o", "folder"}), "too short");
  expect(lens({"missing.xyz", "-o", "x.npy"}), "missing.xyz");
  auto fewer = frames;
  fewer[2].positions.pop_back();
  write("fewer.xyz", text_of(fewer));
  expect(lens({"fewer.xyz", "-o", "x.npy"}), "frame 2 has other atoms");
  EXPECT_FALSE(fs::exists(scratch.path() / "x.npy"));
  EXPECT_FALSE(fs::exists(scratch.path() / "folder/report.html"));
}

TEST_F(Lens, TimeSoapFollowsEnvironments) {
  auto frames = wandering(5, false);
  frames[3] = frames[2];  // nothing moves once
  // And once all turns and shifts together, which changes no environment.
  frames[4].positions = frames[3].positions;
  for (auto& p : frames[4].positions) p = Eigen::Vector3d(3 - p.y(), p.x(), p.z() + 1);
  write("run.xyz", text_of(frames));
  const std::vector<std::string> call_it = {"timesoap", "run.xyz", "--r-cut", "4",
                                            "--n-max",  "3",       "--l-max", "3"};
  auto npy = call_it;
  npy.insert(npy.end(), {"-o", "ts.npy"});
  const auto result = call(npy);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto values = array("ts.npy");
  const auto derivative = array("ts_derivative.npy");
  ASSERT_EQ(values.shape, (std::vector<std::size_t>{atoms, 4}));
  ASSERT_EQ(derivative.shape, (std::vector<std::size_t>{atoms, 3}));
  const auto v = values.numbers();
  const auto d = derivative.numbers();
  for (std::size_t i = 0; i < atoms; ++i) {
    EXPECT_GT(v[4 * i], 1e-3);
    EXPECT_EQ(v[4 * i + 2], 0.0);
    // Rounding, of spectra that are good to 1e-9.
    EXPECT_NEAR(v[4 * i + 3], 0.0, 1e-7);
    for (std::size_t t = 0; t < 3; ++t) EXPECT_EQ(d[3 * i + t], v[4 * i + t + 1] - v[4 * i + t]);
  }
  auto hdf5 = call_it;
  hdf5.insert(hdf5.end(), {"-o", "ts.h5"});
  ASSERT_EQ(call(hdf5).exit_code, 0);
  const storage::Hdf5Reader file(scratch.path() / "ts.h5");
  EXPECT_EQ(file.dataset("/timesoap").shape, (std::vector<std::uint64_t>{atoms, 4}));
  EXPECT_EQ(file.dataset("/timesoap_derivative").shape, (std::vector<std::uint64_t>{atoms, 3}));
  EXPECT_EQ(file.text("/timesoap_derivative", "unit"), "1/frame");
}

}  // namespace
}  // namespace adatom::pipeline
