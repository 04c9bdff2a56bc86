#pragma once
// Tables and JSON of a comparison of conditions.
#include <span>
#include <string>

#include "conditions/comparison.h"

namespace adatom::pipeline {

/// How tracking one video ended; empty message: well.
struct VideoOutcome {
  std::string message;
  bool was_there = false;  ///< done by an earlier call
};

/// A row for each quantity of each condition.
[[nodiscard]] std::string conditions_csv(const ConditionsTable& table,
                                         const ConditionComparison& comparison);
[[nodiscard]] std::string trends_csv(const ConditionsTable& table,
                                     const ConditionComparison& comparison);
[[nodiscard]] std::string differences_csv(const ConditionsTable& table,
                                          const ConditionComparison& comparison);
/// A row for each video of the table, those that failed included.
[[nodiscard]] std::string videos_csv(const ConditionsTable& table,
                                     std::span<const ComparedVideo> videos,
                                     std::span<const VideoOutcome> outcomes);
[[nodiscard]] std::string conditions_json(const ConditionsTable& table,
                                          const ConditionComparison& comparison, double confidence,
                                          double threshold_nm_per_s);

}  // namespace adatom::pipeline
