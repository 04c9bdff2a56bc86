// `adatom saed` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using adatom::testing::ProgramResult;
using adatom::testing::run_program;
using Words = std::vector<std::string>;

class Saed : public ::testing::Test {
 protected:
  /// Copper and its oxide on 320 x 320 pixels, rings up to 0.64 1/angstrom at the sides.
  void simulate(const std::string& name, const std::string& frames, const Words& more = {},
                const std::string& s_per_px = "0.004",
                const std::string& ellipse_ratio = "1.02") const {
    Words all = {"simulate",
                 "saed",
                 "-o",
                 name,
                 "--frames",
                 frames,
                 "--pattern-width",
                 "320",
                 "--pattern-height",
                 "320",
                 "--pattern-s-per-px",
                 s_per_px,
                 "--crystallites-size-nm",
                 "[8]",
                 "--pattern-ellipse-ratio",
                 ellipse_ratio,
                 "--pattern-ellipse-angle-deg",
                 "35",
                 "--mixture-volume-fraction",
                 "[0.6,0.4]",
                 "--beam-stop-radius-px",
                 "14",
                 "--beam-stop-rod-width-px",
                 "6"};
    all.insert(all.end(), more.begin(), more.end());
    const ProgramResult result = run_program(all, scratch.path());
    ASSERT_EQ(result.exit_code, 0) << result.messages;
  }
  ProgramResult call(const Words& arguments) const {
    Words all = {"saed"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, scratch.path());
  }
  ProgramResult measure(const std::string& file, const std::string& folder,
                        const Words& more = {}) const {
    Words words = {file, "-o", folder, "--phases", "Cu,Cu2O", "--s-per-px", "0.004"};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return adatom::testing::result_bytes(scratch.path() / folder);
  }
  storage::Table table(const std::string& name) const {
    return storage::read_csv(scratch.path() / name);
  }
  /// Frames [0, count) changed by `change`, without calibration.
  template <class Change>
  void rewrite(const std::string& from, const std::string& to, std::size_t count,
               const Change& change) const {
    const auto reader = image::open_series(scratch.path() / from);
    const auto& info = reader->info();
    const auto writer =
        image::create_series(scratch.path() / to, {.type = image::PixelType::float32,
                                                   .width = info.width,
                                                   .height = info.height,
                                                   .frames = count,
                                                   .calibration = {}});
    for (std::size_t frame = 0; frame < count; ++frame) {
      image::Image picture = image::to_image(reader->read(frame));
      change(frame, picture);
      writer->add(image::to_raw(picture, image::PixelType::float32));
    }
    writer->finish();
  }
  void expect_refused(const ProgramResult& result, const std::string& text) const {
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << text << "\n" << result.messages;
  }
  const adatom::testing::ScratchFolder scratch;
};

/// (I_Cu111 + I_Cu200) / (I_Cu2O111 + I_Cu111 + I_Cu200) of a frame of truth.csv.
double true_ratio(const storage::Table& truth, long long frame) {
  const auto frames = truth.integers("frame");
  const auto phases = truth.texts("phase");
  const auto hkls = truth.texts("hkl");
  const auto areas = truth.numbers("profile_area");
  double copper = 0.0;
  double oxide = 0.0;
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    if (frames[i] != frame) continue;
    if (phases[i] == "Cu" && (hkls[i] == "111" || hkls[i] == "200")) copper += areas[i];
    if (phases[i] == "Cu2O" && hkls[i] == "111") oxide += areas[i];
  }
  return copper / (copper + oxide);
}

