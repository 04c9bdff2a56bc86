// `soap` through the program, and interrupted in its middle.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/descriptors/soap.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "adatom/storage/npy.h"
#include "program.h"
#include "soap/soap_run.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

constexpr std::size_t atoms = 12;
using Positions = std::vector<Eigen::Vector3d>;

/// Frames of atoms at places of their own.
std::vector<Positions> frames_of(std::size_t count) {
  RandomStream random(11);
  std::vector<Positions> frames(count);
  for (auto& frame : frames) {
    for (std::size_t i = 0; i < atoms; ++i) {
      frame.emplace_back(8 * random.uniform(), 8 * random.uniform(), 8 * random.uniform());
    }
  }
  return frames;
}

std::string text_of(const std::vector<Positions>& frames, const std::vector<std::string>& elements,
                    const std::string& lattice = {}) {
  std::string text;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    text += fmt::format("{}\n{}Properties=species:S:1:pos:R:3 Time={}\n", frames[f].size(), lattice,
                        0.5 * static_cast<double>(f));
    for (std::size_t i = 0; i < frames[f].size(); ++i) {
      const auto& p = frames[f][i];
      text += fmt::format("{} {} {} {}\n", elements[i % elements.size()], p.x(), p.y(), p.z());
    }
  }
  return text;
}

/// By the library, one row for each atom.
std::vector<double> spectra_of(const descriptors::SoapOptions& options, const Positions& positions,
                               const std::vector<std::uint32_t>& species,
                               const crystal::Box& box = {}) {
  const std::size_t kinds =
      species.empty() ? 1 : *std::max_element(species.begin(), species.end()) + 1;
  const descriptors::Soap soap(options, kinds, descriptors::SoapMethod::exact);
  const auto neighbours =
      descriptors::find_neighbour_vectors(positions, box, soap.reach_angstrom());
  std::vector<std::uint32_t> centres(positions.size());
  std::iota(centres.begin(), centres.end(), 0U);
  std::vector<double> spectra(centres.size() * soap.size());
  soap.compute(neighbours, species, centres, spectra);
  return spectra;
}

void expect_same(const std::vector<double>& wanted, std::span<const double> values) {
  ASSERT_EQ(wanted.size(), values.size());
  double largest = 0.0;
  double worst = 0.0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    largest = std::max(largest, std::abs(wanted[i]));
    worst = std::max(worst, std::abs(wanted[i] - values[i]));
  }
  EXPECT_LT(worst, 1e-9 * largest);  // what the fast method promises
}

class SoapCommandTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    storage::write_file(scratch.path() / name, text);
  }
  [[nodiscard]] testing::ProgramResult soap(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "soap");
    return run_program(arguments, scratch.path());
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  [[nodiscard]] storage::NpyArray array(const std::string& name) const {
    return storage::parse_npy(bytes(name), name);
  }
  void expect_refused(std::vector<std::string> arguments, const std::string& words) const {
    const auto result = soap(std::move(arguments));
    EXPECT_EQ(result.exit_code, 2) << words;
    EXPECT_NE(result.messages.find(words), std::string::npos) << result.messages;
    EXPECT_FALSE(fs::exists(scratch.path() / "o.npy"));
    EXPECT_FALSE(fs::exists(scratch.path() / ".partial-o.npy"));
  }
  const ScratchFolder scratch;
};

TEST_F(SoapCommandTest, WritesTheSpectraOfEveryFrame) {
  const auto frames = frames_of(5);
  write("run.xyz", text_of(frames, {"Au"}));
  const std::vector<std::string> given = {"run.xyz", "--r-cut", "4.48", "--n-max",
                                          "4",       "--l-max", "3"};
  auto call = given;
  call.insert(call.end(), {"-o", "all.npy", "--threads", "2"});
  const auto result = soap(call);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("5 frames x 12 atoms x 40 values (Au)"), std::string::npos)
      << result.messages;
  const auto all = array("all.npy");
  ASSERT_EQ(all.shape, (std::vector<std::size_t>{5, atoms, 40}));
  const auto values = all.numbers();
  for (std::size_t f = 0; f < frames.size(); ++f) {
    expect_same(spectra_of({.n_max = 4, .l_max = 3}, frames[f], {}),
                std::span(values).subspan(f * atoms * 40, atoms * 40));
  }
  EXPECT_FALSE(fs::exists(scratch.path() / ".partial-all.npy"));

  // Whatever the number of threads, the same bytes.
  call = given;
  call.insert(call.end(), {"-o", "one.npy", "--threads", "1"});
  ASSERT_EQ(soap(call).exit_code, 0);
  EXPECT_TRUE(bytes("one.npy") == bytes("all.npy"));

  // One frame: no axis of frames.
  call = given;
  call.insert(call.end(), {"-o", "last.npy", "--frames", "4"});
  ASSERT_EQ(soap(call).exit_code, 0);
  const auto last = array("last.npy");
  EXPECT_EQ(last.shape, (std::vector<std::size_t>{atoms, 40}));
  EXPECT_EQ(last.numbers(), std::vector<double>(values.end() - atoms * 40, values.end()));

  // HDF5: the same numbers, and what they are.
  call = given;
  call.insert(call.end(), {"-o", "all.h5"});
  ASSERT_EQ(soap(call).exit_code, 0);
  const storage::Hdf5Reader file(scratch.path() / "all.h5");
  const auto shape = file.dataset("/soap").shape;
  ASSERT_EQ(shape, (std::vector<std::uint64_t>{5, atoms, 40}));
  const auto stored = file.read("/soap", std::vector<std::uint64_t>{0, 0, 0}, shape);
  ASSERT_EQ(stored.size(), values.size() * sizeof(double));
  EXPECT_EQ(std::memcmp(stored.data(), values.data(), stored.size()), 0);
  EXPECT_EQ(file.text("/soap", "axis_order"), "frame, atom, value");
  EXPECT_EQ(file.text("/soap", "units"), "angstrom^3");
  EXPECT_EQ(file.text("/soap", "species"), "Au");
  EXPECT_EQ(file.text("/soap", "basis"), "gto");
  EXPECT_EQ(file.number("/soap", "r_cut"), 4.48);
  EXPECT_EQ(file.number("/soap", "n_max"), 4.0);
  EXPECT_EQ(file.dataset("/time_ps").shape, (std::vector<std::uint64_t>{5}));
}

