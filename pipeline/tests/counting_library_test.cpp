// Which library columns are counted by: the user's, or one that ships with the program.
#include "adatom/pipeline/counting_library.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "adatom/base/error.h"
#include "adatom/pipeline/data_folder.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Gold at 300 K, two batches that differ by 1 %. A bin of n atoms receives n / 10000 angstrom^2,
/// so that n atoms have 0.012 n on a detector of 40 to 160 mrad.
simulate::AngularLibrary fake_library(const std::string& element, double temperature_k) {
  simulate::AngularLibrary library;
  library.conditions.element = element;
  library.conditions.zone_axis = "110";
  library.conditions.lattice_parameter_angstrom = 4.0786;
  library.conditions.temperature_k = temperature_k;
  library.conditions.rms_displacement_angstrom = 0.0898;
  library.batches = 2;
  library.atoms = 6;
  library.bins = 200;
  for (const float share : {0.995F, 1.005F}) {
    for (int n = 1; n <= 6; ++n) {
      library.scs_angstrom2.insert(library.scs_angstrom2.end(), 200,
                                   share * 1e-4F * static_cast<float>(n));
    }
  }
  return library;
}

LibraryChoice gold_at_300_k() {
  return {.element = "Au",
          .zone_axis = "110",
          .temperature_k = 300.0,
          .voltage_kv = 300.0,
          .aperture_mrad = 20.0,
          .detector_mrad = "40:160"};
}

const std::vector<std::string> gold_flags = {"--element",       "Au",  "--zone-axis",     "110",
                                             "--temperature-k", "300", "--voltage-kv",    "300",
                                             "--aperture-mrad", "20",  "--detector-mrad", "40:160"};

class CountingLibraryFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    simulate::write_angular_library(fake_library("Au", 300.0), data_ / "scs" / "au_110_300k.h5");
    simulate::write_angular_library(fake_library("Au", 673.0), data_ / "scs" / "au_110_673k.h5");
    ::setenv("ADATOM_DATA", data_.c_str(), 1);
  }
  void TearDown() override { ::unsetenv("ADATOM_DATA"); }

  fs::path write(const std::string& text) const {
    storage::write_file(scratch_.path() / "t.csv", text);
    return scratch_.path() / "t.csv";
  }
  template <class Work>
  static std::string complaint(const Work& work) {
    try {
      (void)work();
    } catch (const InputError& error) {
      return error.what();
    }
    return "(accepted)";
  }
  testing::ProgramResult count(std::vector<std::string> more, const std::string& folder) const {
    std::string columns = "scs_angstrom2\n";
    for (int i = 0; i < 40; ++i) {
      const int atoms = 1 + i % 4;
      columns += std::to_string(0.012 * atoms + 1e-4 * std::sin(1.7 * i)) + '\n';
    }
    storage::write_file(scratch_.path() / "columns.csv", columns);
    std::vector<std::string> arguments = {"count-atoms", "columns.csv", "-o", folder};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return testing::run_program(arguments, scratch_.path());
  }

  const testing::ScratchFolder scratch_;
  const fs::path data_ = scratch_.path() / "data";
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DataFolder, VariableFirstThenBesideTheProgram) {
  const testing::ScratchFolder scratch;
  const fs::path program = scratch.path() / "bin" / "adatom";
  EXPECT_THROW((void)find_data_folder(nullptr, program), InputError);
  fs::create_directories(scratch.path() / "share" / "adatom");
  EXPECT_EQ(find_data_folder(nullptr, program), scratch.path() / "share" / "adatom");
  EXPECT_EQ(find_data_folder("", program), scratch.path() / "share" / "adatom");
  EXPECT_EQ(find_data_folder(scratch.path().c_str(), program), scratch.path());
  // A wrong variable is a mistake, not a reason to take something else.
  EXPECT_THROW((void)find_data_folder("/no/such/folder", program), InputError);
}

TEST(DataFolder, OfTheBuildTreeIsThatOfTheSource) {
  ASSERT_EQ(std::getenv("ADATOM_DATA"), nullptr);
  EXPECT_TRUE(fs::equivalent(data_folder(), fs::path(ADATOM_SOURCE_DIR) / "data"));
}

