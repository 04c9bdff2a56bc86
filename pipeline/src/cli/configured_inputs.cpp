#include "cli/configured_inputs.h"

namespace adatom::pipeline {

std::string yaml_list(const std::vector<std::string>& paths) {
  std::string list;
  for (const auto& path : paths) {
    list += list.empty() ? "'" : ", '";
    for (const char c : path) list += c == '\'' ? "''" : std::string(1, c);
    list += '\'';
  }
  return '[' + list + ']';
}

bool is_configuration(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace adatom::pipeline
