// `adatom driving-force` through the program.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::ProgramResult;
using testing::run_program;

class DrivingForceTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((scratch.path() / name).parent_path());
    storage::write_file(scratch.path() / name, text);
  }
  ProgramResult call(const std::string& config, const std::vector<std::string>& more = {}) const {
    write("study.yaml", config);
    std::vector<std::string> all = {"driving-force", "study.yaml", "-o", "force"};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all, scratch.path());
  }
  storage::Table table(const std::string& name) const {
    return storage::read_csv(scratch.path() / "force" / name);
  }
  nlohmann::json summary() const {
    return nlohmann::json::parse(storage::read_file(scratch.path() / "force" / "summary.json"));
  }
  const testing::ScratchFolder scratch;
};

const std::string rate =
    "rate: {activation_energy_kj_per_mol: 40}\n"
    "comparison: {draws: 500}\n";

/// Both series of the study, as numbers.
const std::string both_series =
    rate +
    "conditions:\n"
    "  t400: {temperature_c: 400, h2_o2_ratio: 6, copper_fraction: 0.80, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.20, velocity_fraction_stderr: 0.01}\n"
    "  t450: {temperature_c: 450, h2_o2_ratio: 6, copper_fraction: 0.72, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.29, velocity_fraction_stderr: 0.01}\n"
    "  t500: {temperature_c: 500, h2_o2_ratio: 6, copper_fraction: 0.60, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.37, velocity_fraction_stderr: 0.01}\n"
    "  t550: {temperature_k: 823.15, h2_o2_ratio: 6, copper_fraction: 0.33, "
    "copper_fraction_stderr: 0.01, velocity_fraction: 0.30, velocity_fraction_stderr: 0.01}\n"
    "  t600: {temperature_c: 600, h2_flow: 6, o2_flow: 1, diluent_flow: 28, copper_fraction: 0.12, "
    "copper_fraction_stderr: 0.01, velocity_fraction: 0.15, velocity_fraction_stderr: 0.01}\n"
    "  r2: {temperature_c: 500, h2_o2_ratio: 2, copper_fraction: 0.10, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.14, velocity_fraction_stderr: 0.01}\n"
    "  r4: {temperature_c: 500, h2_o2_ratio: 4, copper_fraction: 0.28, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.24, velocity_fraction_stderr: 0.01}\n"
    "  r8: {temperature_c: 500, h2_o2_ratio: 8, copper_fraction: 0.66, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.32, velocity_fraction_stderr: 0.01}\n"
    "  r10: {temperature_c: 500, h2_o2_ratio: 10, copper_fraction: 0.70, copper_fraction_stderr: "
    "0.01, velocity_fraction: 0.27, velocity_fraction_stderr: 0.01}\n";

TEST_F(DrivingForceTest, BothSeriesOfTheStudy) {
  const ProgramResult result = call(both_series);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto conditions = table("driving_force.csv");
  ASSERT_EQ(conditions.rows(), 9U);
  for (std::size_t i = 0; i < 9; ++i) {
    const double kelvin = conditions.numbers("temperature_k")[i];
    const double oxygen = 20.0 / (1.0 + conditions.numbers("h2_o2_ratio")[i]);
    EXPECT_NEAR(conditions.numbers("oxygen_pa")[i], oxygen, 1e-9);
    // dt^2 P_O2 exp(-Ea/(R T)) c
    const double expected = 0.04 * 0.04 * oxygen * std::exp(-40000.0 / (8.314462618 * kelvin)) *
                            conditions.numbers("copper_fraction")[i];
    EXPECT_NEAR(conditions.numbers("impulse_pa_s")[i] / expected, 1.0, 1e-9);
  }
  const auto json = summary();
  ASSERT_EQ(json["series"].size(), 3U);
  const auto& temperatures = json["series"][0];
  EXPECT_EQ(temperatures["kind"], "temperature");
  EXPECT_EQ(temperatures["conditions"].size(), 5U);
  EXPECT_EQ(temperatures["predicted_largest"], "t500");
  EXPECT_EQ(temperatures["measured_largest"], "t500");
  const auto& window = temperatures["energies_for_the_measured_largest_kj_per_mol"];
  EXPECT_TRUE(window["possible"].get<bool>());
  const double r = 8.314462618e-3;
  EXPECT_NEAR(window["low"].get<double>(), r * std::log(1.2) / (1 / 723.15 - 1 / 773.15), 1e-6);
  EXPECT_NEAR(window["high"].get<double>(), r * std::log(0.6 / 0.33) / (1 / 773.15 - 1 / 823.15),
              1e-6);
  const auto& gases = json["series"][1];
  EXPECT_EQ(gases["kind"], "gas");
  EXPECT_EQ(gases["predicted_largest"], "t500");
  // In the order of the ratios 2, 4, 6, 8, 10 both sides are the same order: p = 2/120.
  EXPECT_EQ(gases["conditions"][2], "t500");
  EXPECT_DOUBLE_EQ(gases["spearman"]["coefficient"].get<double>(), 1.0);
  EXPECT_DOUBLE_EQ(gases["spearman"]["p_two_sided"].get<double>(), 2.0 / 120.0);
  EXPECT_FALSE(gases.contains("energies_for_the_measured_largest_kj_per_mol"));
  EXPECT_EQ(json["series"][2]["kind"], "all");

  const auto sensitivity = table("sensitivity.csv");
  EXPECT_EQ(sensitivity.rows(), 2U * 41U);
  EXPECT_EQ(sensitivity.texts("predicted_largest")[0], "t400");   // 0 kJ/mol: the most copper
  EXPECT_EQ(sensitivity.texts("predicted_largest")[40], "t600");  // 200 kJ/mol: the hottest
  EXPECT_EQ(sensitivity.texts("predicted_largest")[8], "t500");
  EXPECT_EQ(table("comparison.csv").rows(), 5U + 5U + 9U);
  for (const char* name : {"prediction_1.svg", "energies_1.svg", "largest_1.svg", "copper_2.svg",
                           "prediction_3.svg", "report.html"}) {
    EXPECT_TRUE(fs::exists(scratch.path() / "force" / name)) << name;
  }
  EXPECT_FALSE(fs::exists(scratch.path() / "force" / "energies_2.svg"));
}

