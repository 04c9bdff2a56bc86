#pragma once
// Tables, figures and the page of a validation.
#include <filesystem>

#include "validate/validate_work.h"

namespace adatom::pipeline {

/// validation.csv, limits.csv, validation.json, figures (SVG) and report.html.
void write_validation(const Validation& validation, const ValidateOptions& options,
                      const std::filesystem::path& folder);

}  // namespace adatom::pipeline
