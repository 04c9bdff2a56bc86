// The program as a user meets it: help, wrong usage, and commands on image files.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/files.h"
#include "cli/utf8_text.h"
#include "program.h"
#include "validate/validate_options.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::vector<std::string> commands = {"run",        "report",      "plan",        "status",
                                           "verify",     "info",        "convert",     "simulate",
                                           "preprocess", "fit-columns", "count-atoms", "schema"};

class Cli : public ::testing::Test {
 protected:
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, scratch.path());
  }
  /// A picture of 0, 1, 2, ... as float32.
  void write_ramp(const std::string& name, std::size_t width, std::size_t height) const {
    image::Image picture(width, height);
    for (std::size_t i = 0; i < picture.size(); ++i) {
      picture.values()[i] = static_cast<double>(i);
    }
    const std::vector<image::RawImage> frames = {image::to_raw(picture, image::PixelType::float32),
                                                 image::to_raw(picture, image::PixelType::float32)};
    image::write_series(scratch.path() / name, frames, {0.25, 0.25, std::nullopt});
  }
  const ScratchFolder scratch;
};

TEST_F(Cli, HelpListsEveryCommandAndEveryCommandHasExamples) {
  const auto help = call({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_TRUE(contains(help.output, "Exit codes"));
  for (const auto& command : commands) {
    EXPECT_TRUE(contains(help.output, "\n  " + command + " ")) << command;
    std::vector<std::string> arguments = {command, "--help"};
    if (command == "simulate") arguments = {command, "image", "--help"};
    const auto page = call(arguments);
    EXPECT_EQ(page.exit_code, 0) << command;
    EXPECT_TRUE(contains(page.output, "Examples:\n  adatom " + command)) << page.output;
    EXPECT_EQ(page.messages, "") << command;
  }
}

TEST_F(Cli, HelpSaysUnitsRangesAndDefaults) {
  // Without its line breaks.
  std::string page;
  for (const char c : call({"fit-columns", "--help"}).output) {
    const char letter = c == '\n' ? ' ' : c;
    if (letter != ' ' || page.empty() || page.back() != ' ') page += letter;
  }
  EXPECT_TRUE(contains(page, "--pixel-size-angstrom NUMBER")) << page;
  EXPECT_TRUE(contains(page, "angstrom; 0.0001 to 10000")) << page;
  EXPECT_TRUE(contains(page, "--width common|individual")) << page;
  EXPECT_TRUE(contains(page, "default gaussian")) << page;
}

TEST_F(Cli, VersionIsOnStandardOutput) {
  const auto version = call({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.output.starts_with("adatom ")) << version.output;
}

TEST_F(Cli, WrongUsageIsExitCodeTwo) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"frobnicate"},
                                             {"info"},
                                             {"info", "a.tif", "--frobnicate"},
                                             {"fit-columns", "a.tif"},
                                             {"run", "a.yaml", "--threads", "0"},
                                             {"run", "a.yaml", "--threads", "many"},
                                             {"run"},
                                             {"verify"},
                                             {"simulate"},
                                             {"schema", "--format", "latex"}}) {
    const auto result = call(arguments);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments) << result.messages;
    EXPECT_FALSE(result.messages.empty());
    EXPECT_EQ(result.output, "");
  }
}

TEST_F(Cli, SchemaPrintsEveryFormat) {
  for (const char* format : {"text", "markdown", "json", "yaml"}) {
    const auto result = call({"schema", "--format", format});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_TRUE(contains(result.output, "pixel_size_angstrom")) << format;
  }
}

TEST_F(Cli, TheSchemaOfAValidationIsAConfiguration) {
  const auto schema = call({"schema", "--of", "validate", "--format", "yaml"});
  ASSERT_EQ(schema.exit_code, 0) << schema.messages;
  storage::write_file(scratch.path() / "v.yaml", schema.output);
  const auto options = read_validate_options((scratch.path() / "v.yaml").string(), {});
  ASSERT_EQ(options.cases.size(), 1U);
  EXPECT_EQ(options.cases[0].name, "NAME");
  auto defaults = ValidateOptions{};
  defaults.cases.push_back({"NAME", {}});
  EXPECT_EQ(write_yaml(options), write_yaml(defaults));
}

TEST_F(Cli, TheSchemaPlansOnceItNamesAFile) {
  write_ramp("ramp.tif", 8, 4);
  std::string text = call({"schema", "--format", "yaml"}).output;
  const auto empty = text.find("files: []");
  ASSERT_NE(empty, std::string::npos);
  text.replace(empty, 9, "files: [ramp.tif]");
  storage::write_file(scratch.path() / "my_run.yaml", text);
  const auto plan = call({"plan", "my_run.yaml"});
  EXPECT_EQ(plan.exit_code, 0) << plan.messages;
  EXPECT_TRUE(contains(plan.output, "frames: not run yet")) << plan.output;
}

