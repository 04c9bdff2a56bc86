// The real Pt-Ir frame against the optimum known for it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "adatom/columns/fit.h"
#include "external_data.h"
#include "support/ptir_frame.h"

namespace adatom::columns {
namespace {

using testing::ptir_pixel_size;
using testing::read_float_tiff;
using testing::read_numbers;

TEST(PtIrFrame, ReachesTheJointOptimumAndAgreesWithTheAuthors) {
  const auto folder = adatom::testing::external_data() / "stem" / "PtIr";
  ADATOM_REQUIRE_EXTERNAL(folder / "ptir_frame.tif");
  const Grid<double> image = read_float_tiff(folder / "ptir_frame.tif");
  ASSERT_EQ(image.width(), 512U);
  std::vector<Position> start;
  for (const auto& row : read_numbers(folder / "start_positions.csv")) {
    start.push_back({row.at(1), row.at(2)});
  }
  ASSERT_EQ(start.size(), 140U);
  FitOptions options{.width = WidthModel::common, .background = BackgroundModel::none};
  NoProgress progress;
  const auto begin = std::chrono::steady_clock::now();
  const FitResult result = fit_columns(image, ptir_pixel_size, start, options, progress);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::cout << "sum of squares " << result.sum_squared_residuals << ", width "
            << result.columns.front().width_angstrom << " A, " << result.iterations
            << " iterations, " << seconds << " s\n";
  EXPECT_EQ(result.termination, Termination::converged);
  EXPECT_LE(result.sum_squared_residuals, 3.2200);
  // The joint optimum found independently has 3.21992 at 0.65746 A.
  EXPECT_NEAR(result.sum_squared_residuals, 3.21992, 1e-5);
  EXPECT_NEAR(result.columns.front().width_angstrom, 0.65746, 1e-5);
  // The authors cut Gaussians at 3 widths and their sum of squares is 0.3 % higher. An independent
  // program (scipy) at the joint optimum is up to 0.040 A and 1.05 % from their strong columns.
  const auto authors = read_numbers(folder / "statstem_columns.csv");
  ASSERT_EQ(authors.size(), 140U);
  for (std::size_t i = 0; i < authors.size(); ++i) {
    if (authors[i].at(5) < 0.1) continue;
    EXPECT_NEAR(result.columns[i].x_angstrom, authors[i].at(1), 0.045) << i;
    EXPECT_NEAR(result.columns[i].y_angstrom, authors[i].at(2), 0.045) << i;
    EXPECT_NEAR(result.columns[i].scs_angstrom2, authors[i].at(5), 0.015 * authors[i].at(5)) << i;
  }
}

}  // namespace
}  // namespace adatom::columns
