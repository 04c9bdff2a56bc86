// The real Pt-Ir frame: columns found unaided against the 140 its authors fitted.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/columns/detect.h"
#include "adatom/columns/fit.h"
#include "adatom/columns/lattice.h"
#include "detect_scoring.h"
#include "external_data.h"
#include "support/ptir_frame.h"

namespace adatom::columns {
namespace {

using testing::Match;
using testing::match_positions;

using testing::ptir_pixel_size;

// The authors' columns: x and y are the second and third field of each row.
std::vector<Position> read_columns(const std::filesystem::path& path) {
  std::vector<Position> positions;
  for (const auto& row : testing::read_numbers(path)) positions.push_back({row.at(1), row.at(2)});
  return positions;
}

// The aim of the program on this frame: 135 of 140 within 0.3 A and fewer than 8 extra, before and
// after the joint fit.
TEST(PtIrDetection, FindsTheAuthorsColumns) {
  const auto folder = adatom::testing::external_data() / "stem" / "PtIr";
  ADATOM_REQUIRE_EXTERNAL(folder / "ptir_frame.tif");
  const Grid<double> image = testing::read_float_tiff(folder / "ptir_frame.tif");
  ASSERT_EQ(image.width(), 512U);
  const std::vector<Position> authors = read_columns(folder / "statstem_columns.csv");
  ASSERT_EQ(authors.size(), 140U);
  NoProgress progress;
  const auto begin = std::chrono::steady_clock::now();
  const DetectionResult result = detect_columns(image, ptir_pixel_size, {}, progress);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  const Match raw = match_positions(authors, result.positions, 0.3);
  std::printf("found: %zu of 140 within 0.3 A (rms %.3f A), %zu extra, width %.4f A, %.2f s\n",
              raw.found, raw.rms_angstrom, raw.extra, result.width_angstrom, spent.count());
  EXPECT_GE(raw.found, 135U);
  EXPECT_LT(raw.extra, 8U);
  EXPECT_NEAR(result.width_angstrom, 0.6575, 0.01);  // the joint optimum's

  const FitOptions options{.width = WidthModel::common, .background = BackgroundModel::none};
  const FitResult fit = fit_columns(image, ptir_pixel_size, result.positions, options, progress);
  std::vector<Position> fitted;
  for (const Column& c : fit.columns) fitted.push_back({c.x_angstrom, c.y_angstrom});
  const Match joint = match_positions(authors, fitted, 0.3);
  std::printf("after the fit: %zu (rms %.3f A), %zu extra, sum of squares %.5f\n", joint.found,
              joint.rms_angstrom, joint.extra, fit.sum_squared_residuals);
  EXPECT_GE(joint.found, 135U);
  EXPECT_LT(joint.extra, 8U);

  // Platinum along [110]: both vectors are a sqrt(3/8) = 2.403 A (a = 3.924 A) at 70.53 degrees.
  // Scan distortion and the alloy move them by a few per cent and degrees.
  const Lattice lattice = fit_lattice(fitted);
  std::printf("lattice: a %.4f(%.4f) A, b %.4f(%.4f) A, %.2f degrees, rms %.3f A, %zu positions\n",
              lattice.a_length_angstrom, lattice.a_length_stderr_angstrom,
              lattice.b_length_angstrom, lattice.b_length_stderr_angstrom,
              lattice.angle_rad * 57.29577951308232, lattice.rms_angstrom,
              lattice.positions_on_lattice);
  EXPECT_GT(lattice.positions_on_lattice, 90U);
  EXPECT_NEAR(lattice.a_length_angstrom, 2.403, 0.06 * 2.403);
  EXPECT_NEAR(lattice.b_length_angstrom, 2.403, 0.06 * 2.403);
  EXPECT_NEAR(lattice.angle_rad * 57.29577951308232, 70.53, 3.0);
}

}  // namespace
}  // namespace adatom::columns
