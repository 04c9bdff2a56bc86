// `adatom environments` through the program: files, bytes, what is wrong with the input.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/descriptors/soap.h"
#include "adatom/dynamics/dictionary_file.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

/// 79 gold atoms that jump about so far that environments change; frames 10 ps apart.
std::vector<crystal::Structure> jumping_particle(std::size_t frames, std::uint64_t seed = 1) {
  const auto particle = crystal::build_truncated_octahedron({}, 5, 1);
  std::vector<crystal::Structure> all;
  RandomStream random(seed);
  for (std::size_t f = 0; f < frames; ++f) {
    auto frame = particle;
    for (auto& atom : frame.atoms) {
      for (int k = 0; k < 3; ++k) atom.position_angstrom[k] += 0.5 * random.uniform() - 0.25;
    }
    frame.comment.clear();
    frame.timestep = static_cast<std::int64_t>(f);
    frame.time_ps = 10.0 * static_cast<double>(f);
    all.push_back(std::move(frame));
  }
  return all;
}

class Environments : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::vector<crystal::Structure>& frames) const {
    storage::write_file(scratch.path() / name, crystal::format_extended_xyz(frames));
  }
  testing::ProgramResult call(const std::string& folder, const std::vector<std::string>& more = {},
                              const std::vector<std::string>& files = {"gold.xyz"}) const {
    std::vector<std::string> arguments = {"environments", "-o", folder};
    arguments.insert(arguments.end(), files.begin(), files.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return testing::result_bytes(scratch.path() / folder);
  }
  /// /environment of labels.h5, frame after frame.
  std::vector<std::uint8_t> labels(const std::string& name) const {
    const storage::Hdf5Reader reader(scratch.path() / name);
    const auto shape = reader.dataset("/environment").shape;
    const std::array<std::uint64_t, 2> begin = {0, 0};
    const auto read = reader.read("/environment", begin, shape);
    std::vector<std::uint8_t> values(read.size());
    std::memcpy(values.data(), read.data(), read.size());
    return values;
  }
  static dynamics::EnvironmentDictionary dictionary() {
    return dynamics::read_dictionary(fs::path(ADATOM_SOURCE_DIR) / "data/environments/au.h5");
  }

  const ScratchFolder scratch;
  /// Two frames a window, all frames counted.
  const std::vector<std::string> usual = {"--window-ns", "0.02",        "--discard-ns",
                                          "0",           "--bootstrap", "100"};
};

TEST_F(Environments, LabelsAreTheNearestByTheExactFormulas) {
  const auto frames = jumping_particle(2);
  write("gold.xyz", frames);
  ASSERT_EQ(call("out", {"--window-ns", "0.01", "--discard-ns", "0"}).exit_code, 0);
  const auto found = labels("out/labels.h5");
  const storage::Hdf5Reader reader(scratch.path() / "out/labels.h5");
  const auto stored = reader.read("/distance", std::array<std::uint64_t, 2>{0, 0},
                                  reader.dataset("/distance").shape);
  std::vector<float> distances(stored.size() / sizeof(float));
  std::memcpy(distances.data(), stored.data(), stored.size());
  const auto known = dictionary();
  const descriptors::Soap soap(known.soap, 1, descriptors::SoapMethod::exact);
  const std::size_t atoms = frames[0].atoms.size();
  ASSERT_EQ(found.size(), 2 * atoms);
  for (std::size_t f = 0; f < 2; ++f) {
    std::vector<Eigen::Vector3d> positions;
    std::vector<std::uint32_t> centres;
    for (const auto& atom : frames[f].atoms) {
      centres.push_back(static_cast<std::uint32_t>(positions.size()));
      positions.push_back(atom.position_angstrom);
    }
    const auto near = descriptors::find_neighbour_vectors(positions, {}, soap.reach_angstrom());
    std::vector<double> spectra(atoms * soap.size());
    soap.compute(near, {}, centres, spectra);
    std::vector<double> laid_out(spectra.size());
    descriptors::lay_out(known.soap, 1, descriptors::SpectrumLayout::kernel, spectra, laid_out);
    descriptors::normalise(laid_out, soap.size());
    const std::span<const double> all(laid_out);
    const std::span<const double> references(known.spectra);
    for (std::size_t i = 0; i < atoms; ++i) {
      double nearest = 2.0;
      double of_label = 2.0;
      for (std::size_t e = 0; e < known.size(); ++e) {
        const double d =
            descriptors::soap_distance(all.subspan(i * soap.size(), soap.size()),
                                       references.subspan(e * soap.size(), soap.size()));
        nearest = std::min(nearest, d);
        if (e == found[f * atoms + i]) of_label = d;
      }
      // The fast method is within 1e-9 of the formulas, distances are kept in steps of 3e-5.
      EXPECT_NEAR(of_label, nearest, 1e-8);
      EXPECT_NEAR(static_cast<double>(distances[f * atoms + i]), nearest, 2e-5);
    }
  }
}

