#pragma once
// environments.json: what a program wants to know of a call of `adatom environments`.
#include <string>
#include <vector>

#include "environments/results.h"

namespace adatom::pipeline {

/// @param warnings of the run as a whole
/// @param files that the call wrote, relative to its folder
[[nodiscard]] std::string summary_json(const EnvironmentsResult& result,
                                       const EnvironmentsOptions& options,
                                       const std::vector<std::string>& warnings,
                                       const std::vector<std::string>& files);

}  // namespace adatom::pipeline
