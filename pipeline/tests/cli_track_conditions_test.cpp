// `adatom track-conditions` through the program.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"
#include "support/small_video.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using adatom::testing::ProgramResult;
using adatom::testing::run_program;

class TrackConditionsTest : public SmallVideo {
 protected:
  /// Brownian particles for 1.2 s.
  void simulate(const std::string& name, const std::string& diffusion_nm2_per_s,
                const std::string& seed) const {
    SmallVideo::simulate(name, "30",
                         {"--motion-brownian-share", "1", "--motion-directed-share", "0",
                          "--motion-diffusion-nm2-per-s", diffusion_nm2_per_s, "--seed", seed});
  }
  ProgramResult call(const std::string& table) const {
    storage::write_file(scratch.path() / "table.csv", table);
    return run_program({"track-conditions", "table.csv", "-o", "study", "--lags-frames", "1,5",
                        "--overlay-pictures", "0", "--drift", "none"},
                       scratch.path());
  }
  fs::path file(const std::string& name) const { return scratch.path() / "study" / name; }
};

TEST_F(TrackConditionsTest, TheOrderOfMobilitiesIsFound) {
  const std::vector<std::string> diffusion = {"1", "15", "150"};
  for (std::size_t i = 0; i < diffusion.size(); ++i) {
    simulate("film" + std::to_string(i), diffusion[i], "4");
    if (HasFatalFailure()) return;
  }
  simulate("again", diffusion[1], "5");
  const std::string good =
      "video,temperature_c,gas\n"
      "film2/frames.tif,600,H2\n"
      "film0/frames.tif,400,H2\n"
      "film1/frames.tif,500,H2\n"
      "again/frames.tif,500,H2\n";
  // A row that fails: the others are done and compared.
  const ProgramResult broken = call(good + "lost/frames.tif,700,H2\n");
  EXPECT_EQ(broken.exit_code, 2) << broken.messages;
  EXPECT_NE(broken.messages.find("lost/frames.tif"), std::string::npos) << broken.messages;
  EXPECT_NE(broken.messages.find("4 of 5 videos are done and compared"), std::string::npos)
      << broken.messages;
  const auto videos = storage::read_csv(file("videos.csv"));
  ASSERT_EQ(videos.rows(), 5U);
  EXPECT_EQ(videos.texts("status")[0], "done");
  EXPECT_EQ(videos.texts("status")[4], "failed");
  EXPECT_EQ(videos.texts("name")[3], "again_frames");

  const auto conditions = storage::read_csv(file("conditions.csv"));
  std::map<double, double> found;
  std::map<double, double> shares;
  for (std::size_t i = 0; i < conditions.rows(); ++i) {
    const double temperature = conditions.numbers("temperature_c")[i];
    const std::string quantity = conditions.texts("quantity")[i];
    const double value = conditions.numbers("value")[i];
    if (quantity == "diffusion_nm2_per_s") {
      found[temperature] = value;
      const double truth = temperature == 400 ? 1.0 : temperature == 500 ? 15.0 : 150.0;
      // Nine tracks of 30 frames: 10 to 15 %, and walls and neighbours that hold them up.
      EXPECT_NEAR(value, truth, 0.45 * truth);
      EXPECT_EQ(conditions.integers("videos")[i], temperature == 500 ? 2 : 1);
      EXPECT_LT(conditions.numbers("low")[i], value);
    }
    if (quantity == "corrected_share_faster" && conditions.texts("lag_s")[i] == "0.2") {
      shares[temperature] = value;
    }
  }
  ASSERT_EQ(found.size(), 3U);
  ASSERT_EQ(shares.size(), 3U);
  // P(r > v t) = exp(-(v t)^2 / (4 D t)) of Brownian particles: 0.007 for D = 1, 0.72 for 15.
  EXPECT_LT(shares[400], 0.1);
  EXPECT_NEAR(shares[500], std::exp(-4.0 / (4.0 * 15.0 * 0.2)), 0.12);
  EXPECT_GT(shares[600], 0.9);
  const auto trends = storage::read_csv(file("trends.csv"));
  bool is_there = false;
  for (std::size_t i = 0; i < trends.rows(); ++i) {
    if (trends.texts("quantity")[i] != "diffusion_nm2_per_s") continue;
    is_there = true;
    EXPECT_EQ(trends.texts("others")[i], "gas = H2");
    EXPECT_EQ(trends.numbers("spearman_rho")[i], 1.0);
    // 2 of 6 orders.
    EXPECT_NEAR(trends.numbers("spearman_p")[i], 1.0 / 3.0, 1e-12);
    EXPECT_EQ(trends.numbers("largest_at")[i], 600.0);
    EXPECT_GT(trends.numbers("lead_low")[i], 0.0);
  }
  EXPECT_TRUE(is_there);
  const std::string page = storage::read_file(file("report.html"));
  for (const char* text : {"videos/film0_frames/report.html", "lost_frames is left out",
                           "Kendall&#39;s", "noise taken out"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  EXPECT_TRUE(fs::exists(file("figures/corrected_share_faster.svg")));

  // Without that row: nothing is tracked again, and a call once more changes nothing.
  const auto before = fs::last_write_time(file("videos/film0_frames/tracks.csv"));
  const ProgramResult mended = call(good);
  ASSERT_EQ(mended.exit_code, 0) << mended.messages;
  EXPECT_NE(mended.messages.find("done before"), std::string::npos) << mended.messages;
  EXPECT_EQ(fs::last_write_time(file("videos/film0_frames/tracks.csv")), before);
  const auto bytes = adatom::testing::result_bytes(scratch.path() / "study");
  ASSERT_EQ(call(good).exit_code, 0);
  EXPECT_EQ(
      adatom::testing::difference(bytes, adatom::testing::result_bytes(scratch.path() / "study")),
      "");
  // The comparison as JSON.
  const auto json = read_json(file("comparison.json"));
  EXPECT_EQ(json.at("conditions").size(), 3U);
  EXPECT_EQ(json.at("conditions").at(1).at("videos").size(), 2U);
  EXPECT_EQ(json.at("trends").at(0).at("column").get<std::string>(), "temperature_c");
}

TEST_F(TrackConditionsTest, SaysWhatIsWrong) {
  const auto expect = [&](const std::string& table, const std::string& text) {
    const ProgramResult result = call(table);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
  };
  expect("film,temperature_c\na.tif,1\n", "no column 'video'");
  expect("video,temperature_c,threshold_nm_per_s\na.tif,1,5\n", "--threshold-nm-per-s");
  expect("video,temperature_c,radius_min_nm\na.tif,1,many\n", "table.csv:2, radius_min_nm");
}

}  // namespace
}  // namespace adatom::pipeline