// The same bytes again with any threads; what a call no longer writes goes, other files stay.
TEST_F(DrivingForceTest, AgainAndWithLess) {
  ASSERT_EQ(call(both_series).exit_code, 0);
  const auto first = testing::result_bytes(scratch.path() / "force");
  ASSERT_EQ(call(both_series, {"--threads", "1"}).exit_code, 0);
  EXPECT_EQ(testing::result_bytes(scratch.path() / "force"), first);
  write("force/mine.txt", "mine");
  const std::string four = both_series.substr(0, both_series.find("  t600"));
  ASSERT_EQ(call(four).exit_code, 0);
  EXPECT_FALSE(fs::exists(scratch.path() / "force" / "copper_2.svg"));
  EXPECT_TRUE(fs::exists(scratch.path() / "force" / "mine.txt"));
  EXPECT_EQ(summary()["series"].size(), 1U);
}

// A share that oscillates: 0.6 + 0.1 sin(2 pi t / 1.5), and an error of 0.01 in each frame.
TEST_F(DrivingForceTest, SharesFromTables) {
  std::string phases =
      "frame,time_s,phase,intensity_fraction,intensity_fraction_stderr,volume_fraction,"
      "volume_fraction_stderr\n";
  for (int frame = 0; frame < 60; ++frame) {
    const double time = 7.0 + 0.1 * frame;  // the window counts from the first frame on
    const double copper = 0.6 + 0.1 * std::sin(2.0 * M_PI * time / 1.5);
    for (const bool is_copper : {true, false}) {
      const std::string share = storage::cell(is_copper ? copper : 1.0 - copper);
      phases += std::to_string(frame) + "," + storage::cell(time) + "," +
                (is_copper ? "Cu" : "Cu2O") + "," + share + ",0.01,0.5,0.02\n";
    }
  }
  write("a/phase_fraction.csv", phases);
  write("a/fractions.csv",
        "lag_frames,lag_s,threshold_nm_per_s,share_faster,share_faster_low,share_faster_high,"
        "corrected_share_faster,corrected_share_faster_low,corrected_share_faster_high,"
        "displacements,warning\n"
        "1,0.04,10,0.9,0.88,0.92,0.5,0.4,0.6,100,noisy\n"
        "5,0.2,10,0.31,0.3,0.32,0.3,0.2804,0.3196,100,\n"
        "25,1,10,0.1,0.09,0.11,0.1,0.05,0.15,100,\n");
  write("b/conditions.csv",
        "temperature_c,quantity,unit,lag_s,value,stderr,low,high,videos,videos_warned\n"
        "500,particles,,,9,,,,1,0\n"
        "400,corrected_share_faster,,0.2,0.1,0.02,0,1,1,0\n"
        "500,corrected_share_faster,,0.2,0.2,0.03,0,1,2,1\n");
  const std::string config =
      rate +
      "velocity: {lag_s: 0.2}\n"
      "conditions:\n"
      "  a: {temperature_c: 450, h2_o2_ratio: 6, copper_table: a/phase_fraction.csv, "
      "velocity_table: a/fractions.csv}\n"
      "  b: {temperature_c: 500, h2_o2_ratio: 6, copper_fraction: 0.5, velocity_table: "
      "b/conditions.csv}\n"
      "  c: {temperature_c: 400, h2_o2_ratio: 6, copper_fraction: 0.5, velocity_table: "
      "b/conditions.csv}\n";
  const ProgramResult result = call(config);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto conditions = table("driving_force.csv");
  // Two whole periods and one frame more, which stands at 0.6 + 0.1 sin(2 pi 7 / 1.5).
  const double last = 0.6 + 0.1 * std::sin(2.0 * M_PI * 7.0 / 1.5);
  EXPECT_NEAR(conditions.numbers("copper_fraction")[0], (30 * 0.6 + last) / 31.0, 1e-9);
  EXPECT_EQ(conditions.integers("copper_frames")[0], 31);
  EXPECT_GE(conditions.numbers("copper_fraction_stderr")[0], 0.01 / std::sqrt(31.0) - 1e-12);
  EXPECT_NEAR(std::stod(conditions.texts("copper_period_s")[0]), 1.5, 1e-6);
  EXPECT_NEAR(std::stod(conditions.texts("copper_amplitude")[0]), 0.1, 1e-6);
  EXPECT_LT(std::stod(conditions.texts("copper_false_alarm")[0]), 1e-9);
  EXPECT_NEAR(conditions.numbers("velocity_fraction")[0], 0.3, 1e-12);
  EXPECT_NEAR(conditions.numbers("velocity_fraction_stderr")[0], 0.01, 1e-5);
  EXPECT_NEAR(conditions.numbers("velocity_fraction")[1], 0.2, 1e-12);
  EXPECT_NEAR(conditions.numbers("velocity_fraction_stderr")[2], 0.02, 1e-12);
  EXPECT_NE(result.messages.find("b: the threshold means little"), std::string::npos);

  const ProgramResult other = call(config, {"--set", "velocity.lag_s=0.3"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.messages.find("its lags are 0.04, 0.2, 1"), std::string::npos) << other.messages;
  const ProgramResult late = call(config, {"--set", "copper.from_s=20", "--set", "copper.to_s=30"});
  EXPECT_EQ(late.exit_code, 2);
  EXPECT_NE(late.messages.find("no frame is from 20 to 30 s"), std::string::npos) << late.messages;
  const ProgramResult gold = call(config, {"--set", "copper.phase=Au"});
  EXPECT_EQ(gold.exit_code, 2);
  EXPECT_NE(gold.messages.find("no phase 'Au'"), std::string::npos) << gold.messages;
}

// A square of 10 nm, its right side copper: c falls to 0 along the two sides that meet it, so
// int c n dl is 10 nm to the right and nothing along y.
TEST_F(DrivingForceTest, OutlineAndConditionsWithoutSpeeds) {
  write("outline.csv",
        "x_nm,y_nm,copper_fraction,copper_fraction_stderr\n"
        "0,0,0,0.01\n10,0,1,0.01\n10,10,1,0.01\n0,10,0,0.01\n");
  const ProgramResult result =
      call(rate +
           "conditions:\n"
           "  a: {temperature_c: 500, h2_o2_ratio: 6, copper_fraction: 0.5, outline: outline.csv, "
           "thickness_nm: 5}\n");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("nothing is compared"), std::string::npos) << result.messages;
  const auto conditions = table("driving_force.csv");
  EXPECT_NEAR(conditions.numbers("asymmetry_nm")[0], 10.0, 1e-9);
  EXPECT_NEAR(conditions.numbers("asymmetry_angle_deg")[0], 0.0, 1e-9);
  EXPECT_NEAR(conditions.numbers("outline_impulse_n_s")[0],
              2.0 * conditions.numbers("impulse_pa_s")[0] * 10e-9 * 5e-9, 1e-30);
  // Each of four vertices weighs half of a side across: 0.01 x sqrt(4) x 5 nm.
  EXPECT_NEAR(conditions.numbers("asymmetry_stderr_nm")[0], 0.1, 1e-9);
}

TEST_F(DrivingForceTest, AllThatIsWrongAtOnce) {
  const ProgramResult result = call(
      "conditions:\n"
      "  a: {h2_o2_ratio: 6, copper_fraction: 60}\n"
      "  b: {temperature_c: 500, copper_fraction: 0.5}\n"
      "  c: {temperature_c: 500, h2_o2_ratio: 6, o2_flow: 1, copper_fraction: 0.5, speed: 3}\n");
  EXPECT_EQ(result.exit_code, 2);
  for (const char* text : {"rate.activation_energy_kj_per_mol", "conditions.a.temperature_c",
                           "conditions.a.copper_fraction", "conditions.b.h2_o2_ratio",
                           "conditions.c.h2_o2_ratio", "unknown option 'speed'"}) {
    EXPECT_NE(result.messages.find(text), std::string::npos) << text << "\n" << result.messages;
  }
  EXPECT_FALSE(fs::exists(scratch.path() / "force"));
  const ProgramResult schema = run_program({"schema", "--of", "driving-force"}, scratch.path());
  EXPECT_EQ(schema.exit_code, 0);
  EXPECT_NE(schema.output.find("activation_energy_kj_per_mol"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
