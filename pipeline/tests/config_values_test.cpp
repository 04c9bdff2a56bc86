// What a configuration says arrives, and the resolved configuration says the same.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "adatom/base/error.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/schema.h"
#include "adatom/storage/files.h"
#include "config/file_list.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

class ConfigValues : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"f1.tif", "f2.tif", "f10.tif", "library.csv", "start.csv", "map.tif"}) {
      storage::write_file(scratch.path() / name, "");
    }
  }
  fs::path file() const { return scratch.path() / "gold.yaml"; }
  RunConfig parse(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    return parse_config(text, file(), overrides);
  }
  const testing::ScratchFolder scratch;
};

TEST_F(ConfigValues, WhatIsNotGivenKeepsItsDefault) {
  const RunConfig config = parse("input: {files: f1.tif}\n");
  const RunConfig defaults;
  EXPECT_EQ(config.name, "gold");
  EXPECT_EQ(config.seed, defaults.seed);
  EXPECT_EQ(config.columns.fit.background, defaults.columns.fit.background);
  EXPECT_FALSE(config.input.pixel_size_angstrom.has_value());
  EXPECT_EQ(config.counting.options.method, counting::Method::mixture);  // there is no library
}

TEST_F(ConfigValues, ValuesOfEveryTypeArrive) {
  const RunConfig config = parse(
      "name: first\n"
      "seed: 12\n"
      "input: {files: [f2.tif, f1.tif], pixel_size_angstrom: 0.12, dose_per_angstrom2: 2e4}\n"
      "columns:\n"
      "  start: start.csv\n"
      "  detection: {use_lattice: false}\n"
      "  fit: {width: individual, max_iterations: 1e2, dose_per_angstrom2: 5}\n"
      "counting: {library: library.csv, max_components: 9}\n");
  EXPECT_EQ(config.name, "first");
  EXPECT_EQ(config.seed, 12);
  ASSERT_EQ(config.input.files.size(), 2U);
  EXPECT_EQ(config.input.files[0].path, (scratch.path() / "f2.tif").string());
  EXPECT_EQ(config.input.pixel_size_angstrom, 0.12);
  EXPECT_EQ(config.columns.start.path, (scratch.path() / "start.csv").string());
  EXPECT_FALSE(config.columns.detection.use_lattice);
  EXPECT_EQ(config.columns.fit.width, columns::WidthModel::individual);
  EXPECT_EQ(config.columns.fit.max_iterations, 100);
  EXPECT_EQ(config.counting.options.method, counting::Method::hybrid);  // there is a library
  EXPECT_EQ(config.counting.options.max_components, 9);
}

TEST_F(ConfigValues, TheDoseIsHandedToWhoeverHasNone) {
  const RunConfig config = parse(
      "input: {files: f1.tif, dose_per_angstrom2: 2e4}\n"
      "columns: {fit: {dose_per_angstrom2: 5}}\n");
  EXPECT_EQ(config.columns.fit.dose_per_angstrom2, 5.0);
  EXPECT_EQ(config.counting.options.dose_per_angstrom2, 2e4);
}

TEST_F(ConfigValues, APotentialAsksForTheDynamicsAndForAllThatLooksAtThem) {
  EXPECT_FALSE(parse("input: {files: f1.tif}\n").md.enabled);
  const std::string text =
      "seed: 7\ninput: {files: f1.tif}\nmd: {structures: [f1.tif], potential: \"smatb:Au\"}\n";
  const RunConfig config = parse(text);
  EXPECT_TRUE(config.md.enabled && config.environments.enabled && config.mobility.enabled &&
              config.film.enabled);
  EXPECT_EQ(config.md.seed, 7);
  EXPECT_EQ(config.environments.seed, 7);
  EXPECT_EQ(parse(text, {"md.seed=3"}).md.seed, 3);
  // The film shows classes.
  const RunConfig without = parse(text, {"environments.enabled=false"});
  EXPECT_TRUE(without.mobility.enabled);
  EXPECT_FALSE(without.film.enabled);
  EXPECT_FALSE(parse(text, {"md.enabled=false"}).mobility.enabled);
}

