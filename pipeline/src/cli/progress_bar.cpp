#include "adatom/pipeline/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>

#include "adatom/pipeline/signals.h"

namespace adatom::pipeline {
namespace {

constexpr double bar_interval_s = 0.1;
constexpr double line_interval_s = 10.0;
constexpr double short_task_s = 2.0;  // of shorter ones a log says nothing

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::ceil(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressBar::ProgressBar(ProgressStyle style, ProgressOutput output)
    : style_(style), output_(std::move(output)) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::begin(std::string_view task, std::size_t total) {
  if (style_ == ProgressStyle::silent) return;
  const std::lock_guard lock(mutex_);
  close_task();
  task_ = task;
  total_ = total;
  started_ = output_.seconds();
  done_.store(0);
  found_ = 0;
  measured_from_ = started_;
  measured_after_ = 0;
  open_ = true;
  if (style_ == ProgressStyle::bar) {
    draw(started_);
  } else {
    next_draw_.store(started_ + line_interval_s);
  }
}

void ProgressBar::advance(std::size_t steps) {
  if (style_ == ProgressStyle::silent) return;
  done_.fetch_add(steps);
  const double now = output_.seconds();
  if (now < next_draw_.load(std::memory_order_relaxed)) return;
  // Whoever comes while another thread draws goes on working.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock() && open_ && now >= next_draw_.load()) draw(now);
}

void ProgressBar::advance_found(std::size_t steps) {
  if (style_ == ProgressStyle::silent || steps == 0) return;
  const std::lock_guard lock(mutex_);
  found_ += steps;
  measured_after_ = done_.fetch_add(steps) + steps;
  measured_from_ = output_.seconds();
  if (open_ && style_ == ProgressStyle::bar) draw(measured_from_);
}

bool ProgressBar::cancelled() const { return output_.stop && output_.stop(); }

void ProgressBar::say(std::string_view line) {
  const std::lock_guard lock(mutex_);
  erase();
  output_.write(std::string(line) + '\n');
  if (open_ && style_ == ProgressStyle::bar) draw(output_.seconds());
}

void ProgressBar::finish() {
  const std::lock_guard lock(mutex_);
  close_task();
}

void ProgressBar::close_task() {
  if (!open_) return;
  erase();
  const double took = output_.seconds() - started_;
  if (style_ == ProgressStyle::lines && took >= short_task_s) {
    const std::string before = found_ == 0 ? "" : fmt::format(", {} of them before", found_);
    output_.write(fmt::format("{}: {} of {} in {}{}\n", task_, std::min(done_.load(), total_),
                              total_, duration_text(took), before));
  }
  open_ = false;
}

void ProgressBar::draw(double now) {
  const std::size_t done = std::min(done_.load(), total_);
  std::string left;
  if (done > measured_after_ && done < total_) {
    const double per_step = (now - measured_from_) / static_cast<double>(done - measured_after_);
    left = duration_text(per_step * static_cast<double>(total_ - done)) + " left";
  }
  if (style_ == ProgressStyle::lines) {
    output_.write(
        fmt::format("{}: {} of {}{}{}\n", task_, done, total_, left.empty() ? "" : ", ", left));
    next_draw_.store(now + line_interval_s);
    return;
  }
  const std::string count = fmt::format("{}/{}  {}", done, total_, left);
  const std::string name = task_.substr(0, 24);
  const std::size_t taken = name.size() + count.size() + 8;
  const std::size_t width =
      std::min<std::size_t>(40, output_.columns > taken + 5 ? output_.columns - taken : 5);
  const std::size_t filled = total_ == 0 ? 0 : width * done / total_;
  output_.write(fmt::format("\r\033[K{}  [{}{}]  {}", name, std::string(filled, '#'),
                            std::string(width - filled, '.'), count));
  drawn_ = true;
  next_draw_.store(now + bar_interval_s);
}

void ProgressBar::erase() {
  if (drawn_) output_.write("\r\033[K");
  drawn_ = false;
}

ProgressOutput standard_error_output() {
  ProgressOutput output;
  output.write = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  };
  output.seconds = [] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
  output.stop = [] { return StopSignals::requested(); };
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) output.columns = size.ws_col;
  return output;
}

ProgressStyle standard_error_style() {
  const char* terminal = std::getenv("TERM");
  const bool plain = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) != 0 && !plain ? ProgressStyle::bar : ProgressStyle::lines;
}

}  // namespace adatom::pipeline