TEST(DetectorRange, InnerAndOuterAngle) {
  const auto range = parse_detector_range("40:160.5");
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->inner_mrad, 40.0);
  EXPECT_EQ(range->outer_mrad, 160.5);
  for (const char* text : {"", "40", "40:", ":160", "160:40", "40:40", "-1:40", "40-160", "a:b",
                           "40:inf", "40:160:200", "nan:160"}) {
    EXPECT_FALSE(parse_detector_range(text).has_value()) << text;
  }
}

TEST(LibraryChoice, ConditionsAreNeededTogether) {
  EXPECT_TRUE(gold_at_300_k().validate({}).empty());
  EXPECT_TRUE(LibraryChoice{}.validate({}).empty());
  auto choice = gold_at_300_k();
  choice.temperature_k.reset();
  choice.detector_mrad.clear();
  auto issues = choice.validate({});
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].name, "temperature_k");
  EXPECT_EQ(issues[1].name, "detector_mrad");
  EXPECT_TRUE(choice.validate({"own.csv"}).empty());
  // The unscattered beam is inside the aperture.
  choice = gold_at_300_k();
  choice.detector_mrad = "19:160";
  issues = choice.validate({});
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].name, "detector_mrad");
  EXPECT_TRUE(choice.validate({"own.csv"}).empty());
  // A detector of nothing.
  choice = {.detector_mrad = "40:160"};
  ASSERT_EQ(choice.validate({}).size(), 1U);
  EXPECT_TRUE(choice.validate({"own.csv"}).empty());
}

TEST(LibraryChoice, RefusesWhatIsNone) {
  for (const auto& [name, choice] :
       {std::pair<std::string, LibraryChoice>{"element", {.element = "au"}},
        {"zone_axis", {.zone_axis = "../110"}},
        {"temperature_k", {.temperature_k = -1.0}},
        {"voltage_kv", {.voltage_kv = 3e5}},
        {"aperture_mrad", {.aperture_mrad = 0.0}},
        {"detector_mrad", {.detector_mrad = "160:40"}}}) {
    const auto issues = choice.validate({"own.csv"});
    ASSERT_EQ(issues.size(), 1U) << name;
    EXPECT_EQ(issues[0].name, name);
  }
}

TEST_F(CountingLibraryFiles, ShippedOnesAreChosenByTheirConditions) {
  const auto file = shipped_library(gold_at_300_k());
  ASSERT_EQ(file, data_ / "scs" / "au_110_300k.h5");
  const auto library = read_counting_library(*file, gold_at_300_k());
  ASSERT_EQ(library.values.scs_angstrom2.size(), 6U);
  for (std::size_t n = 1; n <= 6; ++n) {
    const double expected = 0.012 * static_cast<double>(n);
    // Values are stored as float32.
    EXPECT_NEAR(library.values.scs_angstrom2[n - 1], expected, 1e-6 * expected);
    EXPECT_NEAR(library.values.stderr_angstrom2[n - 1], 0.005 * expected, 1e-4 * expected);
  }
  EXPECT_EQ(library.table.texts("element")[5], "Au");
  EXPECT_EQ(library.table.numbers("outer_mrad")[5], 160.0);

  // What none is for is calculated instead.
  const auto none_for = [](const auto& change) {
    auto choice = gold_at_300_k();
    change(choice);
    return !shipped_library(choice);
  };
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.temperature_k = 450.0; }));
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.element = "Pt"; }));
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.zone_axis = "100"; }));
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.voltage_kv = 200.0; }));
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.aperture_mrad = 21.0; }));
  EXPECT_TRUE(none_for([](LibraryChoice& choice) { choice.detector_mrad = "40:200.5"; }));
  EXPECT_FALSE(none_for([](LibraryChoice& choice) { choice.detector_mrad = "40:200"; }));
  // One that cannot be read is no reason to calculate.
  storage::write_file(data_ / "scs" / "au_110_300k.h5", "broken");
  EXPECT_THROW((void)shipped_library(gold_at_300_k()), InputError);
}

