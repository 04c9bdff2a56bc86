#pragma once
// Parallel loops over independent items. Results must not depend on the thread count: an item
// writes only its own output, and sums are made afterwards in item order.
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace adatom {

/// Calls body(i) for i in [0, count), each once, on as many threads as are allowed. Loops nest.
/// The first exception thrown by a body is rethrown here after the others have ended.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// The same in ranges of `grain` items: body(begin, end). The ranges do not depend on the threads.
void parallel_ranges(std::size_t count, std::size_t grain,
                     const std::function<void(std::size_t, std::size_t)>& body);

enum class GoOn { no, yes };

/// Calls make(i) for i in [begin, end) on as many threads as are allowed, and meanwhile keep(i) for
/// those that are made: one at a time, in the order of i, until it says no. At most `ahead` of them
/// (one or more) are begun and not yet kept. An exception is rethrown here after the others have
/// ended.
void parallel_in_order(std::size_t begin, std::size_t end, std::size_t ahead,
                       const std::function<void(std::size_t)>& make,
                       const std::function<GoOn(std::size_t)>& keep);

/// The same for what make(i) returns: keep(i, made).
template <class Made>
void parallel_in_order(std::size_t begin, std::size_t end, std::size_t ahead,
                       const std::function<Made(std::size_t)>& make,
                       const std::function<GoOn(std::size_t, Made)>& keep) {
  std::vector<Made> made(ahead);
  parallel_in_order(
      begin, end, ahead, [&](std::size_t i) { made[i % ahead] = make(i); },
      [&](std::size_t i) { return keep(i, std::move(made[i % ahead])); });
}

/// The number of threads in use.
[[nodiscard]] std::size_t thread_count();

/// While it lives, loops use at most `threads` threads (0: as many as the machine has).
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  struct Control;
  std::unique_ptr<Control> control_;
};

}  // namespace adatom
