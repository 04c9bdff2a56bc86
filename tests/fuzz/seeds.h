#pragma once
// The first inputs of each fuzz target: small sound files of every kind.
#include <map>
#include <string>
#include <vector>

namespace adatom::fuzz {

/// By the format's name in formats().
[[nodiscard]] std::map<std::string, std::vector<std::string>> seeds();

/// "dm" of "DM3/DM4": the name of its target and of its folders.
[[nodiscard]] std::string short_name(const std::string& format);

}  // namespace adatom::fuzz