TEST_F(Environments, TablesAreThoseOfTheLabels) {
  write("gold.xyz", jumping_particle(30));
  const auto result = call("out", usual);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto known = dictionary();
  const auto found = labels("out/labels.h5");
  const std::size_t atoms = found.size() / 30;
  const std::size_t n = known.classes.size();
  std::vector<std::size_t> counts(n * n, 0);
  std::vector<std::size_t> totals(n, 0);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t to = known.class_of[found[i]];
    ++totals[to];
    if (i >= 2 * atoms) ++counts[known.class_of[found[i - 2 * atoms]] * n + to];
  }
  const auto populations = storage::read_csv(scratch.path() / "out/populations.csv");
  EXPECT_EQ(populations.texts("label"), known.classes);
  double sum = 0.0;
  for (std::size_t c = 0; c < n; ++c) {
    // Sums of 30 numbers: rounding only.
    EXPECT_NEAR(populations.numbers("atoms")[c], static_cast<double>(totals[c]) / 30.0, 1e-9);
    sum += populations.numbers("fraction")[c];
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  const auto transitions = storage::read_csv(scratch.path() / "out/transitions.csv");
  EXPECT_EQ(transitions.header(), (std::vector<std::string>{"from", "to", "count", "probability",
                                                            "low", "high", "time_ns"}));
  std::map<std::string, double> row_sums;
  std::size_t counted = 0;
  for (std::size_t k = 0; k < transitions.rows(); ++k) {
    const auto& row = transitions.row(k);
    const auto index = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(known.classes.begin(), known.classes.end(), name) -
                                      known.classes.begin());
    };
    EXPECT_EQ(static_cast<std::size_t>(transitions.integers("count")[k]),
              counts[index(row[0]) * n + index(row[1])])
        << row[0] << " to " << row[1];
    counted += static_cast<std::size_t>(transitions.integers("count")[k]);
    const double p = transitions.numbers("probability")[k];
    row_sums[row[0]] += p;
    EXPECT_LE(transitions.numbers("low")[k], p);
    EXPECT_GE(transitions.numbers("high")[k], p);
    if (p > 0.0) {
      EXPECT_NEAR(std::stod(row[6]), 0.02 / p, 1e-9);
    } else {
      EXPECT_EQ(row[6], "");
    }
  }
  EXPECT_EQ(counted, 28 * atoms);
  for (const auto& [from, total] : row_sums) EXPECT_NEAR(total, 1.0, 1e-12) << from;

  const auto over_time = storage::read_csv(scratch.path() / "out/populations_over_time.csv");
  ASSERT_EQ(over_time.rows(), 30U);
  EXPECT_DOUBLE_EQ(over_time.numbers("time_ns")[29], 0.29);
  const auto summary = read_json(scratch.path() / "out/environments.json");
  EXPECT_EQ(summary.at("trajectories").at(0).at("frames"), 30);
  EXPECT_EQ(summary.at("window_ns"), 0.02);
  const std::string page = file("out/report.html");
  for (const char* text : {"Transitions", "Residence times", "counted from", "Kolmogorov"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  // Every figure has its numbers beside it.
  for (const auto& [name, content] : bytes("out")) {
    if (!name.ends_with(".svg") || name.find("_2.svg") != std::string::npos) continue;
    EXPECT_TRUE(fs::exists(scratch.path() / "out" / (name.substr(0, name.size() - 3) + "csv")))
        << name;
  }
}

TEST_F(Environments, ColoursAreReadBack) {
  const auto frames = jumping_particle(6);
  write("gold.xyz", frames);
  ASSERT_EQ(call("out", {"--window-ns", "0.02", "--discard-ns", "0", "--xyz-every", "3"}).exit_code,
            0);
  const auto found = labels("out/labels.h5");
  crystal::TrajectoryReader reader(scratch.path() / "out/coloured.xyz");
  ASSERT_EQ(reader.frames().size(), 2U);
  const auto frame = reader.read(1);
  EXPECT_EQ(frame.time_ps, 30.0);
  EXPECT_EQ(frame.atoms[7].position_angstrom, frames[3].atoms[7].position_angstrom);
  ASSERT_EQ(frame.columns.size(), 5U);
  EXPECT_EQ(frame.columns[0].name, "environment");
  const auto& environment = std::get<std::vector<std::int64_t>>(frame.columns[0].values);
  const auto& of_class = std::get<std::vector<std::string>>(frame.columns[1].values);
  const auto known = dictionary();
  for (std::size_t i = 0; i < frame.atoms.size(); ++i) {
    EXPECT_EQ(environment[i], found[3 * frame.atoms.size() + i]);
    EXPECT_EQ(of_class[i], known.classes[known.class_of[found[3 * frame.atoms.size() + i]]]);
  }
  EXPECT_EQ(frame.columns[4].name, "color");
  EXPECT_EQ(frame.columns[4].width, 3U);
}

TEST_F(Environments, BytesDoNotDependOnThreads) {
  write("a.xyz", jumping_particle(12, 1));
  write("b.xyz", jumping_particle(9, 2));
  auto more = usual;
  more.insert(more.end(), {"--threads", "1"});
  ASSERT_EQ(call("one", more, {"a.xyz", "b.xyz"}).exit_code, 0);
  more.back() = "2";
  ASSERT_EQ(call("two", more, {"a.xyz", "b.xyz"}).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("one"), bytes("two")), "");
  // Both are there, one by one and averaged both ways.
  EXPECT_EQ(labels("one/a/labels.h5").size(), 12 * jumping_particle(1)[0].atoms.size());
  EXPECT_TRUE(fs::exists(scratch.path() / "one/transitions_mean_of_matrices.csv"));
  const auto sum_of = [&](const std::string& name) {
    const auto counts = storage::read_csv(scratch.path() / "one" / name).integers("count");
    return std::accumulate(counts.begin(), counts.end(), 0LL);
  };
  EXPECT_EQ(sum_of("transitions.csv"), sum_of("a/transitions.csv") + sum_of("b/transitions.csv"));
}

