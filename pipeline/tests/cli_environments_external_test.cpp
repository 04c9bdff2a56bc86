// The ten published frames of gold on ceria: how many atoms are in which class.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "external_data.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

TEST(EnvironmentsOfFrames, AddUpToTheAtoms) {
  const fs::path folder = testing::external_data() / "structures" / "au_np_frames";
  ADATOM_REQUIRE_EXTERNAL(folder);
  const testing::ScratchFolder scratch;
  std::vector<std::string> command = {"environments",    "-o", "out", "--xyz-every", "0",
                                      "--type-elements", "Au"};
  for (int frame = 1; frame <= 10; ++frame) {
    const std::string number = (frame < 10 ? "0" : "") + std::to_string(frame);
    command.push_back((folder / ("frame_" + number + ".data")).string());
  }
  const auto result = testing::run_program(command, scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto counts = storage::read_csv(scratch.path() / "out" / "class_counts.csv");
  const std::vector<long long> published = {1038, 1031, 1044, 1044, 1047,
                                            1037, 1042, 1030, 1036, 1035};
  EXPECT_EQ(counts.integers("atoms"), published);
  for (std::size_t i = 0; i < published.size(); ++i) {
    long long sum = 0;
    for (const char* name : {"b", "ss", "ss'", "c", "c'", "s", "e", "e'", "v'", "v"}) {
      sum += counts.integers(name)[i];
    }
    EXPECT_EQ(sum, published[i]) << i;
    // Of a compact particle of N atoms some 4 N^(2/3) = 400 are at the surface, and the bulk,
    // below two layers, is smaller than the rest.
    EXPECT_GT(counts.integers("s")[i], 100) << i;
    EXPECT_GT(counts.integers("b")[i], 100) << i;
    EXPECT_TRUE(fs::exists(scratch.path() / "out" / counts.texts("structure")[i] / "labels.h5"));
  }
}

}  // namespace
}  // namespace adatom::pipeline
