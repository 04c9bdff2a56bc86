#include "rules.h"

#include <fstream>
#include <regex>
#include <sstream>

namespace adatom::architecture {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Third-party headers live in a folder or end in ".h"; the standard library's do neither, but for
// the C headers, which the project does not use in public headers.
bool is_standard(const std::string& header) {
  return header.find('/') == std::string::npos && header.find('.') == std::string::npos;
}

}  // namespace

std::pair<std::string, Module> parse_module(std::string_view cmake_text) {
  const std::string text = std::regex_replace(std::string(cmake_text), std::regex("#[^\n]*"), "");
  std::smatch call;
  if (!std::regex_search(text, call, std::regex(R"(adatom_module\(([^)]*)\))"))) return {};
  std::istringstream words(call[1].str());
  std::string name;
  words >> name;
  Module module;
  std::string keyword;
  for (std::string word; words >> word;) {
    if (word == "FLOOR" || word == "DEPENDS" || word == "PRIVATE_LIBS" || word == "TEST_LIBS") {
      keyword = word;
    } else if (keyword == "FLOOR") {
      module.floor = std::stoi(word);
    } else if (keyword == "DEPENDS") {
      module.depends.insert(word);
    }
  }
  return {name, module};
}

std::map<std::string, Module> find_modules(const std::filesystem::path& root) {
  std::map<std::string, Module> modules;
  std::vector<std::filesystem::path> folders = {root / "pipeline"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "modules")) {
    folders.push_back(entry.path());
  }
  for (const auto& folder : folders) {
    if (!std::filesystem::exists(folder / "CMakeLists.txt")) continue;
    auto [name, module] = parse_module(read(folder / "CMakeLists.txt"));
    if (!name.empty()) modules.emplace(name, module);
  }
  return modules;
}

std::vector<std::string> check_includes(const std::map<std::string, Module>& modules,
                                        const std::string& module, Part part,
                                        std::string_view text) {
  std::vector<std::string> problems;
  const Module& own = modules.at(module);
  std::istringstream lines{std::string(text)};
  const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string header = match[2];
    if (header.find("..") != std::string::npos) {
      problems.push_back(header + ": relative include");
      continue;
    }
    if (header.rfind("adatom/", 0) == 0) {
      const std::string other = header.substr(7, header.find('/', 7) - 7);
      if (other == module) continue;
      const auto found = modules.find(other);
      if (found == modules.end()) {
        problems.push_back(header + ": no such module");
      } else if (found->second.floor >= own.floor) {
        problems.push_back(header + ": floor " + std::to_string(found->second.floor) +
                           " seen from floor " + std::to_string(own.floor));
      } else if (part != Part::test && own.depends.count(other) == 0) {
        problems.push_back(header + ": not among the module's DEPENDS");
      }
    } else if (part == Part::public_header && match[1] == "<" && !is_standard(header) &&
               header.rfind("Eigen/", 0) != 0) {
      problems.push_back(header + ": third-party header in a public header");
    } else if (part == Part::public_header && match[1] == "\"") {
      problems.push_back(header + ": a public header includes only public headers");
    }
  }
  return problems;
}

}  // namespace adatom::architecture
