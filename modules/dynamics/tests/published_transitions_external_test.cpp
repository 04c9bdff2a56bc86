// The matrices published for gold at 300 and 673 K (Cioni et al., Adv. Sci. 2024): probabilities in
// 1 ns and times.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "adatom/dynamics/transitions.h"
#include "external_data.h"

namespace adatom::dynamics {
namespace {

/// The numbers of a table whose first row and column are names.
std::vector<double> read_table(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<double> numbers;
  while (std::getline(file, line)) {
    std::istringstream row(line);
    std::string cell;
    std::getline(row, cell, ',');
    while (std::getline(row, cell, ',')) numbers.push_back(std::stod(cell));
  }
  return numbers;
}

TEST(PublishedTransitions, TimesAreTheWindowOverProbabilities) {
  for (const std::string kelvin : {"300", "673"}) {
    const auto folder = testing::external_data() / "published";
    const auto p_file = folder / ("published_p_per_ns_" + kelvin + "K.csv");
    ADATOM_REQUIRE_EXTERNAL(p_file);
    const auto p = read_table(p_file);
    const auto tau = read_table(folder / ("published_tau_ns_" + kelvin + "K.csv"));
    ASSERT_EQ(p.size(), 100U);
    ASSERT_EQ(tau.size(), 100U);
    // As many windows as make every probability a count to more digits than are printed.
    constexpr double windows = 1e12;
    TransitionCounts counts{.classes = 10, .window_frames = 10, .blocks = TimeBlocks(100)};
    for (const double each : p) {
      counts.count.push_back(static_cast<std::uint64_t>(std::llround(each * windows)));
    }
    const auto matrix = estimate_transitions({&counts, 1}, 0.1, {}, RandomStream(1));
    int compared = 0;
    for (const Transition& t : matrix.entries) {
      const std::size_t e = t.from * 10U + t.to;
      // Rows are printed to six digits and add up to one within these.
      EXPECT_NEAR(t.probability, p[e], 2e-6);
      if (t.from == t.to) continue;
      if (tau[e] == 0.0) {
        EXPECT_FALSE(t.time_ns.has_value());
        continue;
      }
      // Printed to three digits, the last of which may be half off.
      EXPECT_NEAR(*t.time_ns / tau[e], 1.0, 0.006) << int{t.from} << ' ' << int{t.to};
      EXPECT_NEAR(t.rate_per_ns * *t.time_ns, 1.0, 1e-12);
      ++compared;
    }
    EXPECT_GE(compared, 30);
  }
}

}  // namespace
}  // namespace adatom::dynamics