TEST_F(SoapCommandTest, OrdersElementsByTheirNumber) {
  const auto frames = frames_of(1);
  write("alloy.xyz", text_of(frames, {"Au", "Ag"}));
  ASSERT_EQ(soap({"alloy.xyz", "--n-max", "3", "--l-max", "2", "-o", "o.npy"}).exit_code, 0);
  std::vector<std::uint32_t> species(atoms);
  for (std::size_t i = 0; i < atoms; ++i) species[i] = i % 2 == 0 ? 1 : 0;  // silver first
  expect_same(spectra_of({.n_max = 3, .l_max = 2}, frames[0], species), array("o.npy").numbers());

  // Room for an element that is not there: zeros, so that files of different alloys fit together.
  write("silver.xyz", text_of(frames, {"Ag"}));
  ASSERT_EQ(soap({"silver.xyz", "--n-max", "3", "--l-max", "2", "--elements", "Au Ag", "-o",
                  "silver.npy"})
                .exit_code,
            0);
  const auto silver = array("silver.npy");
  const auto alone = spectra_of({.n_max = 3, .l_max = 2}, frames[0], {});
  ASSERT_EQ(silver.shape[1], 63U);
  const auto values = silver.numbers();
  EXPECT_NEAR(values[4], alone[4], 1e-9 * alone[0]);
  EXPECT_TRUE(std::all_of(values.begin() + 18, values.begin() + 63,
                          [](double value) { return value == 0.0; }));
}

TEST_F(SoapCommandTest, IsPeriodicWhereTheFileOrTheUserSaysSo) {
  const auto frames = frames_of(1);
  const std::string lattice = "Lattice=\"9 0 0 2 9 0 0 1 9\" ";
  write("box.xyz", text_of(frames, {"Au"}, lattice + "pbc=\"T T T\" "));
  write("open.xyz", text_of(frames, {"Au"}, lattice + "pbc=\"F F F\" "));
  crystal::Box box;
  box.cell_angstrom << 9, 0, 0, 2, 9, 0, 0, 1, 9;
  box.periodic = {true, true, true};
  const descriptors::SoapOptions options{.n_max = 3, .l_max = 2};
  const auto run = [&](const std::string& file, const std::string& periodic) {
    const auto result =
        soap({file, "--n-max", "3", "--l-max", "2", "--periodic", periodic, "-o", "o.npy"});
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return array("o.npy").numbers();
  };
  const auto inside = spectra_of(options, frames[0], {}, box);
  const auto outside = spectra_of(options, frames[0], {});
  expect_same(inside, run("box.xyz", "auto"));
  expect_same(inside, run("open.xyz", "yes"));
  expect_same(outside, run("box.xyz", "no"));
  expect_same(outside, run("open.xyz", "auto"));
}

TEST_F(SoapCommandTest, LaysOutNormalisesAndWeighs) {
  const auto frames = frames_of(1);
  write("a.xyz", text_of(frames, {"Au"}));
  ASSERT_EQ(soap({"a.xyz",
                  "--layout",
                  "full",
                  "--normalise",
                  "--basis",
                  "polynomial",
                  "--r-cut",
                  "5",
                  "--sigma",
                  "0.8",
                  "--centre-weight",
                  "0",
                  "--weighting",
                  "polynomial",
                  "--weighting-r0",
                  "6",
                  "--method",
                  "exact",
                  "-o",
                  "o.npy"})
                .exit_code,
            0);
  const descriptors::SoapOptions options{.r_cut_angstrom = 5.0,
                                         .sigma_angstrom = 0.8,
                                         .basis = descriptors::RadialBasis::polynomial,
                                         .centre_weight = 0.0,
                                         .weighting = descriptors::Weighting::polynomial,
                                         .weighting_r0_angstrom = 6.0};
  const auto unique = spectra_of(options, frames[0], {});
  std::vector<double> full(atoms * 576);
  descriptors::lay_out(options, 1, descriptors::SpectrumLayout::full, unique, full);
  descriptors::normalise(full, 576);
  EXPECT_EQ(array("o.npy").shape, (std::vector<std::size_t>{atoms, 576}));
  expect_same(full, array("o.npy").numbers());
}

