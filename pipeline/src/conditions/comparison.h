#pragma once
// Conditions side by side: pooled values, trends, differences.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/numeric/random_effects.h"
#include "adatom/numeric/rank_correlation.h"
#include "conditions/conditions_table.h"
#include "conditions/measurement.h"
#include "conditions/pooling.h"

namespace adatom::pipeline {

/// A video with its numbers; none: it could not be tracked.
struct ComparedVideo {
  const ConditionVideo* video = nullptr;
  std::optional<VideoNumbers> numbers = {};
};

/// One condition: all videos with the same cells.
struct Condition {
  std::vector<std::string> cells;
  std::vector<double> numbers;
  std::vector<std::string> videos;
  std::int64_t frames = 0;
  std::int64_t tracks = 0;
  std::vector<PooledValue> values;
  std::vector<SpeedHistogram> histograms;  ///< means over the displacements of all videos
  [[nodiscard]] const PooledValue* find(const Quantity& quantity) const;
  [[nodiscard]] std::string label(std::span<const ConditionColumn> columns) const;
};

/// Conditions that differ in one column of numbers only.
struct ConditionSeries {
  std::size_t column = 0;
  std::string fixed;                    ///< what the others have in common: "h2_o2_ratio = 6"
  std::vector<std::size_t> conditions;  ///< by rising value
};

struct Trend {
  std::size_t series = 0;
  Quantity quantity;
  numeric::RankCorrelation ranks;
  std::size_t largest = 0;  ///< condition
  /// Largest less second largest, with its interval.
  numeric::Pooled lead;
  std::string warning;
};

struct Difference {
  Quantity quantity;
  std::size_t a = 0;  ///< conditions: b less a
  std::size_t b = 0;
  numeric::Pooled difference;
  double p = 1.0;       ///< of no difference, two-sided
  double p_holm = 1.0;  ///< adjusted for all pairs of this quantity (Holm, Scand. J. Stat. 6
                        ///< (1979) 65)
};

struct ConditionComparison {
  std::vector<Quantity> quantities;
  std::vector<Condition> conditions;
  std::vector<ConditionSeries> series;
  std::vector<Trend> trends;
  std::vector<Difference> differences;
  std::vector<std::string> warnings;
};

/// Videos of one condition are pooled by random effects (counts: their sums, with what they scatter
/// beyond Poisson's law). Trends: rank correlations over the conditions of a series of at least
/// three. Quantities at lags that not all videos have are left out.
[[nodiscard]] ConditionComparison compare_conditions(const ConditionsTable& table,
                                                     std::span<const ComparedVideo> videos,
                                                     double confidence, const RandomStream& random);

}  // namespace adatom::pipeline
