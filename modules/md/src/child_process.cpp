#include "child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"

namespace adatom::md {
namespace {

[[noreturn]] void throw_not_started(const std::string& program, int error) {
  const Complaint complaint = {
      .what = "cannot be started",
      .where = program,
      .why = std::generic_category().message(error),
      .remedy = "install the program (LAMMPS: the package lammps of Debian), or give its path"};
  if (error == ENOENT || error == EACCES || error == ENOEXEC || error == ENOTDIR) {
    throw InputError(complaint);
  }
  throw SystemFailure(complaint);
}

bool may_run(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0 && !std::filesystem::is_directory(path);
}

/// The path that a shell would take. exec's own search is not made for use after fork.
std::string find_program(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    std::string path = std::filesystem::absolute(program);
    if (may_run(path)) return path;
    throw_not_started(program, std::filesystem::exists(path) ? EACCES : ENOENT);
  }
  const char* const variable = std::getenv("PATH");
  const std::string folders = variable != nullptr ? variable : "/usr/bin:/bin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string folder = end > begin ? folders.substr(begin, end - begin) : ".";
    std::string path = std::filesystem::absolute(folder + '/' + program);
    if (may_run(path)) return path;
    begin = end + 1;
  }
  throw_not_started(program, ENOENT);
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  explicit Pipe(const std::string& program) {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_not_started(program, errno);
  }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int release(std::size_t end) { return std::exchange(ends[end], -1); }
};

/// What the child does between fork and exec: only calls that are safe there, as another thread
/// may have held any lock at the fork.
[[noreturn]] void become(char* const* words, const char* folder, int output, int errors,
                         pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  const int input = ::open("/dev/null", O_RDONLY);
  const bool ready = ::getppid() == parent && ::dup2(input, STDIN_FILENO) >= 0 &&
                     ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0 &&
                     ::chdir(folder) == 0;
  if (ready) ::execv(words[0], words);
  const int error = errno;
  // The parent reads it; if that fails there is nobody to tell.
  [[maybe_unused]] const auto told = ::write(errors, &error, sizeof error);
  ::_exit(127);
}

/// The errno of an exec that failed. Nothing: the pipe closed, so it went well.
std::optional<int> read_error(int errors) {
  int error = 0;
  ssize_t got = 0;
  do got = ::read(errors, &error, sizeof error);
  while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof error)) return error;
  return {};
}

Ending ending_of(int status) {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

std::string Ending::text() const {
  if (signal == 0) return "exit code " + std::to_string(code);
  return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ')';
}

ChildProcess::ChildProcess(const std::vector<std::string>& words,
                           const std::filesystem::path& folder) {
  std::vector<std::string> copies = words;
  copies[0] = find_program(words[0]);
  std::vector<char*> pointers;
  for (auto& word : copies) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  Pipe output(words[0]);
  Pipe errors(words[0]);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw_not_started(words[0], errno);
  if (pid_ == 0) {
    become(pointers.data(), folder.c_str(), output.ends[1], errors.ends[1], parent);
  }
  ::setpgid(pid_, pid_);  // in either process, so that it is done whoever comes first
  ::close(output.release(1));
  ::close(errors.release(1));
  if (const auto error = read_error(errors.ends[0])) {
    ::waitpid(pid_, nullptr, 0);
    throw_not_started(words[0], *error);
  }
  output_ = output.release(0);
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
}

ChildProcess::~ChildProcess() {
  if (!ending_) end(std::chrono::milliseconds(2000));
  ::close(output_);
}

void ChildProcess::take_in() {
  constexpr std::size_t most = 16384;
  std::array<char, 4096> block;
  for (ssize_t got = 1; got > 0;) {
    got = ::read(output_, block.data(), block.size());
    if (got > 0) last_words_.append(block.data(), static_cast<std::size_t>(got));
  }
  if (last_words_.size() > most) last_words_.erase(0, last_words_.size() - most);
}

std::optional<Ending> ChildProcess::wait(std::chrono::milliseconds longest) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds look_every(20);
  for (const auto deadline = Clock::now() + longest; !ending_;) {
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    take_in();
    if (ended == pid_) {
      ending_ = ending_of(status);
      ::kill(-pid_, SIGKILL);  // children of its own that it left behind
    }
    if (ending_ || Clock::now() >= deadline) break;
    // Wakes when something is said, or the last that holds the pipe has gone.
    pollfd output = {.fd = output_, .events = POLLIN, .revents = 0};
    ::poll(&output, 1, static_cast<int>(look_every.count()));
    if ((output.revents & POLLIN) == 0 && (output.revents & POLLHUP) != 0) {
      ::usleep(1000);  // closed, but not yet ended
    }
  }
  return ending_;
}

Ending ChildProcess::end(std::chrono::milliseconds grace) {
  if (ending_) return *ending_;
  ::kill(-pid_, SIGTERM);
  wait(grace);
  if (!ending_) ::kill(-pid_, SIGKILL);
  while (!ending_) wait(std::chrono::milliseconds(100));
  return *ending_;
}

}  // namespace adatom::md
