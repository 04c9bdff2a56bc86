// Everything wrong with a configuration is reported at once, at the right lines.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/pipeline/config.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

class ConfigErrors : public ::testing::Test {
 protected:
  void SetUp() override {
    storage::write_file(scratch.path() / "frame1.tif", "");
    storage::write_file(scratch.path() / "frame2.tif", "");
  }
  fs::path file() const { return scratch.path() / "run.yaml"; }

  /// The complaints' texts, without the folder.
  std::vector<std::string> complaints(const std::string& text,
                                      const std::vector<std::string>& overrides = {}) const {
    std::vector<std::string> texts;
    try {
      (void)parse_config(text, file(), overrides);
    } catch (const InputError& error) {
      for (const auto& complaint : error.complaints()) {
        std::string line = complaint.text();
        const std::string folder = scratch.path().string() + '/';
        for (auto at = line.find(folder); at != std::string::npos; at = line.find(folder)) {
          line.erase(at, folder.size());
        }
        texts.push_back(line);
      }
    }
    return texts;
  }
  const testing::ScratchFolder scratch;
};

bool starts(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ConfigErrors, AllAtOnceInTheOrderOfTheFile) {
  const auto found = complaints(
      "seed: 1.5\n"                      // 1: not an integer
      "input:\n"                         // 2
      "  files: [frame1.tif, no.tif]\n"  // 3: the second is missing, at column 23
      "  pixel_size_angstrom: wide\n"    // 4: not a number
      "colums:\n"                        // 5: unknown
      "  fit: {}\n"                      // 6
      "columns:\n"                       // 7
      "  fit:\n"                         // 8
      "    width: comon\n"               // 9: not one of
      "    tolerance: 7\n"               // 10: out of range
      "    tolerance: 1e-9\n"            // 11: twice
      "  detection: yes\n"               // 12: a group
      "counting:\n"                      // 13
      "  enabled: maybe\n"               // 14
      "  metod: mixture\n"               // 15
      "  starts: [1, 2]\n");             // 16
  ASSERT_EQ(found.size(), 11U) << ::testing::PrintToString(found);
  const std::vector<std::string> expected = {
      "run.yaml:1:1: seed: '1.5' is not an integer",
      "run.yaml:3:23: input.files: no such file 'no.tif'",
      "run.yaml:4:3: input.pixel_size_angstrom: 'wide' is not a finite number",
      "run.yaml:5:1: unknown option 'colums' at the top; did you mean 'columns'?",
      "run.yaml:9:5: columns.fit.width: 'comon' is not one of common or individual; did you mean "
      "'common'?",
      "run.yaml:10:5: columns.fit.tolerance: 7 is outside",
      "run.yaml:11:5: columns.fit.tolerance: given twice; the first is on line 10",
      "run.yaml:12:3: columns.detection: this is a group of options",
      "run.yaml:14:3: counting.enabled: 'maybe' is neither true nor false",
      "run.yaml:15:3: unknown option 'metod' in 'counting'; did you mean 'method'?",
      "run.yaml:16:3: counting.starts: a list stands here; give one value"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(starts(found[i], expected[i])) << found[i] << "\nexpected: " << expected[i];
  }
}

