// Where a run's results come from: recorded, never hashed.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "build_commit.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

/// Instruction sets of this processor that compiled kernels may choose among.
ordered_json instruction_sets() {
  ordered_json sets = ordered_json::array();
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) sets.push_back("sse4.2");
  if (__builtin_cpu_supports("avx")) sets.push_back("avx");
  if (__builtin_cpu_supports("avx2")) sets.push_back("avx2");
  if (__builtin_cpu_supports("fma")) sets.push_back("fma");
  if (__builtin_cpu_supports("avx512f")) sets.push_back("avx512f");
#endif
  return sets;
}

ordered_json libraries() {
  ordered_json versions = ordered_json::object();
  std::string_view rest = ADATOM_LIBRARIES;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    const std::size_t blank = entry.find(' ');
    if (blank + 1 < entry.size()) versions[entry.substr(0, blank)] = entry.substr(blank + 1);
  }
  return versions;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace

std::string_view program_version() { return ADATOM_VERSION; }

std::string_view program_commit() { return ADATOM_COMMIT; }

void write_provenance(const RunDirectory& directory, std::string_view config_text,
                      std::span<const InputProvenance> inputs, std::size_t threads) {
  ordered_json files = ordered_json::array();
  for (const InputProvenance& input : inputs) {
    std::error_code error;
    const auto size = std::filesystem::file_size(input.path, error);
    files.push_back({{"option", input.name},
                     {"path", input.path},
                     {"size", error ? 0 : size},
                     {"sha256", sha256_of_file(input.path)}});
  }
  const ordered_json provenance = {{"program", "adatom"},
                                   {"version", program_version()},
                                   {"commit", program_commit()},
                                   {"compiler", compiler()},
                                   {"instruction_sets", instruction_sets()},
                                   {"libraries", libraries()},
                                   {"config_sha256", sha256(config_text)},
                                   {"inputs", files},
                                   {"threads", threads},
                                   {"host", host_name()}};
  storage::write_file(
      directory.provenance(),
      provenance.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace adatom::pipeline