TEST_F(SoapCommandTest, RefusesWhatIsWrong) {
  const auto frames = frames_of(2);
  write("a.xyz", text_of(frames, {"Au"}));
  auto mixed = text_of({frames[0]}, {"Au"}) + text_of({frames[1]}, {"Au", "Pt"});
  write("mixed.xyz", mixed);
  auto fewer = frames;
  fewer[1].pop_back();
  write("fewer.xyz", text_of(fewer, {"Au"}));
  write("notes.txt", "no structure\n");
  expect_refused({"nothing.xyz", "-o", "o.npy"}, "nothing.xyz");
  expect_refused({"notes.txt", "-o", "o.npy"}, "notes.txt");
  expect_refused({"a.xyz", "-o", "o.csv"}, "name it .npy");
  expect_refused({"a.xyz", "--r-cut", "1", "-o", "o.npy"}, "above 1 with the gto basis");
  expect_refused({"a.xyz", "--l-max", "21", "-o", "o.npy"}, "--l-max: 21");
  expect_refused({"a.xyz", "--n-max", "0", "-o", "o.npy"}, "--n-max: 0");
  expect_refused({"a.xyz", "--frames", "2", "-o", "o.npy"}, "no such frame");
  expect_refused({"a.xyz", "--periodic", "yes", "-o", "o.npy"}, "without a cell");
  expect_refused({"a.xyz", "--elements", "Au Xx", "-o", "o.npy"}, "\"Xx\" is no element");
  expect_refused({"mixed.xyz", "-o", "o.npy"}, "frame 1: there is Pt");
  expect_refused({"fewer.xyz", "-o", "o.npy"}, "frame 1 has other atoms");
  EXPECT_EQ(
      soap({"mixed.xyz", "--elements", "Au Pt", "--n-max", "2", "--l-max", "1", "-o", "o.npy"})
          .exit_code,
      0);
}

/// Stops when it has been asked often enough.
class StopsLater final : public Progress {
 public:
  explicit StopsLater(int questions) : left_(questions) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return left_-- <= 0; }

 private:
  mutable std::atomic<int> left_;
};

TEST_F(SoapCommandTest, GoesOnWhereItWasInterrupted) {
  write("run.xyz", text_of(frames_of(20), {"Au"}));
  SoapTask task{.trajectory = scratch.path() / "run.xyz",
                .out = scratch.path() / "whole.npy",
                .options = {.soap = {.n_max = 3, .l_max = 2}}};
  const auto quiet = [](const std::string&) {};
  NoProgress to_the_end;
  EXPECT_EQ(run_soap(task, to_the_end, quiet).frames_before, 0U);

  for (const std::string name : {"parts.npy", "parts.h5"}) {
    task.out = scratch.path() / name;
    StopsLater stops(7);
    EXPECT_THROW((void)run_soap(task, stops, quiet), Interrupted);
    EXPECT_FALSE(fs::exists(task.out));
    EXPECT_EQ(run_soap(task, to_the_end, quiet).frames_before, 7U);
    EXPECT_FALSE(fs::exists(scratch.path() / (".partial-" + name)));
  }
  EXPECT_TRUE(bytes("parts.npy") == bytes("whole.npy"));
  const storage::Hdf5Reader file(scratch.path() / "parts.h5");
  const auto stored = file.read("/soap", std::vector<std::uint64_t>{0, 0, 0},
                                std::vector<std::uint64_t>{20, atoms, 18});
  EXPECT_EQ(std::memcmp(stored.data(), bytes("whole.npy").data() + 128, stored.size()), 0);

  // Frames that were made with other options, or of another trajectory, are not taken.
  task.out = scratch.path() / "parts.npy";
  StopsLater stops(7);
  EXPECT_THROW((void)run_soap(task, stops, quiet), Interrupted);
  task.options.soap.sigma_angstrom = 0.9;
  StopsLater again(3);
  EXPECT_THROW((void)run_soap(task, again, quiet), Interrupted);
  auto others = frames_of(20);
  others[2][0].x() += 0.1;
  write("run.xyz", text_of(others, {"Au"}));
  EXPECT_EQ(run_soap(task, to_the_end, quiet).frames_before, 0U);

  // Stopped before a frame was whole: nothing stays.
  task.out = scratch.path() / "none.npy";
  StopsLater at_once(0);
  EXPECT_THROW((void)run_soap(task, at_once, quiet), Interrupted);
  EXPECT_FALSE(fs::exists(scratch.path() / ".partial-none.npy"));
}

}  // namespace
}  // namespace adatom::pipeline
