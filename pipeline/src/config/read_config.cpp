#include <algorithm>
#include <array>

#include "adatom/pipeline/config.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

// Those whose default is not a value of their own.
constexpr std::array filled_in = {"name",
                                  "columns.fit.dose_per_angstrom2",
                                  "counting.dose_per_angstrom2",
                                  "counting.method",
                                  "models.enabled",
                                  "md.enabled",
                                  "md.seed",
                                  "environments.enabled",
                                  "environments.seed",
                                  "mobility.enabled",
                                  "film.enabled"};

// Whoever names a potential or a structure wants molecular dynamics; what looks at its trajectories
// comes with it.
void fill_in_study(RunConfig& config, const YamlOptions& yaml) {
  const auto follow = [&yaml](const char* name, bool& value, bool other) {
    if (!yaml.gives(name)) value = other;
  };
  follow("models.enabled", config.models.enabled, yaml.gives("models.potential"));
  follow("md.enabled", config.md.enabled,
         !config.md.potential.empty() || !config.md.structures.empty());
  follow("environments.enabled", config.environments.enabled, config.md.enabled);
  follow("mobility.enabled", config.mobility.enabled, config.md.enabled);
  follow("film.enabled", config.film.enabled, config.environments.enabled);
  if (!yaml.gives("md.seed")) config.md.seed = config.seed;
  if (!yaml.gives("environments.seed")) config.environments.seed = config.seed;
}

// What an option that is not given takes from another one.
void fill_in(RunConfig& config, const YamlOptions& yaml, const std::filesystem::path& file) {
  if (config.name.empty() && makes_folder_name(file.stem().string())) {
    config.name = file.stem().string();
  }
  // A wrong dose is reported once, at its own line: finish() throws, whatever stands here.
  auto dose = config.input.dose_per_angstrom2;
  if (yaml.refuses("input.dose_per_angstrom2")) dose = 1.0;
  for (const auto& issue : check_ranges(config.input)) {
    if (issue.name == "dose_per_angstrom2") dose = 1.0;
  }
  if (!yaml.gives("columns.fit.dose_per_angstrom2")) config.columns.fit.dose_per_angstrom2 = dose;
  auto& counting = config.counting.options;
  // Measured standard errors hold the share of the dose already.
  if (!yaml.gives("counting.dose_per_angstrom2") &&
      counting.scatter == adatom::counting::Scatter::common) {
    counting.dose_per_angstrom2 = dose;
  }
  if (!yaml.gives("counting.method") && !yaml.gives("counting.library") &&
      !config.counting.choice.names_conditions()) {
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
  fill_in_study(config, yaml);
  yaml.finish(config.validate());
  return config;
}

RunConfig read_config(const std::filesystem::path& file, std::span<const std::string> overrides) {
  return parse_config(storage::read_file(file), file, overrides);
}

std::vector<SchemaGroup> config_schema() {
  auto groups = collect_schema<RunConfig>();
  for (auto& group : groups) {
    for (auto& entry : group.entries) {
      entry.depends = std::find(filled_in.begin(), filled_in.end(), entry.name) != filled_in.end();
    }
  }
  return groups;
}

std::string resolved_yaml(const RunConfig& config) { return write_yaml(config); }

}  // namespace adatom::pipeline