TEST_F(ConfigValues, FilesOfAPotentialAreInTheFolderOfTheConfiguration) {
  for (const char* name : {"Au.eam", "Ag.eam", "own.csv"}) {
    storage::write_file(scratch.path() / name, "");
  }
  const std::string here = scratch.path().string() + '/';
  const auto of_models = [this](const std::string& potential) {
    return parse("input: {files: f1.tif}\nmodels: {enabled: false, potential: \"" + potential +
                 "\"}\n")
        .models.potential;
  };
  EXPECT_EQ(of_models("eam:Au.eam,./Ag.eam"), "eam:" + here + "Au.eam," + here + "Ag.eam");
  EXPECT_EQ(of_models("smatb:own.csv"), "smatb:" + here + "own.csv");
  EXPECT_EQ(of_models("eam:" + here + "Au.eam"), "eam:" + here + "Au.eam");
  EXPECT_EQ(of_models("smatb:Au"), "smatb:Au");
  EXPECT_THROW((void)of_models("eam:absent.eam"), InputError);
  const RunConfig config = parse(
      "input: {files: f1.tif}\nmd: {structures: [f1.tif], engine: lammps, potential: \"pair_style "
      "eam/alloy; pair_coeff * * Au.eam {elements}\"}\n");
  EXPECT_EQ(config.md.potential,
            "pair_style eam/alloy; pair_coeff * * " + here + "Au.eam {elements}");
  EXPECT_NE(resolved_yaml(config).find(here + "Au.eam"), std::string::npos);
}

TEST_F(ConfigValues, AnOverrideIsStrongerThanTheFile) {
  const RunConfig config = parse("seed: 3\ninput: {files: absent.tif}\n",
                                 {"seed=4", "columns.fit.background=plane",
                                  "input.files=[" + (scratch.path() / "f1.tif").string() + ", " +
                                      (scratch.path() / "f10.tif").string() + "]"});
  EXPECT_EQ(config.seed, 4);
  EXPECT_EQ(config.columns.fit.background, columns::BackgroundModel::plane);
  EXPECT_EQ(config.input.files.size(), 2U);
  EXPECT_FALSE(
      parse("input: {files: f1.tif, pixel_size_angstrom: 1}\n", {"input.pixel_size_angstrom=null"})
          .input.pixel_size_angstrom.has_value());
}

TEST_F(ConfigValues, PatternsListFilesInNaturalOrderOnce) {
  const RunConfig config = parse("input: {files: [f2.tif, \"f*.tif\"]}\n");
  const auto files = list_input_files(config.input);
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].filename(), "f2.tif");
  EXPECT_EQ(files[1].filename(), "f1.tif");
  EXPECT_EQ(files[2].filename(), "f10.tif");
  fs::remove(scratch.path() / "f2.tif");
  EXPECT_THROW((void)list_input_files(config.input), InputError);
}

