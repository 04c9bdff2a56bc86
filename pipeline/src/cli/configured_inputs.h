#pragma once
// Commands that take files and flags, or a YAML file in which both stand.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/files.h"
#include "cli/option_flags.h"

namespace adatom::pipeline {

/// A list of paths as YAML writes it.
[[nodiscard]] std::string yaml_list(const std::vector<std::string>& paths);

/// Does the extension say that it is a configuration? .yaml .yml
[[nodiscard]] bool is_configuration(const std::filesystem::path& path);

/// Options from flags and, where the first of `files` is a YAML file, from that; flags are
/// stronger. The other files are the list called `list`.
/// @param shown of the list, in messages: "STRUCTURE"
/// @throws InputError with all mistakes
template <class Options>
[[nodiscard]] Options read_configured(std::vector<std::string> files, const OptionFlags& flags,
                                      const std::string& list, const std::string& shown) {
  auto given = flags.given();
  std::string text;
  std::filesystem::path configuration;
  if (is_configuration(files.front())) {
    configuration = files.front();
    text = storage::read_file(configuration);
    files.erase(files.begin());
  }
  if (!files.empty()) given.push_back({list, yaml_list(files), shown});
  YamlOptions reader(text, configuration, given);
  Options options;
  reader.fill(options);
  reader.finish(options.validate());
  return options;
}

}  // namespace adatom::pipeline
