// The shipped configuration of `adatom driving-force`, from phantoms to its page.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

// As the README says, with shorter videos.
TEST(DrivingForce, TheTwoSeriesOfTheStudyOnPhantoms) {
  const testing::ScratchFolder scratch;
  const fs::path source = ADATOM_SOURCE_DIR;
  fs::copy_file(source / "configs" / "driving_force.yaml", scratch.path() / "driving_force.yaml");
  const std::string program = fs::path(ADATOM_PROGRAM).parent_path().string();
  const std::string script = "PATH='" + program + "':$PATH bash '" +
                             (source / "scripts" / "simulate_driving_force.sh").string() + "' '" +
                             scratch.path().string() + "' 60 > '" +
                             (scratch.path() / "log").string() + "' 2>&1";
  ASSERT_EQ(std::system(script.c_str()), 0) << storage::read_file(scratch.path() / "log");
  const auto result =
      testing::run_program({"driving-force", "driving_force.yaml", "-o", "force"}, scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto table = storage::read_csv(scratch.path() / "force" / "driving_force.csv");
  ASSERT_EQ(table.rows(), 9U);
  const std::map<std::string, double> made = {{"400C", 0.80}, {"450C", 0.72}, {"500C", 0.60},
                                              {"550C", 0.33}, {"600C", 0.12}, {"2to1", 0.10},
                                              {"4to1", 0.28}, {"8to1", 0.66}, {"10to1", 0.70}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    // A window of two periods, with the first point of a third: within 0.001 of the mean.
    EXPECT_NEAR(table.numbers("copper_fraction")[i], made.at(table.texts("condition")[i]), 0.003);
    EXPECT_NEAR(table.numbers("copper_amplitude")[i], 0.05, 0.0005);
    // The phantoms' sinusoid of 1.5 s.
    EXPECT_NEAR(table.numbers("copper_period_s")[i], 1.5, 0.02) << table.texts("condition")[i];
    EXPECT_LT(table.numbers("copper_false_alarm")[i], 1e-6);
    EXPECT_GT(table.numbers("velocity_fraction")[i], 0.0);
  }
  const auto summary =
      nlohmann::json::parse(storage::read_file(scratch.path() / "force" / "summary.json"));
  ASSERT_EQ(summary["series"].size(), 3U);
  EXPECT_EQ(summary["series"][0]["predicted_largest"], "500C");
  EXPECT_EQ(summary["series"][1]["predicted_largest"], "500C");
  const auto& window = summary["series"][0]["energies_for_the_measured_largest_kj_per_mol"];
  EXPECT_FALSE(window.is_null());
  // Diffusion was made to follow the prediction: over all nine conditions that is seen.
  EXPECT_GT(summary["series"][2]["spearman"]["coefficient"].get<double>(), 0.5);
}

}  // namespace
}  // namespace adatom::pipeline
