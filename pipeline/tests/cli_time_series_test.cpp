// Counting all frames of a series together, through the program, on a simulated series whose truth
// is known.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

class TimeSeriesCommand : public ::testing::Test {
 protected:
  // Five frames of a gold sphere of 29 columns that drifts by more than half a column's distance
  // (2.04 angstrom) from frame to frame while atoms move.
  void SetUp() override {
    std::string library = "atom_count,scs_angstrom2\n";
    for (int atoms = 1; atoms <= 9; ++atoms) {
      library += fmt::format("{},{}\n", atoms, 0.0276 * atoms);
    }
    storage::write_file(scratch.path() / "library.csv", library);
    const auto made = call({"simulate",
                            "image",
                            "--specimen-kind",
                            "sphere",
                            "--specimen-radius-angstrom",
                            "8",
                            "--specimen-zone-axis",
                            "100",
                            "--frame-width",
                            "144",
                            "--frame-height",
                            "128",
                            "--frame-pixel-size-angstrom",
                            "0.18",
                            "--frame-dose-per-angstrom2",
                            "2e4",
                            "--motion-drift-x-angstrom",
                            "1.3",
                            "--motion-drift-y-angstrom",
                            "-0.5",
                            "--motion-moves-per-frame",
                            "1",
                            "--frames",
                            "5",
                            "-o",
                            "made"});
    ASSERT_EQ(made.exit_code, 0) << made.messages;
  }
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, scratch.path());
  }
  fs::path path(const std::string& name) const { return scratch.path() / name; }
  const ScratchFolder scratch;
};

/// Atoms of each true column near a place of a frame; 0: none.
class Truth {
 public:
  explicit Truth(const fs::path& csv) {
    const auto table = storage::read_csv(csv);
    frame_ = table.integers("frame");
    x_ = table.numbers("x_angstrom");
    y_ = table.numbers("y_angstrom");
    atoms_ = table.integers("atom_count");
  }
  [[nodiscard]] std::size_t columns() const { return frame_.size(); }
  [[nodiscard]] long long atoms_at(long long frame, double x, double y) const {
    for (std::size_t i = 0; i < frame_.size(); ++i) {
      // Far above the error of a fit, far below the distance between columns.
      if (frame_[i] == frame && std::hypot(x_[i] - x, y_[i] - y) < 0.5) return atoms_[i];
    }
    return 0;
  }

 private:
  std::vector<long long> frame_;
  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<long long> atoms_;
};

TEST_F(TimeSeriesCommand, FollowsTheColumnsAndCountsThemRight) {
  const auto fitted = call({"fit-columns", "made/frames.tif", "-o", "fit"});
  ASSERT_EQ(fitted.exit_code, 0) << fitted.messages;
  for (const char* threads : {"1", "2"}) {
    const auto result =
        call({"count-atoms", "fit/columns.csv", "--library", "library.csv", "--time-series",
              "--starts", "2", "--threads", threads, "-o", std::string("counts") + threads});
    ASSERT_EQ(result.exit_code, 0) << result.messages;
  }
  EXPECT_EQ(testing::difference(testing::result_bytes(path("counts1")),
                                testing::result_bytes(path("counts2"))),
            "");
  const Truth truth(path("made/truth.csv"));
  const auto counts = storage::read_csv(path("counts1/counts.csv"));
  EXPECT_EQ(counts.header(),
            (std::vector<std::string>{"frame", "column_id", "x_angstrom", "y_angstrom",
                                      "scs_angstrom2", "atom_count", "probability"}));
  ASSERT_EQ(counts.rows(), truth.columns());
  // Steps are seven standard errors wide and more: no count is wrong.
  const auto check = [&](const storage::Table& table) {
    const auto frame = table.integers("frame");
    const auto x = table.numbers("x_angstrom");
    const auto y = table.numbers("y_angstrom");
    const auto atoms = table.integers("atom_count");
    for (std::size_t i = 0; i < frame.size(); ++i) {
      EXPECT_EQ(atoms[i], truth.atoms_at(frame[i], x[i], y[i])) << table.place(i);
    }
  };
  check(counts);
  // Here columns without atoms have their rows, too, with the drift followed.
  const auto series = storage::read_csv(path("counts1/series.csv"));
  check(series);
  const auto id = series.integers("column_id");
  const auto x = series.numbers("x_angstrom");
  const auto series_frame = series.integers("frame");
  for (std::size_t i = 1; i < id.size(); ++i) {
    if (id[i] == id[i - 1]) {
      EXPECT_NEAR(x[i] - x[i - 1], 1.3, 0.2);
    }
  }
  const auto changes = storage::read_csv(path("counts1/changes.csv"));
  const auto frame = changes.integers("frame");
  const auto column = changes.integers("column_id");
  const auto from = changes.integers("from_count");
  const auto to = changes.integers("to_count");
  const auto count_of = [&](long long which, long long when) {
    for (std::size_t i = 0; i < id.size(); ++i) {
      if (id[i] == which && series_frame[i] == when) {
        return series.integers("atom_count")[i];
      }
    }
    return -1LL;
  };
  EXPECT_GE(changes.rows(), 4U);  // an atom moves between two columns four times
  for (std::size_t i = 0; i < changes.rows(); ++i) {
    EXPECT_EQ(count_of(column[i], frame[i]), from[i]);
    EXPECT_EQ(count_of(column[i], frame[i] + 1), to[i]);
  }
  const auto frames = storage::read_csv(path("counts1/series_frames.csv"));
  EXPECT_NEAR(frames.numbers("drift_x_angstrom")[4], 5.2, 0.1);
  EXPECT_NEAR(frames.numbers("drift_y_angstrom")[4], -2.0, 0.1);
  const auto totals = storage::read_csv(path("counts1/totals.csv")).integers("atoms");
  EXPECT_EQ(std::set<long long>(totals.begin(), totals.end()).size(), 1U);  // none is lost
  // Without the series its files go again.
  ASSERT_EQ(call({"count-atoms", "fit/columns.csv", "--library", "library.csv", "--starts", "2",
                  "-o", "counts1"})
                .exit_code,
            0);
  EXPECT_FALSE(fs::exists(path("counts1/series.csv")));
  EXPECT_FALSE(fs::exists(path("counts1/series_totals.svg")));
}

