#pragma once
// Running the built program in a test, as a user would.
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace adatom::testing {

struct ProgramResult {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string output;
  std::string messages;        ///< standard error
  std::size_t peak_bytes = 0;  ///< of memory it had at once (resident set)
};

/// Runs `adatom ARGUMENTS...` in `folder` and waits for its end.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder);

/// Starts it with its output thrown away, and returns at once.
pid_t start_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder);

/// Waits until the program has taken over `signal`; false if it ended or took over a minute.
bool wait_until_caught(pid_t program, int signal);

/// An empty folder of its own, removed at the end of its life.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace adatom::testing
