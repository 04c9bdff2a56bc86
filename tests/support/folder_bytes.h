#pragma once
// The content of a folder as a value that can be compared.
#include <filesystem>
#include <map>
#include <string>

namespace adatom::testing {

/// Relative path -> bytes of every file below `folder`, but for the records of when and where a run
/// took place (events.jsonl, provenance.json, the lock), which are no results.
std::map<std::string, std::string> result_bytes(const std::filesystem::path& folder);

/// The names of the files that differ or stand on one side only, one a line; empty when equal.
std::string difference(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b);

}  // namespace adatom::testing
