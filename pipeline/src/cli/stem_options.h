#pragma once
// Everything `adatom simulate stem` can be told.
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/simulate/record.h"
#include "adatom/simulate/specimen.h"
#include "adatom/simulate/stem.h"

namespace adatom::pipeline {

struct StemDetectorOptions {
  std::string annuli_mrad = "40:160";
  InputFile sensitivity;  ///< CSV with angle_mrad,sensitivity
  InputFile map;          ///< image of the detector
  double map_mrad_per_px = 1.0;
  std::optional<double> map_centre_x_px = std::nullopt;
  std::optional<double> map_centre_y_px = std::nullopt;
  bool radial = false;

  void describe(OptionVisitor& v);
};

struct StemCommandOptions {
  simulate::SpecimenOptions specimen;
  simulate::SidewaysCell cell = simulate::SidewaysCell::single;
  StemDetectorOptions detectors;
  simulate::StemOptions stem;
  simulate::RecordingOptions recording;
  double column_tolerance_angstrom = 0.5;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::pipeline
