#include "program.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace adatom::testing {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Only async-signal-safe calls between fork and exec.
pid_t spawn(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
            const std::string& output, const std::string& messages) {
  std::vector<char*> words;
  std::string program = ADATOM_PROGRAM;
  words.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (auto& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int err = open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
    if (chdir(folder.c_str()) != 0) _exit(126);
    execv(words[0], words.data());
    _exit(127);
  }
  return child;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder) {
  const ScratchFolder scratch;
  const auto output = scratch.path() / "output";
  const auto messages = scratch.path() / "messages";
  const pid_t child = spawn(arguments, folder, output, messages);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .output = read(output),
          .messages = read(messages),
          .peak_bytes = 1024U * static_cast<std::size_t>(used.ru_maxrss)};
}

pid_t start_program(const std::vector<std::string>& arguments,
                    const std::filesystem::path& folder) {
  return spawn(arguments, folder, "/dev/null", "/dev/null");
}

bool wait_until_caught(pid_t program, int signal) {
  const std::string status = "/proc/" + std::to_string(program) + "/status";
  for (int attempt = 0; attempt < 6000; ++attempt) {
    std::ifstream lines(status);
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("SigCgt:", 0) != 0) continue;
      const auto caught = std::stoull(line.substr(7), nullptr, 16);
      if (((caught >> (signal - 1)) & 1U) != 0) return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

ScratchFolder::ScratchFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "adatom-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace adatom::testing
