#include "validate/validate_work.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "md/folder_lock.h"
#include "validate/case_work.h"
#include "validate/validate_report.h"

namespace adatom::pipeline {
namespace {

std::string missed_text(const LimitOutcome& outcome) {
  return fmt::format(
      "{}: {} is {}, {} {} is wanted", outcome.case_name, outcome.quantity,
      std::isfinite(outcome.measured) ? report::significant(outcome.measured, 4) : "not measured",
      outcome.is_least ? "at least" : "at most", shortest(outcome.limit));
}

std::string case_text(const CaseResult& result) {
  const auto percent = [](double part) { return report::significant(100.0 * part, 3) + " %"; };
  return fmt::format("{}: columns found {}, counts exact {}", result.name,
                     percent(result.columns_found), percent(result.counts_exact));
}

}  // namespace

Remarks run_validation(const ValidateOptions& options, const std::filesystem::path& folder,
                       const Say& say, Progress& progress) {
  const FolderLock lock(folder);
  Validation validation;
  Remarks remarks;
  for (const PlannedCase& planned : plan_cases(options)) {
    const std::string key = case_key(planned, options);
    auto result = stored_case(planned, key, folder);
    if (!result) {
      say(planned.name);
      result = run_case(planned, options, key, folder, say, progress);
      say(case_text(*result));
    }
    for (const auto& outcome : judge(*result, options.cases[planned.index].options, options)) {
      if (!outcome.met()) remarks.shortfalls.push_back(missed_text(outcome));
      validation.limits.push_back(outcome);
    }
    for (const auto& text : result->warnings) {
      remarks.warnings.push_back(result->name + ": " + text);
    }
    validation.results.push_back(std::move(*result));
  }
  write_validation(validation, options, folder);
  return remarks;
}

}  // namespace adatom::pipeline
