#pragma once
// One particle at one temperature and dose through the whole chain.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/say.h"
#include "validate/case_result.h"

namespace adatom::pipeline {

struct PlannedCase {
  std::size_t index = 0;  ///< in ValidateOptions::cases
  double temperature_k = 0.0;
  double dose_per_angstrom2 = 0.0;
  std::string name;    ///< "step, 300 K, 20000 /A^2"
  std::string folder;  ///< "cases/step/300K_20000", from the output folder
};

/// All temperatures and doses of all cases, in the order of the configuration.
[[nodiscard]] std::vector<PlannedCase> plan_cases(const ValidateOptions& options);

/// What the result depends on: 64 hexadecimal digits.
/// @throws InputError: a structure file or a library that cannot be read
[[nodiscard]] std::string case_key(const PlannedCase& planned, const ValidateOptions& options);

/// Writes truth.xyz, columns.csv and frame.tif (of each frame) into the case's folder and, last,
/// result.json. Images are kept in images/ of the output folder.
/// @throws InputError; Interrupted: what is finished of images is kept
[[nodiscard]] CaseResult run_case(const PlannedCase& planned, const ValidateOptions& options,
                                  const std::string& key, const std::filesystem::path& folder,
                                  const Say& say, Progress& progress);

/// The result of an earlier call with the same key.
[[nodiscard]] std::optional<CaseResult> stored_case(const PlannedCase& planned,
                                                    const std::string& key,
                                                    const std::filesystem::path& folder);

/// Rows of a case's columns.csv.
struct ScoredColumns {
  std::vector<std::int64_t> frame;
  std::vector<double> x_angstrom;
  std::vector<double> y_angstrom;
  std::vector<std::int64_t> true_atoms;
  std::vector<std::int64_t> counted_atoms;
};
[[nodiscard]] ScoredColumns read_scored_columns(const std::filesystem::path& columns_csv);

}  // namespace adatom::pipeline
