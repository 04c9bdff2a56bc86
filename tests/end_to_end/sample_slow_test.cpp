// The main job on the sample series, against the truth the series was made from.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::testing {
namespace {

namespace fs = std::filesystem;

class Sample : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch = new ScratchFolder;
    const auto result =
        run_program({"run", (fs::path(ADATOM_SOURCE_DIR) / "configs" / "sample.yaml").string(),
                     "--run-dir", (scratch->path() / "run").string()},
                    scratch->path());
    exit_code = result.exit_code;
    messages = result.messages;
  }
  static void TearDownTestSuite() {
    delete scratch;
    scratch = nullptr;
  }
  static fs::path run() { return scratch->path() / "run"; }
  static ScratchFolder* scratch;
  static int exit_code;
  static std::string messages;
};
ScratchFolder* Sample::scratch = nullptr;
int Sample::exit_code = -1;
std::string Sample::messages;

struct Truth {
  std::vector<double> frame, x, y, atoms, scs;
};

Truth read_truth() {
  const auto table =
      storage::read_csv(fs::path(ADATOM_SOURCE_DIR) / "data" / "sample" / "truth.csv");
  return {table.numbers("frame"), table.numbers("x_angstrom"), table.numbers("y_angstrom"),
          table.numbers("atom_count"), table.numbers("scs_angstrom2")};
}

TEST_F(Sample, EndsWithExitCodeZero) { EXPECT_EQ(exit_code, 0) << messages; }

// Every true column has exactly one counted column within a third of the smallest column distance
// (about 1 angstrom), and at least 99 % of the columns hold the right number of atoms.
TEST_F(Sample, FindsAndCountsTheColumns) {
  const Truth truth = read_truth();
  const auto counts = storage::read_csv(run() / "counts" / "result" / "counts.csv");
  const auto frame = counts.numbers("frame");
  const auto x = counts.numbers("x_angstrom");
  const auto y = counts.numbers("y_angstrom");
  const auto atoms = counts.numbers("atom_count");
  const auto scs = counts.numbers("scs_angstrom2");
  std::size_t found = 0;
  std::size_t right = 0;
  double scs_ratio = 0.0;
  std::map<double, long> total_error;
  for (std::size_t t = 0; t < truth.x.size(); ++t) {
    std::size_t near = 0;
    std::size_t match = 0;
    for (std::size_t c = 0; c < x.size(); ++c) {
      if (frame[c] == truth.frame[t] && std::hypot(x[c] - truth.x[t], y[c] - truth.y[t]) < 0.5) {
        ++near;
        match = c;
      }
    }
    total_error[truth.frame[t]] -= std::lround(truth.atoms[t]);
    if (near != 1) continue;
    ++found;
    if (atoms[match] == truth.atoms[t]) ++right;
    scs_ratio += scs[match] / truth.scs[t];
  }
  const auto n = static_cast<double>(truth.x.size());
  EXPECT_GE(static_cast<double>(found) / n, 0.99);
  EXPECT_GE(static_cast<double>(right) / n, 0.99);
  EXPECT_LE(static_cast<double>(x.size()), 1.01 * n);
  EXPECT_NEAR(scs_ratio / static_cast<double>(found), 1.0, 0.005);
  for (std::size_t c = 0; c < x.size(); ++c) total_error[frame[c]] += std::lround(atoms[c]);
  for (const auto& [index, error] : total_error) {
    EXPECT_LE(std::labs(error), 4) << "frame " << index;
  }
}

TEST_F(Sample, ReportIsSelfContained) {
  const std::string page = storage::read_file(run() / "report.html");
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_LT(page.size(), 12U << 20);
  // Nothing is fetched: no source or link with a scheme but data:, no style import.
  for (const char* reference : {"src=\"http", "href=\"http", "@import", "url(http"}) {
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
  }
}

TEST_F(Sample, VerifyFindsNothingAndThenTheDamage) {
  const auto clean = run_program({"verify", "--run-dir", run().string()}, scratch->path());
  EXPECT_EQ(clean.exit_code, 0) << clean.messages;
  const fs::path damaged = scratch->path() / "damaged";
  fs::copy(run(), damaged, fs::copy_options::recursive);
  const fs::path table = damaged / "columns" / "result" / "columns.csv";
  std::string bytes = storage::read_file(table);
  bytes[bytes.size() / 2] = bytes[bytes.size() / 2] == '1' ? '2' : '1';
  storage::write_file(table, bytes);
  const auto found = run_program({"verify", "--run-dir", damaged.string()}, scratch->path());
  EXPECT_NE(found.exit_code, 0);
  EXPECT_NE((found.output + found.messages).find("columns/result/columns.csv"), std::string::npos);
}

}  // namespace
}  // namespace adatom::testing