TEST_F(Environments, AGrownTrajectoryIsGoneOnWith) {
  const auto frames = jumping_particle(16);
  write("gold.xyz", {frames.begin(), frames.begin() + 9});
  ASSERT_EQ(call("out", usual).exit_code, 0);
  const std::string before = file("out/parts/gold.labels");
  write("gold.xyz", frames);
  const auto grown = call("out", usual);
  ASSERT_EQ(grown.exit_code, 0) << grown.messages;
  EXPECT_EQ(grown.messages.find("anew"), std::string::npos) << grown.messages;
  EXPECT_EQ(file("out/parts/gold.labels").substr(0, before.size()), before);
  ASSERT_EQ(call("whole", usual).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("out"), bytes("whole")), "");
  // What a killed program left of its last record is made again.
  fs::resize_file(scratch.path() / "out/parts/gold.labels", before.size() + 10);
  ASSERT_EQ(call("out", usual).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("out"), bytes("whole")), "");
}

TEST_F(Environments, AnotherTrajectoryOrDictionaryIsLabelledAnew) {
  write("gold.xyz", jumping_particle(8, 1));
  ASSERT_EQ(call("out", usual).exit_code, 0);
  write("gold.xyz", jumping_particle(8, 2));
  const auto other = call("out", usual);
  EXPECT_EQ(other.exit_code, 0);
  EXPECT_NE(other.messages.find("labelled anew: frame 0 of gold.xyz has changed"),
            std::string::npos)
      << other.messages;
  ASSERT_EQ(call("whole", usual).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("out"), bytes("whole")), "");
  auto known = dictionary();
  known.soap.r_cut_angstrom = 4.6;
  dynamics::write_dictionary(known, scratch.path() / "mine.h5");
  auto more = usual;
  more.insert(more.end(), {"--dictionary", "mine.h5"});
  const auto changed = call("out", more);
  EXPECT_EQ(changed.exit_code, 0) << changed.messages;
  EXPECT_NE(changed.messages.find("labelled anew: dictionary is sha256:"), std::string::npos)
      << changed.messages;
}

