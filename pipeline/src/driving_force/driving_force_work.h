#pragma once
// `adatom driving-force`: predicted forces beside measured speeds, condition by condition.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/migration/comparison.h"
#include "adatom/pipeline/manifest.h"
#include "driving_force/driving_force_inputs.h"

namespace adatom::pipeline {

struct ForceCondition {
  std::string name;
  migration::GasState gas;
  double rate_per_s = 0.0;
  CopperMeasured copper;
  std::optional<VelocityMeasured> velocity;
  migration::Estimate impulse;  ///< F dt for each area, Pa s
  std::optional<migration::OutlineForce> outline;
};

/// What differs within a series.
enum class SeriesKind { temperature, gas, all };

struct ForceSeries {
  SeriesKind kind = SeriesKind::all;
  std::string label;                    ///< "temperature at H2/O2 = 6"
  std::vector<std::size_t> conditions;  ///< by rising temperature or ratio
  migration::Comparison comparison;
  /// Series of temperatures: energies for which the largest is where it was measured.
  std::optional<migration::EnergyWindow> window = {};
  std::optional<migration::EnergyWindowDraws> window_draws = {};
  std::vector<migration::EnergyPoint> scan = {};
  [[nodiscard]] double place(const ForceCondition& condition) const;  ///< degrees Celsius or ratio
};

struct DrivingForce {
  std::vector<ForceCondition> conditions;
  std::vector<ForceSeries> series;
  std::vector<std::string> warnings;
};

/// Conditions of one gas and at least three temperatures are a series, those of one temperature and
/// at least three ratios another; where there are several, or none, all conditions together are
/// one, too. Conditions without measured speed are in none.
/// @throws InputError; Interrupted
[[nodiscard]] DrivingForce calculate_driving_force(const DrivingForceOptions& options,
                                                   Progress& progress);

/// Writes driving_force.csv, comparison.csv, sensitivity.csv, summary.json, figures and
/// report.html.
Remarks run_driving_force(const DrivingForceOptions& options, const std::filesystem::path& folder,
                          Progress& progress);

}  // namespace adatom::pipeline
