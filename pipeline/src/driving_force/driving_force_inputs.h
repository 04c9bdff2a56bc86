#pragma once
// What was measured under a condition, from the tables that other commands write.
#include <optional>
#include <string>
#include <vector>

#include "adatom/migration/outline.h"
#include "adatom/numeric/periodogram.h"
#include "driving_force/driving_force_options.h"

namespace adatom::pipeline {

struct CopperMeasured {
  migration::Estimate share;
  std::int64_t frames = 0;  ///< averaged; 0: the number was given
  /// Of the whole series; empty: given as a number, too short, or all the same.
  std::optional<numeric::Oscillation> oscillation = {};
  std::string warning = {};
};

/// Mean over the window. Its error is the larger one of what the errors of the frames say and what
/// their scatter says (numeric/blocking.h).
/// @throws InputError: no such phase or column, no frame within the window
[[nodiscard]] CopperMeasured read_copper(const ForceConditionOptions& condition,
                                         const CopperOptions& options, const RandomStream& random,
                                         Progress& progress);

struct VelocityMeasured {
  migration::Estimate share;
  std::optional<double> lag_s = {};
  std::string warning = {};
};

/// Empty: none is given. Of conditions.csv the row whose columns temperature_c, temperature_k and
/// h2_o2_ratio, as far as it has them, are those of the condition.
/// @throws InputError: no such lag, no row or several, no columns of either table
[[nodiscard]] std::optional<VelocityMeasured> read_velocity(const ForceConditionOptions& condition,
                                                            double ratio,
                                                            const VelocityOptions& options);

/// @throws InputError: columns that are missing
[[nodiscard]] std::vector<migration::OutlinePoint> read_outline(const InputFile& file);

}  // namespace adatom::pipeline
