#include "adatom/base/parallel.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <algorithm>

namespace adatom {

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  // Isolated: were an outer loop cancelled by an exception elsewhere, TBB would otherwise let this
  // loop return with items left out and no exception.
  tbb::task_group_context context(tbb::task_group_context::isolated);
  tbb::parallel_for(std::size_t{0}, count, body, context);
}

void parallel_ranges(std::size_t count, std::size_t grain,
                     const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t step = std::max<std::size_t>(grain, 1);
  const std::size_t ranges = (count + step - 1) / step;
  parallel_for(ranges, [&](std::size_t r) { body(r * step, std::min(count, (r + 1) * step)); });
}

std::size_t thread_count() {
  return tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
}

struct ThreadLimit::Control {
  explicit Control(std::size_t threads)
      : control(tbb::global_control::max_allowed_parallelism, threads) {}
  tbb::global_control control;
};

ThreadLimit::ThreadLimit(std::size_t threads)
    : control_(std::make_unique<Control>(
          threads == 0 ? static_cast<std::size_t>(tbb::info::default_concurrency()) : threads)) {}

ThreadLimit::~ThreadLimit() = default;

}  // namespace adatom
