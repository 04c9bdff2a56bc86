#pragma once
// Which run a command is about: named by its configuration or by its directory.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/pipeline/config.h"
#include "adatom/pipeline/run_directory.h"
#include "cli/arguments.h"

namespace adatom::pipeline {

/// RUN, --run-dir and --set of a command.
class RunTarget {
 public:
  explicit RunTarget(Arguments& arguments);
  RunTarget(const RunTarget&) = delete;
  RunTarget& operator=(const RunTarget&) = delete;

  /// The configuration of the run; that of a directory is its config.resolved.yaml.
  /// @throws InputError: neither given, or wrong
  [[nodiscard]] RunConfig read() const;
  /// The file that read() reads.
  [[nodiscard]] std::filesystem::path config_file() const;
  /// --run-dir, the directory given, or runs/<name>.
  [[nodiscard]] RunDirectory directory(const RunConfig& config) const;
  /// The same without a configuration where none is needed. @throws InputError if it is not there
  [[nodiscard]] RunDirectory existing_directory() const;

 private:
  [[nodiscard]] bool names_directory() const;
  std::string run_;
  std::string directory_;
  std::vector<std::string> settings_;
};

}  // namespace adatom::pipeline
