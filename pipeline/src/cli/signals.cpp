#include "adatom/pipeline/signals.h"

#include <atomic>
#include <csignal>

namespace adatom::pipeline {
namespace {

// A signal handler can reach nothing but a global; it is private to this file.
std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void raise_flag(int) { stop.store(true, std::memory_order_relaxed); }

void set_handler(void (*handler)(int), int flags) {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

StopSignals::StopSignals() {
  stop.store(false);
  // SA_RESETHAND: the second one finds the default action, which ends the process.
  set_handler(raise_flag, SA_RESETHAND | SA_RESTART);
}

StopSignals::~StopSignals() { set_handler(SIG_DFL, 0); }

bool StopSignals::requested() { return stop.load(std::memory_order_relaxed); }

}  // namespace adatom::pipeline
