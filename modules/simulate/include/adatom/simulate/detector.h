#pragma once
// Detectors of scattered electrons.
#include <functional>
#include <string>

#include "adatom/base/grid.h"
#include "adatom/storage/csv.h"

namespace adatom::simulate {

/// What share of an electron scattered by (x, y) mrad is counted. 1: a perfect detector.
struct Detector {
  std::string name;           ///< for files: "40_160"
  double largest_mrad = 0.0;  ///< nothing is counted beyond
  std::function<double(double x_mrad, double y_mrad)> sensitivity;
};

/// 1 between the angles.
[[nodiscard]] Detector annulus(double inner_mrad, double outer_mrad);

/// By angle: a table with angle_mrad (ascending) and sensitivity, straight lines between its rows,
/// 0 outside them. @throws InputError naming the table's source: angles that do not ascend, a
/// sensitivity that is negative
[[nodiscard]] Detector radial_detector(const storage::Table& table);

/// An image of the detector, bilinear between the pixels' centres, 0 outside.
/// @param centre_x_px, centre_y_px where the optical axis meets it
[[nodiscard]] Detector detector_map(Grid<double> sensitivity, double mrad_per_px,
                                    double centre_x_px, double centre_y_px);

}  // namespace adatom::simulate