TEST_F(Saed, RingsAndFractionsAreThoseOfTheTruth) {
  simulate("sim", "4", {"--mixture-end-fraction", "[0.5,0.5]", "--pattern-drift-x-px", "0.3"});
  const ProgramResult result = measure("sim/frames.tif", "out");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto truth = table("sim/truth.csv");
  const auto fractions = table("out/phase_fraction.csv");
  ASSERT_EQ(fractions.rows(), 8U);
  const auto phases = fractions.texts("phase");
  const auto values = fractions.numbers("intensity_fraction");
  const auto errors = fractions.numbers("intensity_fraction_stderr");
  for (std::size_t i = 0; i < fractions.rows(); ++i) {
    const double copper = true_ratio(truth, fractions.integers("frame")[i]);
    const double expected = phases[i] == "Cu" ? copper : 1.0 - copper;
    EXPECT_NEAR(values[i], expected, 5.0 * errors[i]) << "row " << i;
    // 2e7 electrons in the rings of a frame.
    EXPECT_LT(errors[i], 0.005);
  }
  // The rod and the disc are no part of it, and the centre is found in every frame.
  const auto geometry = read_json(scratch.path() / "out/geometry.json");
  const auto true_geometry = read_json(scratch.path() / "sim/geometry.json");
  EXPECT_NEAR(geometry.at("ellipse_ratio").get<double>(), 1.02,
              1e-4);  // the drift does not blur it
  EXPECT_NEAR(geometry.at("ellipse_angle_deg").get<double>(), 35.0, 0.15);
  for (std::size_t frame = 0; frame < 4; ++frame) {
    for (const char* axis : {"centre_x_px", "centre_y_px"}) {
      EXPECT_NEAR(geometry.at("frames")[frame].at(axis).get<double>(),
                  true_geometry.at("frames")[frame].at(axis).get<double>(), 0.05)
          << axis << " of frame " << frame;
    }
  }
  const auto summary = read_json(scratch.path() / "out/summary.json");
  EXPECT_EQ(summary.at("frames").get<int>(), 4);
  EXPECT_NEAR(summary.at("phases")[0].at("a_angstrom").at("value").get<double>(), 3.615, 0.003);
}