TEST_F(Environments, EarlierFilesGoOthersStay) {
  write("gold.xyz", jumping_particle(8));
  ASSERT_EQ(call("out", usual).exit_code, 0);
  storage::write_file(scratch.path() / "out/notes.csv", "mine\n");
  EXPECT_TRUE(fs::exists(scratch.path() / "out/coloured.xyz"));
  // Of a single structure there are no transitions, and no old ones either.
  write("gold.xyz", jumping_particle(1));
  const auto result = call("out", {"--xyz-every", "0"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("no transitions"), std::string::npos) << result.messages;
  for (const char* gone : {"coloured.xyz", "transitions.csv", "chords.svg", "survival.svg"}) {
    EXPECT_FALSE(fs::exists(scratch.path() / "out" / gone)) << gone;
  }
  EXPECT_EQ(file("out/notes.csv"), "mine\n");
  const auto counts = storage::read_csv(scratch.path() / "out/class_counts.csv");
  long long sum = 0;
  for (const auto& name : dictionary().classes) sum += counts.integers(name)[0];
  EXPECT_EQ(sum, counts.integers("atoms")[0]);
}

TEST_F(Environments, AtomsOfOtherElementsAreNotSeen) {
  const auto gold = jumping_particle(4);
  auto both = gold;
  for (auto& frame : both) {
    for (int i = 0; i < 5; ++i) {
      frame.atoms.push_back({"Ce", {3.0 * i, 0.0, -12.0}});
      frame.atoms.push_back({"O", {3.0 * i, 1.5, -10.0}});
    }
  }
  write("gold.xyz", gold);
  write("both.xyz", both);
  const std::vector<std::string> more = {"--window-ns", "0.01", "--discard-ns", "0"};
  ASSERT_EQ(call("gold", more).exit_code, 0);
  ASSERT_EQ(call("both", more, {"both.xyz"}).exit_code, 0);
  const auto alone = labels("gold/labels.h5");
  const auto with = labels("both/labels.h5");
  const std::size_t n = gold[0].atoms.size();
  for (std::size_t f = 0; f < 4; ++f) {
    for (std::size_t i = 0; i < n + 10; ++i) {
      EXPECT_EQ(with[f * (n + 10) + i], i < n ? alone[f * n + i] : 255);
    }
  }
  EXPECT_EQ(file("gold/transitions.csv"), file("both/transitions.csv"));
  auto seen = more;
  seen.insert(seen.end(), {"--surroundings", "all"});
  ASSERT_EQ(call("seen", seen, {"both.xyz"}).exit_code, 0);
  EXPECT_NE(labels("seen/labels.h5"), with);
}

TEST_F(Environments, AMaskChoosesWhatIsCountedNotWhatIsLabelled) {
  write("gold.xyz", jumping_particle(8));
  ASSERT_EQ(call("all", usual).exit_code, 0);
  auto more = usual;
  more.insert(more.end(), {"--atoms-above-angstrom", "1"});
  ASSERT_EQ(call("some", more).exit_code, 0);
  EXPECT_EQ(labels("all/labels.h5"), labels("some/labels.h5"));
  const auto frame = crystal::TrajectoryReader(scratch.path() / "gold.xyz").read(0);
  int above = 0;
  for (const auto& atom : frame.atoms) above += atom.position_angstrom.z() > 1.0 ? 1 : 0;
  const auto summary = read_json(scratch.path() / "some/environments.json");
  EXPECT_EQ(summary.at("trajectories").at(0).at("counted_atoms"), above);
}

TEST_F(Environments, WhatTheDataDoNotTellIsSaid) {
  write("gold.xyz", jumping_particle(12));
  // Too short for the window, and for a plateau.
  const auto result = call("out", {"--window-ns", "1"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.messages.find("no transitions: the window of 1 ns"), std::string::npos)
      << result.messages;
  EXPECT_TRUE(fs::exists(scratch.path() / "out/populations.csv"));
  EXPECT_FALSE(fs::exists(scratch.path() / "out/transitions.csv"));
  // Atoms that are in no known environment are warned of.
  auto more = usual;
  more.insert(more.end(), {"--unknown-distance", "0.001"});
  const auto far = call("far", more);
  EXPECT_EQ(far.exit_code, 0);
  EXPECT_NE(far.messages.find("100.0 % of the atoms are farther than 0.001"), std::string::npos)
      << far.messages;
}

TEST_F(Environments, AConfigurationIsTheSameAsFlags) {
  write("gold.xyz", jumping_particle(8));
  storage::write_file(scratch.path() / "environments.yaml",
                      "trajectories: [gold.xyz]\nwindow_ns: 0.02\ndiscard_ns: 0\nbootstrap: 100\n"
                      "level: environments\n");
  auto more = usual;
  more.insert(more.end(), {"--level", "environments"});
  ASSERT_EQ(call("flags", more).exit_code, 0);
  ASSERT_EQ(
      run_program({"environments", "environments.yaml", "-o", "yaml"}, scratch.path()).exit_code,
      0);
  EXPECT_EQ(testing::difference(bytes("flags"), bytes("yaml")), "");
  EXPECT_EQ(storage::read_csv(scratch.path() / "flags/populations.csv").rows(), 47U);
  // What it wrote down of its options is a configuration too.
  ASSERT_EQ(run_program({"environments", "yaml/environments.yaml", "-o", "again"}, scratch.path())
                .exit_code,
            0);
  EXPECT_EQ(testing::difference(bytes("flags"), bytes("again")), "");
}

TEST_F(Environments, TheConfigurationThatShipsRuns) {
  const fs::path config = fs::path(ADATOM_SOURCE_DIR) / "configs/environments.yaml";
  const auto result = run_program({"environments", config.string(), "-o", "out"}, scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto counts = storage::read_csv(scratch.path() / "out/class_counts.csv");
  // All but the lowest layer; layers are 2.35 angstrom apart.
  const auto particle =
      crystal::TrajectoryReader(fs::path(ADATOM_SOURCE_DIR) / "data/sample/gold_566.xyz").read(0);
  double lowest = 0.0;
  for (const auto& atom : particle.atoms) lowest = std::min(lowest, atom.position_angstrom.z());
  long long above = 0;
  for (const auto& atom : particle.atoms)
    above += atom.position_angstrom.z() > lowest + 1.0 ? 1 : 0;
  EXPECT_EQ(counts.integers("atoms")[0], above);
}

TEST_F(Environments, BadInputIsNamed) {
  const auto expect = [&](const testing::ProgramResult& result, const std::string& message) {
    EXPECT_EQ(result.exit_code, 2) << message << '\n' << result.messages;
    EXPECT_NE(result.messages.find(message), std::string::npos) << result.messages;
  };
  auto frames = jumping_particle(4);
  write("gold.xyz", frames);
  expect(call("a", {}, {"missing.xyz"}), "missing.xyz");
  expect(call("b", {"--window-ns", "0.015"}), "0.015");
  expect(call("c", {"--element", "Xx"}), "no element's symbol");
  expect(call("d", {"--element", "U"}), "no dictionary ships for U");
  expect(call("e", {"--dictionary", "gold.xyz"}), "gold.xyz");
  expect(call("f", {"--atoms-above-angstrom", "1000"}), "no atom is left to be counted");
  expect(call("g", {"--periodic", "yes"}), "no cell that could be periodic");
  expect(call("h", {"--confidence", "2"}), "--confidence");
  expect(call("i", {"--level", "clases"}), "clases");
  for (auto& frame : frames) frame.time_ps.reset();
  write("stepped.xyz", frames);
  expect(call("j", {}, {"stepped.xyz"}), "give it by --frame-time-ps");
  for (auto& frame : frames) {
    for (auto& atom : frame.atoms) atom.element = "U";
  }
  write("uranium.xyz", frames);
  expect(call("k", {"--frame-time-ps", "10"}, {"uranium.xyz"}), "the trajectories hold U");
  for (const char* folder : {"a", "b", "c", "d", "e", "f", "h", "i", "j", "k"}) {
    EXPECT_FALSE(fs::exists(scratch.path() / folder)) << folder;
  }
}

}  // namespace
}  // namespace adatom::pipeline