TEST(NaturalOrder, DigitsCompareAsNumbers) {
  EXPECT_TRUE(natural_less("a2b", "a10b"));
  EXPECT_FALSE(natural_less("a10b", "a2b"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_TRUE(natural_less("a01", "a1") != natural_less("a1", "a01"));
  EXPECT_FALSE(natural_less("a1", "a1"));
  EXPECT_TRUE(natural_less("9", "123456789012345678901234567890"));
}

// Sets every option to something that is not its default, whatever the option is.
class Scramble final : public OptionVisitor, public FileListVisitor {
 public:
  explicit Scramble(fs::path folder) : folder_(std::move(folder)) {}
  using OptionVisitor::visit;
  void visit(const Field&, bool& value) override { value = !value; }
  void visit(const Field& field, std::int64_t& value) override {
    value += static_cast<double>(value) + 1 <= field.max ? 1 : -1;
  }
  void visit(const Field& field, double& value) override {
    // Neither bound, and not a short decimal number.
    const double low = std::isfinite(field.min) ? field.min : -1000.0;
    const double high = std::isfinite(field.max) ? std::min(field.max, low + 1e3) : 1000.0;
    value = low + (high - low) / 3.0;
  }
  void visit(const Field&, std::string& value) override { value = "a\"b\\c_" + value; }
  void visit(const Field&, InputFile& value) override {
    value.path = (folder_ / "map.tif").string();
  }
  void visit(const Field& field, std::optional<double>& value) override {
    double number = 0.0;
    visit(field, number);
    value = number;
  }
  void visit(const Field& field, std::optional<std::int64_t>& value) override {
    value = static_cast<std::int64_t>(std::isfinite(field.min) ? field.min + 7 : 7);
  }
  void visit(const Field&, std::vector<double>& value) override { value = {0.1, -2.5e-7}; }
  void visit(const Field&, Choice& value) override {
    value.index = (value.index + 1) % value.names.size();
  }
  void visit_files(const Field&, std::vector<InputFile>& files) override {
    files = {{(folder_ / "f1.tif").string()}, {(folder_ / "f*.tif").string()}};
  }
  void begin_group(std::string_view, std::string_view) override {}
  void end_group() override {}

 private:
  fs::path folder_;
};

// Defaults and values that are nothing like them come back from their own text.
TEST_F(ConfigValues, TheResolvedConfigurationReadsBackTheSame) {
  const RunConfig config = parse("input: {files: [\"f?.tif\"]}\n");
  const std::string text = resolved_yaml(config);
  EXPECT_EQ(resolved_yaml(parse_config(text, "/elsewhere/other.yaml")), text);

  RunConfig scrambled;
  Scramble scramble(scratch.path());
  scrambled.describe(scramble);
  const std::string odd = write_yaml(scrambled);
  YamlOptions yaml(odd, file());
  RunConfig back;
  yaml.fill(back);
  EXPECT_NO_THROW(yaml.finish({}));
  EXPECT_EQ(write_yaml(back), odd);
  EXPECT_NE(odd, write_yaml(RunConfig{}));
}

TEST_F(ConfigValues, AnEmptyNameIsNotGiven) {
  EXPECT_EQ(parse("name: \"\"\ninput: {files: f1.tif}\n").name, "gold");
  // A file's name that makes no folder's name is no mistake: --run-dir may name the folder.
  EXPECT_EQ(
      parse_config("input: {files: []}\n", scratch.path() / "my gold.yaml",
                   std::vector<std::string>{"input.files=" + (scratch.path() / "f1.tif").string()})
          .name,
      "");
}

// The template says what the program does without a configuration: with one file it is complete.
TEST_F(ConfigValues, TheTemplateWithOneFileIsAConfiguration) {
  std::string text = format_schema(config_schema(), SchemaFormat::yaml);
  const std::string none = "files: []";
  ASSERT_NE(text.find(none), std::string::npos);
  text.replace(text.find(none), none.size(), "files: [f1.tif]");
  EXPECT_EQ(resolved_yaml(parse(text)), resolved_yaml(parse("input: {files: f1.tif}\n")));
  // What depends on another option still does.
  EXPECT_EQ(parse(text, {"input.dose_per_angstrom2=2e4"}).columns.fit.dose_per_angstrom2, 2e4);
  const auto library = "counting.library=" + (scratch.path() / "library.csv").string();
  EXPECT_EQ(parse(text, {library}).counting.options.method, counting::Method::hybrid);
}

// The schema, the YAML text and the template are made by different visitors: they must agree.
TEST_F(ConfigValues, TheSchemaListsEveryOption) {
  const auto groups = collect_schema<RunConfig>();
  std::set<std::string> names;
  for (const auto& group : groups) {
    for (const auto& entry : group.entries) {
      EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " is described twice";
      EXPECT_FALSE(entry.help.empty()) << entry.name << " has no help";
    }
  }
  for (const char* name :
       {"name", "seed", "input.files", "input.pixel_size_angstrom", "preprocess.register.method",
        "columns.start", "columns.fit.noise", "columns.detection.threshold_sigma",
        "counting.library", "counting.method", "report.max_frames"}) {
    EXPECT_EQ(names.count(name), 1U) << name;
  }
  const std::string defaults = write_yaml(RunConfig{});
  std::size_t lines = 0;
  for (const char c : defaults) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, names.size() + groups.size() - 1);  // every option and every named group

  RunConfig from_template;
  YamlOptions yaml(format_schema(groups, SchemaFormat::yaml), file());
  yaml.fill(from_template);
  EXPECT_NO_THROW(yaml.finish({}));
  EXPECT_EQ(write_yaml(from_template), defaults);
}

TEST(Schema, TablesHaveOneRowForEachOption) {
  const auto groups = collect_schema<RunConfig>();
  std::size_t options = 0;
  for (const auto& group : groups) options += group.entries.size();
  const std::string markdown = format_schema(groups, SchemaFormat::markdown);
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = markdown.find("\n| `", at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows, options);
  const std::string text = format_schema(groups, SchemaFormat::text);
  EXPECT_NE(text.find("input.pixel_size_angstrom = null  (number, angstrom, "), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
