// What the program says and which exit code it gives when the system fails it, and when the user
// mistypes: 1 where the disk is full, 2 where another name would help, 4 after Ctrl-C.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// No file may grow past `bytes` while it lives; programs started then inherit that.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &former_);
    rlimit small = former_;
    small.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &former_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit former_{};
};

class CliFailures : public ::testing::Test {
 protected:
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, scratch.path());
  }
  /// A frame of 64 x 64 with a Gaussian in its middle: 16 KiB; columns are found in it.
  void write_frame(const std::string& name, std::size_t nan_pixels = 0) const {
    image::Image picture(64, 64);
    for (std::size_t y = 0; y < 64; ++y) {
      for (std::size_t x = 0; x < 64; ++x) {
        picture(x, y) = 1.0 + std::exp(-(std::pow(static_cast<double>(x) - 32.0, 2) +
                                         std::pow(static_cast<double>(y) - 31.0, 2)) /
                                       18.0);
      }
    }
    for (std::size_t i = 0; i < nan_pixels; ++i) {
      picture(5 + i, 7) = std::numeric_limits<double>::quiet_NaN();
    }
    const std::vector<image::RawImage> frames = {image::to_raw(picture, image::PixelType::float32)};
    image::write_series(scratch.path() / name, frames, {0.1, 0.1, std::nullopt});
  }
  /// The exit code when standard output goes to a full disk; `messages` has what it says.
  int call_to_full_output(const std::string& arguments, std::string& messages) const {
    const std::string command = "cd '" + scratch.path().string() + "' && " ADATOM_PROGRAM " " +
                                arguments + " > /dev/full 2> messages";
    const int status = std::system(command.c_str());
    messages = storage::read_file(scratch.path() / "messages");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const testing::ScratchFolder scratch;
};

TEST_F(CliFailures, OutputThatIsNotTakenIsExitCodeOne) {
  write_frame("frame.tif");
  storage::write_file(scratch.path() / "run.yaml", "input: {files: frame.tif}\n");
  for (const std::string arguments :
       {"schema --format yaml", "plan run.yaml", "info frame.tif", "info --json frame.tif",
        "--help", "fit-columns --help", "--version"}) {
    std::string messages;
    EXPECT_EQ(call_to_full_output(arguments, messages), 1) << arguments;
    EXPECT_TRUE(contains(messages, "standard output: cannot be written")) << messages;
  }
}

TEST_F(CliFailures, AFullDiskIsExitCodeOneInEveryCommand) {
  write_frame("frame.tif");
  storage::write_file(scratch.path() / "run.yaml", "input: {files: frame.tif}\n");
  storage::write_file(scratch.path() / "columns.csv",
                      "scs_angstrom2\n1\n1.1\n2\n2.1\n3\n3.1\n1.05\n2.05\n3.05\n");
  const FileSizeLimit limit(4096);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"convert", "frame.tif", "copy.tif"},
           {"convert", "frame.tif", "copy.npy"},
           {"convert", "frame.tif", "copy.hspy"},
           {"preprocess", "frame.tif", "-o", "clean"},
           {"fit-columns", "frame.tif", "-o", "fit"},
           {"count-atoms", "columns.csv", "--method", "mixture", "-o", "counts"},
           {"simulate", "image", "--specimen-kind", "sphere", "--specimen-radius-angstrom", "6",
            "-o", "simulated"},
           {"run", "run.yaml"}}) {
    const auto result = call(arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments[0] << result.messages;
    EXPECT_TRUE(contains(result.messages, "cannot be written: ")) << result.messages;
  }
  for (const char* copy : {"copy.tif", "copy.npy", "copy.hspy"}) {
    EXPECT_FALSE(fs::exists(scratch.path() / copy)) << copy;
  }
}

TEST_F(CliFailures, ATargetThatCannotBeIsExitCodeTwo) {
  write_frame("frame.tif");
  for (const std::string target : {"frame.tif/copy.npy", "/proc/copy.npy"}) {
    EXPECT_EQ(call({"convert", "frame.tif", target}).exit_code, 2) << target;
  }
  for (const std::string folder : {"frame.tif/fit", "/proc/fit"}) {
    EXPECT_EQ(call({"fit-columns", "frame.tif", "-o", folder}).exit_code, 2) << folder;
  }
}

TEST_F(CliFailures, AWrongCommandIsNamedWithTheNearest) {
  EXPECT_TRUE(contains(call({"fit-colums", "a.npy"}).messages,
                       "there is no command 'fit-colums'; did you mean 'fit-columns'?"));
  EXPECT_TRUE(contains(call({"foo"}).messages, "there is no command 'foo'; `adatom --help`"));
  EXPECT_TRUE(contains(call({"simulate", "imag"}).messages, "did you mean 'image'?"));
}

