#include "folder_bytes.h"

#include <fstream>
#include <set>
#include <sstream>

namespace adatom::testing {

std::map<std::string, std::string> result_bytes(const std::filesystem::path& folder) {
  const std::set<std::string> records = {"events.jsonl", "provenance.json", ".lock"};
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = std::filesystem::relative(entry.path(), folder).string();
    if (!entry.is_regular_file() || records.count(name) != 0) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.emplace(name, bytes.str());
  }
  return files;
}

std::string difference(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b) {
  std::string names;
  for (const auto& [name, bytes] : a) {
    const auto other = b.find(name);
    if (other == b.end()) {
      names += name + " (only in the first)\n";
    } else if (other->second != bytes) {
      names += name + " (differs)\n";
    }
  }
  for (const auto& [name, bytes] : b) {
    if (a.count(name) == 0) names += name + " (only in the second)\n";
  }
  return names;
}

}  // namespace adatom::testing
