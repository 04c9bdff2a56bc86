#pragma once
// Tables and JSON of `adatom driving-force`.
#include <span>
#include <string>

#include "driving_force/driving_force_work.h"

namespace adatom::pipeline {

/// A row for each condition.
[[nodiscard]] std::string driving_force_csv(const DrivingForce& force);
/// A row for each condition of each series: the prediction times the factor beside the measurement.
[[nodiscard]] std::string force_comparison_csv(const DrivingForce& force);
/// A row for each activation energy of each series that has several temperatures.
[[nodiscard]] std::string force_sensitivity_csv(const DrivingForce& force);
/// @param files that the command writes
[[nodiscard]] std::string driving_force_json(const DrivingForce& force,
                                             const DrivingForceOptions& options,
                                             std::span<const std::string> files);

/// What the comparison of a series says, in sentences: largest conditions, ranks with their
/// probability, what energies there are. Also on the page.
[[nodiscard]] std::vector<std::string> series_sentences(const DrivingForce& force,
                                                        const ForceSeries& series);

}  // namespace adatom::pipeline