TEST_F(CountingLibraryFiles, OneByAngleMustAgreeWithWhatIsGiven) {
  const fs::path file = data_ / "scs" / "au_110_300k.h5";
  const auto refused = [&](const LibraryChoice& choice) {
    return complaint([&] { return read_counting_library(file, choice); });
  };
  EXPECT_EQ(refused({.detector_mrad = "40:160"}), "(accepted)");
  EXPECT_TRUE(holds(refused({}), "the detector is missing"));
  auto choice = gold_at_300_k();
  choice.voltage_kv = 200.0;
  choice.aperture_mrad = 25.0;
  const auto both = refused(choice);
  EXPECT_TRUE(holds(both, "the library has voltage_kv 300")) << both;
  EXPECT_TRUE(holds(both, "the library has aperture_mrad 20")) << both;
  EXPECT_TRUE(holds(both, "--voltage-kv 200 --aperture-mrad 25")) << both;
  EXPECT_TRUE(holds(refused({.element = "Pt", .detector_mrad = "40:160"}), "has element Au"));
  EXPECT_TRUE(holds(refused({.zone_axis = "100", .detector_mrad = "40:160"}), "has zone_axis 110"));
  const auto wide = refused({.detector_mrad = "40:230"});
  EXPECT_TRUE(holds(wide, "the library ends at 200 mrad")) << wide;
  EXPECT_TRUE(holds(wide, "--detector-mrad 40:230")) << wide;
  EXPECT_TRUE(holds(refused({.detector_mrad = "10:160"}), "inside the aperture"));
}

TEST_F(CountingLibraryFiles, OneTableHoldsSeveralDetectors) {
  const auto file = write(
      "element,zone_axis,atom_count,inner_mrad,outer_mrad,scs_angstrom2,scs_stderr_angstrom2\n"
      "Au,110,1,40,160,0.02,0.0001\nAu,110,2,40,160,0.05,0.0002\n"
      "Au,110,1,60,160,0.01,0.0003\nAu,110,2,60,160,0.03,0.0004\n"
      "Pt,110,1,60,160,0.015,0.0003\nPt,110,2,60,160,0.035,0.0004\n");
  const auto library = read_counting_library(file, {.element = "Au", .detector_mrad = "60:160"});
  EXPECT_EQ(library.values.scs_angstrom2, (std::vector<double>{0.01, 0.03}));
  EXPECT_EQ(library.values.stderr_angstrom2, (std::vector<double>{0.0003, 0.0004}));
  EXPECT_EQ(library.table.rows(), 2U);
  // Platinum has one detector, so it needs none named.
  EXPECT_EQ(read_counting_library(file, {.element = "Pt"}).values.scs_angstrom2,
            (std::vector<double>{0.015, 0.035}));
  const auto refused = [&](const LibraryChoice& choice) {
    return complaint([&] { return read_counting_library(file, choice); });
  };
  EXPECT_TRUE(holds(refused({}), "the library has rows of several element: there are: Au, Pt"))
      << refused({});
  EXPECT_TRUE(holds(refused({.element = "Au"}), "rows of several inner_mrad: there are: 40, 60"));
  EXPECT_TRUE(
      holds(refused({.element = "Au", .detector_mrad = "50:160"}), "no rows of inner_mrad"));
  EXPECT_TRUE(holds(refused({.element = "Cu"}), "no rows of element Cu"));
}

TEST_F(CountingLibraryFiles, ADetectorNeedsALibraryThatKnowsIts) {
  for (const char* text : {"0.02\n0.05\n", "atom_count,scs_angstrom2\n1,0.02\n2,0.05\n"}) {
    const auto file = write(text);
    EXPECT_TRUE(
        holds(complaint([&] { return read_counting_library(file, {.detector_mrad = "40:160"}); }),
              "does not say for which detector"));
    EXPECT_EQ(read_counting_library(file, {}).table.text(),
              "atom_count,scs_angstrom2\n1,0.02\n2,0.05\n");
  }
}

// ---- the command --------------------------------------------------------------------------------

