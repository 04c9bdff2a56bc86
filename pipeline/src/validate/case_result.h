#pragma once
// What a validation measures of one particle at one temperature and dose.
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "validate/validate_options.h"

namespace adatom::pipeline {

/// NaN: not measured.
struct CaseResult {
  std::string name;  ///< "step, 300 K, 20000 /A^2"
  std::string case_name;
  ImagingKind imaging = ImagingKind::multislice;
  std::string folder;  ///< its files, from the output folder
  double temperature_k = not_measured;
  double dose_per_angstrom2 = not_measured;
  double frames = not_measured;
  double atoms = not_measured;          ///< of the first frame
  double columns = not_measured;        ///< of all frames, and so on
  double columns_found = not_measured;  ///< share
  double columns_extra = not_measured;
  double position_rms_angstrom = not_measured;
  double bound_rms_angstrom = not_measured;
  double position_over_bound = not_measured;
  double counts_exact = not_measured;
  double counts_within_one = not_measured;
  double counts_probability = not_measured;  ///< the mean that was claimed for them
  double total_atoms = not_measured;         ///< counted, of all frames
  double total_error = not_measured;         ///< |counted - true| / true
  double library_scale = not_measured;
  double series_exact = not_measured;  ///< this and the next: of several frames
  double changes = not_measured;       ///< between frames, of columns that both show
  double changes_found = not_measured;
  double spurious_changes = not_measured;
  double spurious_independent = not_measured;
  double spurious_ratio = not_measured;
  double surface_right = not_measured;
  double surface_class_right = not_measured;
  double rmsd_angstrom = not_measured;
  double largest_angstrom = not_measured;
  double atoms_matched = not_measured;
  double environments_right = not_measured;
  double image_seconds = not_measured;
  double columns_seconds = not_measured;
  double counts_seconds = not_measured;
  double model_seconds = not_measured;
  double frame_seconds = not_measured;  ///< of all but the image, by frame
  std::vector<std::string> warnings;

  static constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();
};

/// A number of a case by its name in files.
struct CaseNumber {
  const char* name;
  double CaseResult::*value;
  const char* heading;
  const char* unit;
};
[[nodiscard]] std::span<const CaseNumber> case_numbers();

/// One line of "must hold".
struct LimitOutcome {
  std::string case_name;  ///< as CaseResult::name
  std::string quantity;
  bool is_least = true;  ///< else the most that is allowed
  double limit = 0.0;
  double measured = 0.0;
  /// Not where nothing was measured.
  [[nodiscard]] bool met() const {
    return std::isfinite(measured) && (is_least ? measured >= limit : measured <= limit);
  }
};

/// The limits that are for this result: those of its case, and those of all where they are for its
/// dose and measured.
[[nodiscard]] std::vector<LimitOutcome> judge(const CaseResult& result, const CaseOptions& options,
                                              const ValidateOptions& all);

[[nodiscard]] std::string case_json(const CaseResult& result, const std::string& key);
/// Nothing: no such text, or of another key.
[[nodiscard]] std::optional<CaseResult> parse_case_json(const std::string& text,
                                                        const std::string& key);

}  // namespace adatom::pipeline
