#include <algorithm>

#include "adatom/pipeline/config.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

// What an option that is not given takes from another one.
void fill_in(RunConfig& config, const YamlOptions& yaml, const std::filesystem::path& file) {
  if (!yaml.gives("name")) config.name = file.stem().string();
  const auto& dose = config.input.dose_per_angstrom2;
  if (!yaml.gives("columns.fit.dose_per_angstrom2")) config.columns.fit.dose_per_angstrom2 = dose;
  auto& counting = config.counting.options;
  // Measured standard errors hold the share of the dose already.
  if (!yaml.gives("counting.dose_per_angstrom2") &&
      counting.scatter == adatom::counting::Scatter::common) {
    counting.dose_per_angstrom2 = dose;
  }
  if (!yaml.gives("counting.method") && !yaml.gives("counting.library")) {
    counting.method = adatom::counting::Method::mixture;
  }
}

}  // namespace

RunConfig parse_config(std::string_view text, const std::filesystem::path& file,
                       std::span<const std::string> overrides) {
  std::vector<GivenOption> given;
  given.reserve(overrides.size());
  for (const auto& override_text : overrides) given.push_back(parse_override(override_text));
  YamlOptions yaml(text, file, given);
  RunConfig config;
  yaml.fill(config);
  fill_in(config, yaml, file);
  yaml.finish(config.validate());
  return config;
}

RunConfig read_config(const std::filesystem::path& file, std::span<const std::string> overrides) {
  return parse_config(storage::read_file(file), file, overrides);
}

std::string resolved_yaml(const RunConfig& config) { return write_yaml(config); }

}  // namespace adatom::pipeline
