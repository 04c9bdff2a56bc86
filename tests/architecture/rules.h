#pragma once
// The rules of the house that a reader of the sources can check.
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::architecture {

struct Module {
  int floor = 0;
  std::set<std::string> depends;
};

/// Reads `adatom_module(NAME FLOOR n DEPENDS a b ...)` out of a CMakeLists.txt.
/// @return name and module; an empty name if there is no such call
std::pair<std::string, Module> parse_module(std::string_view cmake_text);

/// Every module of the project, by name.
std::map<std::string, Module> find_modules(const std::filesystem::path& root);

/// Which part of a module a file belongs to decides how strict the rules are.
enum class Part { public_header, source, test };

/// What is wrong with the includes of one file of `module`, one line each.
std::vector<std::string> check_includes(const std::map<std::string, Module>& modules,
                                        const std::string& module, Part part,
                                        std::string_view text);

}  // namespace adatom::architecture
