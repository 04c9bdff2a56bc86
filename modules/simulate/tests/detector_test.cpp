#include "adatom/simulate/detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "adatom/base/error.h"
#include "window.h"

namespace adatom::simulate {
namespace {

/// The integral of a sensitivity, mrad^2, by squares of 0.05 mrad.
double integral(const Detector& detector, double reach) {
  constexpr double step = 0.05;
  double sum = 0.0;
  for (double y = -reach + 0.5 * step; y < reach; y += step) {
    for (double x = -reach + 0.5 * step; x < reach; x += step) sum += detector.sensitivity(x, y);
  }
  return sum * step * step;
}

std::string complaint(const std::string& text) {
  try {
    (void)radial_detector(storage::parse_csv(text, "haadf.csv"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

TEST(Annulus, CountsBetweenItsAngles) {
  const Detector detector = annulus(10.0, 20.5);
  EXPECT_EQ(detector.name, "10_20.5");
  EXPECT_EQ(detector.largest_mrad, 20.5);
  EXPECT_EQ(detector.sensitivity(9.99, 0.0), 0.0);
  EXPECT_EQ(detector.sensitivity(0.0, -10.0), 1.0);
  EXPECT_EQ(detector.sensitivity(14.0, -14.0), 1.0);  // 19.8
  EXPECT_EQ(detector.sensitivity(15.0, 15.0), 0.0);   // 21.2
  // Rings that share a border count no electron twice.
  EXPECT_EQ(detector.sensitivity(20.5, 0.0), 0.0);
  EXPECT_EQ(annulus(20.5, 30.0).sensitivity(20.5, 0.0), 1.0);
  const double area = std::numbers::pi * (20.5 * 20.5 - 10.0 * 10.0);
  EXPECT_NEAR(integral(detector, 21.0) / area, 1.0, 1e-4);  // squares at the edges
}

// Probe and detectors on the reciprocal grid: without a specimen a disc sees the share of the
// aperture that it covers.
TEST(Annulus, SeesItsShareOfTheAperture) {
  ProbeOptions probe;
  const std::vector<Detector> detectors = {annulus(0.0, 10.0), annulus(10.0, 25.0),
                                           annulus(25.0, 50.0)};
  const Window window(probe, 12.0, 160, detectors);
  ASSERT_EQ(window.vacuum().size(), 4U);
  // A cell is 1.6 mrad wide. Its share within a circle is exact to 1/8 of it for detectors and to
  // first order for the aperture.
  EXPECT_NEAR(window.vacuum()[0], 0.25, 0.002);
  EXPECT_NEAR(window.vacuum()[1], 0.75, 0.002);
  EXPECT_EQ(window.vacuum()[2], 0.0);
  EXPECT_NEAR(window.vacuum()[3], 1.0, 1e-6);
}

TEST(RadialDetector, RunsStraightBetweenRows) {
  const auto detector = radial_detector(
      storage::parse_csv("angle_mrad,sensitivity\n40,0\n50,0.8\n100,1.2\n160,0.6\n", "haadf.csv"));
  EXPECT_EQ(detector.largest_mrad, 160.0);
  EXPECT_EQ(detector.name, "sensitivity");
  EXPECT_EQ(detector.sensitivity(39.9, 0.0), 0.0);
  EXPECT_NEAR(detector.sensitivity(45.0, 0.0), 0.4, 1e-12);
  EXPECT_NEAR(detector.sensitivity(0.0, -75.0), 1.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(-60.0, 80.0), 1.2, 1e-12);
  EXPECT_NEAR(detector.sensitivity(130.0, 0.0), 0.9, 1e-12);
  EXPECT_NEAR(detector.sensitivity(160.0, 0.0), 0.6, 1e-12);
  EXPECT_EQ(detector.sensitivity(160.1, 0.0), 0.0);
}

TEST(RadialDetector, NamesTheWrongRow) {
  EXPECT_NE(complaint("angle_mrad,sensitivity\n40,1\n40,1\n").find("haadf.csv:3"),
            std::string::npos)
      << complaint("angle_mrad,sensitivity\n40,1\n40,1\n");
  for (const char* rows : {"-1,1\n50,1\n", "40,1\n50,-0.1\n", "40,1\n30,1\n", "40,nan\n50,1\n",
                           "40,1\n", "", "40,1\nfar,1\n"}) {
    const std::string text = complaint(std::string("angle_mrad,sensitivity\n") + rows);
    EXPECT_NE(text.find("haadf.csv"), std::string::npos) << rows << ": " << text;
  }
  EXPECT_NE(complaint("angle,sensitivity\n40,1\n50,1\n").find("angle_mrad"), std::string::npos);
}

TEST(DetectorMap, IsBilinearAboutItsCentre) {
  Grid<double> map(3, 2);
  map(0, 0) = 1.0;
  map(1, 0) = 2.0;
  map(2, 0) = 4.0;
  map(0, 1) = 3.0;
  map(1, 1) = 8.0;
  map(2, 1) = 0.5;
  const Detector detector = detector_map(map, 10.0, 1.0, 0.0);
  EXPECT_EQ(detector.name, "map");
  EXPECT_NEAR(detector.largest_mrad, 10.0 * std::sqrt(2.0), 1e-9);
  // x to the right, y down the rows.
  EXPECT_NEAR(detector.sensitivity(0.0, 0.0), 2.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(10.0, 0.0), 4.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(-10.0, 0.0), 1.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(0.0, 10.0), 8.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(10.0, 10.0), 0.5, 1e-12);
  EXPECT_NEAR(detector.sensitivity(-5.0, 5.0), (1.0 + 2.0 + 3.0 + 8.0) / 4.0, 1e-12);
  EXPECT_NEAR(detector.sensitivity(2.5, 0.0), 2.5, 1e-12);
  EXPECT_EQ(detector.sensitivity(10.1, 0.0), 0.0);
  EXPECT_EQ(detector.sensitivity(0.0, -0.1), 0.0);
  EXPECT_EQ(detector.sensitivity(0.0, 10.1), 0.0);
}

TEST(DetectorMap, CentreMayLieOutside) {
  const Detector detector = detector_map(Grid<double>(4, 4, 0.5), 2.0, -3.0, 1.0);
  EXPECT_EQ(detector.sensitivity(0.0, 0.0), 0.0);
  EXPECT_EQ(detector.sensitivity(8.0, 1.0), 0.5);
  EXPECT_NEAR(detector.largest_mrad, 2.0 * std::hypot(6.0, 2.0), 1e-9);
}

}  // namespace
}  // namespace adatom::simulate