TEST_F(CountingLibraryFiles, CommandCountsByAShippedLibrary) {
  const auto done = count(gold_flags, "out");
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  const auto counts = storage::read_csv(scratch_.path() / "out" / "counts.csv");
  const auto atoms = counts.integers("atom_count");
  ASSERT_EQ(atoms.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(atoms[i], static_cast<long long>(1 + i % 4));
  const auto library = storage::read_csv(scratch_.path() / "out" / "library.csv");
  EXPECT_EQ(library.rows(), 6U);
  EXPECT_EQ(library.numbers("inner_mrad")[0], 40.0);

  // The same from that table; and a call that reads none takes it away.
  const auto again = count({"--library", "out/library.csv"}, "again");
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(storage::read_file(scratch_.path() / "again" / "counts.csv"),
            storage::read_file(scratch_.path() / "out" / "counts.csv"));
  const auto without = count({"--method", "equidistant"}, "again");
  EXPECT_TRUE(without.exit_code == 0 || without.exit_code == 3) << without.messages;
  EXPECT_FALSE(fs::exists(scratch_.path() / "again" / "library.csv"));
}

TEST_F(CountingLibraryFiles, CommandLeavesTheUsersLibraryAsItIs) {
  const std::string own =
      "atom_count,scs_angstrom2,note\n1,0.012,a\n2,0.024,b\n3,0.036,c\n"
      "4,0.048,d\n5,0.06,e\n";
  storage::write_file(scratch_.path() / "here" / "library.csv", own);
  const auto done = count({"--library", "here/library.csv"}, "here");
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  EXPECT_EQ(storage::read_file(scratch_.path() / "here" / "library.csv"), own);
}

TEST_F(CountingLibraryFiles, CommandSaysWhatToDoWithoutALibrary) {
  auto flags = gold_flags;
  flags[1] = "Ir";
  auto refused = count(flags, "out");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(holds(refused.messages, "adatom simulate scs-library --element Ir"))
      << refused.messages;
  EXPECT_FALSE(fs::exists(scratch_.path() / "out"));

  flags = {"--element", "Au", "--detector-mrad", "40:160"};
  refused = count(flags, "out");
  EXPECT_EQ(refused.exit_code, 2);
  for (const char* missing : {"--zone-axis: is missing", "--temperature-k: is missing",
                              "--voltage-kv: is missing", "--aperture-mrad: is missing"}) {
    EXPECT_TRUE(holds(refused.messages, missing)) << refused.messages;
  }
}

// ---- a run --------------------------------------------------------------------------------------

TEST_F(CountingLibraryFiles, ConfigurationHasTheSameOptions) {
  storage::write_file(scratch_.path() / "a.tif", "");
  const std::string text =
      "input: {files: [a.tif]}\n"
      "counting: {element: Au, zone_axis: 110, temperature_k: 300, voltage_kv: 300, "
      "aperture_mrad: 20, detector_mrad: 40:160}\n";
  const auto config = parse_config(text, scratch_.path() / "run.yaml");
  EXPECT_EQ(config.counting.options.method, counting::Method::hybrid);
  EXPECT_EQ(config.counting.choice.zone_axis, "110");
  EXPECT_EQ(config.counting.choice.detector_mrad, "40:160");
  const auto again = parse_config(resolved_yaml(config), scratch_.path() / "run.yaml");
  EXPECT_EQ(resolved_yaml(again), resolved_yaml(config));
  EXPECT_EQ(again.counting.choice.zone_axis, "110");
  EXPECT_TRUE(holds(complaint([&] {
                      return parse_config("input: {files: [a.tif]}\ncounting: {element: Au}\n",
                                          scratch_.path() / "run.yaml");
                    }),
                    "counting.zone_axis"));
}

TEST_F(CountingLibraryFiles, KeyOfARunHoldsTheShippedFilesHash) {
  RunConfig config;
  config.counting.choice = gold_at_300_k();
  const auto hash_in_key = [&]() -> std::string {
    for (const auto& option : make_counts_stage(config)->options()) {
      if (option.name == "counting.shipped_library") return option.value;
    }
    return "none";
  };
  const fs::path file = data_ / "scs" / "au_110_300k.h5";
  const std::string first = hash_in_key();
  EXPECT_EQ(first, "sha256:" + sha256_of_file(file));
  auto other = fake_library("Au", 300.0);
  other.scs_angstrom2[0] *= 1.01F;
  simulate::write_angular_library(other, file);
  EXPECT_NE(hash_in_key(), first);
  // What is not read does not count.
  config.counting.options.method = counting::Method::equidistant;
  EXPECT_EQ(hash_in_key(), "none");
  fs::remove(file);
  EXPECT_EQ(hash_in_key(), "none");
}

}  // namespace
}  // namespace adatom::pipeline
