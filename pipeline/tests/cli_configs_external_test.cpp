// The configuration of the real Pt-Ir frame.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "adatom/storage/csv.h"
#include "external_data.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

TEST(PtIrConfig, RunsBesideTheFilesAndWithTheirNames) {
  const fs::path folder = testing::external_data() / "stem" / "PtIr";
  ADATOM_REQUIRE_EXTERNAL(folder);
  const fs::path config = fs::path(ADATOM_SOURCE_DIR) / "configs" / "ptir.yaml";
  const testing::ScratchFolder scratch;
  for (const char* name : {"ptir_frame.tif", "start_positions.csv", "library_pt.csv"}) {
    fs::copy_file(folder / name, scratch.path() / name);
  }
  fs::copy_file(config, scratch.path() / "ptir.yaml");
  const auto beside = testing::run_program({"run", "ptir.yaml"}, scratch.path());
  ASSERT_EQ(beside.exit_code, 0) << beside.messages;
  const auto counts = storage::read_csv(scratch.path() / "runs/ptir/counts/result/counts.csv");
  long long total = 0;
  for (const auto atoms : counts.integers("atom_count")) total += atoms;
  // The nearest match of the joint fit's cross-sections in the authors' library gives 784 to 786.
  EXPECT_LE(std::llabs(total - 786), 4);

  // The same under another name of its files: everything is found to be up to date.
  const auto named =
      testing::run_program({"plan", config.string(), "--run-dir", "runs/ptir", "--set",
                            "input.files=" + (folder / "ptir_frame.tif").string(), "--set",
                            "columns.start=" + (folder / "start_positions.csv").string(), "--set",
                            "counting.library=" + (folder / "library_pt.csv").string()},
                           scratch.path());
  ASSERT_EQ(named.exit_code, 0) << named.messages;
  for (const char* stage : {"frames", "columns", "counts", "report"}) {
    EXPECT_NE(named.output.find(std::string(stage) + ": up to date"), std::string::npos)
        << named.output;
  }
  // Without the files it says what is missing, and where to say it.
  const auto without = testing::run_program({"plan", config.string()}, scratch.path());
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_NE(without.messages.find("input.files: no such file"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
