// `adatom validate` through the program: the small configuration that ships.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

// Images, columns, counts and models of the limits in the file itself; then again, from what is
// there; then with a case less far, from its image.
TEST(ValidateCommand, SmallConfigurationHoldsAndGoesOn) {
  const ScratchFolder scratch;
  const auto config = (fs::path(ADATOM_SOURCE_DIR) / "configs" / "validate_small.yaml").string();
  const auto call = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"validate", config, "-o", "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  };
  const auto first = call({});
  ASSERT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_NE(first.messages.find("multislice:"), std::string::npos) << first.messages;
  const fs::path out = scratch.path() / "out";
  for (const char* name :
       {"validation.csv", "limits.csv", "validation.json", "report.html", "counts_exact.svg",
        "cases/multislice/300K_50000/columns.csv", "cases/island/673K_20000/model.xyz",
        "cases/series/300K_10000/truth.xyz"}) {
    EXPECT_TRUE(fs::is_regular_file(out / name)) << name;
  }
  const auto table = storage::read_csv(out / "validation.csv");
  ASSERT_EQ(table.rows(), 5U);
  // The errors of positions go down with the dose, and nearly as the bound does.
  const auto errors = table.numbers("position_rms_angstrom");
  EXPECT_GT(errors[0], 1.4 * errors[1]);
  const auto over = table.numbers("position_over_bound");
  EXPECT_LT(over[0], 1.4);  // scan jitter of 0.05 angstrom is no part of the bound
  const auto limits = storage::read_csv(out / "limits.csv");
  for (const auto& met : limits.texts("met")) EXPECT_EQ(met, "yes");

  const auto kept = storage::read_file(out / "cases/multislice/300K_50000/result.json");
  fs::remove(out / "cases/island/673K_20000/result.json");
  fs::remove(out / "cases/multislice/300K_50000/result.json");
  const auto again = call({"--set", "limits.rmsd_angstrom=1e-12"});
  EXPECT_EQ(again.exit_code, 3) << again.messages;
  EXPECT_NE(again.messages.find("rmsd_angstrom is"), std::string::npos) << again.messages;
  EXPECT_EQ(again.messages.find("multislice: "), std::string::npos) << again.messages;
  EXPECT_EQ(again.messages.find("100000 e/Å²: columns found"), std::string::npos) << again.messages;
  // All but the seconds.
  const auto without_times = [](const std::string& text) {
    return text.substr(0, text.find("image_seconds"));
  };
  EXPECT_EQ(without_times(storage::read_file(out / "cases/multislice/300K_50000/result.json")),
            without_times(kept));
}

}  // namespace
}  // namespace adatom::pipeline