TEST_F(TimeSeriesCommand, NeedsPlacesAndFrames) {
  const auto counted = [&](const std::string& header, const std::vector<std::string>& rows) {
    std::string text = header + '\n';
    for (const auto& row : rows) text += row + '\n';
    storage::write_file(path("list.csv"), text);
    return call(
        {"count-atoms", "list.csv", "--library", "library.csv", "--time-series", "-o", "counts"});
  };
  const auto places = counted("scs_angstrom2", {"0.03", "0.06", "0.09"});
  EXPECT_EQ(places.exit_code, 2);
  EXPECT_NE(places.messages.find("no positions"), std::string::npos) << places.messages;
  const auto frames = counted("x_angstrom,y_angstrom,scs_angstrom2",
                              {"0,0,0.03", "2,0,0.06", "4,0,0.09", "6,0,0.03"});
  EXPECT_EQ(frames.exit_code, 2);
  EXPECT_NE(frames.messages.find("no column `frame`"), std::string::npos) << frames.messages;
  EXPECT_FALSE(fs::exists(path("counts")));
  const auto one = counted("frame,x_angstrom,y_angstrom,scs_angstrom2",
                           {"7,0,0,0.03", "7,2,0,0.06", "7,0,2,0.09", "7,2,2,0.031"});
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_NE(one.messages.find("only frame 7 has columns"), std::string::npos) << one.messages;
}

TEST_F(TimeSeriesCommand, IsAPartOfTheRunWhoseOptionsAreKnown) {
  storage::write_file(path("run.yaml"),
                      "input: {files: [made/frames.tif]}\n"
                      "counting:\n"
                      "  library: library.csv\n"
                      "  starts: 2\n"
                      "  time_series: {enabled: true, match: {tolerance: 0.3}}\n");
  const auto result = call({"run", "run.yaml"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_TRUE(fs::exists(path("runs/run/counts/result/series.csv")));
  const std::string page = storage::read_file(path("runs/run/report.html"));
  EXPECT_NE(page.find("Atom counts through the series"), std::string::npos);
  const auto plan = [&](const std::string& setting) {
    return call({"plan", "run.yaml", "--set", setting}).output;
  };
  EXPECT_NE(plan("counting.time_series.largest_change=3")
                .find("counts: counting.time_series.largest_change 2 -> 3"),
            std::string::npos)
      << plan("counting.time_series.largest_change=3");
  EXPECT_NE(plan("counting.starts=2").find("counts: up to date"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