TEST_F(Cli, AFileNameThatMakesNoFolderNeedsANameOrAFolder) {
  write_ramp("ramp.tif", 8, 4);
  storage::write_file(scratch.path() / "my run.yaml", "input: {files: ramp.tif}\n");
  const auto refused = call({"plan", "my run.yaml"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(contains(refused.messages, "my run.yaml: the run has no name")) << refused.messages;
  EXPECT_TRUE(contains(refused.messages, "set `name:` in it, or give --run-dir"));
  EXPECT_EQ(call({"plan", "my run.yaml", "--run-dir", "there"}).exit_code, 0);
  EXPECT_EQ(call({"plan", "my run.yaml", "--set", "name=there"}).exit_code, 0);
}

TEST_F(Cli, InfoPrintsValidUtf8) {
  EXPECT_EQ(valid_utf8("a\xB5m"), "a\xEF\xBF\xBDm");
  EXPECT_EQ(valid_utf8("a\xC2\xB5m \xE2\x82\xAC \xF0\x9F\x94\xAC"),
            "a\xC2\xB5m \xE2\x82\xAC \xF0\x9F\x94\xAC");
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("\xC0\x80"), bad + bad);                      // longer than needed
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), bad + bad + bad);            // half of a surrogate pair
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // past U+10FFFF
  EXPECT_EQ(valid_utf8("\xE2\x82"), bad + bad);                      // cut short
}

TEST_F(Cli, InfoPrintsWhatTheFileHolds) {
  write_ramp("ramp.tif", 8, 4);
  const auto text = call({"info", "ramp.tif"});
  EXPECT_EQ(text.exit_code, 0) << text.messages;
  EXPECT_TRUE(contains(text.output, "0.25")) << text.output;
  const auto json = call({"info", "ramp.tif", "--json"}).output;
  for (const char* part :
       {"\"width_px\": 8", "\"height_px\": 4", "\"frames\": 2", "\"pixel_type\": \"float32\"",
        "\"pixel_size_x_angstrom\": 0.25", "\"minimum\": 0.0", "\"maximum\": 31.0",
        "\"mean\": 15.5", "\"non_finite_pixels\": 0"}) {
    EXPECT_TRUE(contains(json, part)) << part << " in " << json;
  }
}

TEST_F(Cli, FilesThatCannotBeReadAreExitCodeTwoAndNamed) {
  storage::write_file(scratch.path() / "text.tif", "this is no image\n");
  write_ramp("cut.npy", 8, 4);
  const std::string bytes = storage::read_file(scratch.path() / "cut.npy");
  storage::write_file(scratch.path() / "cut.npy", bytes.substr(0, bytes.size() / 3));
  for (const char* file : {"absent.tif", "text.tif", "cut.npy", "."}) {
    const auto result = call({"info", file});
    EXPECT_EQ(result.exit_code, 2) << file;
    EXPECT_TRUE(contains(result.messages, std::string("error: ") + file)) << result.messages;
  }
}

TEST_F(Cli, ConvertKeepsThePixels) {
  write_ramp("ramp.tif", 8, 4);
  EXPECT_EQ(call({"convert", "ramp.tif", "ramp.npy"}).exit_code, 0);
  EXPECT_EQ(call({"convert", "ramp.npy", "again.tif", "--pixel-size-angstrom", "0.25"}).exit_code,
            0);
  EXPECT_EQ(storage::read_file(scratch.path() / "ramp.tif"),
            storage::read_file(scratch.path() / "again.tif"));
}

TEST_F(Cli, ConvertTakesARangeOfFrames) {
  write_ramp("ramp.tif", 8, 4);  // two frames
  const auto frames_of = [&](const std::string& range) -> std::size_t {
    const auto result = call({"convert", "ramp.tif", "part.npy", "--frames", range});
    if (result.exit_code != 0) return 0;
    return image::open_series(scratch.path() / "part.npy")->info().frames;
  };
  EXPECT_EQ(frames_of("0"), 1U);
  EXPECT_EQ(frames_of("0:2"), 2U);
  EXPECT_EQ(frames_of(":"), 2U);
  EXPECT_EQ(frames_of("1:"), 1U);
  EXPECT_EQ(image::open_series(scratch.path() / "part.npy")->read(0).bytes,
            image::open_series(scratch.path() / "ramp.tif")->read(1).bytes);
  for (const char* wrong : {"2", "1:1", "0:3", "-1:", "a", "0:1:2", "1.5"}) {
    EXPECT_EQ(frames_of(wrong), 0U) << wrong;
  }
}

TEST_F(Cli, ASignalThatIsNotThereIsNamed) {
  write_ramp("ramp.tif", 8, 4);
  for (const char* command : {"info", "convert"}) {
    std::vector<std::string> words = {command, "ramp.tif"};
    if (words[0] == "convert") words.emplace_back("out.npy");
    words.insert(words.end(), {"--signal", "HAADF"});
    const auto result = call(words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(contains(result.messages, "there is no signal 'HAADF'")) << result.messages;
  }
}

TEST_F(Cli, ConvertToIntegersStretchesTheRange) {
  write_ramp("ramp.tif", 8, 4);
  const auto refused = call({"convert", "ramp.tif", "ramp.png", "--frames", "1"});
  EXPECT_EQ(refused.exit_code, 2);  // PNG holds no floating-point numbers
  EXPECT_FALSE(fs::exists(scratch.path() / "ramp.png"));
  EXPECT_EQ(
      call({"convert", "ramp.tif", "ramp.png", "--frames", "2", "--type", "uint16"}).exit_code,
      2);  // there are 0 and 1
  const auto done =
      call({"convert", "ramp.tif", "ramp.png", "--frames", "1", "--type", "uint8", "--high", "10"});
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  const auto picture = image::to_image(image::open_series(scratch.path() / "ramp.png")->read(0));
  EXPECT_EQ(picture(0, 0), 0.0);
  EXPECT_EQ(picture(2, 0), 51.0);   // 2 of 10
  EXPECT_EQ(picture(7, 3), 255.0);  // 31 is above the range
}

}  // namespace
}  // namespace adatom::pipeline
