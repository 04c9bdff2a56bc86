// The HDF5 library (1.10) follows damaged pointers into nowhere on some damaged files. What it does
// with files of unknown origin is therefore tried in a copy of this process first.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>

#include "hdf5_handle.h"

namespace adatom::storage {
namespace {

// A damaged file may send the library round in circles.
constexpr rlim_t most_cpu_seconds = 10;

}  // namespace

bool hdf5_survives(const std::function<void()>& work) {
  // No other thread may be inside the library while the copy is made: the copy has this one only.
  const Hdf5Turn turn;
  const pid_t child = ::fork();
  if (child < 0) throw std::bad_alloc();
  if (child == 0) {
    // Nobody is to hear of its end: handlers of the process would report a crash.
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(signal, SIG_DFL);
    const rlimit no_core{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &no_core);
    const rlimit seconds{most_cpu_seconds, most_cpu_seconds};
    (void)::setrlimit(RLIMIT_CPU, &seconds);
    try {
      work();
    } catch (...) {
      // It will be thrown again where it can be heard.
    }
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

SharedBytes::SharedBytes(std::size_t size)
    : size_(size),
      data_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
  if (data_ == MAP_FAILED) throw std::bad_alloc();
}

SharedBytes::~SharedBytes() { ::munmap(data_, size_); }

}  // namespace adatom::storage
