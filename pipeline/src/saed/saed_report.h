#pragma once
// The page of `adatom saed`.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "saed/saed_frames.h"
#include "saed/saed_polar.h"
#include "saed/saed_results.h"

namespace adatom::pipeline {

struct SaedShown {
  const SaedOptions& options;
  const SaedPattern& pattern;
  const SaedFrames& frames;
  const SaedResults& results;
  const std::optional<SaedPolar>& polar;
  std::filesystem::path folder;
  std::vector<std::string> warnings;
};

[[nodiscard]] std::string saed_report(const SaedShown& shown);

}  // namespace adatom::pipeline