TEST_F(ConfigErrors, WhatIsNotYamlSaysWhere) {
  const auto found = complaints("input:\n  files: [frame1.tif\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(starts(found[0], "run.yaml:3:1: this is not valid YAML")) << found[0];
  EXPECT_EQ(complaints("a: &x [*x]\n---\nb: 1\n").size(), 1U);
  EXPECT_EQ(complaints("- 1\n- 2\n").size(), 1U);
  EXPECT_EQ(complaints("\ttabs: 1\n").size(), 1U);
}

TEST_F(ConfigErrors, DeepNestingAndAliasesDoNotHarm) {
  EXPECT_FALSE(complaints(std::string(100000, '[')).empty());
  EXPECT_FALSE(complaints(std::string(100000, '{')).empty());
  EXPECT_FALSE(complaints("input: &a\n  files: *a\n").empty());
  EXPECT_FALSE(complaints("? [1, 2]\n: 3\ninput: {files: frame1.tif}\n").empty());
}

TEST_F(ConfigErrors, AnEmptyFileNamesWhatIsMissing) {
  const auto found = complaints("");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(contains(found[0], "input.files: no image is named")) << found[0];
}

TEST_F(ConfigErrors, PatternsAndFolders) {
  const auto found = complaints("input:\n  files:\n    - \"*.npy\"\n    - .\n    - frame?.tif\n");
  ASSERT_EQ(found.size(), 2U) << ::testing::PrintToString(found);
  EXPECT_TRUE(starts(found[0], "run.yaml:3:7: input.files: no file matches '*.npy'")) << found[0];
  EXPECT_TRUE(starts(found[1], "run.yaml:4:7: input.files: this is a folder")) << found[1];
}

TEST_F(ConfigErrors, QuotedNumbersAndSpecialNumbersAreRefused) {
  for (const std::string value : {"\"0.1\"", ".nan", "nan", "inf", "-1", "0", "1e400", "0x10"}) {
    const auto found =
        complaints("input:\n  files: frame1.tif\n  pixel_size_angstrom: " + value + '\n');
    ASSERT_EQ(found.size(), 1U) << value;
    EXPECT_TRUE(starts(found[0], "run.yaml:3:3: input.pixel_size_angstrom: ")) << found[0];
  }
}

TEST_F(ConfigErrors, WhatContradictsItselfIsReportedWithTheRest) {
  const auto found = complaints(
      "input: {files: frame1.tif}\n"
      "columns:\n"
      "  fit:\n"
      "    noise: poisson\n"
      "counting:\n"
      "  method: library\n"
      "  unknown: 1\n");
  ASSERT_EQ(found.size(), 3U) << ::testing::PrintToString(found);
  EXPECT_TRUE(starts(found[0], "run.yaml:") && contains(found[0], "dose_per_angstrom2"))
      << found[0];
  EXPECT_TRUE(starts(found[1], "run.yaml:6:3: counting.method: ")) << found[1];
  EXPECT_TRUE(starts(found[2], "run.yaml:7:3: unknown option 'unknown' in 'counting'; known there"))
      << found[2];
}

TEST_F(ConfigErrors, WhatTheDynamicsDoNotGiveIsNotAskedOfThem) {
  const auto alone = complaints("input: {files: frame1.tif}\nenvironments:\n  enabled: true\n");
  ASSERT_EQ(alone.size(), 1U) << ::testing::PrintToString(alone);
  EXPECT_TRUE(starts(alone[0], "run.yaml:3:3: environments.enabled: ")) << alone[0];

  const auto found = complaints(
      "input: {files: frame1.tif}\n"
      "md:\n"
      "  structures: [frame1.tif]\n"
      "  steps: 100\n"
      "  dump_every: 20\n"
      "environments:\n"
      "  window_ns: 0.00025\n"  // 2.5 times the 0.1 ps between frames
      "mobility: {delay: 6}\n"  // of six frames
      "film: {temperature_k: 400}\n");
  ASSERT_EQ(found.size(), 4U) << ::testing::PrintToString(found);
  // What no line gives is missing in its group.
  EXPECT_TRUE(starts(found[0], "run.yaml:2:1: md.potential: ") && contains(found[0], "smatb:Au"))
      << found[0];
  EXPECT_TRUE(starts(found[1], "run.yaml:7:3: environments.window_ns: ")) << found[1];
  EXPECT_TRUE(starts(found[2], "run.yaml:8:12: mobility.delay: ")) << found[2];
  EXPECT_TRUE(starts(found[3], "run.yaml:9:8: film.temperature_k: ")) << found[3];
}

TEST_F(ConfigErrors, AWrongDoseIsReportedOnceAtItsLine) {
  for (const std::string dose : {"-1", "0", "much"}) {
    const auto found = complaints("input: {files: frame1.tif}\ncolumns:\n  fit: {noise: poisson}\n",
                                  {"input.dose_per_angstrom2=" + dose});
    ASSERT_EQ(found.size(), 1U) << ::testing::PrintToString(found);
    EXPECT_TRUE(starts(found[0], "--set input.dose_per_angstrom2: ")) << found[0];
  }
  EXPECT_EQ(complaints("input: {files: frame1.tif, dose_per_angstrom2: null}\n"
                       "columns: {fit: {noise: poisson}}\n")
                .size(),
            1U);  // there is none, and the fit needs one
}

TEST_F(ConfigErrors, AMissingLibraryIsNotMissedTwice) {
  const auto found =
      complaints("input: {files: frame1.tif}\ncounting: {method: hybrid, library: no.csv}\n");
  ASSERT_EQ(found.size(), 1U) << ::testing::PrintToString(found);
  EXPECT_TRUE(starts(found[0], "run.yaml:2:37: counting.library: no such file 'no.csv'"))
      << found[0];
}

TEST_F(ConfigErrors, ANameThatMakesNoFolderIsRefused) {
  for (const std::string name : {"two words", ".hidden", "a/b"}) {
    const auto found = complaints("name: \"" + name + "\"\ninput: {files: frame1.tif}\n");
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_TRUE(starts(found[0], "run.yaml:1:1: name: ")) << found[0];
  }
}

TEST_F(ConfigErrors, OverridesAreNamedAsTheyWereGiven) {
  const auto found =
      complaints("input: {files: frame1.tif}\n",
                 {"columns.fit.width=wide", "columns.fit=1", "columns.fit.tolerance=2", "sed=3"});
  ASSERT_EQ(found.size(), 4U) << ::testing::PrintToString(found);
  const auto has = [&](const std::string& beginning) {
    return std::any_of(found.begin(), found.end(),
                       [&](const std::string& text) { return starts(text, beginning); });
  };
  EXPECT_TRUE(has("--set columns.fit.width: 'wide' is not one of"));
  EXPECT_TRUE(has("--set columns.fit: this is a group of options"));
  EXPECT_TRUE(has("--set columns.fit.tolerance: 2 is outside"));
  EXPECT_TRUE(has("--set sed: there is no such option; did you mean 'seed'?"));
  EXPECT_THROW((void)parse_config("", file(), std::vector<std::string>{"seed"}), InputError);
}

TEST_F(ConfigErrors, AMissingConfigurationIsAnInputError) {
  EXPECT_THROW((void)read_config(scratch.path() / "absent.yaml"), InputError);
}

TEST(NearestName, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> names = {"background", "dose_per_angstrom2", "width", "noise"};
  EXPECT_EQ(nearest_name("backgruond", names), "background");
  EXPECT_EQ(nearest_name("dose", names), "dose_per_angstrom2");
  EXPECT_EQ(nearest_name("Width", names), "width");
  EXPECT_EQ(nearest_name("temperature", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(1000000, 'x'), names), "");
}

}  // namespace
}  // namespace adatom::pipeline
