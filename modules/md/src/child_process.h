#pragma once
// A program that runs beside this one.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace adatom::md {

/// How a program ended.
struct Ending {
  int code = 0;    ///< its exit code
  int signal = 0;  ///< not 0: ended by it
  [[nodiscard]] bool well() const { return code == 0 && signal == 0; }
  /// "exit code 1", "signal 9 (Killed)".
  [[nodiscard]] std::string text() const;
};

/// Runs in a process group of its own, so that Ctrl-C at the terminal reaches only this program,
/// and what is ended is ended with its own children. It is told to end when this one dies, and is
/// gone, and waited for, when this object is. Its standard input is empty.
class ChildProcess {
 public:
  /// @param words the program (a path, or a name found in PATH) and its arguments
  /// @throws InputError: no such program, or one that must not be run; SystemFailure: no process
  ChildProcess(const std::vector<std::string>& words, const std::filesystem::path& folder);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Takes in what the program says until it ends, or `longest` has passed.
  std::optional<Ending> wait(std::chrono::milliseconds longest);
  /// Asks it and its children to end (SIGTERM); those that are there after `grace` are ended.
  Ending end(std::chrono::milliseconds grace);
  /// The last 16 kB of its standard output and standard error.
  [[nodiscard]] const std::string& last_words() const { return last_words_; }

 private:
  void take_in();
  pid_t pid_ = -1;
  int output_ = -1;
  std::optional<Ending> ending_;
  std::string last_words_;
};

}  // namespace adatom::md
