#include "adatom/base/parallel.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <atomic>

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

void parallel_in_order(std::size_t begin, std::size_t end, std::size_t ahead,
                       const std::function<void(std::size_t)>& make,
                       const std::function<GoOn(std::size_t)>& keep) {
  std::atomic<bool> ended = false;
  const auto next = [&](tbb::flow_control& control) {
    if (begin >= end || ended) {
      control.stop();
      return end;
    }
    return begin++;
  };
  const auto make_one = [&](std::size_t i) {
    if (!ended) make(i);
    return i;
  };
  const auto keep_one = [&](std::size_t i) {
    if (!ended && keep(i) == GoOn::no) ended = true;
  };
  tbb::task_group_context context(tbb::task_group_context::isolated);
  tbb::parallel_pipeline(
      ahead,
      tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, next) &
          tbb::make_filter<std::size_t, std::size_t>(tbb::filter_mode::parallel, make_one) &
          tbb::make_filter<std::size_t, void>(tbb::filter_mode::serial_in_order, keep_one),
      context);
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