TEST_F(CliFailures, PixelsThatAreNoNumberAreCountedAndPlaced) {
  write_frame("nan.tif", 3);
  const auto fit = call({"fit-columns", "nan.tif", "-o", "fit"});
  EXPECT_EQ(fit.exit_code, 2);
  EXPECT_TRUE(contains(fit.messages,
                       "nan.tif: 3 pixels of frame 0 are NaN or infinite, the first "
                       "at x = 5, y = 7"))
      << fit.messages;
  EXPECT_TRUE(contains(fit.messages, "preprocess --outliers-method replace")) << fit.messages;

  const auto kept = call({"preprocess", "nan.tif", "-o", "kept"});
  EXPECT_EQ(kept.exit_code, 0) << kept.messages;
  EXPECT_TRUE(contains(kept.messages, "warning: 3 pixels are NaN or infinite")) << kept.messages;
  const auto clean = call({"preprocess", "nan.tif", "--outliers-method", "replace", "-o", "clean"});
  EXPECT_EQ(clean.exit_code, 0) << clean.messages;
  EXPECT_FALSE(contains(clean.messages, "NaN")) << clean.messages;
  // The advice helps.
  EXPECT_NE(call({"fit-columns", "clean/frame.tif", "-o", "fit"}).exit_code, 2);

  const auto bytes = call({"convert", "nan.tif", "bytes.tif", "--type", "uint8"});
  EXPECT_EQ(bytes.exit_code, 0);
  EXPECT_TRUE(contains(bytes.messages, "warning: 3 NaN pixels became 0")) << bytes.messages;
}

TEST_F(CliFailures, ARangeIsNoneWhereThereIsNoNumber) {
  image::Image picture(4, 3, std::numeric_limits<double>::quiet_NaN());
  const std::vector<image::RawImage> frames = {image::to_raw(picture, image::PixelType::float32)};
  image::write_series(scratch.path() / "nan.npy", frames, {});
  EXPECT_TRUE(contains(call({"info", "nan.npy"}).output, "\nrange: none\nmean: none\n"));
  const auto json = call({"info", "nan.npy", "--json"}).output;
  EXPECT_TRUE(contains(json, "\"minimum\": null")) << json;
  EXPECT_TRUE(contains(json, "\"mean\": null")) << json;
}

TEST_F(CliFailures, StartPositionsNeedRowsForEveryFrame) {
  write_frame("frame.tif");
  storage::write_file(scratch.path() / "start.csv", "frame,x_angstrom,y_angstrom\n3,3.2,3.1\n");
  const auto result = call({"fit-columns", "frame.tif", "--start", "start.csv", "-o", "fit"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(contains(result.messages, "start.csv: has no rows for frame 0")) << result.messages;
}

TEST_F(CliFailures, APipeWhereAFileBelongsIsCalledSo) {
  write_frame("frame.tif");
  ASSERT_EQ(mkfifo((scratch.path() / "start.csv").c_str(), 0600), 0);
  const auto result = call({"fit-columns", "frame.tif", "--start", "start.csv", "-o", "fit"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(contains(result.messages, "is a pipe or a device")) << result.messages;
}

TEST_F(CliFailures, AnEmptyRangeOfFramesIsCalledSo) {
  write_frame("frame.tif");
  for (const std::string range : {"3:2", "0:0"}) {
    const auto result = call({"convert", "frame.tif", "copy.tif", "--frames", range});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(contains(result.messages, "--frames " + range + " is empty")) << result.messages;
  }
}

// A pipe holds the program back until the signal has come.
TEST_F(CliFailures, InterruptedWithoutARunDirectoryNothingIsKept) {
  const fs::path columns = scratch.path() / "columns.csv";
  const fs::path messages = scratch.path() / "messages";
  const std::string folder = (scratch.path() / "counts").string();
  ASSERT_EQ(mkfifo(columns.c_str(), 0600), 0);
  const pid_t program = fork();
  ASSERT_GE(program, 0);
  if (program == 0) {
    const int err = open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (dup2(err, 2) < 0) _exit(126);
    execl(ADATOM_PROGRAM, ADATOM_PROGRAM, "count-atoms", columns.c_str(), "--method", "mixture",
          "-o", folder.c_str(), nullptr);
    _exit(127);
  }
  ASSERT_TRUE(testing::wait_until_caught(program, SIGINT));
  ASSERT_EQ(kill(program, SIGINT), 0);
  storage::write_file(columns, "scs_angstrom2\n1\n1.1\n2\n2.1\n3\n3.1\n");
  int status = 0;
  waitpid(program, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 4);
  const auto said = storage::read_file(messages);
  EXPECT_TRUE(contains(said, "interrupted; nothing was kept")) << said;
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace adatom::pipeline