TEST_F(Saed, ADriftingSeriesHasTheSameBinsAtAnyScale) {
  // Its bins come out another by a rounding error where they are counted anew.
  simulate("sim", "3", {"--pattern-drift-x-px", "0.3"}, "0.0045018");
  const ProgramResult result = call({"sim/frames.tif", "-o", "out", "--phases", "Cu,Cu2O",
                                     "--s-per-px", "0.0045018", "--threads", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(table("out/fits.csv").rows(), 3U);
  // The drift is no noise.
  EXPECT_NEAR(read_json(scratch.path() / "out/geometry.json").at("gain").get<double>(), 1.0, 0.15);
}

TEST_F(Saed, WiderBinsGiveTheSameIntensities) {
  simulate("sim", "1");
  ASSERT_EQ(measure("sim/frames.tif", "fine").exit_code, 0);
  ASSERT_EQ(measure("sim/frames.tif", "other", {"--integration-bins", "400"}).exit_code, 0);
  const auto fine = table("fine/rings.csv").numbers("intensity");
  const auto other = table("other/rings.csv").numbers("intensity");
  const auto errors = table("fine/rings.csv").numbers("intensity_stderr");
  ASSERT_EQ(fine.size(), other.size());
  for (std::size_t i = 0; i < fine.size(); ++i) EXPECT_NEAR(other[i], fine[i], 6.0 * errors[i]);
}

TEST_F(Saed, ProfilesAsTableAndAsHdf5) {
  simulate("sim", "2");
  ASSERT_EQ(measure("sim/frames.tif", "out", {"--profiles", "both"}).exit_code, 0);
  const auto profiles = table("out/profiles.csv");
  const auto frames = profiles.integers("frame");
  const auto s = profiles.numbers("s_per_angstrom");
  const auto intensity = profiles.numbers("intensity");
  const storage::Hdf5Reader file(scratch.path() / "out/profiles.h5");
  const auto shape = file.dataset("/intensity").shape;
  ASSERT_EQ(shape.size(), 2U);
  EXPECT_EQ(shape[0], 2U);
  const std::vector<std::uint64_t> begin = {1, 0};
  const std::vector<std::uint64_t> count = {1, shape[1]};
  const auto row = file.read("/intensity", begin, count);
  std::vector<float> stored(shape[1]);
  std::memcpy(stored.data(), row.data(), row.size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < profiles.rows(); ++i) {
    if (frames[i] != 1) continue;
    const auto bin = static_cast<std::size_t>(std::lround(s[i] / 0.004 - 0.5));
    EXPECT_NEAR(stored.at(bin), intensity[i], 1e-6 * intensity[i]);
    ++compared;
  }
  EXPECT_GT(compared, 100U);
}

TEST_F(Saed, TheOscillationIsFound) {
  simulate("sim", "40",
           {"--mixture-amplitude", "[0.15,-0.15]", "--mixture-period-s", "0.5",
            "--beam-ring-counts", "4e6"});
  ASSERT_EQ(measure("sim/frames.tif", "out").exit_code, 0);
  const auto summary = read_json(scratch.path() / "out/summary.json");
  const auto& wave = summary.at("phases")[0].at("oscillation");
  EXPECT_NEAR(wave.at("period_s").get<double>(), 0.5,
              5.0 * wave.at("period_stderr_s").get<double>());
  EXPECT_LT(wave.at("false_alarm_bound").get<double>(), 1e-6);
  // The truth through the same sinusoid: half of what lies between its extremes is near enough.
  const auto truth = table("sim/truth.csv");
  double low = 1.0;
  double high = 0.0;
  for (long long frame = 0; frame < 40; ++frame) {
    low = std::min(low, true_ratio(truth, frame));
    high = std::max(high, true_ratio(truth, frame));
  }
  EXPECT_NEAR(wave.at("amplitude").get<double>(), 0.5 * (high - low), 0.05 * (high - low));
}

TEST_F(Saed, TheScaleFollowsFromAPhase) {
  simulate("sim", "1");
  // Half a per cent off, and copper is trusted.
  Words words = {"sim/frames.tif", "-o",      "out",           "--phases", "Cu,Cu2O",
                 "--s-per-px",     "0.00402", "--scale-phase", "Cu"};
  ASSERT_EQ(call(words).exit_code, 0);
  EXPECT_NEAR(read_json(scratch.path() / "out/geometry.json").at("s_per_px").get<double>(), 0.004,
              1e-6);
  // As the file says.
  ASSERT_EQ(call({"sim/frames.tif", "-o", "file", "--phases", "Cu,Cu2O"}).exit_code, 0);
  EXPECT_EQ(read_json(scratch.path() / "file/geometry.json").at("s_per_px").get<double>(), 0.004);
  // Not given at all.
  rewrite("sim/frames.tif", "bare.tif", 1, [](std::size_t, image::Image&) {});
  const ProgramResult none = call({"bare.tif", "-o", "none", "--phases", "Cu,Cu2O"});
  ASSERT_EQ(none.exit_code, 0) << none.messages;
  EXPECT_NEAR(read_json(scratch.path() / "none/geometry.json").at("s_per_px").get<double>(), 0.004,
              2e-6);
  EXPECT_NE(none.messages.find("warning: the scale"), std::string::npos) << none.messages;
}

TEST_F(Saed, ErrorsAreThoseOfTheElectronsInWhateverUnit) {
  simulate("sim", "1", {"--beam-ring-counts", "1e6"});
  rewrite("sim/frames.tif", "scaled.tif", 1, [](std::size_t, image::Image& picture) {
    for (double& value : picture.values()) value *= 0.002;
  });
  ASSERT_EQ(measure("sim/frames.tif", "counts").exit_code, 0);
  ASSERT_EQ(measure("scaled.tif", "scaled").exit_code, 0);
  EXPECT_NEAR(read_json(scratch.path() / "counts/geometry.json").at("gain").get<double>(), 1.0,
              0.1);
  const auto counts = table("counts/phase_fraction.csv").numbers("intensity_fraction_stderr");
  const auto scaled = table("scaled/phase_fraction.csv").numbers("intensity_fraction_stderr");
  EXPECT_NEAR(scaled[0], counts[0], 0.01 * counts[0]);
}

TEST_F(Saed, PhasesThatShowAreChosen) {
  simulate("sim", "1");
  const ProgramResult result = call({"sim/frames.tif", "-o", "out", "--phases", "Au,Cu,Si,CuO,Cu2O",
                                     "--choice", "best", "--s-per-px", "0.004"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto summary = read_json(scratch.path() / "out/summary.json");
  ASSERT_EQ(summary.at("phases").size(), 2U);
  EXPECT_EQ(summary.at("phases")[0].at("phase"), "Cu");
  EXPECT_EQ(summary.at("phases")[1].at("phase"), "Cu2O");
  EXPECT_EQ(summary.at("candidates").size(), 5U);
}

TEST_F(Saed, ARingOfNoPhaseIsTold) {
  simulate("sim", "1",
           {"--mixture-unknown-d-angstrom", "[1.66,4.5]", "--mixture-unknown-counts", "[1e6,5e5]"});
  const ProgramResult result = measure("sim/frames.tif", "out");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("no phase explains the ring at d = 1.6"), std::string::npos)
      << result.messages;
  const auto unknown = read_json(scratch.path() / "out/summary.json").at("unknown_rings");
  ASSERT_EQ(unknown.size(), 2U);
  // The second lies inside the first ring of the phases, at 3.02 angstrom.
  for (const double truth : {1.66, 4.5}) {
    const auto& d = unknown[truth < 3.0 ? 1 : 0].at("d_angstrom");
    EXPECT_NEAR(d.at("value").get<double>(), truth, 3.0 * d.at("stderr").get<double>());
    EXPECT_LT(d.at("stderr").get<double>(), 3e-4 * truth);
  }
  // What is left of the misfit is that squares of pixels count as Gaussians in rings 3.5 pixels
  // wide of 2e7 electrons. Where the background took the ring it was 320, and areas 8 % off.
  EXPECT_LT(table("out/fits.csv").numbers("chi2_per_dof")[0], 15.0);
  const auto fractions = table("out/phase_fraction.csv");
  EXPECT_EQ(fractions.texts("phase")[0], "Cu");
  EXPECT_NEAR(fractions.numbers("intensity_fraction")[0], true_ratio(table("sim/truth.csv"), 0),
              0.002);
}

TEST_F(Saed, ALongerSeriesGoesOnToTheSameBytes) {
  simulate("sim", "6");
  const auto same = [](std::size_t, image::Image&) {};
  const Words options = {"--reference-frames", "3", "--frame-time-s", "0.04"};
  rewrite("sim/frames.tif", "series.tif", 4, same);
  ASSERT_EQ(measure("series.tif", "parts", options).exit_code, 0);
  rewrite("sim/frames.tif", "series.tif", 6, same);
  const ProgramResult more = measure("series.tif", "parts", options);
  ASSERT_EQ(more.exit_code, 0) << more.messages;
  EXPECT_NE(more.messages.find("6 frames"), std::string::npos);
  EXPECT_NE(more.messages.find("4 were done before"), std::string::npos) << more.messages;
  Words one_thread = options;
  one_thread.insert(one_thread.end(), {"--threads", "1"});
  ASSERT_EQ(measure("series.tif", "whole", one_thread).exit_code, 0);
  EXPECT_EQ(adatom::testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Saed, InterruptedItGoesOnToTheSameBytes) {
  simulate("sim", "40");
  const Words arguments = {"saed",     "sim/frames.tif", "-o",         "parts",
                           "--phases", "Cu,Cu2O",        "--s-per-px", "0.004"};
  for (int i = 0; i < 3; ++i) {
    // Wherever the signal meets it: it stops with a state, or had ended.
    const pid_t program = adatom::testing::start_program(arguments, scratch.path());
    const bool caught = adatom::testing::wait_until_caught(program, SIGINT);
    if (caught) kill(program, SIGINT);
    int status = 0;
    waitpid(program, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  }
  ASSERT_EQ(run_program(arguments, scratch.path()).exit_code, 0);
  ASSERT_EQ(measure("sim/frames.tif", "whole").exit_code, 0);
  EXPECT_EQ(adatom::testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Saed, ACutOffSeriesKeepsWhatIsBefore) {
  simulate("sim", "6");
  const fs::path file = scratch.path() / "sim/frames.tif";
  fs::resize_file(file, fs::file_size(file) * 3 / 4);
  const ProgramResult result = measure("sim/frames.tif", "out", {"--frame-time-s", "0.04"});
  EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 2) << result.messages;
  EXPECT_NE(result.messages.find("frames.tif"), std::string::npos) << result.messages;
  EXPECT_GE(table("out/fits.csv").rows(), 3U);
  EXPECT_TRUE(fs::exists(scratch.path() / "out/report.html"));
}

TEST_F(Saed, ABlankFrameIsToldAndGoneOver) {
  simulate("sim", "5");
  rewrite("sim/frames.tif", "blank.tif", 5, [](std::size_t frame, image::Image& picture) {
    if (frame == 3) std::ranges::fill(picture.values(), 3.0);
  });
  const ProgramResult result =
      measure("blank.tif", "out", {"--frame-time-s", "0.04", "--reference-frames", "3"});
  EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 3) << result.messages;
  EXPECT_NE(result.messages.find("1 of 5 frames"), std::string::npos) << result.messages;
  EXPECT_EQ(table("out/fits.csv").rows(), 5U);
  EXPECT_EQ(table("out/fits.csv").integers("own_centre")[3], 0);
}

TEST_F(Saed, AnEmptyFrameAmongTheFirstIsLeftOut) {
  simulate("sim", "3");
  rewrite("sim/frames.tif", "nan.tif", 3, [](std::size_t frame, image::Image& picture) {
    if (frame == 0) std::ranges::fill(picture.values(), std::numeric_limits<double>::quiet_NaN());
  });
  const ProgramResult result = measure("nan.tif", "out", {"--frame-time-s", "0.04"});
  EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 3) << result.messages;
  EXPECT_EQ(read_json(scratch.path() / "out/geometry.json").at("frames_in_reference"), 2);
  const auto fractions = table("out/phase_fraction.csv").numbers("intensity_fraction");
  ASSERT_EQ(fractions.size(), 6U);
  EXPECT_FALSE(std::isfinite(fractions[0]));
  EXPECT_TRUE(std::isfinite(fractions[2]));
}

TEST_F(Saed, TheEllipseIsFollowedWhereItChanges) {
  simulate("one", "3", {"--seed", "1"});
  simulate("two", "3", {"--seed", "2"}, "0.004", "1.03");
  const Words both = {"one/frames.tif", "two/frames.tif", "--phases", "Cu,Cu2O",
                      "--s-per-px",     "0.004",          "-o"};
  const auto run = [&](const std::string& folder, const std::string& centre) {
    Words words = both;
    words.insert(words.end(), {folder, "--centre", centre});
    return call(words);
  };
  const ProgramResult fixed = run("same", "each");
  EXPECT_NE(fixed.messages.find("the ellipse changes over the first 6 frames"), std::string::npos)
      << fixed.messages;
  const ProgramResult followed = run("own", "with_ellipse");
  EXPECT_EQ(followed.messages.find("the ellipse changes"), std::string::npos) << followed.messages;
  const auto same = table("same/fits.csv").numbers("ellipse_ratio");
  const auto own = table("own/fits.csv").numbers("ellipse_ratio");
  const auto errors = table("own/fits.csv").numbers("ellipse_ratio_stderr");
  ASSERT_EQ(own.size(), 6U);
  for (std::size_t i = 0; i < own.size(); ++i) {
    EXPECT_NEAR(same[i], 1.025, 0.001);
    EXPECT_NEAR(own[i], i < 3 ? 1.02 : 1.03, 5.0 * errors[i]);
    EXPECT_LT(errors[i], 1e-3);
  }
  EXPECT_LT(table("own/fits.csv").numbers("chi2_per_dof")[0],
            0.9 * table("same/fits.csv").numbers("chi2_per_dof")[0]);
}

TEST_F(Saed, AGivenCentreIsKeptWithoutComplaint) {
  simulate("sim", "3");
  const ProgramResult result =
      measure("sim/frames.tif", "out",
              {"--pattern-geometry-centre-x-px", "159.5", "--pattern-geometry-centre-y-px", "159.5",
               "--centre", "with_ellipse"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(result.messages.find("show too little"), std::string::npos) << result.messages;
  for (const double x : table("out/fits.csv").numbers("centre_x_px")) EXPECT_EQ(x, 159.5);
  const auto each = measure(
      "sim/frames.tif", "each",
      {"--pattern-geometry-centre-x-px", "159.5", "--pattern-geometry-centre-y-px", "159.5"});
  EXPECT_EQ(each.messages.find("show too little"), std::string::npos) << each.messages;
}

TEST_F(Saed, WhatIsSaturatedLaterIsTold) {
  simulate("sim", "3");
  double most = 0.0;
  rewrite("sim/frames.tif", "bright.tif", 3, [&](std::size_t frame, image::Image& picture) {
    for (double& value : picture.values()) {
      if (frame == 2) {
        value = std::min(1.4 * value, 1.1 * most);
      } else {
        most = std::max(most, value);
      }
    }
  });
  const ProgramResult result =
      measure("bright.tif", "out",
              {"--frame-time-s", "0.04", "--reference-frames", "2",
               "--pattern-mask-saturation-counts", std::to_string(1.1 * most - 1e-3)});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("1 of 3 frames, the first of them 2, are saturated"),
            std::string::npos)
      << result.messages;
  const auto saturated = table("out/fits.csv").integers("saturated_pixels");
  EXPECT_EQ(saturated[1], 0);
  EXPECT_GT(saturated[2], 0);
}

TEST_F(Saed, WhatCannotBeIsRefused) {
  simulate("sim", "2");
  expect_refused(call({"sim/frames.tif", "-o", "out", "--s-per-px", "0.004"}), "no phase is given");
  expect_refused(call({"sim/frames.tif", "-o", "out", "--phases", "Cu,Kryptonite"}),
                 "the phase Kryptonite is not known");
  expect_refused(call({"sim/frames.tif", "-o", "out", "--phases", "Cu, Cu"}), "given twice");
  expect_refused(call({"none.tif", "-o", "out", "--phases", "Cu"}), "none.tif");
  expect_refused(measure("sim/frames.tif", "out", {"--window-s", "[3]"}),
                 "--window-s: a window has");
  const auto same = [](std::size_t, image::Image&) {};
  rewrite("sim/frames.tif", "timeless.tif", 2, same);
  expect_refused(measure("timeless.tif", "out"), "the time between frames is not known");
  rewrite("sim/frames.tif", "flat.tif", 1, [](std::size_t, image::Image& picture) {
    for (std::size_t i = 0; i < picture.size(); ++i) {
      picture.values()[i] = 100.0 + static_cast<double>((i * 2654435761U) % 17U);
    }
  });
  expect_refused(measure("flat.tif", "out"), "no rings are found");
  rewrite("sim/frames.tif", "nan.tif", 2, [](std::size_t frame, image::Image& picture) {
    if (frame == 0) std::ranges::fill(picture.values(), std::numeric_limits<double>::quiet_NaN());
  });
  expect_refused(measure("nan.tif", "out", {"--frame-time-s", "0.04", "--reference-frames", "1"}),
                 "no finite pixel");
}

}  // namespace
}  // namespace adatom::pipeline
